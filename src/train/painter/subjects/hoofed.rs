//! Horses and deer: long legs, hooves, mane or antlers.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, fur};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose, Subject};
use super::eye;

struct Hide {
    horse: bool,
    coat: Rgb,
    /// Mane and tail, or the pale parts of a deer.
    trim: Rgb,
    hoof: Rgb,
}

/// Paints a horse or a deer, standing, walking or lying.
pub fn paint(easel: &mut Easel, who: &SubjectSpec) {
    let horse = who.subject == Subject::Horse;
    let coat = match (horse, who.colour) {
        (false, Colour::Brown) => Rgb::hex(0xb0703c),
        (true, Colour::Brown) => Rgb::hex(0x9a5a30),
        (_, colour) => fur(colour),
    };
    let trim = match (horse, who.colour) {
        (true, Colour::White) => Rgb::hex(0xc9c2b8),
        (true, Colour::Black) => Rgb::hex(0x17161c),
        (true, Colour::Grey) => Rgb::hex(0xe9e7e4),
        (true, _) => Rgb::hex(0x3a2420),
        (false, _) => Rgb::hex(0xfaf0dc),
    };
    let hide = Hide { horse, coat, trim, hoof: Rgb::hex(0x3a2d2a) };
    if who.pose == Pose::Sitting {
        lying(easel, &hide);
    } else {
        upright(easel, &hide, who.pose == Pose::Walking);
    }
}

fn leg(easel: &mut Easel, hide: &Hide, hip: (f32, f32), foot: f32, lift: f32, tone: f32) {
    let thick = if hide.horse { 1.0 } else { 0.78 };
    let coat = hide.coat.darker(tone);
    let knee = ((hip.0 * 0.45 + foot * 0.55) + 0.02 + lift, -0.24 - lift * 0.3);
    let floor = -lift * 0.6;
    easel.fill(
        limb(&[
            (hip.0, hip.1, 0.085 * thick),
            (knee.0, knee.1, 0.043 * thick),
            (foot, floor - 0.05, 0.036 * thick),
        ]),
        coat,
    );
    // No seam where the leg joins the body.
    easel.dab(oval(hip.0, hip.1 - 0.04, 0.092 * thick, 0.086 * thick), coat, 1.0);
    easel.fill(
        poly(&[
            (foot - 0.045 * thick, floor),
            (foot - 0.034 * thick, floor - 0.07),
            (foot + 0.040 * thick, floor - 0.07),
            (foot + 0.068 * thick, floor),
        ]),
        hide.hoof,
    );
}

fn upright(easel: &mut Easel, hide: &Hide, walking: bool) {
    let stride = if walking { 0.12 } else { 0.015 };
    let lift = if walking { 0.05 } else { 0.0 };
    leg(easel, hide, (-0.27, -0.46), -0.25 + stride, 0.0, 0.26);
    leg(easel, hide, (0.20, -0.46), 0.17 - stride, 0.0, 0.26);
    tail(easel, hide, (-0.44, -0.64), 0.0);
    let fat = if hide.horse { 0.0 } else { 0.05 };
    easel.fill(
        blob(&[
            (-0.48, -0.56),
            (-0.42, -0.70),
            (-0.22, -0.725),
            (0.02, -0.685),
            (0.24, -0.73),
            (0.36, -0.64),
            (0.36, -0.46),
            (0.20, -0.37 - fat),
            (-0.06, -0.345 - fat * 1.3),
            (-0.30, -0.38 - fat),
            (-0.45, -0.43),
        ]),
        hide.coat,
    );
    if !hide.horse {
        easel.dab(blob(&[(-0.30, -0.43), (0.0, -0.41), (0.26, -0.45), (0.02, -0.48)]), hide.trim, 0.85);
        spots(easel, hide, -0.12, -0.60);
    }
    leg(easel, hide, (-0.36, -0.48), -0.38 - stride, 0.0, 0.0);
    leg(easel, hide, (0.27, -0.48), 0.30 + stride, lift, 0.0);
    neck_and_head(easel, hide, (0.24, -0.58), (0.50, -1.0));
}

