//! What a writer changed by hand, in a form that outlives every new reading.
//!
//! A reading is derived; an override is the writer's word. Overrides are kept
//! with the project, handed to [`super::read`] with the (edited) text, and win
//! over everything derived. Members of the cast are found again by name or
//! alias, places in the text by the words of their sentence and by roughly where
//! they stood, so that edits elsewhere lose none of them. What cannot be placed
//! any more comes back in [`super::Reading::unplaced`], never silently.

use serde::{Deserialize, Serialize};

use super::breaks::is_han;
use super::cast::{Cast, Gender, Part};
use super::looks::Fact;
use super::sentences::Doc;
use super::setting::tidy;
use super::shot::Shot;
use super::types::{Character, CharacterKind, Mood, TimeOfDay};

/// Least likeness (Dice coefficient of words, 0 to 1) of a sentence that is
/// taken for an edited form of an anchor's.
const LEAST_LIKENESS: f32 = 0.55;

/// A place in the text that survives edits elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Anchor {
    /// The sentence, on one line with single spaces.
    pub quote: String,
    /// Where it stood, in Unicode scalar values; decides between equal sentences.
    pub at: usize,
}

/// One change of the cast. `who` is a name or an alias, in any case of letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CastEdit {
    /// Calls a member by another name; the old one becomes an alias.
    Rename {
        /// Whom.
        who: String,
        /// The new name.
        name: String,
    },
    /// Two members are one: `who` joins `into`.
    Merge {
        /// The one who disappears.
        who: String,
        /// The one who stays.
        into: String,
    },
    /// A member the reading did not find. Where one of that name was found, its
    /// kind, aliases and looks are taken from here.
    Add {
        /// The member; `appearance` tells the looks.
        character: Character,
    },
    /// Not a member of the cast.
    Remove {
        /// Whom.
        who: String,
    },
    /// What a member is.
    Kind {
        /// Whom.
        who: String,
        /// Human, animal ...
        kind: CharacterKind,
    },
    /// How a member looks, in every scene, in place of what the text tells.
    Looks {
        /// Whom.
        who: String,
        /// Short facts: "a red coat".
        looks: Vec<String>,
    },
}

/// One change of the scene that holds an anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SceneChange {
    /// A scene begins at the anchor.
    Starts,
    /// No scene begins at the anchor.
    GoesOn,
    /// The anchor is the key moment of its scene.
    KeyMoment,
    /// The title.
    Title(String),
    /// Where it plays.
    Setting(String),
    /// When.
    Time(TimeOfDay),
    /// The weather; empty for none.
    Weather(String),
    /// The feeling.
    Mood(Mood),
    /// Who is there, by name.
    Characters(Vec<String>),
    /// How near the picture is.
    Shot(Shot),
}

/// A change of a scene and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneEdit {
    /// A sentence of the scene.
    #[serde(default)]
    pub anchor: Anchor,
    /// What to change.
    pub change: SceneChange,
}

/// Everything a writer changed by hand. Later edits win over earlier ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Overrides {
    /// Of the cast, applied in this order.
    pub cast: Vec<CastEdit>,
    /// Of scenes, applied in this order.
    pub scenes: Vec<SceneEdit>,
}

impl Overrides {
    /// Whether nothing was changed.
    pub fn is_empty(&self) -> bool {
        self.cast.is_empty() && self.scenes.is_empty()
    }
}

/// The anchor of the sentence that holds the scalar value `at` of `text`; for
/// the boundary of a scene give the scene's start, for its other properties any
/// place in it (its key moment is best, for that is what readers remember).
pub fn anchor(text: &str, at: usize) -> Anchor {
    let blocks = super::breaks::blocks(text);
    let byte = text.char_indices().nth(at).map_or(text.len(), |c| c.0);
    let ranges = super::segment::sentence_ranges(text, &blocks);
    // A heading belongs to the sentence below it.
    let found = ranges.iter().find(|r| byte < r.2).or(ranges.last());
    let Some(&(_, from, to)) = found else { return Anchor::default() };
    Anchor {
        quote: tidy(text.get(from..to).unwrap_or("")),
        at: text.get(..from).map_or(0, |head| head.chars().count()),
    }
}

