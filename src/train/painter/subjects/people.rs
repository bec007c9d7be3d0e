//! People: one body, dressed by who it is.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, cloth};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose, Prop, Subject};
use super::{eye, hand_for, hold, stump};

/// The measures and colours of one person.
struct Look {
    subject: Subject,
    /// Half the height of the head.
    head: f32,
    /// Centre of the head.
    head_at: (f32, f32),
    /// Height of the shoulders.
    shoulder: f32,
    /// Half the width of the shoulders.
    broad: f32,
    /// Height of the hem of coat, dress or robe.
    hem: f32,
    /// Half the width of the hem.
    flare: f32,
    coat: Rgb,
    legs: Rgb,
    skin: Rgb,
    hair: Rgb,
}

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
        King | Witch => (-0.03, 0.235),
        _ => (-0.3, 0.15),
    };
    let hair = match subject {
        OldWoman | OldMan | King => grey,
        Witch => Rgb::hex(0x5a4a58),
        _ => own_hair,
    };
    let legs = match (subject, who.colour) {
        (Girl | Woman, _) => Rgb::hex(0x574a52),
        (_, Colour::Brown | Colour::Black | Colour::Grey) => Rgb::hex(0x5f6f86),
        _ => Rgb::hex(0x4d4a55),
    };
    Look { subject, head, head_at, shoulder, broad, hem, flare, coat, legs, skin, hair }
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
        head(e, &look);
        let hand = hand_for(held);
        hold(e, held, hand, who.colour);
        arm(e, &look, (look.broad * 0.66, look.shoulder + 0.055), hand, false);
        if held == Some(Prop::Book) {
            e.fill(oval(0.05, -0.46, 0.034, 0.032), look.skin);
        }
    });
}

fn arm(easel: &mut Easel, look: &Look, from: (f32, f32), hand: (f32, f32), far: bool) {
    let coat = if far { look.coat.darker(0.25) } else { look.coat.darker(0.10) };
    // The elbow hangs below the straight line.
    let elbow = ((from.0 + hand.0) / 2.0 + if far { -0.035 } else { 0.02 }, (from.1 + hand.1) / 2.0 + 0.045);
    let wrist = (hand.0 + (elbow.0 - hand.0) * 0.12, hand.1 + (elbow.1 - hand.1) * 0.12);
    easel.fill(oval(hand.0, hand.1, 0.036, 0.034), look.skin);
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
        Subject::King | Subject::Witch | Subject::OldWoman => -0.05,
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
        Subject::Girl | Subject::Woman | Subject::Witch => {
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
    let stride = if pose == Pose::Walking { 0.035 } else { 0.0 };
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
            easel.dab(
                poly(&[
                    (-waist.1, -0.49),
                    (waist.1, -0.49),
                    (waist.1 * 1.05, -0.44),
                    (-waist.1 * 1.05, -0.44),
                ]),
                Rgb::hex(0xe8b536),
                1.0,
            );
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
        Subject::Witch => {
            easel.dab(
                poly(&[
                    (-waist.1, -0.49),
                    (waist.1, -0.49),
                    (waist.1 * 1.05, -0.45),
                    (-waist.1 * 1.05, -0.45),
                ]),
                trim,
                0.9,
            );
        }
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
            scarf(look),
        );
    }
}

/// A scarf that stands out from the coat.
fn scarf(look: &Look) -> Rgb {
    if look.coat.0 > look.coat.2 { Rgb::hex(0x3f77b5) } else { Rgb::hex(0xe0a83a) }
}

