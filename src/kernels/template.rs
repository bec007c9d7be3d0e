//! The small language of the shaders: lines repeated or left out.
//!
//! Values by name, `{{ name }}`, are burn's `SourceTemplate`; this is what it
//! lacks, carried out before it:
//!
//! - `//@ for x in list` .. `//@ end` repeats the lines between, with `$x`
//!   replaced by each item of the list (or of the items written out).
//! - `//@ if flag` .. `//@ else` .. `//@ end` keeps one side.

use std::collections::HashMap;

use thiserror::Error;

/// A mistake in a shader's template lines; a test runs every shader, so that a
/// user never sees one.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TemplateError {
    /// A directive that is neither `for`, `if`, `else` nor `end`.
    #[error("line {line} of the shader: unknown directive `{text}`")]
    UnknownDirective {
        /// The line, counted from one.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// An `end` or `else` without its beginning.
    #[error("line {line} of the shader: `{text}` closes nothing")]
    Unopened {
        /// The line, counted from one.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// A `for` or `if` without its end.
    #[error("line {line} of the shader: `{text}` is never closed")]
    Unclosed {
        /// The line of the beginning, counted from one.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// An `if` on a flag nobody set.
    #[error("line {line} of the shader: no flag is called `{name}`")]
    UnknownFlag {
        /// The line, counted from one.
        line: usize,
        /// The flag.
        name: String,
    },
}

/// What a shader's directives may refer to.
#[derive(Clone, Debug, Default)]
pub struct Directives {
    lists: HashMap<&'static str, Vec<String>>,
    flags: HashMap<&'static str, bool>,
}

impl Directives {
    /// A list `0, 1, .. count - 1`.
    pub fn range(mut self, name: &'static str, count: usize) -> Self {
        self.lists.insert(name, (0..count).map(|i| i.to_string()).collect());
        self
    }

    /// A flag for `if`.
    pub fn flag(mut self, name: &'static str, value: bool) -> Self {
        self.flags.insert(name, value);
        self
    }

    /// Carries the directives out.
    ///
    /// # Errors
    /// A directive that is unknown, unclosed or refers to an unknown flag.
    pub fn expand(&self, source: &str) -> Result<String, TemplateError> {
        let lines: Vec<(usize, &str)> = source.lines().enumerate().map(|(i, line)| (i + 1, line)).collect();
        let mut out = String::with_capacity(4 * source.len());
        self.expand_lines(&lines, &mut Vec::new(), &mut out)?;
        Ok(out)
    }

    fn expand_lines(
        &self,
        lines: &[(usize, &str)],
        bound: &mut Vec<(String, String)>,
        out: &mut String,
    ) -> Result<(), TemplateError> {
        let mut at = 0;
        while at < lines.len() {
            let (line, text) = lines[at];
            let Some(directive) = directive(text) else {
                // The innermost name is replaced first; names are no prefixes of each other.
                let mut text = text.to_owned();
                for (name, value) in bound.iter().rev() {
                    text = text.replace(name.as_str(), value);
                }
                out.push_str(&text);
                out.push('\n');
                at += 1;
                continue;
            };
            let (otherwise, end) = find_end(lines, at)?;
            match directive.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["for", name, "in", items @ ..] => {
                    let name = format!("${name}");
                    let items: Vec<String> = match items {
                        [list] if self.lists.contains_key(list) => self.lists[list].clone(),
                        items => items.iter().map(|item| (*item).to_owned()).collect(),
                    };
                    for item in items {
                        bound.push((name.clone(), item));
                        self.expand_lines(&lines[at + 1..end], bound, out)?;
                        bound.pop();
                    }
                }
                ["if", name] => {
                    let Some(&value) = self.flags.get(name) else {
                        return Err(TemplateError::UnknownFlag { line, name: (*name).to_owned() });
                    };
                    let kept = match (value, otherwise) {
                        (true, otherwise) => &lines[at + 1..otherwise.unwrap_or(end)],
                        (false, Some(otherwise)) => &lines[otherwise + 1..end],
                        (false, None) => &[],
                    };
                    self.expand_lines(kept, bound, out)?;
                }
                _ => return Err(TemplateError::UnknownDirective { line, text: text.trim().to_owned() }),
            }
            at = end + 1;
        }
        Ok(())
    }
}

/// What stands behind `//@`, if this line is a directive.
fn directive(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("//@").map(str::trim)
}

/// The `else` (if any) and the `end` of the directive that begins at `start`.
fn find_end(lines: &[(usize, &str)], start: usize) -> Result<(Option<usize>, usize), TemplateError> {
    let (line, text) = lines[start];
    let text = text.trim().to_owned();
    if matches!(directive(&text), Some("end" | "else")) {
        return Err(TemplateError::Unopened { line, text });
    }
    let mut depth = 0;
    let mut otherwise = None;
    for (at, (_, text)) in lines.iter().enumerate().skip(start) {
        match directive(text) {
            Some("end") if depth == 1 => return Ok((otherwise, at)),
            Some("end") => depth -= 1,
            Some("else") if depth == 1 => otherwise = Some(at),
            Some("else") | None => {}
            Some(_) => depth += 1,
        }
    }
    Err(TemplateError::Unclosed { line, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_nest_and_flags_choose() {
        let directives = Directives::default().range("n", 2).flag("on", true).flag("off", false);
        let source = "//@ for i in n\n//@ for t in a b\nx_$i_$t\n//@ end\n//@ end\n//@ if on\nyes\n//@ else\nno\n//@ end\n//@ if off\nno\n//@ end";
        assert_eq!(directives.expand(source).unwrap(), "x_0_a\nx_0_b\nx_1_a\nx_1_b\nyes\n");
    }

    #[test]
    fn mistakes_name_their_line() {
        let directives = Directives::default();
        let of = |source: &str| directives.expand(source).unwrap_err();
        assert!(matches!(of("a\n//@ for i in b"), TemplateError::Unclosed { line: 2, .. }));
        assert!(matches!(of("//@ end"), TemplateError::Unopened { line: 1, .. }));
        assert!(matches!(of("//@ if x\n//@ end"), TemplateError::UnknownFlag { line: 1, .. }));
        assert!(matches!(of("//@ while x\n//@ end"), TemplateError::UnknownDirective { line: 1, .. }));
    }
}