/// Sentence index of every edit, `None` where its sentence is gone.
pub fn place(doc: &Doc, edits: &[SceneEdit]) -> Vec<Option<usize>> {
    if edits.is_empty() {
        return Vec::new();
    }
    let texts: Vec<String> =
        doc.sentences.iter().map(|s| tidy(doc.text.get(s.start..s.end).unwrap_or(""))).collect();
    let mut starts = Vec::with_capacity(texts.len());
    let (mut at, mut count) = (0, 0);
    for s in &doc.sentences {
        count += doc.text.get(at..s.start).map_or(0, |t| t.chars().count());
        at = s.start;
        starts.push(count);
    }
    edits.iter().map(|e| find(&texts, &starts, &e.anchor)).collect()
}

fn find(texts: &[String], starts: &[usize], anchor: &Anchor) -> Option<usize> {
    let near = |i: &usize| starts.get(*i).map_or(usize::MAX, |s| s.abs_diff(anchor.at));
    let exact = (0..texts.len()).filter(|i| texts.get(*i) == Some(&anchor.quote)).min_by_key(near);
    if exact.is_some() {
        return exact;
    }
    let wanted = grams(&anchor.quote);
    let mut best: Option<(f32, usize)> = None;
    for (i, text) in texts.iter().enumerate() {
        // Nearness decides between two that are about as like.
        let likeness = dice(&wanted, &grams(text));
        let far = near(&i) as f32 / 200_000.0;
        if likeness >= LEAST_LIKENESS && best.is_none_or(|b| likeness - far > b.0) {
            best = Some((likeness - far, i));
        }
    }
    best.map(|b| b.1)
}

/// Words, or pairs of Chinese characters, sorted.
fn grams(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let low = text.to_lowercase();
    for word in low.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        if word.chars().any(is_han) {
            let chars: Vec<char> = word.chars().collect();
            out.extend(chars.windows(2).map(|w| w.iter().collect()));
        } else {
            out.push(word.to_owned());
        }
    }
    out.sort_unstable();
    out
}

fn dice(a: &[String], b: &[String]) -> f32 {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    // Two empty texts have nothing in common.
    2.0 * common as f32 / (a.len() + b.len()).max(1) as f32
}

/// Applies the changes of the cast; gives back those that found nobody.
pub fn apply_to_cast(doc: &Doc, cast: &mut Cast, edits: &[CastEdit]) -> Vec<CastEdit> {
    let mut lost = Vec::new();
    for edit in edits {
        let done = match edit {
            CastEdit::Rename { who, name } => rename(cast, who, name),
            CastEdit::Merge { who, into } => merge(cast, who, into),
            CastEdit::Remove { who } => remove(cast, who),
            CastEdit::Kind { who, kind } => change(cast, who, |p| p.kind = *kind),
            CastEdit::Looks { who, looks } => change(cast, who, |p| p.facts = fixed(looks)),
            CastEdit::Add { character } => {
                add(doc, cast, character);
                true
            }
        };
        if !done {
            lost.push(edit.clone());
        }
    }
    lost
}

fn fixed(looks: &[String]) -> Vec<Fact> {
    looks.iter().map(|l| Fact { text: tidy(l), fixed: true, ..Fact::default() }).collect()
}

/// The member of that name, or else of that alias.
pub fn member(cast: &Cast, who: &str) -> Option<usize> {
    let same = |s: &String| s.to_lowercase() == who.to_lowercase();
    let by_name = cast.parts.iter().position(|p| same(&p.name));
    by_name.or_else(|| cast.parts.iter().position(|p| p.aliases.iter().any(same)))
}

fn change(cast: &mut Cast, who: &str, change: impl FnOnce(&mut Part)) -> bool {
    match member(cast, who).and_then(|id| cast.parts.get_mut(id)) {
        Some(part) => {
            change(part);
            true
        }
        None => false,
    }
}

