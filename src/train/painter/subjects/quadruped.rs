//! Foxes, wolves, cats and dogs, and bears, rabbits and mice on all fours: side views.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, fur};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose, Subject};
use super::{eye, muzzles};

/// The colours of one animal.
pub(super) struct Coat {
    pub(super) subject: Subject,
    pub(super) fur: Rgb,
    /// Chest, muzzle, tip of the tail.
    pub(super) pale: Rgb,
    /// Legs and ears.
    pub(super) dark: Rgb,
}

/// The coat of an animal of this colour.
pub(super) fn coat(who: &SubjectSpec) -> Coat {
    let fur = fur(who.colour);
    let light = fur.luma() > 0.75;
    let (pale, dark) = match who.subject {
        Subject::Fox => (
            Rgb::hex(0xfbf3e4),
            if who.colour == Colour::White { fur.darker(0.2) } else { Rgb::hex(0x40302c) },
        ),
        Subject::Wolf if !light => (fur.mix(Rgb::hex(0xf2efe8), 0.62), fur.darker(0.38)),
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
        (Subject::Mouse, _) => mouse(easel, &coat),
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
    // No seam where the leg joins the body.
    easel.dab(oval(hip.0, hip.1 - half * 0.45, half * 1.62, half * 1.45), fur, 1.0);
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
    muzzles::tail(easel, coat, (-0.40, -0.48));
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
    shaggy(easel, coat, (0.40, -0.62));
    muzzles::head(easel, coat, 0.45, -0.78);
}

/// The ruff of a wolf's neck, (`x`, `y`) its middle.
fn shaggy(easel: &mut Easel, coat: &Coat, (x, y): (f32, f32)) {
    if coat.subject != Subject::Wolf {
        return;
    }
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    easel.fill(
        poly(&[
            at(-0.20, -0.10),
            at(-0.06, -0.22),
            at(0.14, -0.12),
            at(0.16, 0.04),
            at(0.10, 0.06),
            at(0.12, 0.17),
            at(0.03, 0.15),
            at(0.01, 0.27),
            at(-0.06, 0.19),
            at(-0.14, 0.25),
            at(-0.14, 0.12),
            at(-0.24, 0.12),
            at(-0.18, 0.02),
        ]),
        coat.fur.darker(0.10),
    );
    easel.dab(
        poly(&[
            at(0.04, -0.02),
            at(0.14, 0.0),
            at(0.08, 0.06),
            at(0.10, 0.14),
            at(0.03, 0.12),
            at(0.01, 0.22),
            at(-0.04, 0.06),
        ]),
        coat.pale,
        0.9,
    );
}

fn sitting(easel: &mut Easel, coat: &Coat) {
    let (fur, dark) = (coat.fur, coat.dark);
    let sock = if coat.subject == Subject::Fox { dark } else { fur.darker(0.05) };
    muzzles::low_tail(easel, coat);
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
    shaggy(easel, coat, (0.12, -0.62));
    if coat.subject == Subject::Wolf {
        // A seated wolf howls.
        easel.turned(0.14, -0.74, -38.0, |e| muzzles::head(e, coat, 0.03, -0.05));
    } else {
        muzzles::head(easel, coat, 0.16, -0.79);
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

fn mouse(easel: &mut Easel, coat: &Coat) {
    let (fur, far) = (coat.fur, coat.fur.darker(0.2));
    let pink = Rgb::hex(0xe79a94);
    easel.stroke(
        curve(&[(-0.34, -0.12), (-0.52, -0.04), (-0.68, -0.10), (-0.74, -0.26), (-0.66, -0.36)]),
        pink.darker(0.1),
        1.0,
        0.036,
    );
    leg(easel, (-0.12, -0.14), (-0.10, 0.0), 0.032, far, pink.darker(0.15));
    leg(easel, (0.22, -0.14), (0.26, 0.0), 0.030, far, pink.darker(0.15));
    easel.fill(
        blob(&[
            (-0.40, -0.14),
            (-0.36, -0.34),
            (-0.18, -0.48),
            (0.06, -0.50),
            (0.26, -0.44),
            (0.32, -0.26),
            (0.18, -0.10),
            (-0.12, -0.05),
            (-0.32, -0.05),
        ]),
        fur,
    );
    easel.dab(
        blob(&[(-0.20, -0.09), (0.06, -0.16), (0.24, -0.14), (0.12, -0.07), (-0.08, -0.05)]),
        coat.pale,
        0.9,
    );
    leg(easel, (-0.24, -0.14), (-0.24, 0.0), 0.036, fur, pink);
    leg(easel, (0.16, -0.14), (0.14, 0.0), 0.030, fur, pink);
    mouse_head(easel, coat, 0.30, -0.42);
}

/// A mouse's head in profile; (`x`, `y`) is the middle of the skull.
pub(super) fn mouse_head(easel: &mut Easel, coat: &Coat, x: f32, y: f32) {
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    let pink = Rgb::hex(0xe79a94);
    for (dx, dy, tone) in [(0.06, -0.20, 0.16), (-0.13, -0.19, 0.0)] {
        easel.fill(oval(x + dx, y + dy, 0.135, 0.140), coat.fur.darker(tone));
        easel.dab(oval(x + dx + 0.01, y + dy + 0.01, 0.092, 0.096), pink, 0.9);
    }
    easel.fill(
        blob(&[
            at(-0.19, 0.02),
            at(-0.14, -0.12),
            at(0.0, -0.16),
            at(0.12, -0.09),
            at(0.24, 0.02),
            at(0.29, 0.075),
            at(0.22, 0.12),
            at(0.04, 0.15),
            at(-0.12, 0.12),
        ]),
        coat.fur,
    );
    easel.dab(
        blob(&[
            at(0.27, 0.09),
            at(0.18, 0.065),
            at(0.02, 0.08),
            at(-0.04, 0.12),
            at(0.06, 0.145),
            at(0.2, 0.12),
        ]),
        coat.pale,
        0.95,
    );
    easel.fill(oval(x + 0.285, y + 0.065, 0.036, 0.033), Rgb::hex(0xd9606a));
    eye(easel, x + 0.095, y - 0.015, 0.066);
    for dy in [0.05, 0.085, 0.12] {
        easel.stroke(
            curve(&[at(0.18, dy), at(0.32, dy + (dy - 0.07) * 1.8)]),
            coat.fur.darker(0.45),
            0.8,
            0.008,
        );
    }
}
