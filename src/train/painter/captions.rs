//! Words for a scene, as a writer or a prompt-writer would put it.
//!
//! Six forms in two languages. The first is exactly the one that the story
//! reader composes (`story/prompt/mod.rs`): style, subject with colour, pose, prop,
//! setting, time, weather, mood, with commas; before the mood stands a shot or
//! a side that is not the usual one. Every form leaves attributes out at random,
//! so that a model learns what is unsaid too. What is said of the vocabulary is
//! so; a few captions carry words that mean nothing here.

use rand::Rng;
use rand::seq::SliceRandom;

use super::chatter;
use super::spec::SceneSpec;
use super::wording::{bare_time, capital, garment, singular, with_article, word};
use super::words::{Language, Place, Shot, Span, Weather};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Prompt,
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
        0..30 => Form::Prompt,
        30..44 => Form::Canonical,
        44..60 => Form::Sentence,
        60..74 => Form::Tags,
        74..86 => Form::Short,
        _ => Form::Narrative,
    };
    let writer = Writer { spec, language };
    let text = match form {
        Form::Prompt => return writer.prompt(rng),
        Form::Canonical => writer.canonical(rng),
        Form::Sentence => writer.sentence(rng),
        Form::Tags => writer.tags(rng),
        Form::Short => writer.short(rng),
        Form::Narrative => writer.narrative(rng),
    };
    if rng.random_bool(0.08) { chatter::added(text, language, rng) } else { text }
}

/// A scene and the language to say it in.
pub(super) struct Writer<'a> {
    pub(super) spec: &'a SceneSpec,
    pub(super) language: Language,
}