fn head(easel: &mut Easel, look: &Look) {
    use Subject::*;
    let (x, y) = look.head_at;
    let r = look.head;
    let at = |dx: f32, dy: f32| (x + dx * r, y + dy * r);
    let (rx, ry) = (r * 0.88, r);
    easel.dab(
        limb(&[(x - 0.01, y + r * 0.7, r * 0.34), (x - 0.015, look.shoulder + 0.01, r * 0.36)]),
        look.skin.darker(0.12),
        1.0,
    );
    // Face with a small nose on the side it looks to.
    easel.fill(
        blob(&[
            at(-0.80, -0.35),
            at(-0.35, -0.92),
            at(0.35, -0.92),
            at(0.80, -0.40),
            at(0.88, -0.02),
            at(1.0, 0.14),
            at(0.86, 0.26),
            at(0.72, 0.62),
            at(0.30, 0.96),
            at(-0.25, 0.92),
            at(-0.72, 0.50),
            at(-0.86, 0.08),
        ]),
        look.skin,
    );
    let cheek = Rgb::hex(0xe8705a);
    easel.dab(oval(x + rx * 0.02, y + ry * 0.36, r * 0.17, r * 0.13), cheek, 0.38);
    easel.dab(oval(x + rx * 0.78, y + ry * 0.34, r * 0.13, r * 0.12), cheek, 0.38);
    let tall = if matches!(look.subject, Girl | Boy) { 0.30 } else { 0.27 };
    eye(easel, x + rx * 0.16, y + ry * 0.04, r * tall);
    eye(easel, x + rx * 0.68, y + ry * 0.04, r * tall);
    let bearded = matches!(look.subject, OldMan | King);
    if !bearded {
        easel.stroke(
            curve(&[at(0.20, 0.54), at(0.40, 0.62), at(0.58, 0.52)]),
            Rgb::hex(0x9c3f38),
            0.9,
            r * 0.09,
        );
    }
    hair(easel, look);
}

