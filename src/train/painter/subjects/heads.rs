//! The heads of people: faces, hair, beards and hats.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::Rgb;
use super::super::words::Subject;
use super::eye;
use super::people::{GOLD, Look, STEEL};

/// A scarf that stands out from the coat.
pub(super) fn scarf(look: &Look) -> Rgb {
    if look.coat.0 > look.coat.2 { Rgb::hex(0x3f77b5) } else { Rgb::hex(0xe0a83a) }
}

pub(super) fn head(easel: &mut Easel, look: &Look) {
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
    let bearded = matches!(look.subject, OldMan | King | Wizard);
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
        Girl | Woman | Queen => {
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
            if look.subject == Queen {
                crown(easel, x, y - r * 0.78, r * 0.80);
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
        OldMan | King | Wizard => {
            let beard = hair;
            // A wizard's beard reaches to his belt.
            let long = if look.subject == Wizard { 1.45 } else { 1.0 };
            easel.fill(
                blob(&[
                    at(-0.70, 0.12),
                    at(-0.30, 0.30),
                    at(0.15, 0.44),
                    at(0.60, 0.40),
                    at(0.92, 0.24),
                    at(0.86, 0.85),
                    at(0.60, 1.60 * long),
                    at(0.32, 2.05 * long),
                    at(0.0, 1.75 * long),
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
            } else if look.subject == Wizard {
                star_hat(easel, look);
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
        Knight => helmet(easel, look),
        Pirate => pirate_hat(easel, look),
        _ => {}
    }
}

/// A straight pointed hat with stars.
fn star_hat(easel: &mut Easel, look: &Look) {
    let (x, y) = look.head_at;
    let r = look.head;
    let at = |dx: f32, dy: f32| (x + dx * r, y + dy * r);
    let hat = look.coat.darker(0.12);
    easel.fill(
        blob(&[
            at(-0.84, -0.55),
            at(-0.52, -1.5),
            at(-0.16, -2.5),
            at(0.16, -3.05),
            at(0.30, -2.4),
            at(0.52, -1.5),
            at(0.86, -0.55),
            at(0.0, -0.42),
        ]),
        hat,
    );
    for (dx, dy, size) in [(-0.22, -1.05, 0.24), (0.30, -1.42, 0.22), (0.05, -2.05, 0.20)] {
        let spot = at(dx, dy);
        star(easel, spot.0, spot.1, size * r);
    }
    easel.fill(oval(x + r * 0.02, y - r * 0.56, r * 1.30, r * 0.20), hat.darker(0.18));
}

/// A golden star of five points.
pub(super) fn star(easel: &mut Easel, x: f32, y: f32, size: f32) {
    let points: Vec<(f32, f32)> = (0..10)
        .map(|index| {
            let turn = index as f32 * std::f32::consts::TAU / 10.0 - std::f32::consts::FRAC_PI_2;
            let reach = if index % 2 == 0 { size } else { size * 0.45 };
            (x + turn.cos() * reach, y + turn.sin() * reach)
        })
        .collect();
    easel.dab(poly(&points), Rgb::hex(0xffdf6a), 1.0);
}

/// An open helmet with a raised visor and a plume of the surcoat's colour.
fn helmet(easel: &mut Easel, look: &Look) {
    let (x, y) = look.head_at;
    let r = look.head;
    let at = |dx: f32, dy: f32| (x + dx * r, y + dy * r);
    easel.fill(
        limb(&[
            (x - 0.05 * r, y - 1.10 * r, 0.14 * r),
            (x - 0.45 * r, y - 1.62 * r, 0.32 * r),
            (x - 1.15 * r, y - 1.55 * r, 0.34 * r),
            (x - 1.62 * r, y - 0.85 * r, 0.10 * r),
        ]),
        look.coat,
    );
    easel.fill(
        blob(&[
            at(-0.80, 0.95),
            at(-1.06, 0.2),
            at(-1.04, -0.5),
            at(-0.62, -1.08),
            at(0.05, -1.25),
            at(0.68, -1.02),
            at(0.98, -0.42),
            at(0.62, -0.46),
            at(0.10, -0.44),
            at(-0.14, -0.1),
            at(-0.10, 0.45),
            at(0.14, 0.95),
            at(-0.3, 1.08),
        ]),
        STEEL,
    );
    // The guard of the chin and the raised visor.
    easel.fill(
        limb(&[
            (x - 0.28 * r, y + 0.86 * r, 0.17 * r),
            (x + 0.30 * r, y + 0.98 * r, 0.16 * r),
            (x + 0.78 * r, y + 0.66 * r, 0.11 * r),
        ]),
        STEEL.darker(0.12),
    );
    easel.fill(
        blob(&[
            at(-0.10, -0.50),
            at(0.05, -1.02),
            at(0.62, -1.12),
            at(1.16, -0.72),
            at(1.02, -0.44),
            at(0.5, -0.52),
        ]),
        STEEL.darker(0.22),
    );
    for dx in [0.28, 0.54, 0.80] {
        easel.stroke(curve(&[at(dx, -0.92), at(dx + 0.05, -0.62)]), Rgb::hex(0x3b424c), 0.9, r * 0.07);
    }
    easel.dab(oval(x - 0.30 * r, y - 0.62 * r, 0.11 * r, 0.11 * r), GOLD, 1.0);
}

/// A cocked hat with a white skull, a patch over one eye, a short black beard.
fn pirate_hat(easel: &mut Easel, look: &Look) {
    let (x, y) = look.head_at;
    let r = look.head;
    let at = |dx: f32, dy: f32| (x + dx * r, y + dy * r);
    easel.fill(
        blob(&[
            at(-0.80, 0.30),
            at(-0.46, 0.42),
            at(0.0, 0.66),
            at(0.45, 0.70),
            at(0.84, 0.44),
            at(0.80, 0.86),
            at(0.45, 1.22),
            at(0.0, 1.16),
            at(-0.60, 0.78),
        ]),
        look.hair,
    );
    easel.fill(
        blob(&[at(-0.84, 0.35), at(-1.0, -0.3), at(-0.6, -0.6), at(-0.5, 0.0), at(-0.58, 0.4)]),
        look.hair,
    );
    easel.stroke(
        curve(&[at(-0.90, -0.35), at(0.0, -0.22), at(0.95, -0.05)]),
        Rgb::hex(0x1d1a20),
        1.0,
        r * 0.09,
    );
    easel.fill(oval(x + 0.15 * r, y + 0.03 * r, 0.22 * r, 0.23 * r), Rgb::hex(0x1d1a20));
    let felt = Rgb::hex(0x2a2630);
    easel.fill(
        blob(&[
            at(-1.62, -0.32),
            at(-1.15, -0.92),
            at(-0.55, -1.42),
            at(0.05, -1.60),
            at(0.60, -1.38),
            at(1.12, -0.92),
            at(1.58, -0.32),
            at(0.85, -0.52),
            at(0.0, -0.56),
            at(-0.85, -0.52),
        ]),
        felt,
    );
    easel.stroke(
        curve(&[at(-1.55, -0.36), at(-0.85, -0.55), at(0.0, -0.60), at(0.85, -0.55), at(1.52, -0.36)]),
        GOLD,
        1.0,
        r * 0.10,
    );
    easel.dab(oval(x + 0.05 * r, y - 1.10 * r, 0.22 * r, 0.21 * r), Rgb::hex(0xf6f2e8), 1.0);
    easel.dab(oval(x + 0.05 * r, y - 0.90 * r, 0.12 * r, 0.10 * r), Rgb::hex(0xf6f2e8), 1.0);
    for dx in [-0.03, 0.14] {
        easel.dab(oval(x + dx * r, y - 1.10 * r, 0.055 * r, 0.06 * r), felt, 1.0);
    }
}

fn crown(easel: &mut Easel, x: f32, y: f32, r: f32) {
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
        GOLD,
    );
    for dx in [-0.5, 0.0, 0.5] {
        easel.dab(oval(x + dx * r, y - 0.08 * r, 0.11 * r, 0.11 * r), Rgb::hex(0xc8403a), 1.0);
    }
}
