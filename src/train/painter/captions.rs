//! Words for a scene, as a writer or a prompt-writer would put it.
//!
//! Five forms in two languages. The canonical form is the one that the story
//! reader writes: style, subject with colour, pose, prop, setting, time,
//! weather, with commas. Every form leaves attributes out at random, so that a
//! model learns what is unsaid too. Nothing is ever said that is not so.

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};

use super::spec::{Carry, SceneSpec, SubjectSpec};
use super::words::{Colour, Language, Pose, Prop, Setting, Shot, Span, Subject, Weather};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Canonical,
    Sentence,
    Tags,
    Short,
    Narrative,
}

/// One caption for `spec`; another one at every call.
pub fn caption(spec: &SceneSpec, rng: &mut impl Rng) -> String {
    let language = if rng.random_bool(0.6) { Language::English } else { Language::Chinese };
    let form = match rng.random_range(0..100) {
        0..34 => Form::Canonical,
        34..58 => Form::Sentence,
        58..72 => Form::Tags,
        72..84 => Form::Short,
        _ => Form::Narrative,
    };
    let writer = Writer { spec, language };
    match form {
        Form::Canonical => writer.canonical(rng),
        Form::Sentence => writer.sentence(rng),
        Form::Tags => writer.tags(rng),
        Form::Short => writer.short(rng),
        Form::Narrative => writer.narrative(rng),
    }
}

struct Writer<'a> {
    spec: &'a SceneSpec,
    language: Language,
}

/// Mostly the canonical word, so that prompts and captions meet.
fn word<'a>(rng: &mut impl Rng, list: &[&'a str], canonical: f64) -> &'a str {
    let first = list.first().copied().unwrap_or("");
    if rng.random_bool(canonical) { first } else { list.choose(rng).copied().unwrap_or(first) }
}

