//! What is too large to carry: boat, tent, well and wheelbarrow, in the units
//! of `props.rs`.

use super::canvas::{Easel, blob, curve, limb, oval, poly, rect};
use super::colour::Rgb;

/// A rowing boat drawn up on the shore.
pub fn boat(easel: &mut Easel) {
    let hull = Rgb::hex(0x3f7f8c);
    easel.fill(
        blob(&[(-0.62, -0.36), (-0.3, -0.40), (0.3, -0.40), (0.62, -0.36), (0.3, -0.24), (-0.3, -0.24)]),
        hull.darker(0.5),
    );
    easel.fill(poly(&[(-0.16, -0.37), (0.16, -0.37), (0.2, -0.29), (-0.2, -0.29)]), Rgb::hex(0xb58a5a));
    easel.fill(
        blob(&[
            (-0.64, -0.38),
            (-0.3, -0.27),
            (0.0, -0.25),
            (0.3, -0.27),
            (0.64, -0.38),
            (0.52, -0.08),
            (0.34, 0.0),
            (-0.34, 0.0),
            (-0.52, -0.08),
        ]),
        hull,
    );
    easel.stroke(
        curve(&[(-0.63, -0.36), (-0.3, -0.255), (0.0, -0.235), (0.3, -0.255), (0.63, -0.36)]),
        Rgb::hex(0xf0e4c8),
        0.95,
        0.035,
    );
    easel.stroke(curve(&[(-0.12, -0.60), (0.1, -0.36), (0.34, -0.02)]), Rgb::hex(0x9a7348), 1.0, 0.03);
    easel.fill(oval(-0.15, -0.64, 0.05, 0.085), Rgb::hex(0x9a7348));
}

/// A tent, lit from inside by night.
pub fn tent(easel: &mut Easel) {
    let cloth = Rgb::hex(0xd9964a);
    easel.fill(poly(&[(-0.62, 0.0), (-0.12, -0.80), (0.30, -0.74), (0.66, -0.02)]), cloth.darker(0.22));
    easel.fill(poly(&[(-0.62, 0.0), (-0.12, -0.82), (0.34, 0.02)]), cloth);
    let lamps = easel.light.lamps;
    let inside = easel.seen(Rgb::hex(0x5a3c2c)).mix(Rgb::hex(0xffcf78), lamps * 0.9);
    easel.raw(poly(&[(-0.28, 0.01), (-0.12, -0.56), (0.06, 0.015)]), inside, 1.0);
    easel.dab(poly(&[(-0.28, 0.01), (-0.12, -0.56), (-0.22, 0.01)]), cloth.lighter(0.25), 1.0);
    easel.stroke(curve(&[(-0.12, -0.82), (-0.12, -0.92)]), Rgb::hex(0x6a4c34), 1.0, 0.03);
    if lamps > 0.5 {
        easel.glow(-0.12, -0.2, 0.5, Rgb::hex(0xffb860), 0.5 * lamps);
    }
}

/// A round stone well under a little roof, a bucket on its rope.
pub fn well(easel: &mut Easel) {
    let stone = Rgb::hex(0xa3a09c);
    let wood = Rgb::hex(0x7a5232);
    for x in [-0.36, 0.36] {
        easel.fill(rect(x - 0.04, -0.86, 0.08, 0.56), wood);
    }
    easel.fill(oval(0.0, -0.36, 0.44, 0.10), stone.darker(0.62));
    easel.stroke(curve(&[(0.02, -0.80), (0.02, -0.52)]), Rgb::hex(0xd8c49a), 1.0, 0.028);
    easel.fill(poly(&[(-0.07, -0.54), (0.11, -0.54), (0.085, -0.38), (-0.045, -0.38)]), wood.lighter(0.22));
    easel.fill(
        blob(&[
            (-0.46, -0.38),
            (-0.25, -0.29),
            (0.0, -0.27),
            (0.25, -0.29),
            (0.46, -0.38),
            (0.46, -0.06),
            (0.25, 0.01),
            (-0.25, 0.01),
            (-0.46, -0.06),
        ]),
        stone,
    );
    // Courses of stones.
    for (row, y) in [-0.20, -0.09].into_iter().enumerate() {
        easel.stroke(
            curve(&[(-0.45, y - 0.06), (0.0, y + 0.02), (0.45, y - 0.06)]),
            stone.darker(0.45),
            0.8,
            0.022,
        );
        for index in 0..4 {
            let x = -0.32 + 0.2 * index as f32 + 0.08 * row as f32;
            easel.stroke(curve(&[(x, y + 0.01), (x, y - 0.09)]), stone.darker(0.45), 0.7, 0.02);
        }
    }
    easel.stroke(curve(&[(-0.40, -0.78), (0.50, -0.78)]), wood.darker(0.3), 1.0, 0.05);
    let tile = Rgb::hex(0xb5452f);
    easel.fill(poly(&[(-0.60, -0.80), (-0.06, -1.14), (0.06, -1.14), (0.60, -0.80)]), tile);
    easel.dab(poly(&[(-0.60, -0.80), (-0.54, -0.84), (0.54, -0.84), (0.60, -0.80)]), tile.darker(0.35), 0.9);
}

/// A wooden wheelbarrow with a load of hay.
pub fn wheelbarrow(easel: &mut Easel) {
    let wood = Rgb::hex(0x9a6436);
    let hay = Rgb::hex(0xe8c14e);
    // The far leg and handle.
    easel.fill(limb(&[(-0.30, -0.30, 0.03), (-0.36, -0.02, 0.026)]), wood.darker(0.35));
    easel.fill(
        blob(&[(-0.40, -0.52), (-0.30, -0.72), (-0.10, -0.82), (0.08, -0.92), (0.26, -0.78), (0.40, -0.56)]),
        hay,
    );
    for (x, y, ex, ey) in [
        (-0.20, -0.64, -0.30, -0.82),
        (0.02, -0.70, 0.10, -0.98),
        (0.18, -0.66, 0.34, -0.80),
        (-0.06, -0.62, -0.10, -0.86),
    ] {
        easel.stroke(curve(&[(x, y), (ex, ey)]), hay.darker(0.28), 0.9, 0.022);
    }
    easel.fill(oval(0.50, -0.20, 0.205, 0.205), Rgb::hex(0x5a4438));
    easel.fill(oval(0.50, -0.20, 0.145, 0.145), Rgb::hex(0xc9a878));
    for turn in [0.4_f32, 1.45, 2.5] {
        let (dx, dy) = (turn.cos() * 0.15, turn.sin() * 0.15);
        easel.stroke(
            curve(&[(0.50 - dx, -0.20 - dy), (0.50 + dx, -0.20 + dy)]),
            Rgb::hex(0x5a4438),
            1.0,
            0.035,
        );
    }
    easel.fill(poly(&[(-0.50, -0.56), (0.48, -0.60), (0.32, -0.24), (-0.34, -0.24)]), Rgb::hex(0xc2503a));
    easel.dab(poly(&[(-0.50, -0.56), (0.48, -0.60), (0.46, -0.54), (-0.47, -0.50)]), Rgb::hex(0xe0806a), 0.9);
    easel.fill(limb(&[(-0.86, -0.46, 0.036), (-0.40, -0.30, 0.034), (0.50, -0.20, 0.030)]), wood);
    easel.fill(limb(&[(-0.22, -0.28, 0.032), (-0.28, 0.0, 0.028)]), wood.darker(0.1));
}
