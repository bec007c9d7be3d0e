//! From everything found out about a text to its scenes and cast as they leave
//! the room: the writer's wishes, titles, prompts, offsets in scalar values.

use std::ops::Range;

use super::cast::{self, Cast};
use super::overrides::{self, CastEdit, Overrides, SceneChange, SceneEdit};
use super::prompt::{PartSource, PromptPart};
use super::sentences::{self, Doc};
use super::shot::{Shot, Tone};
use super::types::{Character, Language, Look, Mood, Reading, Scene, StoryError, StoryOptions, TimeOfDay};
use super::{frame, lexicon, looks, moment, names_zh, phrase, prompt, scenes, segment, setting, shot, text};

/// Characters in a title made from a key moment.
const TITLE_CHARS: usize = 48;

/// A text with all that is known of it before it is cut into scenes.
struct Known<'a, 'o> {
    doc: Doc<'a>,
    cast: Cast,
    evidence: Vec<setting::Evidence>,
    edits: &'o [SceneEdit],
    /// The sentence of every edit.
    places: Vec<Option<usize>>,
    lost_cast: Vec<CastEdit>,
}

impl<'a, 'o> Known<'a, 'o> {
    fn new(text: &'a str, options: &'o StoryOptions) -> Result<Self, StoryError> {
        if options.scenes == Some(0) {
            return Err(StoryError::NoScenes);
        }
        if text.chars().all(text::is_blank) {
            return Err(StoryError::Empty);
        }
        if !text.chars().any(char::is_alphanumeric) {
            return Err(StoryError::NoWords);
        }
        let language = segment::language_of(text);
        let names = match language {
            Language::Chinese => names_zh::names(text),
            Language::English => Vec::new(),
        };
        let doc = Doc::new(text, language, &names);
        let mut cast = cast::read(&doc);
        let edits: &[SceneEdit] = &options.overrides.scenes;
        let lost_cast = overrides::apply_to_cast(&doc, &mut cast, &options.overrides.cast);
        let places = overrides::place(&doc, edits);
        let evidence = doc.sentences.iter().map(|s| setting::evidence(&doc, s)).collect();
        Ok(Self { doc, cast, evidence, edits, places, lost_cast })
    }

    /// Ranges of sentences that are scenes; the writer's boundaries stand.
    fn cuts(&self, wanted: Option<usize>) -> Vec<Range<usize>> {
        let pins: Vec<(usize, bool)> = self
            .edits
            .iter()
            .zip(&self.places)
            .filter_map(|(edit, at)| match edit.change {
                SceneChange::Starts => at.map(|at| (at, true)),
                SceneChange::GoesOn => at.map(|at| (at, false)),
                _ => None,
            })
            .collect();
        scenes::cut(&self.doc, &self.evidence, &self.cast.presence, wanted, &pins)
    }

    /// Finds out in which of the scenes each look holds.
    fn date_looks(&mut self, cuts: &[Range<usize>]) {
        for part in &mut self.cast.parts {
            let scene_of = |s: usize| cuts.partition_point(|c| c.end <= s);
            part.spells = looks::spells(&part.facts, scene_of);
        }
    }

