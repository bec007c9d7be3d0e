//! Which panel's scene lives on in which scene of a new reading.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

/// Letters in a shingle. Long enough that two scenes of one story share few by
/// chance, short enough that a reworded sentence still leaves many.
const SHINGLE: usize = 6;
/// The smallest share of common shingles (of the shorter text) that counts as
/// the same scene.
const SAME_SCENE: f64 = 0.4;

/// For each new text the places of the old texts that live on in it, in their
/// old order. Every old text lives on in at most one new one. Several old texts
/// share a new one only when they are equal, that is, copies of a panel.
pub(super) fn survivors(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut homes = vec![Vec::new(); new.len()];
    // Copies of a panel move as one.
    let mut copies: Vec<(String, Vec<usize>)> = Vec::new();
    let mut group_of: HashMap<String, usize> = HashMap::new();
    for (i, text) in old.iter().enumerate() {
        let letters = letters_of(text);
        if letters.is_empty() {
            continue;
        }
        let group = *group_of.entry(letters.clone()).or_insert_with(|| {
            copies.push((letters, Vec::new()));
            copies.len() - 1
        });
        if let Some((_, members)) = copies.get_mut(group) {
            members.push(i);
        }
    }

    let new_letters: Vec<String> = new.iter().map(|text| letters_of(text)).collect();
    // Where each shingle stands in the new texts, so that a long story costs
    // its length and not the product of two.
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut new_sizes = Vec::with_capacity(new.len());
    for (j, letters) in new_letters.iter().enumerate() {
        let shingles = shingles_of(letters);
        new_sizes.push(shingles.len());
        for shingle in shingles {
            places.entry(shingle).or_default().push(j);
        }
    }
    // (score, common shingles, group, new text)
    let mut pairs: Vec<(f64, usize, usize, usize)> = Vec::new();
    for (group, (letters, _)) in copies.iter().enumerate() {
        let shingles = shingles_of(letters);
        let mut common: HashMap<usize, usize> = HashMap::new();
        for shingle in &shingles {
            for &j in places.get(shingle).into_iter().flatten() {
                *common.entry(j).or_default() += 1;
            }
        }
        for (j, count) in common {
            let Some(&size) = new_sizes.get(j) else { continue };
            // Of the shorter text: a scene that was split or merged with its
            // neighbour still matches. Never zero, since `count` is not.
            let score = count as f64 / shingles.len().min(size).max(1) as f64;
            let equal = new_letters.get(j).is_some_and(|text| text == letters);
            if score >= SAME_SCENE {
                pairs.push((if equal { 2.0 } else { score }, count, group, j));
            }
        }
    }
    // Equal texts first, then by what is shared in all: of the two parts of a
    // split scene the larger wins. Ties go to the order of the story.
    pairs.sort_by(|a, b| {
        (b.0 >= 2.0).cmp(&(a.0 >= 2.0)).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)).then(a.3.cmp(&b.3))
    });
    let mut group_taken = vec![false; copies.len()];
    for (_, _, group, j) in pairs {
        let (Some(taken), Some(home), Some((_, members))) =
            (group_taken.get_mut(group), homes.get_mut(j), copies.get(group))
        else {
            continue;
        };
        if !*taken && home.is_empty() {
            *taken = true;
            home.clone_from(members);
        }
    }
    homes
}

/// Letters and digits alone, in lower case: spaces, quotation marks and line
/// ends are changed too easily to tell scenes apart.
fn letters_of(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Hashes of all runs of [`SHINGLE`] letters, each once; of the whole text when
/// it is shorter than that.
fn shingles_of(letters: &str) -> Vec<u64> {
    let chars: Vec<char> = letters.chars().collect();
    let mut hashes: Vec<u64> = chars
        .windows(SHINGLE.min(chars.len()).max(1))
        .map(|run| {
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            hasher.finish()
        })
        .collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_match_whatever_their_order() {
        let old = ["the first scene is here", "the second one is there", "and a third is nowhere"];
        let new = [old[2], old[0], old[1]];
        assert_eq!(survivors(&old, &new), [vec![2], vec![0], vec![1]]);
    }

    #[test]
    fn strangers_do_not_match_and_blank_texts_never_do() {
        assert_eq!(
            survivors(&["a fox in the snow", ""], &["rain over the old mill", ""]),
            [vec![], vec![]] as [Vec<usize>; 2]
        );
        assert_eq!(survivors(&[], &["x"]), [Vec::<usize>::new()]);
        assert!(survivors(&["x"], &[]).is_empty());
    }

    #[test]
    fn copies_stay_together_and_an_exact_match_beats_a_likeness() {
        let old =
            ["雪夜里，小狐狸敲了门。", "雪夜里，小狐狸敲了门！", "门后面是一个很老的猎人，他没有说话。"];
        let new = ["门后面是一个很老的猎人，他没有说话，也没有动。", "雪夜里，小狐狸敲了门。"];
        assert_eq!(survivors(&old, &new), [vec![2], vec![0, 1]]);
    }

    #[test]
    fn of_two_merged_scenes_the_larger_one_gives_its_panel() {
        let old = ["a short one about tea.", "a much longer scene about the journey over the mountains."];
        let new = ["a short one about tea. a much longer scene about the journey over the mountains."];
        assert_eq!(survivors(&old, &new), [vec![1]]);
    }
}
