//! One table per checkpoint layout: from the keys of a file to our field paths.

/// How the keys of a checkpoint become the paths of a network's fields.
///
/// A pattern is a key whose words, parted by dots, may be `*` (any one word) or
/// `**` (any number of words, also none). The target names what the stars
/// stood for by stars of its own, in the same order:
///
/// ```
/// # use vignette::models::weights::Renames;
/// let renames = Renames::none().rule("text_model.**", "**").rule("**.to_out.0.*", "**.to_out.*");
/// assert_eq!(renames.path("text_model.blocks.3.to_out.0.bias"), "blocks.3.to_out.bias");
/// ```
///
/// Every rule that matches is applied, in the order of the table, each to what
/// the ones before it made. Weights and biases of norms are called `weight` and
/// `bias` in paths, whatever the network's own fields are called.
#[derive(Clone, Debug, Default)]
pub struct Renames {
    rules: Vec<(Pattern, Pattern)>,
    ignored: Vec<Pattern>,
    spare: Vec<Pattern>,
    splits: Vec<(Pattern, Vec<Pattern>)>,
    in_f32: Vec<Pattern>,
}

/// The words of a pattern.
type Pattern = Vec<String>;

impl Renames {
    /// Keys are paths already.
    pub fn none() -> Self {
        Self::default()
    }

    /// Keys that match `from` become `to`.
    #[must_use]
    pub fn rule(mut self, from: &str, to: &str) -> Self {
        self.rules.push((words(from), words(to)));
        self
    }

    /// A path, as the rules make it, that no network has a use for: buffers
    /// that are computed anew, for instance.
    #[must_use]
    pub fn ignore(mut self, path: &str) -> Self {
        self.ignored.push(words(path));
        self
    }

    /// A key that repeats another one: when two keys become the same path, the
    /// one that matches here is left out instead of refused.
    #[must_use]
    pub fn spare(mut self, key: &str) -> Self {
        self.spare.push(words(key));
        self
    }

    /// A path, as the rules make it, whose tensor is cut along its first
    /// dimension into as many equal parts as there are targets.
    #[must_use]
    pub fn split(mut self, path: &str, targets: &[&str]) -> Self {
        self.splits.push((words(path), targets.iter().map(|target| words(target)).collect()));
        self
    }

    /// A path that is kept in 32-bit floats whatever the rest is loaded as.
    #[must_use]
    pub fn in_f32(mut self, path: &str) -> Self {
        self.in_f32.push(words(path));
        self
    }

    /// What the rules make of a key.
    pub fn path(&self, key: &str) -> String {
        self.rules.iter().fold(key.to_owned(), |path, (from, to)| renamed(&path, from, to).unwrap_or(path))
    }

    /// Where a key's tensor goes: the paths of its equal parts along the first
    /// dimension, mostly one; none when it is ignored.
    pub fn targets(&self, key: &str) -> Vec<String> {
        let path = self.path(key);
        if any(&self.ignored, &path) {
            return Vec::new();
        }
        for (from, parts) in &self.splits {
            if let Some(paths) =
                parts.iter().map(|to| renamed(&path, from, to)).collect::<Option<Vec<String>>>()
            {
                return paths;
            }
        }
        vec![path]
    }

    /// Whether a key only repeats another one.
    pub fn is_spare(&self, key: &str) -> bool {
        any(&self.spare, key)
    }

    /// Whether a path stays in 32-bit floats.
    pub fn is_in_f32(&self, path: &str) -> bool {
        any(&self.in_f32, path)
    }
}

fn words(pattern: &str) -> Pattern {
    pattern.split('.').map(str::to_owned).collect()
}

fn any(patterns: &[Pattern], key: &str) -> bool {
    let key: Vec<&str> = key.split('.').collect();
    patterns.iter().any(|pattern| stands_for(pattern, &key, &mut Vec::new()))
}

/// `key` with the words of `to`, when it matches `from`.
fn renamed(key: &str, from: &[String], to: &[String]) -> Option<String> {
    let key: Vec<&str> = key.split('.').collect();
    let mut found = Vec::new();
    if !stands_for(from, &key, &mut found) {
        return None;
    }
    let mut found = found.into_iter();
    let mut path: Vec<&str> = Vec::new();
    for word in to {
        match word.as_str() {
            "*" | "**" => path.extend(found.next().unwrap_or_default()),
            word => path.push(word),
        }
    }
    Some(path.join("."))
}

/// Whether a pattern matches; `found` is then what its stars stand for.
fn stands_for<'k>(pattern: &[String], key: &[&'k str], found: &mut Vec<Vec<&'k str>>) -> bool {
    let Some((word, rest)) = pattern.split_first() else {
        return key.is_empty();
    };
    let counts = match word.as_str() {
        "**" => 0..=key.len(),
        "*" => 1..=1,
        word => return key.first() == Some(&word) && stands_for(rest, &key[1..], found),
    };
    for count in counts {
        if count > key.len() {
            break;
        }
        found.push(key[..count].to_vec());
        if stands_for(rest, &key[count..], found) {
            return true;
        }
        found.pop();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_words() {
        let renames = Renames::none()
            .rule("text_model.**", "**")
            .rule("**.to_out.0.*", "**.to_out.*")
            .rule("blocks.*.attn.*.bias", "layers.*.attention.*.b");
        assert_eq!(renames.path("text_model.a.b"), "a.b");
        assert_eq!(renames.path("text_model"), "");
        assert_eq!(renames.path("a.text_model.b"), "a.text_model.b");
        assert_eq!(renames.path("x.y.to_out.0.weight"), "x.y.to_out.weight");
        assert_eq!(renames.path("to_out.0.weight"), "to_out.weight");
        assert_eq!(renames.path("x.to_out.1.weight"), "x.to_out.1.weight");
        // Chained: the prefix goes first, then the inner words.
        assert_eq!(renames.path("text_model.blocks.12.attn.q.bias"), "layers.12.attention.q.b");
        assert_eq!(Renames::none().path("a.b"), "a.b");
    }

    #[test]
    fn fused_tensors_are_cut_and_buffers_are_ignored() {
        let renames = Renames::none()
            .rule("model.**", "**")
            .ignore("**.position_ids")
            .split("**.qkv.*", &["**.q.*", "**.k.*", "**.v.*"])
            .spare("encoder.embed_tokens.weight")
            .in_f32("**.wo.weight");
        assert_eq!(renames.targets("model.0.qkv.weight"), ["0.q.weight", "0.k.weight", "0.v.weight"]);
        assert_eq!(renames.targets("model.0.proj.weight"), ["0.proj.weight"]);
        assert!(renames.targets("model.embeddings.position_ids").is_empty());
        assert!(renames.is_spare("encoder.embed_tokens.weight") && !renames.is_spare("shared.weight"));
        assert!(renames.is_in_f32("block.0.wo.weight") && !renames.is_in_f32("block.0.wi.weight"));
    }
}
