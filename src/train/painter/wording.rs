//! Parts of captions: nouns with their colours, what is carried, how two
//! figures stand to each other.

use rand::Rng;
use rand::seq::IndexedRandom;

use super::captions::Writer;
use super::spec::{Carry, SubjectSpec};
use super::words::{Colour, Language, Place, Pose, Prop, Span, Subject};

/// Mostly the canonical word, so that prompts and captions meet.
pub(super) fn word<'a>(rng: &mut impl Rng, list: &[&'a str], canonical: f64) -> &'a str {
    let first = list.first().copied().unwrap_or("");
    if rng.random_bool(canonical) { first } else { list.choose(rng).copied().unwrap_or(first) }
}

impl Writer<'_> {
    /// The figures with colour, pose and prop, each said with its own share.
    pub(super) fn cast(&self, rng: &mut impl Rng, colour: f64, pose: f64, prop: f64, commas: bool) -> String {
        let mut figures = Vec::new();
        for (index, who) in self.spec.subjects.iter().enumerate() {
            let mut text = self.noun_phrase(rng, who, colour, false);
            if rng.random_bool(pose) {
                let pose = self.pose(rng, who);
                text = if self.english() { format!("{text} {pose}") } else { format!("{text}{pose}") };
            }
            if index == 0
                && rng.random_bool((prop + 0.12).min(1.0))
                && let Some(carried) = self.carried(rng)
            {
                let comma = match (self.english(), commas || rng.random_bool(0.3)) {
                    (true, true) => ", ",
                    (true, false) => " ",
                    (false, _) => "，",
                };
                text = format!("{text}{comma}{carried}");
            }
            figures.push(text);
        }
        figures.join(if self.english() { " and " } else { "和" })
    }

    /// "holding a lantern" or "beside a boat"; nothing without a prop.
    pub(super) fn carried(&self, rng: &mut impl Rng) -> Option<String> {
        let prop = self.spec.prop?;
        let carry = self.spec.carry()?;
        let noun = word(rng, prop.words(self.language), 0.6);
        let held = carry == Carry::Held;
        Some(if self.english() {
            let lead = match (held, prop) {
                (true, Prop::Kite) => *["with", "holding", "playing with"].choose(rng)?,
                (true, Prop::Book | Prop::Letter) => {
                    *["holding", "reading", "with", "holding"].choose(rng)?
                }
                (true, Prop::Umbrella) => *["holding", "under", "with", "holding"].choose(rng)?,
                (true, _) => *["holding", "holding", "holding", "carrying", "with"].choose(rng)?,
                (false, prop) if prop.is_large() => *["beside", "next to", "near", "with"].choose(rng)?,
                (false, _) => *["with", "with", "beside", "next to"].choose(rng)?,
            };
            format!("{lead} {}", with_article(noun))
        } else {
            let lead = match (held, prop) {
                (true, Prop::Kite) => *["放着", "拿着", "放着"].choose(rng)?,
                (true, Prop::Umbrella) => *["打着", "撑着", "拿着"].choose(rng)?,
                (true, Prop::Book | Prop::Letter) => *["拿着", "读着", "捧着"].choose(rng)?,
                (true, Prop::Candle) => *["拿着", "举着", "端着"].choose(rng)?,
                (true, _) => *["拿着", "拿着", "提着", "带着", "手里拿着"].choose(rng)?,
                (false, _) => *["身边有", "旁边有", "旁边是"].choose(rng)?,
            };
            format!("{lead}{noun}")
        })
    }

    /// The prop of a scene without figures.
    pub(super) fn lone_prop(&self, rng: &mut impl Rng) -> Option<String> {
        if !self.spec.subjects.is_empty() {
            return None;
        }
        let noun = word(rng, self.spec.prop?.words(self.language), 0.6);
        Some(if self.english() { with_article(noun) } else { noun.to_string() })
    }

    pub(super) fn there(&self, what: &str, place: &str) -> String {
        match (what.is_empty(), self.english()) {
            (true, _) => place.to_string(),
            (false, true) => format!("{what} {place}"),
            (false, false) => format!("{what}{place}"),
        }
    }

    /// Two related figures and their place; Chinese names the place first.
    pub(super) fn place_of_both(&self, both: &str, place: &str) -> String {
        if self.english() { format!("{both}, {place}") } else { format!("{place}，{both}") }
    }

    pub(super) fn empty_place(&self, rng: &mut impl Rng) -> String {
        let noun = word(rng, self.spec.setting.words(self.language), 0.5);
        let empty = rng.random_bool(0.4);
        match (self.english(), empty) {
            (true, true) => format!("{noun}, nobody there"),
            (true, false) => noun.to_string(),
            (false, true) => format!("没有人的{noun}"),
            (false, false) => noun.to_string(),
        }
    }

    /// A figure with article and, with share `colour`, its colour.
    pub(super) fn noun_phrase(
        &self,
        rng: &mut impl Rng,
        who: &SubjectSpec,
        colour: f64,
        definite: bool,
    ) -> String {
        let noun = word(rng, who.subject.words(self.language), 0.6);
        let coloured = rng.random_bool(colour);
        let body = if coloured { self.coloured(rng, who, noun) } else { noun.to_string() };
        if self.english() {
            return if definite { format!("the {body}") } else { with_article(&body) };
        }
        if definite || rng.random_bool(0.5) { body } else { format!("{}{body}", measure_word(who.subject)) }
    }

    /// The noun with its colour: "red fox", "girl in a red coat", "穿红衣服的小女孩".
    pub(super) fn coloured(&self, rng: &mut impl Rng, who: &SubjectSpec, noun: &str) -> String {
        let person = who.subject.is_person();
        let colour = word(rng, who.colour.words(self.language), 0.7);
        if self.english() {
            if !person {
                return format!("{colour} {noun}");
            }
            return match rng.random_range(0..10) {
                0..7 => format!(
                    "{noun} in {} {}",
                    article(colour),
                    format_args!("{colour} {}", garment(rng, who.subject))
                ),
                7..9 => format!(
                    "{noun} wearing {} {}",
                    article(colour),
                    format_args!("{colour} {}", garment(rng, who.subject))
                ),
                _ => format!("{noun} in {colour}"),
            };
        }
        let long = colour.ends_with('色');
        match (person, long) {
            (true, _) => match rng.random_range(0..10) {
                0..6 => format!("穿{colour}衣服的{noun}"),
                6..9 => format!("穿着{}外套的{noun}", chinese_shade(who.colour)),
                _ => format!("{}衣{noun}", who.colour.words(Language::Chinese)[0]),
            },
            (false, true) => format!("{colour}的{noun}"),
            (false, false) => format!("{colour}{noun}"),
        }
    }

    /// What the body does, after the noun.
    pub(super) fn pose(&self, rng: &mut impl Rng, who: &SubjectSpec) -> &'static str {
        let own: &[&'static str] = match (who.subject, who.pose, self.english()) {
            (Subject::Whale, Pose::Standing, true) => &["swimming", "in the water"],
            (Subject::Whale, Pose::Standing, false) => &["游着", "在水里"],
            (Subject::Whale, Pose::Flying, true) => &["leaping", "in the air"],
            (Subject::Whale, Pose::Flying, false) => &["跃起", "跳出水面"],
            (Subject::Ghost, Pose::Standing, true) => &["floating", "hovering"],
            (Subject::Ghost, Pose::Standing, false) => &["飘着", "漂浮着"],
            (Subject::Horse | Subject::Deer | Subject::Tortoise, Pose::Sitting, true) => {
                &["lying down", "resting"]
            }
            (Subject::Horse | Subject::Deer | Subject::Tortoise, Pose::Sitting, false) => &["趴着", "卧着"],
            _ => &[],
        };
        if !own.is_empty() && rng.random_bool(0.6) {
            return word(rng, own, 0.6);
        }
        word(rng, who.pose.words(self.language), 0.7)
    }

    /// Two figures and how they stand to each other; `None` for fewer.
    pub(super) fn relation(&self, rng: &mut impl Rng, colour: f64) -> Option<String> {
        let [first, second] = self.spec.subjects.as_slice() else { return None };
        let (left, right) = if first.place == Place::Left { (first, second) } else { (second, first) };
        let depth = first.span != second.span;
        let (near, far) = if first.span == Span::Near { (first, second) } else { (second, first) };
        let choice = if depth { rng.random_range(0..6) } else { rng.random_range(3..6) };
        let (a, b) = if choice < 3 { (near, far) } else { (left, right) };
        let (a, b) = (self.noun_phrase(rng, a, colour, false), self.noun_phrase(rng, b, colour, false));
        Some(match (self.english(), choice) {
            (true, 0) => format!("{a} in front of {b}"),
            (true, 1) => format!("{b} behind {a}"),
            (true, 2) => format!("{a} in the foreground, {b} in the distance"),
            (true, 3) => format!("{a} on the left and {b} on the right"),
            (true, 4) => format!("{a} to the left of {b}"),
            (true, _) => format!("{b} to the right of {a}"),
            (false, 0) => format!("{a}在{b}前面"),
            (false, 1) => format!("{b}在{a}后面"),
            (false, 2) => format!("近处是{a}，远处是{b}"),
            (false, 3) => format!("左边是{a}，右边是{b}"),
            (false, 4) => format!("{a}在{b}的左侧"),
            (false, _) => format!("{b}在{a}的右侧"),
        })
    }

    pub(super) fn verb(&self, rng: &mut impl Rng, who: &SubjectSpec) -> &'static str {
        if !self.english() {
            return self.pose(rng, who);
        }
        let many = self.spec.subjects.len() > 1;
        match (who.subject, who.pose, many) {
            (Subject::Whale, Pose::Standing, false) => "swims",
            (Subject::Ghost, Pose::Standing, false) => "floats",
            (_, Pose::Standing, false) => "stands",
            (_, Pose::Standing, true) => "stand",
            (_, Pose::Walking, false) => "walks",
            (_, Pose::Walking, true) => "walk",
            (_, Pose::Sitting, false) => "sits",
            (_, Pose::Sitting, true) => "sit",
            (_, Pose::Flying, false) => "flies",
            (_, Pose::Flying, true) => "fly",
        }
    }

    /// A figure as `story/prompt/figure.rs` says it.
    pub(super) fn prompt_noun(&self, rng: &mut impl Rng, who: &SubjectSpec) -> String {
        if self.english() {
            return self.noun_phrase(rng, who, 0.7, false);
        }
        let noun = word(rng, who.subject.words(self.language), 0.7);
        if !rng.random_bool(0.7) {
            return noun.to_string();
        }
        if who.subject.is_person() {
            format!("穿{}衣服的{noun}", who.colour.words(self.language)[0])
        } else {
            format!("{}的{noun}", chinese_shade(who.colour))
        }
    }
}