impl Writer<'_> {
    fn english(&self) -> bool {
        self.language == Language::English
    }

    /// Joins what is there with the language's comma.
    fn join(&self, parts: Vec<String>) -> String {
        let comma = if self.english() { ", " } else { "，" };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(comma)
    }

    fn canonical(&self, rng: &mut impl Rng) -> String {
        let mut parts = vec![self.style(rng, 0.85, 0.8), self.cast(rng, 0.9, 0.75, 0.8, true)];
        parts.extend(self.lone_prop(rng));
        if rng.random_bool(0.94) {
            parts.push(word(rng, self.spec.setting.phrases(self.language), 0.55).to_string());
        }
        parts.push(self.time(rng, 0.9, 0.6));
        parts.push(self.weather(rng, 0.95, 0.6));
        parts.push(self.framing(rng, 0.2));
        self.join(parts)
    }

    fn tags(&self, rng: &mut impl Rng) -> String {
        let mut parts = vec![word(rng, self.spec.setting.words(self.language), 0.5).to_string()];
        for who in &self.spec.subjects {
            let noun = word(rng, who.subject.words(self.language), 0.5);
            if rng.random_bool(0.75) {
                if who.subject.is_person() && self.english() {
                    parts.push(noun.to_string());
                    parts.push(format!(
                        "{} {}",
                        word(rng, who.colour.words(self.language), 0.7),
                        garment(rng, who.subject)
                    ));
                } else {
                    parts.push(self.coloured(rng, who, noun));
                }
            } else {
                parts.push(noun.to_string());
            }
            if rng.random_bool(0.4) {
                parts.push(word(rng, who.pose.words(self.language), 0.7).to_string());
            }
        }
        if let Some(prop) = self.spec.prop.filter(|_| rng.random_bool(0.9)) {
            parts.push(word(rng, prop.words(self.language), 0.6).to_string());
        }
        if rng.random_bool(0.85) {
            parts.push(bare_time(rng, self));
        }
        parts.push(self.weather(rng, 0.9, 0.5));
        parts.push(self.framing(rng, 0.3));
        parts.retain(|part| !part.is_empty());
        parts.shuffle(rng);
        let style = self.style(rng, 0.8, 0.7);
        if rng.random_bool(0.6) {
            parts.insert(0, style)
        } else {
            parts.push(style)
        }
        self.join(parts)
    }

    fn short(&self, rng: &mut impl Rng) -> String {
        let who = self.cast(rng, 0.4, 0.15, 0.3, false);
        let place = word(rng, self.spec.setting.phrases(self.language), 0.4);
        let body = if self.spec.subjects.is_empty() {
            match self.lone_prop(rng) {
                Some(prop) => self.there(&prop, place),
                None => self.empty_place(rng),
            }
        } else if rng.random_bool(0.8) {
            self.there(&who, place)
        } else {
            who
        };
        let mut parts = vec![body, self.time(rng, 0.3, 0.4), self.weather(rng, 0.3, 0.4)];
        let style = self.style(rng, 0.35, 0.7);
        if rng.random_bool(0.5) {
            parts.insert(0, style)
        } else {
            parts.push(style)
        }
        self.join(parts)
    }

    fn sentence(&self, rng: &mut impl Rng) -> String {
        let place = word(rng, self.spec.setting.phrases(self.language), 0.5);
        let mut parts = Vec::new();
        if let Some(first) = self.spec.subjects.first() {
            let mut head = self.noun_phrase(rng, first, 0.85, false);
            if let Some(other) = self.spec.subjects.get(1) {
                let second = self.noun_phrase(rng, other, 0.8, false);
                head = if self.english() {
                    format!("{head} and {second}")
                } else {
                    format!("{head}和{second}")
                };
            }
            let alike = self.spec.subjects.iter().all(|who| who.pose == first.pose);
            if alike && rng.random_bool(0.8) {
                let verb = self.verb(rng, first.pose);
                parts.push(if self.english() {
                    format!("{head} {verb} {place}")
                } else {
                    format!("{head}{place}{verb}")
                });
            } else {
                parts.push(self.there(&head, place));
            }
            if rng.random_bool(0.9) {
                parts.extend(self.carried(rng));
            }
        } else {
            match self.lone_prop(rng) {
                Some(prop) => parts.push(self.there(&prop, place)),
                None => parts.push(self.empty_place(rng)),
            }
        }
        parts.push(self.time(rng, 0.8, 0.45));
        parts.push(self.weather(rng, 0.85, 0.45));
        parts.push(self.framing(rng, 0.15));
        let style = self.style(rng, 0.6, 0.6);
        if rng.random_bool(0.35) {
            parts.insert(0, style)
        } else {
            parts.push(style)
        }
        let text = self.join(parts);
        let text = if self.english() && rng.random_bool(0.6) { capital(&text) } else { text };
        if rng.random_bool(0.35) { text + if self.english() { "." } else { "。" } } else { text }
    }

    fn narrative(&self, rng: &mut impl Rng) -> String {
        let place = word(rng, self.spec.setting.phrases(self.language), 0.4);
        let time = word(rng, self.spec.time.words(self.language), 0.3);
        // Time words that are no phrases do not open a sentence.
        let time =
            if self.english() && !time.contains(' ') { self.spec.time.words(self.language)[0] } else { time };
        let Some(first) = self.spec.subjects.first() else {
            let scene = match self.lone_prop(rng) {
                Some(prop) => self.there(&prop, place),
                None => self.empty_place(rng),
            };
            let scene = self.join(vec![time.to_string(), scene, self.weather(rng, 0.8, 0.4)]);
            return if self.english() { capital(&scene) + "." } else { scene + "。" };
        };
        let the = self.noun_phrase(rng, first, 0.45, true);
        let verb = self.verb(rng, first.pose);
        let mut text = if self.english() {
            let scene = format!("{the} {} {place}", singular(verb));
            if rng.random_bool(0.6) {
                format!("{} {scene}", capital(time))
            } else {
                format!("{} {time}", capital(&scene))
            }
        } else if rng.random_bool(0.6) {
            format!("{time}，{the}{place}{verb}")
        } else {
            format!("{the}{time}{place}{verb}")
        };
        if rng.random_bool(0.85)
            && let Some(carried) = self.carried(rng)
        {
            text = self.join(vec![text, carried]);
        }
        if let Some(other) = self.spec.subjects.get(1) {
            let definite = rng.random_bool(0.3);
            let other = self.noun_phrase(rng, other, 0.5, definite);
            text = if self.english() {
                format!("{text}, together with {other}")
            } else {
                format!("{text}，旁边还有{other}")
            };
        }
        let weather = self.weather(rng, 0.8, 0.4);
        text = self.join(vec![text, weather]);
        text += if self.english() { "." } else { "。" };
        let style = self.style(rng, 0.45, 0.6);
        match (style.is_empty(), self.english()) {
            (true, _) => text,
            (false, true) => format!("{text} {}.", capital(&style)),
            (false, false) => format!("{text}{style}。"),
        }
    }

    /// The style in this language, rarely in the other one; or nothing.
    fn style(&self, rng: &mut impl Rng, share: f64, canonical: f64) -> String {
        if !rng.random_bool(share) {
            return String::new();
        }
        let other = if self.english() { Language::Chinese } else { Language::English };
        let language = if rng.random_bool(0.03) { other } else { self.language };
        word(rng, self.spec.style.words(language), canonical).to_string()
    }

    fn time(&self, rng: &mut impl Rng, share: f64, canonical: f64) -> String {
        if rng.random_bool(share) {
            word(rng, self.spec.time.words(self.language), canonical).to_string()
        } else {
            String::new()
        }
    }

    fn weather(&self, rng: &mut impl Rng, share: f64, canonical: f64) -> String {
        // Clear weather is what a writer does not mention.
        let share = if self.spec.weather == Weather::Clear { share * 0.3 } else { share };
        if !rng.random_bool(share) {
            return String::new();
        }
        let text = word(rng, self.spec.weather.words(self.language), canonical).to_string();
        if self.spec.setting == Setting::Bedroom && rng.random_bool(0.4) {
            return if !self.english() {
                format!("窗外{text}")
            } else if text.starts_with("in ") {
                text
            } else {
                format!("{text} outside")
            };
        }
        text
    }

    /// Shot, place and distance: said now and then.
    fn framing(&self, rng: &mut impl Rng, share: f64) -> String {
        if !rng.random_bool(share) {
            return String::new();
        }
        if let [who] = self.spec.subjects.as_slice() {
            if who.span != Span::Middle && rng.random_bool(0.5) {
                return word(rng, who.span.words(self.language), 0.5).to_string();
            }
            if rng.random_bool(0.5) {
                return word(rng, who.place.words(self.language), 0.5).to_string();
            }
        }
        if self.spec.shot == Shot::Medium && rng.random_bool(0.7) {
            return String::new();
        }
        word(rng, self.spec.shot.words(self.language), 0.5).to_string()
    }

    /// The figures with colour, pose and prop, each said with its own share.
    fn cast(&self, rng: &mut impl Rng, colour: f64, pose: f64, prop: f64, commas: bool) -> String {
        let mut figures = Vec::new();
        for (index, who) in self.spec.subjects.iter().enumerate() {
            let mut text = self.noun_phrase(rng, who, colour, false);
            if rng.random_bool(pose) {
                let pose = word(rng, who.pose.words(self.language), 0.7);
                text = if self.english() { format!("{text} {pose}") } else { format!("{text}{pose}") };
            }
            if rng.random_bool(0.07) {
                text += match (self.english(), who.facing_left) {
                    (true, true) => " facing left",
                    (true, false) => " facing right",
                    (false, true) => "面向左边",
                    (false, false) => "面向右边",
                };
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
    fn carried(&self, rng: &mut impl Rng) -> Option<String> {
        let prop = self.spec.prop?;
        let carry = self.spec.carry()?;
        let noun = word(rng, prop.words(self.language), 0.6);
        let held = carry == Carry::Held;
        Some(if self.english() {
            let lead = match (held, prop) {
                (true, Prop::Kite) => *["with", "holding", "playing with"].choose(rng)?,
                (true, Prop::Book) => *["holding", "reading", "with", "holding"].choose(rng)?,
                (true, Prop::Umbrella) => *["holding", "under", "with", "holding"].choose(rng)?,
                (true, _) => *["holding", "holding", "holding", "carrying", "with"].choose(rng)?,
                (false, Prop::Boat | Prop::Tent) => *["beside", "next to", "near", "with"].choose(rng)?,
                (false, _) => *["with", "with", "beside", "next to"].choose(rng)?,
            };
            format!("{lead} {}", with_article(noun))
        } else {
            let lead = match (held, prop) {
                (true, Prop::Kite) => *["放", "拿着", "放着"].choose(rng)?,
                (true, Prop::Umbrella) => *["打着", "撑着", "拿着"].choose(rng)?,
                (true, Prop::Book) => *["拿着", "读着", "捧着"].choose(rng)?,
                (true, _) => *["拿着", "拿着", "提着", "带着", "手里拿着"].choose(rng)?,
                (false, _) => *["身边有", "旁边有", "旁边是"].choose(rng)?,
            };
            format!("{lead}{noun}")
        })
    }

    /// The prop of a scene without figures.
    fn lone_prop(&self, rng: &mut impl Rng) -> Option<String> {
        if !self.spec.subjects.is_empty() {
            return None;
        }
        let noun = word(rng, self.spec.prop?.words(self.language), 0.6);
        Some(if self.english() { with_article(noun) } else { noun.to_string() })
    }

    fn there(&self, what: &str, place: &str) -> String {
        match (what.is_empty(), self.english()) {
            (true, _) => place.to_string(),
            (false, true) => format!("{what} {place}"),
            (false, false) => format!("{what}{place}"),
        }
    }

    fn empty_place(&self, rng: &mut impl Rng) -> String {
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
    fn noun_phrase(&self, rng: &mut impl Rng, who: &SubjectSpec, colour: f64, definite: bool) -> String {
        let noun = word(rng, who.subject.words(self.language), 0.6);
        let coloured = rng.random_bool(colour);
        let body = if coloured { self.coloured(rng, who, noun) } else { noun.to_string() };
        if self.english() {
            return if definite { format!("the {body}") } else { with_article(&body) };
        }
        if definite || rng.random_bool(0.5) { body } else { format!("{}{body}", measure_word(who.subject)) }
    }

    /// The noun with its colour: "red fox", "girl in a red coat", "穿红衣服的小女孩".
    fn coloured(&self, rng: &mut impl Rng, who: &SubjectSpec, noun: &str) -> String {
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

    fn verb(&self, rng: &mut impl Rng, pose: Pose) -> &'static str {
        if !self.english() {
            return word(rng, pose.words(Language::Chinese), 0.7);
        }
        let many = self.spec.subjects.len() > 1;
        match (pose, many) {
            (Pose::Standing, false) => "stands",
            (Pose::Standing, true) => "stand",
            (Pose::Walking, false) => "walks",
            (Pose::Walking, true) => "walk",
            (Pose::Sitting, false) => "sits",
            (Pose::Sitting, true) => "sit",
            (Pose::Flying, false) => "flies",
            (Pose::Flying, true) => "fly",
        }
    }
}

/// The tag form of the time: phrases lose nothing by it in Chinese; in English
/// the bare noun is the second word of the list where there is one.
fn bare_time(rng: &mut impl Rng, writer: &Writer) -> String {
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

fn singular(verb: &str) -> &str {
    match verb {
        "stand" => "stands",
        "walk" => "walks",
        "sit" => "sits",
        "fly" => "flies",
        other => other,
    }
}

fn garment(rng: &mut impl Rng, subject: Subject) -> &'static str {
    let own: &[&str] = match subject {
        Subject::Girl | Subject::Woman => &["coat", "dress", "cloak", "cape"],
        Subject::King => &["robe", "coat", "cloak"],
        Subject::Witch => &["robe", "dress", "cloak", "coat"],
        Subject::OldWoman => &["coat", "dress", "cloak"],
        _ => &["coat", "jacket", "cloak", "raincoat"],
    };
    word(rng, own, 0.45)
}

fn measure_word(subject: Subject) -> &'static str {
    match subject {
        Subject::King | Subject::OldMan | Subject::OldWoman => "一位",
        Subject::Dragon => "一条",
        other if other.is_person() || other == Subject::Robot => "一个",
        _ => "一只",
    }
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

fn with_article(noun: &str) -> String {
    // "umbrella" and "orange" take "an"; no word of the lists begins with a spoken y.
    format!("{} {noun}", article(noun))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