fn lying(easel: &mut Easel, hide: &Hide) {
    tail(easel, hide, (-0.46, -0.24), 0.34);
    easel.fill(
        blob(&[
            (-0.52, -0.08),
            (-0.48, -0.30),
            (-0.26, -0.40),
            (0.02, -0.36),
            (0.24, -0.40),
            (0.38, -0.28),
            (0.38, -0.10),
            (0.20, 0.0),
            (-0.30, 0.0),
        ]),
        hide.coat,
    );
    if !hide.horse {
        spots(easel, hide, -0.12, -0.27);
    }
    let thick = if hide.horse { 1.0 } else { 0.8 };
    for (from, knee, to) in
        [((0.30, -0.10), (0.52, -0.13), (0.36, -0.03)), ((-0.30, -0.14), (-0.04, -0.09), (-0.22, -0.025))]
    {
        easel.fill(
            limb(&[
                (from.0, from.1, 0.075 * thick),
                (knee.0, knee.1, 0.048 * thick),
                (to.0, to.1, 0.034 * thick),
            ]),
            hide.coat.darker(0.10),
        );
        easel.fill(oval(to.0 - 0.03, to.1 + 0.002, 0.046 * thick, 0.032 * thick), hide.hoof);
    }
    neck_and_head(easel, hide, (0.24, -0.26), (0.44, -0.68));
}

fn spots(easel: &mut Easel, hide: &Hide, x: f32, y: f32) {
    for (dx, dy) in [(-0.20, 0.0), (-0.09, -0.05), (0.02, 0.0), (0.12, -0.055), (-0.14, 0.085), (0.08, 0.07)]
    {
        easel.dab(oval(x + dx, y + dy, 0.026, 0.022), hide.trim, 0.9);
    }
}

fn tail(easel: &mut Easel, hide: &Hide, root: (f32, f32), lain: f32) {
    let (x, y) = root;
    if hide.horse {
        easel.fill(
            limb(&[
                (x + 0.02, y, 0.035),
                (x - 0.10, y + 0.06, 0.062),
                (x - 0.14 - lain * 0.3, y + 0.24 - lain * 0.25, 0.070),
                (x - 0.10 - lain * 0.7, y + 0.44 - lain * 0.7, 0.018),
            ]),
            hide.trim,
        );
    } else {
        easel.fill(
            limb(&[(x + 0.02, y, 0.05), (x - 0.07, y - 0.05, 0.052), (x - 0.11, y - 0.11, 0.016)]),
            hide.coat,
        );
        easel.fill(limb(&[(x - 0.01, y + 0.02, 0.04), (x - 0.07, y + 0.01, 0.036)]), hide.trim);
    }
}

