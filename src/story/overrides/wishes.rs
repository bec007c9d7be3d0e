//! The writer's changes of one scene.

use std::ops::Range;

use super::{SceneChange, SceneEdit};
use crate::story::doc::Doc;
use crate::story::lexicon::{Class, lexicon};
use crate::story::prompt::setting_of;
use crate::story::setting::frame::Frame;
use crate::story::shot::Shot;
use crate::story::types::{Language, Mood, TimeOfDay};

/// Changes of one scene by the writer.
#[derive(Default)]
pub struct Wishes<'o> {
    pub key: Option<usize>,
    pub title: Option<&'o str>,
    pub setting: Option<&'o str>,
    pub time: Option<TimeOfDay>,
    pub weather: Option<&'o str>,
    pub mood: Option<Mood>,
    pub characters: Option<&'o [String]>,
    pub shot: Option<Shot>,
}

/// The wishes for the scene of some sentences; later ones win.
pub fn wishes<'o>(scene: &Range<usize>, edits: &'o [SceneEdit], places: &[Option<usize>]) -> Wishes<'o> {
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
pub fn wish(frame: &mut Frame, wishes: &Wishes, language: Language) {
    if let Some(own) = wishes.setting {
        let concept = setting_of(own, language)
            .and_then(|c| lexicon().concepts.iter().position(|o| std::ptr::eq(o, c)));
        frame.place = concept.map(|c| (c, own.to_owned()));
        frame.second = None;
    }
    frame.time = wishes.time.unwrap_or(frame.time);
    frame.mood = wishes.mood.unwrap_or(frame.mood);
    if let Some(weather) = wishes.weather {
        let doc = Doc::new(weather, language, &[]);
        let told = |c: usize| lexicon().concept(c).is_some_and(|c| c.class == Class::Weather);
        frame.weather = doc.hits.iter().map(|h| h.concept).find(|c| told(*c));
    }
}
