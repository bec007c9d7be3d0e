//! People: one body, dressed by who it is. Heads and hats are in `heads.rs`.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, cloth};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose, Prop, Subject};
use super::{hand_for, heads, hold, stump};

/// The measures and colours of one person.
pub(super) struct Look {
    pub(super) subject: Subject,
    /// Half the height of the head.
    pub(super) head: f32,
    /// Centre of the head.
    pub(super) head_at: (f32, f32),
    /// Height of the shoulders.
    pub(super) shoulder: f32,
    /// Half the width of the shoulders.
    broad: f32,
    /// Height of the hem of coat, dress or robe.
    hem: f32,
    /// Half the width of the hem.
    flare: f32,
    pub(super) coat: Rgb,
    sleeve: Rgb,
    hand: Rgb,
    legs: Rgb,
    pub(super) skin: Rgb,
    pub(super) hair: Rgb,
}

/// Armour.
pub(super) const STEEL: Rgb = Rgb::hex(0xa9b5c4);
/// Crowns, buckles and hems.
pub(super) const GOLD: Rgb = Rgb::hex(0xf0bf3a);

fn look(who: &SubjectSpec, seed: u64) -> Look {
    use Subject::*;
    let skins = [0xf6d3b3, 0xeab98f, 0xf2c7a2, 0xc98d63].map(Rgb::hex);
    let hairs = [0x4a2f22, 0x2b2426, 0x9a5a2a, 0xd9a94e].map(Rgb::hex);
    let skin = skins[(seed >> 7) as usize % 4];
    let own_hair = hairs[(seed >> 11) as usize % 4];
    let grey = Rgb::hex(0xe3e1de);
    let coat = cloth(who.colour);
    let subject = who.subject;
    let child = matches!(subject, Girl | Boy);
    let (head, head_at, shoulder, broad) =
        if child { (0.165, (0.01, -0.825), -0.645, 0.105) } else { (0.132, (0.01, -0.862), -0.715, 0.118) };
    let (head_at, shoulder) = match subject {
        // Old backs stoop: the head comes forward and down.
        OldWoman | OldMan => ((0.055, -0.815), -0.685),
        _ => (head_at, shoulder),
    };
    let (hem, flare) = match subject {
        Girl => (-0.24, 0.205),
        Boy => (-0.30, 0.145),
        Woman => (-0.16, 0.20),
        Man => (-0.33, 0.152),
        OldMan => (-0.25, 0.17),
        OldWoman => (-0.06, 0.215),
        King | Witch | Wizard => (-0.03, 0.235),
        Queen => (-0.02, 0.275),
        Knight => (-0.30, 0.15),
        Pirate => (-0.27, 0.18),
        _ => (-0.3, 0.15),
    };
    let hair = match subject {
        OldWoman | OldMan | King | Wizard => grey,
        Witch => Rgb::hex(0x5a4a58),
        Pirate => Rgb::hex(0x2b2426),
        _ => own_hair,
    };
    let legs = match (subject, who.colour) {
        (Knight, _) => STEEL.darker(0.08),
        (Girl | Woman, _) => Rgb::hex(0x574a52),
        (_, Colour::Brown | Colour::Black | Colour::Grey) => Rgb::hex(0x5f6f86),
        _ => Rgb::hex(0x4d4a55),
    };
    let (sleeve, hand) = if subject == Knight { (STEEL, STEEL.darker(0.15)) } else { (coat, skin) };
    Look { sleeve, hand, subject, head, head_at, shoulder, broad, hem, flare, coat, legs, skin, hair }
}

/// Paints a person.
pub fn paint(easel: &mut Easel, who: &SubjectSpec, held: Option<Prop>, seed: u64) {
    let look = look(who, seed);
    let sitting = who.pose == Pose::Sitting;
    let walking = who.pose == Pose::Walking;
    // Seated, the hips sink to the height of a stump.
    let sink = if sitting { 0.14 } else { 0.0 };
    easel.sunk = sink;
    if sitting {
        stump(easel, -0.05, -0.26, 0.16);
    }
    easel.within(0.0, sink, 1.0, 1.0, |e| back_of(e, &look, sitting));
    // The far arm, behind the body.
    easel.within(0.0, sink, 1.0, 1.0, |e| {
        let swing = if walking { (-0.19, -0.44) } else { (-0.16, -0.40) };
        arm(e, &look, (-look.broad * 0.72, look.shoulder + 0.05), swing, true);
    });
    legs(easel, &look, who.pose);
    if sitting {
        seated_lap(easel, &look);
    }
    easel.within(0.0, sink, 1.0, 1.0, |e| {
        body(e, &look, who.pose);
        heads::head(e, &look);
        // Empty hands swing in mid step.
        let hand = if walking && held.is_none() { (0.24, -0.44) } else { hand_for(held) };
        hold(e, held, hand, who.colour);
        arm(e, &look, (look.broad * 0.66, look.shoulder + 0.055), hand, false);
        if held == Some(Prop::Book) {
            e.fill(oval(0.05, -0.46, 0.034, 0.032), look.hand);
        }
    });
}