fn hair(easel: &mut Easel, look: &Look) {
    use Subject::*;
    let (x, y) = look.head_at;
    let r = look.head;
    let at = |dx: f32, dy: f32| (x + dx * r, y + dy * r);
    let hair = look.hair;
    match look.subject {
        Girl | Woman => {
            // A parted fringe and a lock before the ear.
            easel.fill(
                blob(&[
                    at(-0.98, 0.45),
                    at(-1.08, -0.30),
                    at(-0.70, -0.98),
                    at(0.0, -1.16),
                    at(0.66, -0.98),
                    at(0.98, -0.40),
                    at(0.84, -0.22),
                    at(0.50, -0.52),
                    at(0.05, -0.46),
                    at(-0.42, -0.20),
                    at(-0.60, 0.40),
                    at(-0.72, 0.8),
                ]),
                hair,
            );
            if look.subject == Girl {
                let bow = scarf(look);
                easel.fill(blob(&[at(-0.55, -0.95), at(-0.95, -1.30), at(-1.05, -0.80)]), bow);
                easel.fill(blob(&[at(-0.55, -0.95), at(-0.15, -1.35), at(-0.10, -0.92)]), bow);
            }
        }
        Boy | Man => {
            easel.fill(
                blob(&[
                    at(-0.86, 0.20),
                    at(-1.02, -0.35),
                    at(-0.66, -1.0),
                    at(0.0, -1.16),
                    at(0.62, -1.02),
                    at(0.92, -0.52),
                    at(0.70, -0.42),
                    at(0.30, -0.56),
                    at(-0.25, -0.44),
                    at(-0.52, -0.10),
                    at(-0.62, 0.22),
                ]),
                hair,
            );
            if look.subject == Man {
                // A hat with a brim tells men from boys.
                let felt = look.coat.darker(0.45).mix(Rgb::hex(0x5a4a3c), 0.5);
                easel.fill(
                    blob(&[
                        at(-0.72, -0.62),
                        at(-0.62, -1.30),
                        at(0.0, -1.42),
                        at(0.56, -1.28),
                        at(0.66, -0.62),
                        at(0.0, -0.56),
                    ]),
                    felt,
                );
                easel.fill(oval(x + r * 0.02, y - r * 0.62, r * 1.25, r * 0.20), felt.darker(0.12));
            }
        }
        OldWoman => {
            easel.fill(oval(x - r * 0.62, y - r * 0.92, r * 0.42, r * 0.40), hair.darker(0.08));
            easel.fill(
                blob(&[
                    at(-0.90, 0.22),
                    at(-1.02, -0.38),
                    at(-0.64, -1.0),
                    at(0.05, -1.12),
                    at(0.66, -0.92),
                    at(0.90, -0.40),
                    at(0.50, -0.56),
                    at(0.0, -0.62),
                    at(-0.50, -0.22),
                    at(-0.64, 0.22),
                ]),
                hair,
            );
            // Round glasses.
            for dx in [0.14, 0.62] {
                easel.stroke(
                    oval(x + dx * r, y + 0.04 * r, r * 0.22, r * 0.22),
                    Rgb::hex(0x6b5a4c),
                    0.9,
                    r * 0.06,
                );
            }
        }
        OldMan | King => {
            let beard = hair;
            easel.fill(
                blob(&[
                    at(-0.70, 0.12),
                    at(-0.30, 0.30),
                    at(0.15, 0.44),
                    at(0.60, 0.40),
                    at(0.92, 0.24),
                    at(0.86, 0.85),
                    at(0.60, 1.60),
                    at(0.32, 2.05),
                    at(0.0, 1.75),
                    at(-0.52, 1.10),
                ]),
                beard,
            );
            easel.dab(
                limb(&[
                    (x + 0.05 * r, y + 0.52 * r, r * 0.07),
                    (x + 0.45 * r, y + 0.42 * r, r * 0.10),
                    (x + 0.85 * r, y + 0.50 * r, r * 0.07),
                ]),
                beard.darker(0.12),
                0.9,
            );
            easel.fill(
                blob(&[
                    at(-0.86, 0.35),
                    at(-1.04, -0.30),
                    at(-0.84, -0.62),
                    at(-0.56, -0.30),
                    at(-0.58, 0.35),
                ]),
                hair,
            );
            if look.subject == King {
                crown(easel, x, y - r * 0.70, r);
            } else {
                let cap = look.coat.darker(0.30);
                easel.fill(
                    blob(&[
                        at(-0.98, -0.36),
                        at(-0.86, -0.98),
                        at(-0.1, -1.30),
                        at(0.62, -1.04),
                        at(0.86, -0.46),
                        at(0.0, -0.54),
                    ]),
                    cap,
                );
                easel.fill(
                    limb(&[
                        (x + 0.15 * r, y - 0.48 * r, r * 0.10),
                        (x + 0.8 * r, y - 0.48 * r, r * 0.12),
                        (x + 1.18 * r, y - 0.38 * r, r * 0.06),
                    ]),
                    cap.darker(0.2),
                );
            }
        }
        Witch => {
            easel.fill(
                blob(&[at(-0.90, 0.62), at(-1.04, -0.30), at(-0.5, -0.8), at(-0.50, 0.0), at(-0.56, 0.7)]),
                hair,
            );
            let hat = if look.coat.luma() < 0.25 { Rgb::hex(0x3a3346) } else { look.coat.darker(0.42) };
            easel.fill(
                blob(&[
                    at(-0.86, -0.62),
                    at(-0.55, -1.35),
                    at(-0.38, -2.05),
                    at(-0.72, -2.75),
                    at(0.02, -2.30),
                    at(0.32, -1.45),
                    at(0.84, -0.62),
                    at(0.0, -0.50),
                ]),
                hat,
            );
            easel.dab(
                poly(&[at(-0.78, -0.80), at(-0.70, -1.06), at(0.60, -1.06), at(0.76, -0.80)]),
                Rgb::hex(0xe0a83a),
                1.0,
            );
            easel.fill(oval(x, y - r * 0.62, r * 1.55, r * 0.24), hat.darker(0.15));
        }
        _ => {}
    }
}

fn crown(easel: &mut Easel, x: f32, y: f32, r: f32) {
    let gold = Rgb::hex(0xf0bf3a);
    let at = |dx: f32, dy: f32| (x + dx * r, y + dy * r);
    easel.fill(
        poly(&[
            at(-0.84, 0.12),
            at(-0.98, -0.78),
            at(-0.48, -0.30),
            at(-0.02, -0.98),
            at(0.46, -0.30),
            at(0.96, -0.78),
            at(0.84, 0.12),
        ]),
        gold,
    );
    for dx in [-0.5, 0.0, 0.5] {
        easel.dab(oval(x + dx * r, y - 0.08 * r, 0.11 * r, 0.11 * r), Rgb::hex(0xc8403a), 1.0);
    }
}
