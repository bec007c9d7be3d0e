//! The whale: at the surface of the water, or leaping clear of it.

use super::super::canvas::{Easel, blob, curve, limb, oval};
use super::super::colour::{Rgb, cloth};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose};
use super::eye;

/// Paints a whale. Where there is no sea it brings its own water.
pub fn paint(easel: &mut Easel, who: &SubjectSpec) {
    let skin = match who.colour {
        Colour::Blue => Rgb::hex(0x3a70b4),
        Colour::Grey => Rgb::hex(0x78879a),
        Colour::Black => Rgb::hex(0x33384a),
        colour => cloth(colour),
    };
    let pale = if skin.luma() > 0.75 { Rgb::hex(0xcfdde8) } else { Rgb::hex(0xe6eef2) };
    if who.pose == Pose::Flying {
        easel.within(0.0, -0.14, 1.0, 1.0, |e| leaping(e, skin, pale));
    } else {
        swimming(easel, skin, pale);
    }
}

fn flukes(easel: &mut Easel, skin: Rgb, x: f32, y: f32) {
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    easel.fill(
        blob(&[
            at(0.05, 0.06),
            at(-0.04, -0.06),
            at(-0.24, -0.06),
            at(-0.33, -0.20),
            at(-0.14, -0.24),
            at(-0.01, -0.13),
            at(0.10, -0.27),
            at(0.30, -0.27),
            at(0.22, -0.10),
            at(0.08, -0.04),
        ]),
        skin.darker(0.12),
    );
}

fn spout(easel: &mut Easel, x: f32, y: f32) {
    let drop = Rgb::hex(0xe4f4fb);
    for (dx, top) in [(-0.17, -0.20), (0.0, -0.27), (0.17, -0.20)] {
        easel.stroke(
            curve(&[
                (x, y),
                (x + dx * 0.35, y + top * 0.85),
                (x + dx * 0.8, y + top),
                (x + dx * 1.25, y + top * 0.62),
            ]),
            drop,
            0.95,
            0.045,
        );
        easel.dab(oval(x + dx * 1.3, y + top * 0.45, 0.024, 0.032), drop, 0.95);
    }
}

fn swimming(easel: &mut Easel, skin: Rgb, pale: Rgb) {
    spout(easel, 0.32, -0.66);
    // The tail rises behind, the back and the head are above the water.
    easel
        .fill(limb(&[(-0.40, -0.20, 0.17), (-0.66, -0.30, 0.095), (-0.76, -0.52, 0.055)]), skin.darker(0.05));
    flukes(easel, skin, -0.78, -0.56);
    easel.fill(
        blob(&[
            (-0.66, -0.02),
            (-0.56, -0.26),
            (-0.30, -0.46),
            (0.04, -0.62),
            (0.38, -0.66),
            (0.66, -0.54),
            (0.78, -0.32),
            (0.76, -0.10),
            (0.60, 0.06),
            (-0.40, 0.06),
        ]),
        skin,
    );
    easel.dab(
        blob(&[(0.76, -0.24), (0.58, -0.22), (0.34, -0.12), (0.16, 0.0), (0.50, 0.05), (0.74, -0.06)]),
        pale,
        0.95,
    );
    for dy in [0.0, 0.055] {
        easel.stroke(
            curve(&[(0.70, -0.16 + dy), (0.52, -0.12 + dy), (0.34, -0.03 + dy)]),
            pale.darker(0.3),
            0.7,
            0.012,
        );
    }
    easel.stroke(
        curve(&[(0.76, -0.27), (0.60, -0.245), (0.46, -0.28), (0.40, -0.33)]),
        skin.darker(0.55),
        0.95,
        0.020,
    );
    face(easel, 0.44, -0.40);
    easel.fill(
        blob(&[(0.10, -0.14), (0.20, -0.10), (0.06, 0.06), (-0.14, 0.10), (-0.06, -0.04)]),
        skin.darker(0.2),
    );
    // The water it lies in.
    let water = Rgb::hex(0x3d8db5);
    let lit = water.mix(easel.light.sky[1], 0.20);
    easel.fill(
        blob(&[
            (-0.96, 0.0),
            (-0.78, -0.09),
            (-0.56, -0.02),
            (-0.30, -0.10),
            (-0.02, -0.02),
            (0.26, -0.09),
            (0.52, -0.01),
            (0.78, -0.09),
            (0.98, 0.0),
            (0.72, 0.09),
            (-0.70, 0.09),
        ]),
        lit,
    );
    for (x, y, half) in [(-0.62, 0.0, 0.15), (-0.05, 0.015, 0.18), (0.55, 0.01, 0.15)] {
        easel.stroke(
            curve(&[
                (x - half, y),
                (x - half * 0.4, y - 0.045),
                (x + half * 0.4, y + 0.0),
                (x + half, y - 0.04),
            ]),
            Rgb::hex(0xeef8fb),
            0.85,
            0.022,
        );
    }
}

fn face(easel: &mut Easel, x: f32, y: f32) {
    easel.dab(oval(x, y, 0.050, 0.054), Rgb::hex(0xf6f9fb), 0.95);
    eye(easel, x + 0.008, y, 0.078);
    easel.dab(oval(x - 0.07, y + 0.075, 0.042, 0.024), Rgb::hex(0xf09aa8), 0.55);
}

fn leaping(easel: &mut Easel, skin: Rgb, pale: Rgb) {
    easel.turned(0.0, -0.42, -14.0, |e| {
        e.fill(limb(&[(-0.36, 0.02, 0.19), (-0.64, 0.08, 0.105), (-0.84, -0.02, 0.058)]), skin.darker(0.05));
        flukes(e, skin, -0.86, -0.04);
        e.fill(limb(&[(0.06, 0.12, 0.07), (-0.06, 0.28, 0.066), (-0.20, 0.36, 0.02)]), skin.darker(0.28));
        e.fill(
            blob(&[
                (-0.62, 0.04),
                (-0.46, -0.14),
                (-0.14, -0.27),
                (0.24, -0.32),
                (0.56, -0.24),
                (0.74, -0.04),
                (0.70, 0.14),
                (0.48, 0.25),
                (0.10, 0.27),
                (-0.34, 0.18),
            ]),
            skin,
        );
        e.dab(
            blob(&[
                (0.73, 0.06),
                (0.50, 0.10),
                (0.22, 0.14),
                (-0.14, 0.14),
                (-0.34, 0.17),
                (0.10, 0.265),
                (0.48, 0.245),
                (0.68, 0.15),
            ]),
            pale,
            0.95,
        );
        for dy in [0.0, 0.045, 0.09] {
            e.stroke(
                curve(&[(0.62 - dy, 0.12 + dy), (0.36, 0.155 + dy), (0.06, 0.165 + dy)]),
                pale.darker(0.3),
                0.7,
                0.011,
            );
        }
        e.stroke(
            curve(&[(0.73, 0.04), (0.56, 0.065), (0.42, 0.03), (0.36, -0.02)]),
            skin.darker(0.55),
            0.95,
            0.020,
        );
        face(e, 0.42, -0.08);
        e.fill(limb(&[(0.18, 0.14, 0.085), (0.10, 0.32, 0.075), (-0.02, 0.44, 0.02)]), skin.darker(0.14));
        spout(e, 0.20, -0.31);
    });
}
