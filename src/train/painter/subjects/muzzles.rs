//! Heads and tails of foxes, wolves, cats and dogs.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::Rgb;
use super::super::words::Subject;
use super::eye;
use super::quadruped::Coat;

/// The tail of an animal on its feet, from its root at `at`.
pub(super) fn tail(easel: &mut Easel, coat: &Coat, at: (f32, f32)) {
    let (x, y) = at;
    match coat.subject {
        Subject::Fox => {
            easel.fill(
                limb(&[
                    (x, y, 0.045),
                    (x - 0.14, y + 0.03, 0.095),
                    (x - 0.27, y + 0.0, 0.085),
                    (x - 0.34, y - 0.05, 0.03),
                ]),
                coat.fur,
            );
            easel.fill(
                limb(&[
                    (x - 0.25, y + 0.005, 0.078),
                    (x - 0.31, y - 0.02, 0.055),
                    (x - 0.36, y - 0.06, 0.012),
                ]),
                coat.pale,
            );
        }
        Subject::Wolf => {
            // Bushy, straight and low.
            easel.fill(
                limb(&[
                    (x, y, 0.05),
                    (x - 0.12, y + 0.12, 0.085),
                    (x - 0.20, y + 0.27, 0.080),
                    (x - 0.24, y + 0.39, 0.02),
                ]),
                coat.fur.darker(0.06),
            );
            easel.fill(
                limb(&[(x - 0.20, y + 0.30, 0.062), (x - 0.23, y + 0.36, 0.04), (x - 0.25, y + 0.42, 0.008)]),
                coat.dark,
            );
        }
        Subject::Cat => {
            easel.fill(
                limb(&[
                    (x, y - 0.02, 0.034),
                    (x - 0.12, y - 0.10, 0.034),
                    (x - 0.17, y - 0.28, 0.034),
                    (x - 0.10, y - 0.43, 0.030),
                    (x - 0.02, y - 0.44, 0.022),
                ]),
                coat.fur,
            );
        }
        _ => {
            easel.fill(
                limb(&[(x, y - 0.02, 0.042), (x - 0.12, y - 0.12, 0.036), (x - 0.17, y - 0.27, 0.020)]),
                coat.fur,
            );
        }
    }
}

/// The tail of an animal that sits.
pub(super) fn low_tail(easel: &mut Easel, coat: &Coat) {
    match coat.subject {
        Subject::Fox => {
            easel.fill(
                limb(&[
                    (-0.22, -0.07, 0.05),
                    (-0.36, -0.10, 0.085),
                    (-0.42, -0.26, 0.085),
                    (-0.37, -0.42, 0.03),
                ]),
                coat.fur,
            );
            easel.fill(
                limb(&[(-0.42, -0.27, 0.075), (-0.40, -0.36, 0.055), (-0.36, -0.45, 0.012)]),
                coat.pale,
            );
        }
        Subject::Wolf => {
            easel.fill(
                limb(&[
                    (-0.20, -0.08, 0.05),
                    (-0.36, -0.07, 0.080),
                    (-0.52, -0.06, 0.070),
                    (-0.64, -0.04, 0.015),
                ]),
                coat.fur.darker(0.06),
            );
            easel.fill(
                limb(&[(-0.54, -0.06, 0.055), (-0.60, -0.05, 0.035), (-0.66, -0.04, 0.008)]),
                coat.dark,
            );
        }
        Subject::Cat => {
            easel.fill(
                limb(&[
                    (-0.22, -0.05, 0.038),
                    (-0.38, -0.05, 0.036),
                    (-0.44, -0.18, 0.034),
                    (-0.36, -0.27, 0.026),
                ]),
                coat.fur,
            );
        }
        _ => {
            easel
                .fill(limb(&[(-0.24, -0.06, 0.042), (-0.38, -0.12, 0.034), (-0.44, -0.24, 0.020)]), coat.fur);
        }
    }
}