fn arm(easel: &mut Easel, look: &Look, from: (f32, f32), hand: (f32, f32), far: bool) {
    let coat = look.sleeve.darker(if far { 0.25 } else { 0.10 });
    // The elbow hangs below the straight line.
    let elbow = ((from.0 + hand.0) / 2.0 + if far { -0.035 } else { 0.02 }, (from.1 + hand.1) / 2.0 + 0.045);
    let wrist = (hand.0 + (elbow.0 - hand.0) * 0.12, hand.1 + (elbow.1 - hand.1) * 0.12);
    easel.fill(oval(hand.0, hand.1, 0.038, 0.036), look.hand);
    easel.fill(limb(&[(from.0, from.1, 0.046), (elbow.0, elbow.1, 0.044), (wrist.0, wrist.1, 0.042)]), coat);
}

fn shoe(easel: &mut Easel, x: f32, y: f32) {
    easel.fill(
        blob(&[
            (x - 0.045, y),
            (x - 0.045, y - 0.055),
            (x + 0.01, y - 0.065),
            (x + 0.075, y - 0.04),
            (x + 0.095, y - 0.008),
            (x + 0.03, y + 0.006),
        ]),
        Rgb::hex(0x4a3226),
    );
}

fn legs(easel: &mut Easel, look: &Look, pose: Pose) {
    let long = look.hem > -0.1;
    match pose {
        Pose::Sitting => {
            for (x, tone) in [(0.02, 0.2), (0.07, 0.0)] {
                easel.fill(
                    limb(&[
                        (x - 0.08, -0.28, 0.055),
                        (x + 0.11, -0.285, 0.052),
                        (x + 0.13, -0.15, 0.042),
                        (x + 0.12, -0.04, 0.036),
                    ]),
                    look.legs.darker(tone),
                );
                shoe(easel, x + 0.12, 0.0);
            }
        }
        Pose::Walking => {
            if long {
                shoe(easel, -0.13, 0.0);
                shoe(easel, 0.12, 0.0);
                return;
            }
            easel.fill(
                limb(&[(-0.03, -0.42, 0.058), (-0.07, -0.22, 0.046), (-0.15, -0.05, 0.036)]),
                look.legs.darker(0.2),
            );
            shoe(easel, -0.155, -0.012);
            easel
                .fill(limb(&[(0.03, -0.42, 0.060), (0.085, -0.23, 0.048), (0.115, -0.05, 0.036)]), look.legs);
            shoe(easel, 0.12, 0.0);
        }
        Pose::Standing | Pose::Flying => {
            if !long {
                easel.fill(
                    limb(&[(-0.055, -0.42, 0.058), (-0.06, -0.22, 0.047), (-0.06, -0.05, 0.038)]),
                    look.legs.darker(0.2),
                );
                easel.fill(
                    limb(&[(0.05, -0.42, 0.058), (0.055, -0.22, 0.047), (0.055, -0.05, 0.038)]),
                    look.legs,
                );
            }
            shoe(easel, -0.065, 0.0);
            shoe(easel, 0.055, 0.0);
        }
    }
}

/// The skirt or the coat's lap over the thighs of who sits.
fn seated_lap(easel: &mut Easel, look: &Look) {
    let drop = match look.subject {
        Subject::King | Subject::Queen | Subject::Witch | Subject::Wizard | Subject::OldWoman => -0.05,
        Subject::Woman | Subject::Girl => -0.13,
        _ => return,
    };
    easel.fill(
        blob(&[
            (-0.15, -0.30),
            (0.0, -0.37),
            (0.16, -0.35),
            (0.225, -0.28),
            (0.25, drop - 0.02),
            (0.15, drop + 0.01),
            (0.06, drop),
            (0.0, -0.2),
            (-0.13, -0.22),
        ]),
        look.coat.darker(0.06),
    );
}