impl Writer<'_> {
    pub(super) fn english(&self) -> bool {
        self.language == Language::English
    }

    /// Joins what is there with the language's comma.
    fn join(&self, parts: Vec<String>) -> String {
        let comma = if self.english() { ", " } else { "，" };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(comma)
    }

    /// What the program itself asks for: keep in step with `story/prompt/mod.rs`.
    fn prompt(&self, rng: &mut impl Rng) -> String {
        let english = self.english();
        let mut parts = vec![self.style(rng, 0.85, 0.9)];
        let said: Vec<String> = self.spec.subjects.iter().map(|who| self.prompt_noun(rng, who)).collect();
        // The same figure twice is said once.
        let distinct = said.first() != said.last();
        if let (Some(who), Some(first)) = (self.spec.subjects.first(), said.first()) {
            let pose =
                if rng.random_bool(0.92) { word(rng, who.pose.words(self.language), 0.97) } else { "" };
            let space = if english && !pose.is_empty() { " " } else { "" };
            parts.push(match (said.get(1).filter(|_| distinct), english) {
                (None, _) => format!("{first}{space}{pose}"),
                (Some(other), true) => {
                    format!("{first}{space}{pose} with {other}")
                }
                (Some(other), false) => format!("{first}{pose}，和{other}在一起"),
            });
        }
        if let Some(prop) = self.spec.prop.filter(|_| rng.random_bool(0.9)) {
            let noun = word(rng, prop.words(self.language), 0.85);
            let held = !prop.is_large() && !self.spec.subjects.is_empty();
            parts.push(match (english, held) {
                (true, true) => format!("holding {}", with_article(noun)),
                (true, false) => format!("with {}", with_article(noun)),
                (false, true) => format!("拿着{noun}"),
                (false, false) => format!("有{noun}"),
            });
        }
        if rng.random_bool(0.93) {
            parts.push(word(rng, self.spec.setting.phrases(self.language), 0.8).to_string());
        }
        parts.push(self.time(rng, 0.88, 0.95));
        parts.push(self.weather(rng, 0.95, 0.9));
        parts.push(self.framing(rng, 0.9));
        if rng.random_bool(0.5) {
            parts.push(chatter::mood(self.language, rng).to_string());
        }
        self.join(parts)
    }

    fn canonical(&self, rng: &mut impl Rng) -> String {
        let mut parts = vec![self.style(rng, 0.85, 0.8)];
        match self.relation(rng, 0.9).filter(|_| rng.random_bool(0.35)) {
            Some(both) => parts.push(both),
            None => parts.push(self.cast(rng, 0.9, 0.85, 0.8, true)),
        }
        parts.extend(self.lone_prop(rng));
        if rng.random_bool(0.94) {
            parts.push(word(rng, self.spec.setting.phrases(self.language), 0.55).to_string());
        }
        parts.push(self.time(rng, 0.9, 0.6));
        parts.push(self.weather(rng, 0.95, 0.6));
        parts.push(self.framing(rng, 0.9));
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
            if rng.random_bool(0.75) {
                parts.push(self.pose(rng, who).to_string());
            }
        }
        if let Some(prop) = self.spec.prop.filter(|_| rng.random_bool(0.9)) {
            parts.push(word(rng, prop.words(self.language), 0.6).to_string());
        }
        if rng.random_bool(0.85) {
            parts.push(bare_time(rng, self));
        }
        parts.push(self.weather(rng, 0.9, 0.5));
        parts.push(self.framing(rng, 0.9));
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
        let who = match self.relation(rng, 0.4) {
            Some(both) => both,
            None => self.cast(rng, 0.65, 0.5, 0.5, false),
        };
        let place = word(rng, self.spec.setting.phrases(self.language), 0.4);
        let body = if self.spec.subjects.is_empty() {
            match self.lone_prop(rng) {
                Some(prop) => self.there(&prop, place),
                None => self.empty_place(rng),
            }
        } else if rng.random_bool(0.8) {
            if self.spec.subjects.len() == 2 && !self.english() {
                self.place_of_both(&who, place)
            } else {
                self.there(&who, place)
            }
        } else {
            who
        };
        let mut parts =
            vec![body, self.time(rng, 0.5, 0.4), self.weather(rng, 0.6, 0.4), self.framing(rng, 0.8)];
        let style = self.style(rng, 0.6, 0.7);
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
            let related = self.relation(rng, 0.85);
            if let Some(other) = self.spec.subjects.get(1) {
                let second = self.noun_phrase(rng, other, 0.8, false);
                head = if self.english() {
                    format!("{head} and {second}")
                } else {
                    format!("{head}和{second}")
                };
            }
            let alike = self.spec.subjects.iter().all(|who| who.pose == first.pose);
            if let Some(both) = related.filter(|_| rng.random_bool(0.4)) {
                parts.push(self.place_of_both(&both, place));
            } else if alike && rng.random_bool(0.8) {
                let verb = self.verb(rng, first);
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
        parts.push(self.framing(rng, 0.85));
        let style = self.style(rng, 0.8, 0.6);
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
        let verb = self.verb(rng, first);
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
        let weather = self.weather(rng, 0.85, 0.4);
        let framing = self.framing(rng, 0.8);
        text = self.join(vec![text, weather, framing]);
        text += if self.english() { "." } else { "。" };
        let style = self.style(rng, 0.7, 0.6);
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
        if self.spec.setting.is_indoors() && rng.random_bool(0.4) {
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

    /// Shot, place and gaze. What is not the usual is nearly always said, so that
    /// a caption without such words means a medium shot with the figure in the
    /// middle (of two the first on the left) looking into the picture.
    fn framing(&self, rng: &mut impl Rng, share: f64) -> String {
        let mut parts = Vec::new();
        let mut say = |usual: bool, words: &[&str], rng: &mut _| {
            let said = Rng::random_bool(rng, if usual { 0.1 } else { share });
            if said && !words.is_empty() {
                parts.push(word(rng, words, 0.6).to_string());
            }
        };
        say(self.spec.shot == Shot::Medium, self.spec.shot.words(self.language), rng);
        match self.spec.subjects.as_slice() {
            [who] => {
                say(who.place == Place::Centre, who.place.words(self.language), rng);
                say(who.span == Span::Middle, who.span.words(self.language), rng);
                let gaze = match (self.english(), who.facing_left) {
                    (true, true) => "facing left",
                    (true, false) => "facing right",
                    (false, true) => "面向左边",
                    (false, false) => "面向右边",
                };
                say(who.facing_left == who.place.looks_left(), &[gaze], rng);
            }
            [first, _] => {
                let noun = word(rng, first.subject.words(self.language), 0.6);
                let words = first.place.words(self.language)[0];
                let both =
                    if self.english() { format!("the {noun} {words}") } else { format!("{noun}{words}") };
                say(first.place == Place::Left, &[&both], rng);
            }
            _ => {}
        }
        if parts.len() > 1 && rng.random_bool(0.3) {
            parts.reverse();
        }
        self.join(parts)
    }
}