fn neck_and_head(easel: &mut Easel, hide: &Hide, root: (f32, f32), poll: (f32, f32)) {
    let (x, y) = poll;
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    let slim = if hide.horse { 1.0 } else { 0.76 };
    let mid = ((root.0 + x) / 2.0 + 0.03, (root.1 + y) / 2.0 - 0.01);
    if !hide.horse {
        for side in [-0.06, 0.05] {
            antler(easel, at(side, -0.10), side);
        }
    }
    // The far ear, then neck and skull.
    easel.fill(poly(&[at(0.02, -0.08), at(0.06, -0.25), at(0.11, -0.07)]), hide.coat.darker(0.25));
    easel.fill(
        limb(&[(root.0, root.1, 0.165 * slim), (mid.0, mid.1, 0.125 * slim), (x, y + 0.02, 0.10 * slim)]),
        hide.coat,
    );
    easel.fill(
        blob(&[
            at(-0.11, 0.0),
            at(-0.07, -0.11),
            at(0.03, -0.135),
            at(0.13, -0.07),
            at(0.25, 0.06),
            at(0.32, 0.14),
            at(0.31, 0.22),
            at(0.22, 0.245),
            at(0.10, 0.17),
            at(0.0, 0.13),
        ]),
        hide.coat,
    );
    if hide.horse {
        easel.dab(
            blob(&[at(0.32, 0.15), at(0.31, 0.22), at(0.22, 0.24), at(0.18, 0.18), at(0.25, 0.12)]),
            hide.coat.darker(0.35),
            0.9,
        );
        if hide.trim.luma() < 0.5 {
            easel.dab(
                limb(&[(x + 0.08, y - 0.08, 0.014), (x + 0.24, y + 0.07, 0.020)]),
                Rgb::hex(0xfaf4e8),
                0.95,
            );
        }
        mane(easel, hide, root, poll);
        easel.fill(poly(&[at(-0.05, -0.07), at(-0.01, -0.25), at(0.06, -0.10)]), hide.coat);
        // The forelock.
        easel.fill(blob(&[at(-0.02, -0.12), at(0.08, -0.12), at(0.13, -0.01), at(0.05, -0.04)]), hide.trim);
    } else {
        easel.dab(
            blob(&[at(0.32, 0.16), at(0.30, 0.23), at(0.20, 0.24), at(0.10, 0.17), at(0.22, 0.15)]),
            hide.trim,
            0.95,
        );
        easel.dab(
            limb(&[
                (x - 0.01, y + 0.15, 0.022),
                (mid.0 + 0.03, mid.1 + 0.08, 0.034),
                (root.0 + 0.10, root.1 - 0.02, 0.028),
            ]),
            hide.trim,
            0.75,
        );
        // A long ear to the side.
        easel.fill(
            blob(&[at(-0.06, -0.06), at(-0.16, -0.15), at(-0.27, -0.15), at(-0.19, -0.05), at(-0.07, 0.0)]),
            hide.coat,
        );
        easel.dab(
            blob(&[at(-0.10, -0.06), at(-0.17, -0.12), at(-0.23, -0.13), at(-0.16, -0.06)]),
            Rgb::hex(0xe7a99a),
            0.85,
        );
    }
    easel.fill(oval(x + 0.305, y + 0.165, 0.026, 0.024), Rgb::hex(0x2c2224));
    eye(easel, x + 0.075, y - 0.005, 0.066);
    easel.stroke(curve(&[at(0.19, 0.185), at(0.24, 0.215), at(0.30, 0.205)]), Rgb::hex(0x2c2224), 0.8, 0.012);
}

/// The mane down the back of the neck, in locks.
fn mane(easel: &mut Easel, hide: &Hide, root: (f32, f32), poll: (f32, f32)) {
    let step = |share: f32, out: f32| {
        (
            poll.0 - 0.05 + (root.0 - 0.14 - poll.0 + 0.05) * share - out,
            poll.1 - 0.11 + (root.1 - 0.12 - poll.1 + 0.11) * share - out * 0.2,
        )
    };
    let mut points = vec![step(0.0, -0.10)];
    for index in 0..5 {
        let share = index as f32 / 5.0;
        points.extend([step(share + 0.04, 0.05), step(share + 0.17, 0.085)]);
    }
    points.extend([step(1.05, -0.02), step(0.8, -0.12), step(0.4, -0.13)]);
    easel.fill(blob(&points), hide.trim);
}

fn antler(easel: &mut Easel, root: (f32, f32), side: f32) {
    let bone = Rgb::hex(0x8a6238);
    let lean = if side < 0.0 { -1.0 } else { 0.55 };
    let at = |dx: f32, dy: f32| (root.0 + lean * dx, root.1 + dy);
    let line = |a: (f32, f32), b: (f32, f32), c: (f32, f32), w: f32| {
        limb(&[(a.0, a.1, w), (b.0, b.1, w * 0.85), (c.0, c.1, w * 0.4)])
    };
    easel.fill(line(at(0.0, 0.03), at(0.12, -0.16), at(0.10, -0.36), 0.026), bone);
    easel.fill(line(at(0.09, -0.11), at(0.17, -0.15), at(0.25, -0.25), 0.021), bone);
    easel.fill(line(at(0.11, -0.20), at(0.05, -0.25), at(0.0, -0.34), 0.019), bone);
}
