//! Who is in the picture: one file a family.
//!
//! Figures are painted in their own units: feet at the origin, upright height
//! about 1 (y = -1 at the top), looking to the right.

mod biped;
mod crow;
mod dragon;
mod ghost;
mod heads;
mod hoofed;
mod muzzles;
mod owl;
mod people;
mod quadruped;
mod robot;
mod tortoise;
mod whale;

use super::canvas::{Easel, oval, poly, rect};
use super::colour::Rgb;
use super::props;
use super::spec::SubjectSpec;
use super::words::{Colour, Pose, Prop, Subject};

/// The raised hand of people, figure units.
const HAND_HIGH: (f32, f32) = (0.24, -0.86);
/// The hand that holds things at the side.
const HAND_SIDE: (f32, f32) = (0.25, -0.50);
/// The hand that carries something upright before the body.
const HAND_FRONT: (f32, f32) = (0.27, -0.48);
/// The hand in front of the chest.
const HAND_CHEST: (f32, f32) = (0.19, -0.50);

/// How much room a figure takes, in figure units, and how large a unit is.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Half the width.
    pub half: f32,
    /// The height.
    pub high: f32,
    /// Size of a figure unit against that of a grown person.
    pub size: f32,
}

/// The room that a figure takes with what it holds.
pub fn frame(who: &SubjectSpec, held: Option<Prop>) -> Frame {
    use Subject::*;
    let sitting = who.pose == Pose::Sitting;
    let (mut half, mut high, size): (f32, f32, f32) = match (who.subject, who.pose) {
        (Girl | Boy, _) => (0.26, 1.0, 0.92),
        (OldWoman | OldMan, _) => (0.27, 1.0, 0.94),
        (King, _) => (0.28, 1.10, 1.0),
        (Queen, _) => (0.30, 1.09, 1.0),
        (Knight, _) => (0.31, 1.12, 1.04),
        (Pirate, _) => (0.28, 1.08, 1.0),
        (Witch, _) => (0.29, 1.24, 0.98),
        (Wizard, _) => (0.29, 1.28, 0.98),
        (Ghost, Pose::Flying) => (0.66, 1.10, 0.90),
        (Ghost, _) => (0.40, 1.08, 0.92),
        (Woman | Man, _) => (0.25, 1.0, 1.0),
        (Robot, _) => (0.30, 1.08, 0.97),
        (Bear, Pose::Walking) => (0.66, 0.86, 0.92),
        (Bear, _) => (0.36, 1.02, 1.0),
        (Mouse, Pose::Walking) => (0.72, 0.78, 0.88),
        (Mouse, _) => (0.44, 1.10, 0.85),
        (Rabbit, Pose::Walking) => (0.44, 0.98, 0.88),
        (Rabbit, _) => (0.27, 1.2, 0.86),
        (Fox | Cat | Dog, Pose::Sitting) => (0.46, 1.02, 0.90),
        (Fox | Cat | Dog, _) => (0.72, 1.0, 0.88),
        (Wolf, Pose::Sitting) => (0.60, 1.14, 0.96),
        (Wolf, _) => (0.78, 1.0, 0.94),
        (Horse, Pose::Sitting) => (0.80, 0.96, 0.95),
        (Horse, _) => (0.80, 1.26, 0.95),
        (Deer, Pose::Sitting) => (0.78, 1.16, 0.90),
        (Deer, _) => (0.80, 1.50, 0.86),
        (Tortoise, _) => (0.92, 0.76, 0.88),
        (Crow, Pose::Flying) => (0.86, 1.24, 0.84),
        (Crow, _) => (0.72, 1.0, 0.86),
        (Whale, Pose::Flying) => (1.10, 1.12, 0.85),
        (Whale, _) => (1.06, 0.96, 0.92),
        (Owl, Pose::Flying) => (0.84, 0.95, 0.84),
        (Owl, _) => (0.32, 1.05, 0.88),
        (Dragon, Pose::Flying) => (0.98, 1.40, 0.95),
        (Dragon, _) => (0.80, 1.10, 1.0),
    };
    if sitting && (who.subject.is_person() || who.subject == Robot) {
        high -= 0.14;
    }
    match held {
        Some(Prop::Umbrella) => {
            half = half.max(0.46);
            high = high.max(1.46);
        }
        Some(Prop::Sword) => {
            half = half.max(0.44);
            high = high.max(1.1);
        }
        Some(Prop::Kite) | None => {}
        Some(_) => half = half.max(0.43),
    }
    Frame { half, high, size }
}