    /// One scene of sentences, offsets still in bytes. `key` is the sentence to
    /// be painted, where that is settled.
    fn scene(
        &self,
        (index, range): (usize, &Range<usize>),
        mut frame: frame::Frame,
        key: Option<usize>,
        tone: &Tone,
    ) -> Option<Scene> {
        let (doc, cast, language) = (&self.doc, &self.cast, self.doc.language);
        let wishes = wishes(range, self.edits, &self.places);
        wish(&mut frame, &wishes, language);
        let key = key
            .or(wishes.key)
            .or_else(|| moment::key_moment(doc, cast, &self.evidence, range))
            .unwrap_or(range.start);
        let present = cast.presence.get(key).map_or(0, Vec::len);
        let shot = wishes.shot.unwrap_or_else(|| shot::shot(doc, key, present));
        let mut parts = prompt::parts(doc, cast, &frame, shot, key, (index, range));
        if let Some(own) = wishes.setting.filter(|own| !own.trim().is_empty()) {
            // The writer's place is said in the writer's words.
            let said = phrase::said_place(own, language);
            parts.retain(|p| p.source != PartSource::Setting);
            let before = |p: &PromptPart| matches!(p.source, PartSource::Cast | PartSource::KeyMoment);
            let at = parts.iter().take_while(|p| before(p)).count();
            parts.insert(at, PromptPart { text: said, source: PartSource::Setting });
        }
        let first = doc.sentences.get(range.start)?;
        let last = doc.sentences.get(range.end.saturating_sub(1))?;
        let key_sentence = doc.sentences.get(key)?;
        // Markers that close the text belong to the last scene.
        let end = doc
            .blocks
            .get(last.paragraph)
            .filter(|_| range.end == doc.sentences.len())
            .map_or(last.end, |b| b.end);
        if parts.is_empty() {
            let words = doc.text.get(key_sentence.start..key_sentence.end).unwrap_or("");
            parts.push(PromptPart { text: clip(&setting::tidy(words), 200), source: PartSource::KeyMoment });
        }
        Some(Scene {
            start: first.open,
            end: end.max(last.end),
            title: wishes.title.map_or_else(|| title(doc, first, key_sentence), str::to_owned),
            key_moment: (key_sentence.start, key_sentence.end),
            prompt: prompt::join(&parts, language),
            setting: wishes.setting.map_or_else(|| place_text(&frame), str::to_owned),
            time: frame.time,
            weather: wishes.weather.map_or_else(|| weather_text(&frame, language), str::to_owned),
            mood: frame.mood,
            characters: wishes.characters.map_or_else(|| characters(cast, range), <[String]>::to_vec),
            shot,
            tone: Tone::of(frame.mood, frame.time, tone),
            parts,
        })
    }
}

/// Reads a whole text.
pub fn read(text: &str, options: &StoryOptions) -> Result<Reading, StoryError> {
    let mut known = Known::new(text, options)?;
    let cuts = known.cuts(options.scenes);
    known.date_looks(&cuts);
    let frames = frame::frames(&known.doc, &known.evidence, &cuts);
    let mut scenes: Vec<Scene> = cuts
        .iter()
        .zip(frames)
        .enumerate()
        .filter_map(|(index, (range, frame))| known.scene((index, range), frame, None, &options.tone))
        .collect();
    let language = known.doc.language;
    let mut cast: Vec<Character> = known.cast.parts.iter().map(|p| character(p, language)).collect();
    to_scalars(text, &mut scenes, &mut cast);
    let lost = known.edits.iter().zip(&known.places).filter(|(_, at)| at.is_none());
    let lost = lost.map(|(e, _)| e.clone()).collect();
    Ok(Reading { language, scenes, cast, unplaced: Overrides { cast: known.lost_cast, scenes: lost } })
}

/// Bytes of text that are read on both sides of a scene drawn by hand: what
/// holds there was mostly told within a chapter or two.
const CONTEXT_BYTES: usize = 120_000;