/// What is behind the body: long hair, a cape.
fn back_of(easel: &mut Easel, look: &Look, sitting: bool) {
    let (x, y) = look.head_at;
    let r = look.head;
    match look.subject {
        Subject::Girl | Subject::Woman | Subject::Queen | Subject::Witch => {
            let long = if look.subject == Subject::Girl { 1.75 } else { 1.95 };
            easel.fill(
                blob(&[
                    (x - r * 0.95, y - r * 0.4),
                    (x - r * 0.3, y - r * 1.02),
                    (x + r * 0.6, y - r * 0.8),
                    (x + r * 0.75, y),
                    (x + r * 0.5, y + r * 1.1),
                    (x - r * 0.2, y + r * long),
                    (x - r * 1.15, y + r * long * 0.92),
                    (x - r * 1.2, y + r * 0.6),
                ]),
                look.hair.darker(0.12),
            );
        }
        Subject::Knight => {
            let low = if sitting { -0.20 } else { -0.16 };
            easel.fill(
                blob(&[
                    (-0.12, -0.71),
                    (0.05, -0.72),
                    (0.10, -0.5),
                    (-0.02, low - 0.02),
                    (-0.30, low),
                    (-0.26, -0.42),
                ]),
                look.coat.darker(0.30),
            );
        }
        Subject::King => {
            let low = if sitting { -0.17 } else { -0.02 };
            easel.fill(
                blob(&[
                    (-0.13, -0.70),
                    (0.05, -0.72),
                    (0.12, -0.5),
                    (0.0, low - 0.03),
                    (-0.32, low),
                    (-0.27, -0.3),
                ]),
                Rgb::hex(0x8f2430).mix(look.coat.darker(0.5), 0.35),
            );
        }
        _ => {}
    }
}