/// Paints a figure and what it holds; `seed` varies skin and hair.
pub fn paint(easel: &mut Easel, who: &SubjectSpec, held: Option<Prop>, seed: u64) {
    use Subject::*;
    match who.subject {
        Girl | Boy | Woman | Man | OldWoman | OldMan | King | Queen | Knight | Witch | Wizard | Pirate => {
            people::paint(easel, who, held, seed)
        }
        Ghost => ghost::paint(easel, who, held),
        Robot => robot::paint(easel, who, held),
        Bear | Rabbit | Mouse if who.pose != Pose::Walking => biped::paint(easel, who, held),
        Fox | Wolf | Bear | Rabbit | Cat | Dog | Mouse => quadruped::paint(easel, who),
        Horse | Deer => hoofed::paint(easel, who),
        Crow => crow::paint(easel, who),
        Tortoise => tortoise::paint(easel, who),
        Whale => whale::paint(easel, who),
        Owl => owl::paint(easel, who),
        Dragon => dragon::paint(easel, who),
    }
}

/// Where the holding hand is for a prop; without one it hangs down.
fn hand_for(held: Option<Prop>) -> (f32, f32) {
    match held {
        None => (0.15, -0.38),
        Some(prop) if prop.is_large() => (0.15, -0.38),
        Some(Prop::Kite) => HAND_HIGH,
        Some(Prop::Book | Prop::Letter) => HAND_CHEST,
        Some(Prop::Umbrella) => (0.22, -0.54),
        Some(Prop::Crown | Prop::Clock | Prop::Candle) => HAND_FRONT,
        Some(_) => HAND_SIDE,
    }
}

/// The raised hand that holds a kite's string. A bear's is clear of its muzzle.
pub fn high_hand(subject: Subject) -> (f32, f32) {
    match subject {
        Subject::Bear => (0.36, -0.80),
        Subject::Rabbit => (0.30, -0.80),
        _ => HAND_HIGH,
    }
}

/// Paints the prop in the hand.
fn hold(easel: &mut Easel, held: Option<Prop>, hand: (f32, f32), colour: Colour) {
    let Some(prop) = held else { return };
    let (size, lean) = match prop {
        Prop::Kite | Prop::Boat | Prop::Tent | Prop::Well | Prop::Wheelbarrow => return,
        Prop::Umbrella => (0.96, -11.0),
        Prop::Sword => (0.62, 22.0),
        Prop::Book => (0.36, 0.0),
        Prop::Lantern => (0.38, 0.0),
        Prop::Basket => (0.36, 0.0),
        Prop::Bell => (0.34, -12.0),
        Prop::Key => (0.42, 0.0),
        Prop::Crown => (0.30, 0.0),
        Prop::Clock => (0.36, 0.0),
        Prop::Candle => (0.36, 0.0),
        Prop::Letter => (0.34, -8.0),
    };
    // What hangs must not reach the ground; what is raised has room.
    let hangs = matches!(prop, Prop::Lantern | Prop::Basket | Prop::Bell | Prop::Key);
    let most = if hangs { (-hand.1 - easel.sunk) / props::grip(prop).1.abs() + 0.01 } else { 0.9 };
    let size = if prop == Prop::Umbrella { size } else { (size * easel.prop_scale).min(most) };
    let grip = props::grip(prop);
    easel.turned(hand.0, hand.1, lean, |e| {
        e.within(-grip.0 * size, -grip.1 * size, size, size, |e| props::paint(e, prop, colour));
    });
}

/// A tree stump to sit on; its top is at `top` (negative), centred on `x`.
fn stump(easel: &mut Easel, x: f32, top: f32, half: f32) {
    let bark = Rgb::hex(0x7a5638);
    easel.fill(
        poly(&[(x - half * 1.12, 0.0), (x - half, top), (x + half, top), (x + half * 1.12, 0.0)]),
        bark,
    );
    easel.fill(oval(x, top, half, half * 0.26), Rgb::hex(0xcfa671));
    easel.dab(oval(x, top, half * 0.5, half * 0.12), Rgb::hex(0xa97f4e), 0.7);
    easel.dab(rect(x - half * 0.5, top + half * 0.4, half * 0.12, -top * 0.5), bark.darker(0.4), 0.5);
}

/// An eye: a dark oval with a spark. `size` is its height.
fn eye(easel: &mut Easel, x: f32, y: f32, size: f32) {
    easel.dab(oval(x, y, size * 0.42, size * 0.55), Rgb::hex(0x1f1a1c), 1.0);
    easel.raw(oval(x + size * 0.12, y - size * 0.18, size * 0.14, size * 0.15), Rgb::WHITE, 0.9);
}
