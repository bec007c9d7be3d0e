//! The crow: a strong beak, a long tail, fingers of feathers.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, fur};
use super::super::spec::SubjectSpec;
use super::super::words::Pose;
use super::stump;

/// Paints a crow on the ground, on a stump or on the wing.
pub fn paint(easel: &mut Easel, who: &SubjectSpec) {
    let feather = fur(who.colour).darker(0.12);
    match who.pose {
        Pose::Flying => flying(easel, feather),
        Pose::Sitting => {
            stump(easel, 0.0, -0.24, 0.22);
            easel.within(0.0, -0.235, 0.86, 0.86, |e| perched(e, feather));
        }
        _ => perched(easel, feather),
    }
}

fn perched(easel: &mut Easel, feather: Rgb) {
    let claw = Rgb::hex(0xc98a3a);
    // The tail behind, then legs, body and wing.
    easel.fill(
        poly(&[
            (-0.22, -0.48),
            (-0.70, -0.20),
            (-0.74, -0.10),
            (-0.62, -0.08),
            (-0.58, -0.14),
            (-0.14, -0.26),
        ]),
        feather.darker(0.25),
    );
    for x in [-0.05, 0.10] {
        easel.stroke(curve(&[(x - 0.02, -0.24), (x + 0.02, -0.12), (x + 0.01, -0.01)]), claw, 1.0, 0.034);
        for toe in [-0.07, 0.03, 0.10] {
            easel.stroke(curve(&[(x + 0.01, -0.025), (x + 0.01 + toe, 0.0)]), claw, 1.0, 0.028);
        }
    }
    easel.fill(
        blob(&[
            (-0.32, -0.40),
            (-0.16, -0.58),
            (0.04, -0.76),
            (0.22, -0.78),
            (0.34, -0.62),
            (0.32, -0.40),
            (0.16, -0.22),
            (-0.10, -0.18),
            (-0.30, -0.26),
        ]),
        feather,
    );
    easel.fill(
        blob(&[
            (0.10, -0.62),
            (0.17, -0.46),
            (0.06, -0.32),
            (-0.18, -0.22),
            (-0.48, -0.14),
            (-0.40, -0.28),
            (-0.22, -0.44),
            (-0.08, -0.58),
        ]),
        feather.darker(0.28),
    );
    for (x, y, ex, ey) in
        [(0.06, -0.42, -0.26, -0.20), (0.0, -0.36, -0.18, -0.22), (0.04, -0.50, -0.32, -0.25)]
    {
        easel.stroke(curve(&[(x, y), (ex, ey)]), sheen(feather), 0.75, 0.015);
    }
    head(easel, feather, 0.22, -0.80);
}

fn sheen(feather: Rgb) -> Rgb {
    feather.mix(Rgb::hex(0x6d86c8), 0.40)
}

fn head(easel: &mut Easel, feather: Rgb, x: f32, y: f32) {
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    let beak = Rgb::hex(0x4a4a52).mix(Rgb::hex(0xe0a040), 0.42);
    easel.fill(
        blob(&[at(0.10, -0.06), at(0.26, -0.06), at(0.44, 0.05), at(0.26, 0.035), at(0.10, 0.03)]),
        beak,
    );
    easel.fill(
        blob(&[at(0.10, 0.025), at(0.26, 0.04), at(0.38, 0.055), at(0.24, 0.09), at(0.10, 0.085)]),
        beak.darker(0.25),
    );
    easel.fill(
        blob(&[
            at(-0.17, 0.04),
            at(-0.14, -0.10),
            at(0.0, -0.17),
            at(0.13, -0.10),
            at(0.16, 0.02),
            at(0.10, 0.13),
            at(-0.06, 0.16),
        ]),
        feather,
    );
    easel.dab(
        limb(&[(x - 0.10, y - 0.08, 0.012), (x + 0.0, y - 0.125, 0.020), (x + 0.08, y - 0.09, 0.010)]),
        sheen(feather),
        0.7,
    );
    easel.raw(oval(x + 0.065, y - 0.02, 0.044, 0.046), Rgb::hex(0xfbf6e6), 0.95);
    easel.dab(oval(x + 0.075, y - 0.018, 0.025, 0.029), Rgb::hex(0x17141a), 1.0);
}

fn flying(easel: &mut Easel, feather: Rgb) {
    wing(easel, feather.darker(0.30), (0.14, -0.46), 0.30);
    easel.fill(
        poly(&[
            (-0.30, -0.44),
            (-0.76, -0.44),
            (-0.80, -0.34),
            (-0.72, -0.28),
            (-0.76, -0.20),
            (-0.26, -0.30),
        ]),
        feather.darker(0.25),
    );
    easel.fill(
        blob(&[
            (-0.38, -0.38),
            (-0.16, -0.50),
            (0.14, -0.54),
            (0.34, -0.50),
            (0.42, -0.40),
            (0.28, -0.26),
            (0.0, -0.20),
            (-0.26, -0.26),
        ]),
        feather,
    );
    easel.dab(limb(&[(-0.02, -0.21, 0.020), (-0.10, -0.15, 0.016)]), Rgb::hex(0xc98a3a), 1.0);
    head(easel, feather, 0.42, -0.50);
    wing(easel, feather.darker(0.10), (0.02, -0.42), -0.95);
}

/// A raised wing that ends in fingers; `back` below 0 sweeps to the tail.
fn wing(easel: &mut Easel, feather: Rgb, root: (f32, f32), back: f32) {
    let at = |dx: f32, dy: f32| (root.0 + back * dx, root.1 + dy);
    easel.fill(
        blob(&[
            at(-0.18, 0.02),
            at(-0.06, -0.28),
            at(0.14, -0.58),
            at(0.36, -0.78),
            at(0.40, -0.66),
            at(0.56, -0.68),
            at(0.52, -0.54),
            at(0.66, -0.50),
            at(0.56, -0.38),
            at(0.66, -0.28),
            at(0.50, -0.20),
            at(0.54, -0.08),
            at(0.34, -0.06),
            at(0.18, 0.06),
        ]),
        feather,
    );
    for (dx, dy, ex, ey) in
        [(0.08, -0.30, 0.34, -0.60), (0.10, -0.22, 0.46, -0.42), (0.12, -0.12, 0.46, -0.20)]
    {
        easel.stroke(curve(&[at(dx, dy), at(ex, ey)]), sheen(feather), 0.7, 0.016);
    }
}