/// The tag form of the time: phrases lose nothing by it in Chinese; in English
/// the bare noun is the second word of the list where there is one.
pub(super) fn bare_time(rng: &mut impl Rng, writer: &Writer) -> String {
    let words = writer.spec.time.words(writer.language);
    if !writer.english() {
        return word(rng, words, 0.4).to_string();
    }
    let bare: Vec<&str> = words.iter().copied().filter(|text| !text.contains(' ')).collect();
    if bare.is_empty() || rng.random_bool(0.2) {
        word(rng, words, 0.4).to_string()
    } else {
        word(rng, &bare, 0.7).to_string()
    }
}

fn chinese_shade(colour: Colour) -> &'static str {
    // The second word is the one that ends in "colour".
    colour.words(Language::Chinese).get(1).copied().unwrap_or("")
}

pub(super) fn singular(verb: &str) -> &str {
    match verb {
        "stand" => "stands",
        "walk" => "walks",
        "sit" => "sits",
        "fly" => "flies",
        other => other,
    }
}

pub(super) fn garment(rng: &mut impl Rng, subject: Subject) -> &'static str {
    let own: &[&str] = match subject {
        Subject::Girl | Subject::Woman => &["coat", "dress", "cloak", "cape"],
        Subject::King | Subject::Wizard => &["robe", "coat", "cloak"],
        Subject::Queen => &["gown", "robe", "dress", "coat"],
        Subject::Knight => &["surcoat", "cape", "cloak", "coat"],
        Subject::Witch => &["robe", "dress", "cloak", "coat"],
        Subject::OldWoman => &["coat", "dress", "cloak"],
        _ => &["coat", "jacket", "cloak", "raincoat"],
    };
    word(rng, own, 0.45)
}

fn measure_word(subject: Subject) -> &'static str {
    match subject {
        Subject::King
        | Subject::Queen
        | Subject::Knight
        | Subject::Wizard
        | Subject::OldMan
        | Subject::OldWoman => "一位",
        Subject::Dragon => "一条",
        Subject::Horse => "一匹",
        Subject::Whale | Subject::Bear => "一头",
        other if other.is_person() || matches!(other, Subject::Robot | Subject::Ghost) => "一个",
        _ => "一只",
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

/// The noun with "a" or "an".
pub(super) fn with_article(noun: &str) -> String {
    // "umbrella" and "orange" take "an"; no word of the lists begins with a spoken y.
    format!("{} {noun}", article(noun))
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
