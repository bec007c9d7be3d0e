//! Foxes, cats and dogs, and bears and rabbits on all fours: side views.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, fur};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose, Subject};
use super::eye;

struct Coat {
    subject: Subject,
    fur: Rgb,
    /// Chest, muzzle, tip of the tail.
    pale: Rgb,
    /// Legs and ears.
    dark: Rgb,
}

fn coat(who: &SubjectSpec) -> Coat {
    let fur = fur(who.colour);
    let light = fur.luma() > 0.75;
    let (pale, dark) = match who.subject {
        Subject::Fox => (
            Rgb::hex(0xfbf3e4),
            if who.colour == Colour::White { fur.darker(0.2) } else { Rgb::hex(0x40302c) },
        ),
        _ if light => (Rgb::hex(0xfffdf8), fur.darker(0.14)),
        _ => (fur.mix(Rgb::hex(0xf6e8d2), 0.55), fur.darker(0.22)),
    };
    Coat { subject: who.subject, fur, pale, dark }
}

/// Paints an animal on four legs, or sitting on its haunches.
pub fn paint(easel: &mut Easel, who: &SubjectSpec) {
    let coat = coat(who);
    match (who.subject, who.pose) {
        (Subject::Bear, _) => bear(easel, &coat),
        (Subject::Rabbit, _) => rabbit(easel, &coat),
        (_, Pose::Sitting) => sitting(easel, &coat),
        _ => upright(easel, &coat, who.pose == Pose::Walking),
    }
}

fn leg(easel: &mut Easel, hip: (f32, f32), foot: (f32, f32), half: f32, fur: Rgb, sock: Rgb) {
    let knee = ((hip.0 + foot.0) / 2.0 + 0.012, (hip.1 + foot.1) / 2.0);
    easel.fill(
        limb(&[
            (hip.0, hip.1, half * 1.5),
            (knee.0, knee.1, half),
            (foot.0, foot.1 - half * 0.7, half * 0.85),
        ]),
        fur,
    );
    easel.dab(
        limb(&[(foot.0, foot.1 - 0.13, half * 0.72), (foot.0, foot.1 - half * 0.8, half * 0.80)]),
        sock,
        1.0,
    );
    easel.fill(
        blob(&[
            (foot.0 - half, foot.1),
            (foot.0 - half * 0.9, foot.1 - half * 1.1),
            (foot.0 + half * 0.9, foot.1 - half * 1.2),
            (foot.0 + half * 1.9, foot.1 - half * 0.4),
            (foot.0 + half * 1.7, foot.1 + 0.004),
        ]),
        sock,
    );
}

fn upright(easel: &mut Easel, coat: &Coat, walking: bool) {
    let (fur, dark) = (coat.fur, coat.dark);
    let sock = if coat.subject == Subject::Fox { dark } else { fur.darker(0.06) };
    tail(easel, coat, (-0.40, -0.48));
    let stride = if walking { 0.11 } else { 0.015 };
    let half = if coat.subject == Subject::Cat { 0.036 } else { 0.042 };
    let far = fur.darker(0.24);
    leg(easel, (-0.27, -0.36), (-0.27 + stride, 0.0), half, far, sock.darker(0.2));
    leg(easel, (0.17, -0.36), (0.17 - stride, 0.0), half, far, sock.darker(0.2));
    let slim = if coat.subject == Subject::Cat { 0.02 } else { 0.0 };
    easel.fill(
        blob(&[
            (-0.46, -0.46),
            (-0.36, -0.57),
            (-0.1, -0.565 + slim),
            (0.16, -0.60),
            (0.33, -0.60),
            (0.37, -0.45),
            (0.24, -0.29),
            (-0.05, -0.30 - slim),
            (-0.30, -0.27),
            (-0.44, -0.32),
        ]),
        fur,
    );
    leg(easel, (-0.34, -0.36), (-0.36 - stride, 0.0), half, fur, sock);
    leg(easel, (0.26, -0.36), (0.28 + stride, 0.0), half, fur, sock);
    // Chest and neck.
    easel.fill(limb(&[(0.24, -0.46, 0.13), (0.34, -0.60, 0.105), (0.42, -0.72, 0.09)]), fur);
    if coat.subject != Subject::Cat {
        easel.dab(
            blob(&[(0.30, -0.34), (0.38, -0.42), (0.47, -0.60), (0.40, -0.64), (0.32, -0.50)]),
            coat.pale,
            0.95,
        );
    }
    head(easel, coat, 0.45, -0.78);
}