/// Reads one stretch `[start, end)` (scalar values) of a text as a scene, with
/// the cast and the carried-over setting of the text around it.
pub fn read_range(
    text: &str,
    options: &StoryOptions,
    (start, end): (usize, usize),
    moment: Option<(usize, usize)>,
) -> Result<Scene, StoryError> {
    let byte = |at: usize| text.char_indices().nth(at).map_or(text.len(), |c| c.0);
    let (first, last) = (byte(start), byte(end));
    // A paragraph's beginning near enough before, one's end after.
    let from = text
        .get(..floor(text, first.saturating_sub(CONTEXT_BYTES)))
        .map_or(0, |head| head.rfind("\n").map_or(head.len(), |at| at + 1));
    let from = if first <= CONTEXT_BYTES { 0 } else { from };
    let to = floor(text, last.saturating_add(CONTEXT_BYTES).min(text.len()));
    let known_text = text.get(from..to).unwrap_or(text);
    let mut known = Known::new(known_text, options)?;
    let sentences = &known.doc.sentences;
    let a = sentences.partition_point(|s| s.end + from <= first);
    let b = sentences.partition_point(|s| s.start + from < last).max(a);
    if a == b {
        return Err(StoryError::NoWords);
    }
    let key = moment.map(|m| {
        let at = byte(m.0);
        sentences.partition_point(|s| s.start + from <= at).saturating_sub(1).clamp(a, b - 1)
    });
    // The story's own scenes around the one drawn by hand.
    let mut cuts: Vec<Range<usize>> = Vec::new();
    for cut in known.cuts(None) {
        cuts.push(cut.start.min(a)..cut.end.min(a));
        cuts.push(cut.start.max(b)..cut.end.max(b));
    }
    cuts.push(a..b);
    cuts.retain(|c| c.start < c.end);
    cuts.sort_by_key(|c| c.start);
    known.date_looks(&cuts);
    let frames = frame::frames(&known.doc, &known.evidence, &cuts);
    let drawn = cuts.iter().zip(frames).enumerate().find(|(_, (c, _))| c.start == a);
    let (index, (range, frame)) = drawn.ok_or(StoryError::NoWords)?;
    let scene = known.scene((index, range), frame, key, &options.tone).ok_or(StoryError::NoWords)?;
    let mut scenes = [scene];
    to_scalars(known_text, &mut scenes, &mut []);
    let [mut scene] = scenes;
    let before = text.get(..from).map_or(0, |head| head.chars().count());
    scene.key_moment = moment.unwrap_or((scene.key_moment.0 + before, scene.key_moment.1 + before));
    (scene.start, scene.end) = (start, end);
    Ok(scene)
}

/// The last character boundary at or before a byte.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Changes of one scene by the writer.
#[derive(Default)]
struct Wishes<'o> {
    key: Option<usize>,
    title: Option<&'o str>,
    setting: Option<&'o str>,
    time: Option<TimeOfDay>,
    weather: Option<&'o str>,
    mood: Option<Mood>,
    characters: Option<&'o [String]>,
    shot: Option<Shot>,
}

/// The wishes for the scene of some sentences; later ones win.
fn wishes<'o>(scene: &Range<usize>, edits: &'o [SceneEdit], places: &[Option<usize>]) -> Wishes<'o> {
    let mut w = Wishes::default();
    for (edit, at) in edits.iter().zip(places) {
        let Some(at) = at.filter(|at| scene.contains(at)) else { continue };
        match &edit.change {
            SceneChange::Starts | SceneChange::GoesOn => {}
            SceneChange::KeyMoment => w.key = Some(at),
            SceneChange::Title(title) => w.title = Some(title),
            SceneChange::Setting(setting) => w.setting = Some(setting),
            SceneChange::Time(time) => w.time = Some(*time),
            SceneChange::Weather(weather) => w.weather = Some(weather),
            SceneChange::Mood(mood) => w.mood = Some(*mood),
            SceneChange::Characters(names) => w.characters = Some(names),
            SceneChange::Shot(shot) => w.shot = Some(*shot),
        }
    }
    w
}

/// Puts the writer's place, hour, weather and mood into a frame.
fn wish(frame: &mut frame::Frame, wishes: &Wishes, language: Language) {
    if let Some(own) = wishes.setting {
        let concept = phrase::setting_of(own, language)
            .and_then(|c| lexicon::lexicon().concepts.iter().position(|o| std::ptr::eq(o, c)));
        frame.place = concept.map(|c| (c, own.to_owned()));
        frame.second = None;
    }
    frame.time = wishes.time.unwrap_or(frame.time);
    frame.mood = wishes.mood.unwrap_or(frame.mood);
    if let Some(weather) = wishes.weather {
        let doc = sentences::Doc::new(weather, language, &[]);
        let told =
            |c: usize| lexicon::lexicon().concept(c).is_some_and(|c| c.class == lexicon::Class::Weather);
        frame.weather = doc.hits.iter().map(|h| h.concept).find(|c| told(*c));
    }
}