fn rename(cast: &mut Cast, who: &str, name: &str) -> bool {
    // Already called so, by an earlier reading or by the text itself.
    change(cast, who, |p| {
        let old = std::mem::replace(&mut p.name, name.to_owned());
        p.aliases.retain(|a| a != name);
        if old != name && !p.aliases.contains(&old) {
            p.aliases.insert(0, old);
        }
    }) || member(cast, name).is_some()
}

fn merge(cast: &mut Cast, who: &str, into: &str) -> bool {
    let (Some(from), Some(to)) = (member(cast, who), member(cast, into)) else {
        return false;
    };
    if from == to {
        return true;
    }
    let old = cast.parts.get(from).cloned();
    if let (Some(old), Some(part)) = (old, cast.parts.get_mut(to)) {
        for alias in std::iter::once(old.name).chain(old.aliases) {
            if alias != part.name && !part.aliases.contains(&alias) {
                part.aliases.push(alias);
            }
        }
        part.facts.extend(old.facts);
        part.facts.sort_by_key(|f| (f.sentence, f.span.0));
        part.concepts.extend(old.concepts);
        if part.gender == Gender::Unknown {
            part.gender = old.gender;
        }
    }
    for list in cast.presence.iter_mut().chain(cast.subjects.iter_mut()) {
        if list.contains(&from) {
            list.retain(|id| *id != from);
            if !list.contains(&to) {
                list.push(to);
            }
        }
    }
    take_out(cast, from);
    true
}

fn remove(cast: &mut Cast, who: &str) -> bool {
    // Nobody of that name is what the writer wanted.
    if let Some(id) = member(cast, who) {
        take_out(cast, id);
    }
    true
}

fn take_out(cast: &mut Cast, id: usize) {
    if id >= cast.parts.len() {
        return;
    }
    cast.parts.remove(id);
    for list in cast.presence.iter_mut().chain(cast.subjects.iter_mut()) {
        list.retain(|other| *other != id);
        for other in list.iter_mut().filter(|other| **other > id) {
            *other -= 1;
        }
    }
}

fn add(doc: &Doc, cast: &mut Cast, character: &Character) {
    let facts = fixed(&character.appearance);
    if let Some(part) = member(cast, &character.name).and_then(|id| cast.parts.get_mut(id)) {
        part.kind = character.kind;
        if !facts.is_empty() {
            part.facts = facts;
        }
        for alias in &character.aliases {
            if !part.aliases.contains(alias) {
                part.aliases.push(alias.clone());
            }
        }
        return;
    }
    let id = cast.parts.len();
    cast.parts.push(Part {
        name: character.name.clone(),
        aliases: character.aliases.clone(),
        kind: character.kind,
        facts,
        what: character.what.clone(),
        ..Part::default()
    });
    let calls: Vec<String> = std::iter::once(&character.name)
        .chain(&character.aliases)
        .map(|c| c.to_lowercase())
        .filter(|c| !c.trim().is_empty())
        .collect();
    for (s, sentence) in doc.sentences.iter().enumerate() {
        let text = doc.text.get(sentence.start..sentence.end).unwrap_or("").to_lowercase();
        if calls.iter().any(|c| called(&text, c))
            && let Some(list) = cast.presence.get_mut(s)
        {
            list.push(id);
        }
    }
}