fn sitting(easel: &mut Easel, coat: &Coat) {
    let (fur, dark) = (coat.fur, coat.dark);
    let sock = if coat.subject == Subject::Fox { dark } else { fur.darker(0.05) };
    low_tail(easel, coat);
    leg(easel, (0.10, -0.36), (0.11, 0.0), 0.040, fur.darker(0.22), sock.darker(0.2));
    easel.fill(
        blob(&[
            (-0.32, -0.10),
            (-0.30, -0.30),
            (-0.16, -0.52),
            (-0.03, -0.68),
            (0.14, -0.70),
            (0.23, -0.56),
            (0.24, -0.38),
            (0.14, -0.18),
            (0.05, -0.04),
            (-0.18, 0.0),
        ]),
        fur,
    );
    easel.dab(
        blob(&[(0.12, -0.66), (0.23, -0.56), (0.24, -0.38), (0.16, -0.26), (0.08, -0.44)]),
        coat.pale,
        if coat.subject == Subject::Cat { 0.6 } else { 0.95 },
    );
    leg(easel, (0.17, -0.36), (0.19, 0.0), 0.042, fur, sock);
    // Haunch and hind paw.
    easel.fill(
        blob(&[
            (-0.31, -0.08),
            (-0.28, -0.24),
            (-0.14, -0.31),
            (0.01, -0.22),
            (0.03, -0.08),
            (-0.10, 0.0),
            (-0.26, 0.0),
        ]),
        fur.darker(0.07),
    );
    easel.fill(blob(&[(-0.10, 0.0), (-0.09, -0.07), (0.03, -0.075), (0.10, -0.035), (0.09, 0.004)]), sock);
    head(easel, coat, 0.16, -0.79);
}