/// A member as it leaves the room; spans are still bytes.
fn character(part: &cast::Part, language: Language) -> Character {
    let looks = part.facts.iter().zip(&part.spells).map(|(fact, spell)| Look {
        text: fact.text.clone(),
        span: fact.span,
        from_scene: spell.0,
        until_scene: spell.1,
    });
    Character {
        name: part.name.clone(),
        aliases: part.aliases.clone(),
        kind: part.kind,
        appearance: part.facts.iter().map(|f| f.text.clone()).collect(),
        looks: looks.collect(),
        what: prompt::what(part, language),
    }
}

fn place_text(frame: &frame::Frame) -> String {
    let first = frame.place.as_ref().map(|p| p.1.clone()).unwrap_or_default();
    match &frame.second {
        Some(second) if !first.is_empty() && !first.contains(second.as_str()) => {
            format!("{first}, {second}")
        }
        _ => first,
    }
}

fn weather_text(frame: &frame::Frame, language: Language) -> String {
    let concept = frame.weather.and_then(|w| lexicon::lexicon().concept(w));
    concept.map_or(String::new(), |c| {
        if language == Language::English { c.say.0.clone() } else { c.say.1.clone() }
    })
}

/// The heading above the scene, or the key moment cut at a word's end.
fn title(doc: &Doc, first: &sentences::Sentence, key: &sentences::Sentence) -> String {
    let heading = doc.blocks.get(first.paragraph).filter(|_| first.first).and_then(|b| b.heading.as_ref());
    match heading {
        Some(heading) => clip(&setting::tidy(heading), TITLE_CHARS),
        None => clip(&setting::tidy(doc.text.get(key.start..key.end).unwrap_or("")), TITLE_CHARS),
    }
}

/// At most `most` characters, cut at a space if one is near, with an ellipsis.
fn clip(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head: String = text.chars().take(most).collect();
    let cut = head.rfind(' ').filter(|c| *c > head.len() / 2).unwrap_or(head.len());
    format!("{}…", head.get(..cut).unwrap_or(&head).trim_end_matches([' ', ',', ';', ':', '，', '、']))
}

/// Names of those present in a scene, most present first.
fn characters(cast: &cast::Cast, scene: &Range<usize>) -> Vec<String> {
    let mut counts: Vec<(usize, usize)> = (0..cast.parts.len()).map(|i| (0, i)).collect();
    for id in scene.clone().filter_map(|s| cast.presence.get(s)).flatten() {
        if let Some(count) = counts.get_mut(*id) {
            count.0 += 1;
        }
    }
    counts.retain(|c| c.0 > 0);
    counts.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    counts.into_iter().filter_map(|(_, id)| cast.parts.get(id)).map(|p| p.name.clone()).collect()
}

/// Turns the byte offsets of scenes and looks into scalar values, in one pass.
fn to_scalars(text: &str, scenes: &mut [Scene], cast: &mut [Character]) {
    let spans = |s: &Scene| [s.start, s.end, s.key_moment.0, s.key_moment.1];
    let mut offsets: Vec<usize> = scenes.iter().flat_map(spans).collect();
    offsets.extend(cast.iter().flat_map(|c| c.looks.iter().flat_map(|l| [l.span.0, l.span.1])));
    offsets.sort_unstable();
    offsets.dedup();
    let mut scalars = Vec::with_capacity(offsets.len());
    let (mut at, mut count) = (0, 0);
    for &offset in &offsets {
        count += text.get(at..offset).map_or(0, |part| part.chars().count());
        at = offset;
        scalars.push(count);
    }
    let scalar =
        |byte: usize| offsets.binary_search(&byte).ok().and_then(|i| scalars.get(i)).copied().unwrap_or(byte);
    for s in scenes {
        (s.start, s.end) = (scalar(s.start), scalar(s.end));
        s.key_moment = (scalar(s.key_moment.0), scalar(s.key_moment.1));
    }
    for look in cast.iter_mut().flat_map(|c| &mut c.looks) {
        look.span = (scalar(look.span.0), scalar(look.span.1));
    }
}