fn body(easel: &mut Easel, look: &Look, pose: Pose) {
    let (broad, shoulder) = (look.broad, look.shoulder);
    let sitting = pose == Pose::Sitting;
    let stride = if pose == Pose::Walking { if look.hem > -0.1 { 0.055 } else { 0.035 } } else { 0.0 };
    // Seated, the coat ends at the hips (the lap is painted apart).
    let (hem, flare) = if sitting { (-0.39, 0.15) } else { (look.hem, look.flare + stride) };
    let waist = (-0.47, if look.flare > 0.19 { 0.098 } else { 0.118 });
    let lean = look.head_at.0 - 0.01;
    easel.fill(
        blob(&[
            (-broad * 0.55 + lean * 0.6, shoulder - 0.012),
            (lean * 0.7, shoulder - 0.03),
            (broad * 0.6 + lean * 0.6, shoulder - 0.012),
            (broad + lean * 0.4, shoulder + 0.05),
            (waist.1, waist.0),
            (flare * 0.9, hem - 0.05),
            (flare, hem + 0.005),
            (flare * 0.4, hem + 0.022),
            (-flare * 0.4, hem + 0.022),
            (-flare, hem + 0.005),
            (-flare * 0.9, hem - 0.05),
            (-waist.1 - lean * 0.5, waist.0),
            (-broad - lean * 0.3, shoulder + 0.05),
        ]),
        look.coat,
    );
    // A fold on the shaded side and a seam down the front.
    easel.dab(
        blob(&[
            (-broad * 0.9, shoulder + 0.08),
            (-waist.1 * 0.45, waist.0),
            (-flare * 0.45, hem),
            (-flare * 0.95, hem),
            (-waist.1, waist.0),
        ]),
        look.coat.darker(0.35),
        0.35,
    );
    let trim = if look.coat.luma() > 0.7 { look.coat.darker(0.4) } else { look.coat.lighter(0.55) };
    match look.subject {
        Subject::King => {
            easel.dab(
                limb(&[(0.05, shoulder, 0.03), (0.055, -0.45, 0.034), (0.07, hem, 0.042)]),
                Rgb::hex(0xf6f0e4),
                1.0,
            );
            easel.dab(
                limb(&[
                    (-flare * 0.95, hem - 0.005, 0.026),
                    (0.0, hem + 0.012, 0.028),
                    (flare * 0.95, hem - 0.005, 0.026),
                ]),
                Rgb::hex(0xf6f0e4),
                1.0,
            );
            belt(easel, waist.1, GOLD);
        }
        Subject::Queen => {
            // A gown with a pale front, a golden hem and a ruff.
            if !sitting {
                easel.dab(
                    blob(&[
                        (0.01, -0.46),
                        (0.09, -0.46),
                        (0.17, hem),
                        (0.06, hem + 0.02),
                        (-0.03, hem + 0.01),
                    ]),
                    Rgb::hex(0xf8efe0).mix(look.coat, 0.22),
                    0.95,
                );
            }
            easel.dab(
                limb(&[
                    (-flare * 0.95, hem - 0.012, 0.018),
                    (0.0, hem + 0.006, 0.020),
                    (flare * 0.95, hem - 0.012, 0.018),
                ]),
                GOLD,
                1.0,
            );
            belt(easel, waist.1, GOLD);
            easel.fill(oval(0.035, shoulder + 0.002, 0.115, 0.042), Rgb::hex(0xfbf6ec));
        }
        Subject::Knight => {
            // Steel shoulders, a belt, a white cross on the surcoat.
            for x in [-broad * 0.95, broad * 0.95] {
                easel.fill(oval(x, shoulder + 0.045, 0.062, 0.056), STEEL);
            }
            let cloth = Rgb::hex(0xfaf6ec);
            let cross = if look.coat.luma() > 0.72 { Rgb::hex(0xc23a34) } else { cloth };
            easel.dab(limb(&[(0.045, -0.645, 0.016), (0.05, -0.50, 0.016)]), cross, 1.0);
            easel.dab(limb(&[(-0.015, -0.590, 0.015), (0.105, -0.590, 0.015)]), cross, 1.0);
            belt(easel, waist.1, Rgb::hex(0x6b4630));
        }
        Subject::Wizard => {
            belt(easel, waist.1, GOLD);
            if !sitting {
                for (x, y, size) in
                    [(-0.09, -0.30, 0.030), (0.11, -0.22, 0.034), (0.0, -0.12, 0.028), (-0.14, -0.13, 0.026)]
                {
                    heads::star(easel, x, y, size);
                }
            }
        }
        Subject::Pirate => {
            // An open coat over a striped shirt.
            let shirt = [(0.0, shoulder), (0.095, shoulder + 0.02), (0.10, -0.44), (0.015, -0.43)];
            easel.dab(poly(&shirt), Rgb::hex(0xf6f1e6), 1.0);
            for index in 0..4 {
                let y = shoulder + 0.05 + 0.058 * index as f32;
                easel.dab(
                    poly(&[(0.003, y), (0.098, y + 0.006), (0.099, y + 0.03), (0.006, y + 0.024)]),
                    Rgb::hex(0xb8342e),
                    1.0,
                );
            }
            belt(easel, waist.1, Rgb::hex(0x2c2424));
            easel.dab(oval(0.055, -0.465, 0.034, 0.032), GOLD, 1.0);
        }
        Subject::OldWoman => {
            let shawl = Rgb::hex(0xd8cbb8).mix(look.coat, 0.15);
            easel.fill(
                blob(&[
                    (-broad - 0.03, shoulder + 0.02),
                    (lean, shoulder - 0.05),
                    (broad + 0.06, shoulder + 0.02),
                    (broad + 0.02, shoulder + 0.17),
                    (0.05, shoulder + 0.27),
                    (-broad - 0.02, shoulder + 0.18),
                ]),
                shawl,
            );
            if !sitting {
                easel.dab(
                    blob(&[(0.02, -0.46), (0.13, -0.44), (0.17, -0.12), (0.03, -0.10)]),
                    Rgb::hex(0xf3eee2),
                    0.9,
                );
            }
        }
        Subject::Witch => belt(easel, waist.1, trim),
        Subject::Girl | Subject::Woman => {
            easel.dab(
                poly(&[
                    (-waist.1, -0.485),
                    (waist.1, -0.485),
                    (waist.1 * 1.04, -0.455),
                    (-waist.1 * 1.04, -0.455),
                ]),
                look.coat.darker(0.4),
                0.8,
            );
            easel.dab(
                blob(&[
                    (-0.07, shoulder),
                    (0.03, shoulder + 0.05),
                    (0.11, shoulder),
                    (0.03, shoulder - 0.03),
                ]),
                trim,
                0.95,
            );
        }
        _ => {
            easel.stroke(
                curve(&[(0.05, shoulder + 0.02), (0.055, -0.47), (0.06, hem)]),
                look.coat.darker(0.45),
                0.7,
                0.012,
            );
            for y in [-0.60, -0.52, -0.44] {
                easel.dab(oval(0.03, y, 0.012, 0.012), trim, 0.95);
            }
        }
    }
    if look.subject == Subject::Boy {
        easel.fill(
            limb(&[
                (-0.08, shoulder + 0.015, 0.028),
                (0.03, shoulder + 0.03, 0.03),
                (0.10, shoulder + 0.01, 0.028),
            ]),
            heads::scarf(look),
        );
    }
}

fn belt(easel: &mut Easel, half: f32, colour: Rgb) {
    easel.dab(
        poly(&[(-half, -0.49), (half, -0.49), (half * 1.05, -0.445), (-half * 1.05, -0.445)]),
        colour,
        1.0,
    );
}