fn tail(easel: &mut Easel, coat: &Coat, at: (f32, f32)) {
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

fn low_tail(easel: &mut Easel, coat: &Coat) {
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
fn head(easel: &mut Easel, coat: &Coat, x: f32, y: f32) {
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
            // Fox: a long snout, tall ears with dark tips.
            for (dx, tone) in [(-0.10, 0.16), (0.02, 0.0)] {
                easel.fill(
                    poly(&[at(dx - 0.045, -0.08), at(dx - 0.025, -0.27), at(dx + 0.09, -0.11)]),
                    fur.darker(tone),
                );
                easel.dab(
                    poly(&[at(dx - 0.03, -0.19), at(dx - 0.025, -0.265), at(dx + 0.025, -0.20)]),
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
            easel.fill(oval(x + 0.325, y + 0.045, 0.028, 0.025), nose);
            eye(easel, x + 0.085, y - 0.03, 0.050);
        }
    }
}

fn bear(easel: &mut Easel, coat: &Coat) {
    let (fur, far) = (coat.fur, coat.fur.darker(0.24));
    easel.fill(oval(-0.55, -0.48, 0.05, 0.05), fur.darker(0.1));
    leg(easel, (-0.30, -0.30), (-0.24, 0.0), 0.082, far, far);
    leg(easel, (0.20, -0.32), (0.12, 0.0), 0.080, far, far);
    easel.fill(
        blob(&[
            (-0.57, -0.36),
            (-0.50, -0.58),
            (-0.25, -0.68),
            (0.02, -0.66),
            (0.20, -0.74),
            (0.38, -0.64),
            (0.42, -0.42),
            (0.26, -0.24),
            (-0.10, -0.20),
            (-0.42, -0.20),
        ]),
        fur,
    );
    leg(easel, (-0.42, -0.30), (-0.47, 0.0), 0.088, fur, fur.darker(0.08));
    leg(easel, (0.30, -0.32), (0.36, 0.0), 0.084, fur, fur.darker(0.08));
    let (x, y) = (0.46, -0.60);
    for dx in [-0.11, 0.03] {
        easel.fill(oval(x + dx, y - 0.155, 0.055, 0.055), fur.darker(0.08));
        easel.dab(oval(x + dx, y - 0.15, 0.028, 0.028), coat.pale, 0.8);
    }
    easel.fill(
        blob(&[
            (x - 0.19, y + 0.02),
            (x - 0.13, y - 0.13),
            (x, y - 0.165),
            (x + 0.10, y - 0.10),
            (x + 0.21, y - 0.02),
            (x + 0.20, y + 0.08),
            (x + 0.08, y + 0.15),
            (x - 0.10, y + 0.15),
        ]),
        fur,
    );
    easel.dab(
        blob(&[
            (x + 0.08, y - 0.03),
            (x + 0.20, y - 0.01),
            (x + 0.20, y + 0.08),
            (x + 0.08, y + 0.12),
            (x + 0.04, y + 0.05),
        ]),
        coat.pale,
        0.95,
    );
    easel.dab(oval(x + 0.195, y + 0.0, 0.036, 0.030), Rgb::hex(0x241c1e), 1.0);
    eye(easel, x + 0.045, y - 0.045, 0.044);
}

fn rabbit(easel: &mut Easel, coat: &Coat) {
    let (fur, far) = (coat.fur, coat.fur.darker(0.2));
    easel.fill(oval(-0.37, -0.24, 0.075, 0.07), coat.pale.lighter(0.4));
    leg(easel, (0.14, -0.22), (0.20, 0.0), 0.036, far, far);
    easel.fill(
        blob(&[
            (-0.36, -0.16),
            (-0.33, -0.36),
            (-0.14, -0.48),
            (0.08, -0.46),
            (0.24, -0.42),
            (0.26, -0.26),
            (0.12, -0.12),
            (-0.14, -0.06),
            (-0.30, -0.06),
        ]),
        fur,
    );
    leg(easel, (0.16, -0.22), (0.14, 0.0), 0.038, fur, fur.darker(0.05));
    easel.fill(
        blob(&[(-0.33, -0.08), (-0.30, -0.27), (-0.14, -0.32), (0.0, -0.20), (-0.02, -0.06), (-0.16, 0.0)]),
        fur.darker(0.07),
    );
    easel.fill(
        blob(&[(-0.24, 0.0), (-0.22, -0.065), (0.0, -0.075), (0.09, -0.03), (0.07, 0.004)]),
        fur.darker(0.03),
    );
    let (x, y) = (0.27, -0.50);
    for (dx, lean, tone) in [(-0.06, -0.16, 0.16), (0.01, -0.05, 0.0)] {
        easel.fill(
            limb(&[
                (x + dx, y - 0.09, 0.036),
                (x + dx + lean * 0.6, y - 0.27, 0.052),
                (x + dx + lean, y - 0.40, 0.022),
            ]),
            fur.darker(tone),
        );
        easel.dab(
            limb(&[
                (x + dx, y - 0.13, 0.014),
                (x + dx + lean * 0.6, y - 0.27, 0.026),
                (x + dx + lean, y - 0.37, 0.008),
            ]),
            Rgb::hex(0xe79a94),
            0.85,
        );
    }
    easel.fill(
        blob(&[
            (x - 0.14, y + 0.02),
            (x - 0.09, y - 0.11),
            (x + 0.03, y - 0.13),
            (x + 0.12, y - 0.06),
            (x + 0.17, y + 0.03),
            (x + 0.12, y + 0.10),
            (x, y + 0.13),
            (x - 0.11, y + 0.10),
        ]),
        fur,
    );
    easel.dab(oval(x + 0.095, y + 0.055, 0.07, 0.052), coat.pale.lighter(0.3), 0.95);
    easel.dab(oval(x + 0.155, y + 0.022, 0.022, 0.018), Rgb::hex(0xd9706c), 1.0);
    eye(easel, x + 0.045, y - 0.02, 0.055);
}
