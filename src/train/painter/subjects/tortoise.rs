//! The tortoise under its dome.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, cloth};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose};
use super::eye;

/// Paints a tortoise on its feet or lying on its belly.
pub fn paint(easel: &mut Easel, who: &SubjectSpec) {
    let shell = match who.colour {
        Colour::Brown => Rgb::hex(0x8a5a2e),
        Colour::Yellow => Rgb::hex(0xd8a83a),
        colour => cloth(colour).darker(0.10),
    };
    let skin = if who.colour == Colour::Green { Rgb::hex(0xa9bd62) } else { Rgb::hex(0x9aa86a) };
    let lying = who.pose == Pose::Sitting;
    let lower = if lying { 0.10 } else { 0.0 };
    let stride = if who.pose == Pose::Walking { 0.08 } else { 0.0 };
    easel.fill(
        poly(&[(-0.50, -0.20 + lower), (-0.74, -0.09 + lower), (-0.48, -0.12 + lower)]),
        skin.darker(0.12),
    );
    if !lying {
        for (hip, foot, tone) in [
            (-0.28, -0.26 + stride, 0.26),
            (0.26, 0.24 - stride, 0.26),
            (-0.38, -0.42 - stride, 0.05),
            (0.36, 0.42 + stride, 0.05),
        ] {
            let leg = skin.darker(tone);
            easel.fill(limb(&[(hip, -0.22, 0.095), (foot, -0.10, 0.085), (foot, -0.045, 0.075)]), leg);
            easel.fill(oval(foot + 0.02, -0.025, 0.10, 0.036), leg);
            for dx in [0.03, 0.075] {
                easel.dab(oval(foot + dx + 0.01, -0.012, 0.016, 0.014), Rgb::hex(0xf4ead0), 0.95);
            }
        }
    } else {
        for x in [-0.40, 0.38] {
            easel.fill(oval(x, -0.035, 0.13, 0.045), skin.darker(0.08));
        }
    }
    easel.within(0.0, lower, 1.0, 1.0, |e| {
        let rise = if lying { 0.04 } else { 0.0 };
        e.fill(limb(&[(0.42, -0.26, 0.10), (0.60, -0.38 + rise, 0.088), (0.68, -0.50 + rise, 0.085)]), skin);
        head(e, skin, 0.72, -0.56 + rise);
        // The rim below, then the dome and its plates.
        e.fill(
            blob(&[
                (-0.60, -0.20),
                (-0.54, -0.30),
                (0.0, -0.34),
                (0.52, -0.30),
                (0.58, -0.20),
                (0.40, -0.13),
                (-0.44, -0.13),
            ]),
            shell.mix(Rgb::hex(0xf3e3b4), 0.55),
        );
        e.fill(
            blob(&[
                (-0.57, -0.26),
                (-0.52, -0.46),
                (-0.34, -0.64),
                (-0.04, -0.73),
                (0.26, -0.66),
                (0.46, -0.47),
                (0.53, -0.27),
                (0.30, -0.235),
                (-0.30, -0.235),
            ]),
            shell,
        );
        let plate = shell.mix(Rgb::hex(0xf6e8a8), 0.42);
        for (x, y, size, flat) in [
            (-0.32, -0.42, 0.125, 1.0),
            (0.0, -0.46, 0.150, 1.0),
            (0.30, -0.41, 0.120, 1.0),
            (-0.15, -0.62, 0.085, 0.6),
            (0.15, -0.61, 0.080, 0.6),
        ] {
            let corners: Vec<(f32, f32)> = (0..6)
                .map(|index| {
                    let turn = (index as f32 + 0.5) * std::f32::consts::TAU / 6.0;
                    (x + turn.cos() * size, y + turn.sin() * size * flat)
                })
                .collect();
            e.dab(poly(&corners), plate, 0.95);
            e.stroke(poly(&corners), shell.darker(0.45), 0.8, 0.016);
        }
    });
}

fn head(easel: &mut Easel, skin: Rgb, x: f32, y: f32) {
    let at = |dx: f32, dy: f32| (x + dx, y + dy);
    easel.fill(
        blob(&[
            at(-0.13, 0.02),
            at(-0.09, -0.10),
            at(0.03, -0.13),
            at(0.15, -0.07),
            at(0.19, 0.02),
            at(0.12, 0.09),
            at(-0.04, 0.11),
        ]),
        skin,
    );
    easel.dab(oval(x - 0.01, y + 0.05, 0.035, 0.024), Rgb::hex(0xe89a7a), 0.6);
    eye(easel, x + 0.055, y - 0.04, 0.072);
    easel.stroke(curve(&[at(0.06, 0.05), at(0.12, 0.055), at(0.175, 0.03)]), skin.darker(0.6), 0.9, 0.015);
}