/// A head in profile; (`x`, `y`) is the middle of the skull.
pub(super) fn head(easel: &mut Easel, coat: &Coat, x: f32, y: f32) {
    let fur = coat.fur;
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    let nose = Rgb::hex(0x241c1e);
    match coat.subject {
        Subject::Cat => {
            for (dx, tone) in [(-0.115, 0.18), (0.035, 0.0)] {
                easel.fill(
                    poly(&[at(dx - 0.025, -0.07), at(dx + 0.0, -0.235), at(dx + 0.11, -0.10)]),
                    fur.darker(tone),
                );
                easel.dab(
                    poly(&[at(dx + 0.0, -0.095), at(dx + 0.015, -0.19), at(dx + 0.075, -0.11)]),
                    Rgb::hex(0xe79a94),
                    0.85,
                );
            }
            easel.fill(
                blob(&[
                    at(-0.155, 0.0),
                    at(-0.10, -0.12),
                    at(0.02, -0.145),
                    at(0.13, -0.10),
                    at(0.17, 0.02),
                    at(0.11, 0.11),
                    at(0.0, 0.13),
                    at(-0.12, 0.09),
                ]),
                fur,
            );
            easel.dab(oval(x + 0.10, y + 0.06, 0.075, 0.052), coat.pale, 0.95);
            easel.dab(poly(&[at(0.115, 0.02), at(0.165, 0.02), at(0.14, 0.05)]), Rgb::hex(0xd9706c), 1.0);
            for dx in [0.015, 0.125] {
                easel.dab(oval(x + dx, y - 0.025, 0.030, 0.034), Rgb::hex(0xb8d04a), 1.0);
                easel.dab(oval(x + dx + 0.004, y - 0.025, 0.012, 0.030), nose, 1.0);
            }
            for dy in [0.05, 0.075] {
                easel.stroke(
                    curve(&[at(0.12, dy), at(0.24, dy + (dy - 0.06) * 1.5)]),
                    coat.pale.darker(0.1),
                    0.7,
                    0.007,
                );
            }
        }
        Subject::Dog => {
            easel.fill(
                blob(&[
                    at(-0.15, 0.02),
                    at(-0.11, -0.11),
                    at(0.0, -0.15),
                    at(0.10, -0.11),
                    at(0.14, -0.03),
                    at(0.27, -0.01),
                    at(0.30, 0.06),
                    at(0.24, 0.115),
                    at(0.10, 0.13),
                    at(-0.08, 0.13),
                ]),
                fur,
            );
            easel.dab(
                blob(&[at(0.13, 0.0), at(0.26, 0.0), at(0.29, 0.06), at(0.23, 0.11), at(0.10, 0.11)]),
                coat.pale,
                0.95,
            );
            easel.fill(oval(x + 0.285, y + 0.015, 0.036, 0.032), nose);
            easel.stroke(curve(&[at(0.12, 0.095), at(0.19, 0.10), at(0.26, 0.075)]), nose, 0.8, 0.012);
            eye(easel, x + 0.085, y - 0.04, 0.052);
            // A hanging ear and a red collar.
            easel.fill(
                blob(&[
                    at(-0.06, -0.12),
                    at(-0.14, -0.08),
                    at(-0.17, 0.05),
                    at(-0.12, 0.15),
                    at(-0.04, 0.10),
                    at(-0.01, -0.04),
                ]),
                coat.dark,
            );
            easel.fill(
                limb(&[
                    (x - 0.13, y + 0.13, 0.022),
                    (x - 0.03, y + 0.175, 0.024),
                    (x + 0.06, y + 0.155, 0.020),
                ]),
                Rgb::hex(0xd0403a),
            );
        }
        _ => {
            // Foxes and wolves: a long snout and pointed ears; a fox's are taller, with dark tips.
            let wolf = coat.subject == Subject::Wolf;
            let tall = if wolf { 0.22 } else { 0.27 };
            for (dx, tone) in [(-0.10, 0.16), (0.02, 0.0)] {
                easel.fill(
                    poly(&[at(dx - 0.045, -0.08), at(dx - 0.025, -tall), at(dx + 0.09, -0.11)]),
                    fur.darker(tone),
                );
                easel.dab(
                    poly(&[
                        at(dx - 0.03, 0.08 - tall),
                        at(dx - 0.025, 0.005 - tall),
                        at(dx + 0.025, 0.07 - tall),
                    ]),
                    coat.dark,
                    1.0,
                );
            }
            easel.fill(
                blob(&[
                    at(-0.15, 0.02),
                    at(-0.11, -0.10),
                    at(0.0, -0.14),
                    at(0.10, -0.10),
                    at(0.20, -0.01),
                    at(0.33, 0.045),
                    at(0.31, 0.085),
                    at(0.14, 0.12),
                    at(-0.06, 0.125),
                ]),
                fur,
            );
            easel.dab(
                blob(&[
                    at(0.32, 0.055),
                    at(0.20, 0.035),
                    at(0.08, 0.05),
                    at(-0.04, 0.03),
                    at(-0.12, 0.07),
                    at(-0.06, 0.12),
                    at(0.14, 0.118),
                    at(0.29, 0.085),
                ]),
                coat.pale,
                0.97,
            );
            easel.fill(oval(x + 0.325, y + 0.045, 0.030, 0.027), nose);
            if wolf {
                easel.dab(oval(x + 0.085, y - 0.03, 0.036, 0.028), Rgb::hex(0xf2c33c), 1.0);
                easel.dab(oval(x + 0.09, y - 0.03, 0.013, 0.022), nose, 1.0);
                easel.stroke(curve(&[at(0.03, -0.075), at(0.12, -0.045)]), coat.dark, 1.0, 0.018);
            } else {
                eye(easel, x + 0.085, y - 0.03, 0.050);
            }
        }
    }
}
