//! What a picture shows: a seeded description of a scene, and how training
//! scenes are drawn at random from everything that makes sense together.

use rand::Rng;
use rand::seq::IndexedRandom;
use serde::{Deserialize, Serialize};

use super::words::{Colour, Place, Pose, Prop, Setting, Shot, Span, Style, Subject, Time, Weather};

/// How many seeds training scenes have: so many arrangements of each setting.
/// What captions do not tell is kept small, since a small model spends its
/// strength on guessing it: where a figure stands and looks, and how near it is,
/// is as [`Place::looks_left`] and [`super::captions`] have it, or is said.
pub const LAYOUTS: u64 = 12;

/// One figure of a scene.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubjectSpec {
    /// Who it is.
    pub subject: Subject,
    /// Colour of the clothes (people), of the fur, the scales or the shell.
    pub colour: Colour,
    /// What the body does.
    pub pose: Pose,
    /// Whether the figure looks to the left of the picture.
    pub facing_left: bool,
    /// Which third of the picture it stands in.
    pub place: Place,
    /// How far from the viewer it stands.
    pub span: Span,
}

/// Everything that a picture shows. Two equal specs paint the same pixels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneSpec {
    /// Incidental variety: where the trees stand, which house has a chimney.
    /// Training draws one of [`LAYOUTS`].
    pub seed: u64,
    /// How it is painted.
    pub style: Style,
    /// Where it happens.
    pub setting: Setting,
    /// When it happens.
    pub time: Time,
    /// What the sky does.
    pub weather: Weather,
    /// How much of the picture the figures fill.
    pub shot: Shot,
    /// The figures: none, one or two. The first one owns the prop.
    pub subjects: Vec<SubjectSpec>,
    /// The one object that matters, if any.
    pub prop: Option<Prop>,
}

/// How the first figure carries the prop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carry {
    /// In a hand (or on a string that the hand holds).
    Held,
    /// On the ground beside the figure, or alone where there is no figure.
    Beside,
}

impl SceneSpec {
    /// Draws a training scene: any combination that makes sense.
    pub fn random(rng: &mut impl Rng) -> Self {
        let mut setting = pick(rng, &Setting::ALL);
        let first = pick(rng, &Subject::ALL);
        if first == Subject::Whale && !setting.is_watery() && rng.random_bool(0.8) {
            setting =
                *[Setting::OpenSea, Setting::OpenSea, Setting::Harbour, Setting::Beach, Setting::NightSky]
                    .choose(rng)
                    .unwrap_or(&Setting::OpenSea);
        }
        let time = if setting.has(Time::Day) { pick(rng, &Time::ALL) } else { Time::Night };
        let style = pick(rng, &Style::ALL);
        let mut weather = if rng.random_bool(0.36) { Weather::Clear } else { pick(rng, &Weather::ALL) };
        if !weather.suits(setting) {
            weather = Weather::Clear;
        }
        let shot = match rng.random_range(0..100) {
            0..20 => Shot::Wide,
            20..68 => Shot::Medium,
            _ => Shot::Close,
        };
        let count = match rng.random_range(0..20) {
            0 => 0,
            1..15 => 1,
            _ => 2,
        };
        // There is nobody to be close to.
        let shot = if count == 0 && shot == Shot::Close { Shot::Medium } else { shot };
        let mut subjects: Vec<SubjectSpec> = Vec::with_capacity(count);
        for index in 0..count {
            let subject = if index == 0 { first } else { pick(rng, &Subject::ALL) };
            let place = match (count, index) {
                (1, _) if rng.random_bool(if shot == Shot::Close { 0.6 } else { 0.4 }) => Place::Centre,
                (1, _) if rng.random_bool(0.5) => Place::Left,
                (1, _) => Place::Right,
                // Who is named first mostly stands on the left.
                (_, 0) if rng.random_bool(0.7) => Place::Left,
                (_, 0) => Place::Right,
                _ if subjects[0].place == Place::Left => Place::Right,
                _ => Place::Left,
            };
            let facing_left = place.looks_left() ^ (count == 1 && rng.random_bool(0.15));
            let pose = match subjects.first() {
                // Two figures do the same where both can.
                Some(other) if subject.can(other.pose) => other.pose,
                Some(_) => Pose::Standing,
                None => random_pose(rng, subject, setting),
            };
            let colour = pick(rng, subject.colours());
            subjects.push(SubjectSpec { subject, colour, pose, facing_left, place, span: Span::Middle });
        }
        if count == 2 && rng.random_bool(0.35) {
            // One before the other: near and far are seen best side by side.
            let near = usize::from(rng.random_bool(0.5));
            subjects[near].span = Span::Near;
            subjects[1 - near].span = Span::Far;
        }
        // Multiplied, because painting reads single bits of the seed.
        let seed = rng.random_range(1..=LAYOUTS).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut spec = Self { seed, style, setting, time, weather, shot, subjects, prop: None };
        if rng.random_bool(if count == 0 { 0.6 } else { 0.55 }) {
            let fitting: Vec<Prop> = Prop::ALL.into_iter().filter(|prop| spec.allows(*prop)).collect();
            spec.prop = fitting.choose(rng).copied();
        }
        spec
    }

