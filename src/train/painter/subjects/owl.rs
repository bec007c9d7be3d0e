//! The owl: a round face with two great eyes.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, fur};
use super::super::spec::SubjectSpec;
use super::super::words::Pose;
use super::stump;

/// Paints an owl on the ground, on a stump or on the wing.
pub fn paint(easel: &mut Easel, who: &SubjectSpec) {
    let feather = fur(who.colour);
    let pale = feather.mix(Rgb::hex(0xfbefd8), if feather.luma() > 0.75 { 0.4 } else { 0.62 });
    match who.pose {
        Pose::Flying => flying(easel, feather, pale),
        Pose::Sitting => {
            stump(easel, 0.0, -0.20, 0.24);
            easel.within(0.0, -0.19, 0.84, 0.84, |e| perched(e, feather, pale));
        }
        _ => perched(easel, feather, pale),
    }
}

fn perched(easel: &mut Easel, feather: Rgb, pale: Rgb) {
    easel.fill(blob(&[(-0.12, -0.10), (-0.16, 0.03), (-0.04, 0.04), (0.02, -0.08)]), feather.darker(0.25));
    for x in [-0.08, 0.09] {
        easel.fill(
            blob(&[(x - 0.06, 0.0), (x, -0.07), (x + 0.07, -0.02), (x + 0.08, 0.008)]),
            Rgb::hex(0xdf9a32),
        );
    }
    easel.fill(
        blob(&[
            (-0.28, -0.40),
            (-0.25, -0.68),
            (-0.13, -0.86),
            (0.10, -0.87),
            (0.25, -0.68),
            (0.28, -0.40),
            (0.18, -0.12),
            (0.0, -0.04),
            (-0.19, -0.12),
        ]),
        feather,
    );
    easel.dab(
        blob(&[(-0.10, -0.50), (0.05, -0.56), (0.20, -0.48), (0.19, -0.24), (0.06, -0.09), (-0.08, -0.22)]),
        pale,
        0.95,
    );
    for (y, count) in [(-0.42, 3), (-0.32, 3), (-0.22, 2)] {
        for index in 0..count {
            let x = 0.055 + (index as f32 - (count as f32 - 1.0) / 2.0) * 0.085;
            easel.stroke(
                curve(&[(x - 0.025, y), (x, y + 0.03), (x + 0.025, y)]),
                feather.darker(0.2),
                0.8,
                0.018,
            );
        }
    }
    easel.fill(
        blob(&[
            (-0.27, -0.60),
            (-0.15, -0.54),
            (-0.10, -0.34),
            (-0.15, -0.12),
            (-0.26, -0.10),
            (-0.32, -0.34),
        ]),
        feather.darker(0.22),
    );
    face(easel, feather, pale, 0.045, -0.72);
}

/// The face; (`x`, `y`) is the middle between the eyes.
fn face(easel: &mut Easel, feather: Rgb, pale: Rgb, x: f32, y: f32) {
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    easel.fill(poly(&[at(-0.24, -0.05), at(-0.23, -0.30), at(-0.05, -0.14)]), feather.darker(0.12));
    easel.fill(poly(&[at(0.22, -0.05), at(0.20, -0.30), at(0.05, -0.14)]), feather.darker(0.04));
    easel.fill(
        blob(&[
            at(-0.24, 0.02),
            at(-0.20, -0.14),
            at(0.0, -0.18),
            at(0.19, -0.14),
            at(0.22, 0.02),
            at(0.13, 0.16),
            at(0.0, 0.18),
            at(-0.15, 0.16),
        ]),
        feather,
    );
    for dx in [-0.10, 0.10] {
        easel.dab(oval(x + dx, y, 0.112, 0.115), pale, 1.0);
        easel.raw(
            oval(x + dx, y, 0.070, 0.074),
            easel.seen(Rgb::hex(0xf5bb34)).mix(Rgb::hex(0xf5bb34), 0.4),
            1.0,
        );
        easel.dab(oval(x + dx + 0.012, y, 0.040, 0.044), Rgb::hex(0x1d181a), 1.0);
        easel.raw(oval(x + dx + 0.026, y - 0.018, 0.013, 0.013), Rgb::WHITE, 0.95);
    }
    easel.fill(poly(&[at(-0.035, 0.03), at(0.035, 0.03), at(0.008, 0.125)]), Rgb::hex(0xe0982c));
}

fn flying(easel: &mut Easel, feather: Rgb, pale: Rgb) {
    for (side, tone) in [(-1.0, 0.14), (1.0, 0.0)] {
        let at = |dx: f32, dy: f32| (side * dx, dy);
        easel.fill(
            blob(&[
                at(0.08, -0.56),
                at(0.34, -0.80),
                at(0.62, -0.88),
                at(0.83, -0.78),
                at(0.78, -0.62),
                at(0.66, -0.52),
                at(0.60, -0.40),
                at(0.46, -0.36),
                at(0.36, -0.26),
                at(0.12, -0.30),
            ]),
            feather.darker(0.10 + tone),
        );
        easel.dab(
            blob(&[at(0.12, -0.52), at(0.36, -0.70), at(0.60, -0.76), at(0.50, -0.60), at(0.30, -0.46)]),
            pale,
            0.55,
        );
        for (dx, dy, ex, ey) in
            [(0.50, -0.62, 0.70, -0.55), (0.40, -0.54, 0.55, -0.40), (0.28, -0.48, 0.38, -0.30)]
        {
            easel.stroke(curve(&[at(dx, dy), at(ex, ey)]), feather.darker(0.4), 0.7, 0.016);
        }
    }
    easel.fill(
        poly(&[(-0.10, -0.16), (-0.16, 0.06), (0.0, 0.01), (0.14, 0.06), (0.10, -0.16)]),
        feather.darker(0.2),
    );
    easel.fill(
        blob(&[(-0.20, -0.46), (0.0, -0.62), (0.20, -0.46), (0.18, -0.22), (0.0, -0.08), (-0.18, -0.22)]),
        feather,
    );
    easel.dab(oval(0.01, -0.31, 0.12, 0.17), pale, 0.95);
    for x in [-0.06, 0.07] {
        easel.fill(limb(&[(x, -0.12, 0.026), (x + 0.01, -0.03, 0.022)]), Rgb::hex(0xdf9a32));
    }
    face(easel, feather, pale, 0.02, -0.62);
}