/// Whether a lower-case text holds a name as a word of its own.
fn called(text: &str, name: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(c));
    text.match_indices(name).any(|(at, found)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
        name.chars().any(is_han) || (!letter(before) && !letter(after))
    })
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::super::{StoryOptions, read};
    use super::*;

    const STORY: &str = "Oda ran to the river at dawn. She had a red coat. The ferryman waved at Oda.\n\nAt night Oda sat in the kitchen with the ferryman. She cried. Rain fell on the roof.\n\nNext morning Oda walked to the market. Oda bought a goose. The goose bit Oda.";

    fn reading(text: &str, overrides: &Overrides) -> super::super::Reading {
        let options = StoryOptions { overrides: overrides.clone(), ..StoryOptions::default() };
        read(text, &options).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn edits_of_the_cast_survive_another_text() {
        let overrides = Overrides {
            cast: vec![
                CastEdit::Rename { who: "Ferryman".into(), name: "Brannoc".into() },
                CastEdit::Looks { who: "Oda".into(), looks: vec!["a green hood".into()] },
                CastEdit::Remove { who: "Goose".into() },
                CastEdit::Add {
                    character: Character {
                        name: "Rain".into(),
                        kind: CharacterKind::Creature,
                        ..Character::default()
                    },
                },
            ],
            scenes: vec![],
        };
        for text in [STORY.to_owned(), format!("It began long ago.\n\n{STORY}")] {
            let r = reading(&text, &overrides);
            let names: Vec<&str> = r.cast.iter().map(|c| c.name.as_str()).collect();
            assert!(names.contains(&"Brannoc") && names.contains(&"Rain"), "{names:?}");
            assert!(!names.contains(&"Goose") && !names.contains(&"Ferryman"), "{names:?}");
            let oda = r.cast.iter().find(|c| c.name == "Oda");
            assert_eq!(oda.map(|c| c.appearance.clone()), Some(vec!["a green hood".to_owned()]));
            assert!(r.scenes.iter().any(|s| s.characters.iter().any(|c| c == "Rain")));
            assert!(r.unplaced.is_empty(), "{:?}", r.unplaced);
        }
    }

    #[test]
    fn merged_members_are_one() {
        let overrides = Overrides {
            cast: vec![CastEdit::Merge { who: "ferryman".into(), into: "Oda".into() }],
            scenes: vec![],
        };
        let r = reading(STORY, &overrides);
        assert!(r.cast.iter().all(|c| c.name != "Ferryman"));
        assert!(r.cast.iter().any(|c| c.name == "Oda" && c.aliases.iter().any(|a| a == "Ferryman")));
    }

    #[test]
    fn edits_of_scenes_follow_their_sentence() {
        let find = |text: &str, words: &str| {
            text.find(words).map_or(0, |b| text.get(..b).map_or(0, |t| t.chars().count()))
        };
        let at = |words: &str| anchor(STORY, find(STORY, words));
        let overrides = Overrides {
            cast: vec![],
            scenes: vec![
                SceneEdit { anchor: at("Oda bought"), change: SceneChange::Starts },
                SceneEdit { anchor: at("At night"), change: SceneChange::GoesOn },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::KeyMoment },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Mood(Mood::Joyful) },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Title("The bite".into()) },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Setting("glass tower".into()) },
                SceneEdit { anchor: at("The goose bit"), change: SceneChange::Time(TimeOfDay::Dusk) },
            ],
        };
        // Elsewhere the text is edited, and the sentence itself a little.
        let edited = format!("A new beginning.\n\n{STORY}")
            .replace("She cried. ", "")
            .replace("bit Oda", "bit Oda hard");
        for text in [STORY.to_owned(), edited] {
            let r = reading(&text, &overrides);
            let starts: Vec<usize> = r.scenes.iter().map(|s| s.start).collect();
            assert!(starts.contains(&find(&text, "Oda bought")), "{starts:?} in {text}");
            assert!(!starts.contains(&find(&text, "At night")), "{starts:?}");
            let last = r.scenes.last().unwrap_or_else(|| panic!("no scenes"));
            assert_eq!(last.key_moment.0, find(&text, "The goose bit"));
            assert_eq!((last.mood, last.time), (Mood::Joyful, TimeOfDay::Dusk));
            assert_eq!((last.title.as_str(), last.setting.as_str()), ("The bite", "glass tower"));
            assert!(
                last.prompt.contains("glass tower") && last.prompt.contains("at dusk"),
                "{}",
                last.prompt
            );
        }
    }

    #[test]
    fn what_cannot_be_placed_comes_back() {
        let gone = SceneEdit {
            anchor: Anchor { quote: "Nobody ever wrote this sentence here.".into(), at: 4 },
            change: SceneChange::Mood(Mood::Sad),
        };
        let lost = CastEdit::Kind { who: "Zeno".into(), kind: CharacterKind::Animal };
        let overrides = Overrides { cast: vec![lost.clone()], scenes: vec![gone.clone()] };
        let r = reading(STORY, &overrides);
        assert_eq!(r.unplaced, Overrides { cast: vec![lost], scenes: vec![gone] });
    }
}