    /// Whether `prop` makes sense in this scene.
    pub fn allows(&self, prop: Prop) -> bool {
        let first = self.subjects.first();
        let hands = first.is_some_and(|who| who.has_free_hand());
        let flying = first.is_some_and(|who| who.pose == Pose::Flying);
        // A whale has no shore to lay things on.
        let afloat =
            self.setting == Setting::OpenSea || first.is_some_and(|who| who.subject == Subject::Whale);
        match prop {
            Prop::Boat => self.setting.is_watery() && self.setting != Setting::OpenSea && !afloat,
            Prop::Tent => matches!(
                self.setting,
                Setting::Forest
                    | Setting::Meadow
                    | Setting::Mountains
                    | Setting::Desert
                    | Setting::Snowfield
                    | Setting::Riverbank
                    | Setting::Beach
            ),
            Prop::Well => matches!(
                self.setting,
                Setting::Village
                    | Setting::Castle
                    | Setting::Meadow
                    | Setting::Garden
                    | Setting::Desert
                    | Setting::Ruins
                    | Setting::Snowfield
            ),
            Prop::Wheelbarrow => matches!(
                self.setting,
                Setting::Village
                    | Setting::Garden
                    | Setting::Meadow
                    | Setting::CityStreet
                    | Setting::Castle
                    | Setting::Station
            ),
            Prop::Kite => {
                hands
                    && self.shot != Shot::Close
                    && matches!(self.weather, Weather::Clear | Weather::Wind)
                    && !self.setting.is_sheltered()
                    && !matches!(
                        self.setting,
                        Setting::OpenSea | Setting::Forest | Setting::CityStreet | Setting::Station
                    )
            }
            Prop::Umbrella => !(flying || self.setting.is_sheltered() || afloat && !hands),
            _ if afloat => hands,
            _ => hands || !flying,
        }
    }

    /// How the prop is carried; `None` where there is no prop.
    pub fn carry(&self) -> Option<Carry> {
        let prop = self.prop?;
        let hands = self.subjects.first().is_some_and(|who| who.has_free_hand());
        Some(if hands && !prop.is_large() { Carry::Held } else { Carry::Beside })
    }

    /// Whether this scene's (subject, setting, time) is kept out of training,
    /// so that an evaluation can ask for combinations never seen. About 5 % of
    /// all triples; a scene is held out if any of its figures makes such a one.
    pub fn is_held_out(&self) -> bool {
        self.subjects.iter().any(|who| triple_is_held_out(who.subject, self.setting, self.time))
    }
}

impl SubjectSpec {
    /// Whether the figure has a hand to hold something in.
    pub fn has_free_hand(&self) -> bool {
        self.subject.has_hands(self.pose)
    }
}

/// Whether a (subject, setting, time) triple is never used in training. Stable
/// between versions: it hashes the names, not the positions in the lists.
pub fn triple_is_held_out(subject: Subject, setting: Setting, time: Time) -> bool {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for name in [subject.name(), setting.name(), time.name()] {
        for byte in name.bytes().chain([b'|']) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    // FNV's low bits mix poorly over short names: fold the high half in.
    (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33 & 0xff < 13
}

fn random_pose(rng: &mut impl Rng, subject: Subject, setting: Setting) -> Pose {
    let airy = !setting.is_indoors() || subject == Subject::Ghost;
    if setting == Setting::NightSky && subject.flies() && rng.random_bool(0.7) {
        return Pose::Flying;
    }
    let poses: Vec<Pose> = Pose::ALL
        .into_iter()
        .filter(|pose| subject.can(*pose) && (*pose != Pose::Flying || airy))
        // In a boat nobody walks.
        .filter(|pose| *pose != Pose::Walking || setting != Setting::OpenSea)
        .collect();
    poses.choose(rng).copied().unwrap_or(Pose::Standing)
}

fn pick<T: Copy>(rng: &mut impl Rng, list: &[T]) -> T {
    // Every list here is a constant with at least one entry.
    list[rng.random_range(0..list.len())]
}
