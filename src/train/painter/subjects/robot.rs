//! The robot: boxes, joints, a lit face.

use super::super::canvas::{Easel, curve, limb, oval, poly, rect};
use super::super::colour::{Rgb, cloth};
use super::super::spec::SubjectSpec;
use super::super::words::{Pose, Prop};
use super::{hand_for, hold, stump};

/// A box with cut corners.
fn case(x: f32, y: f32, w: f32, h: f32) -> Option<tiny_skia::Path> {
    let c = w.min(h) * 0.18;
    poly(&[
        (x + c, y),
        (x + w - c, y),
        (x + w, y + c),
        (x + w, y + h - c),
        (x + w - c, y + h),
        (x + c, y + h),
        (x, y + h - c),
        (x, y + c),
    ])
}

/// Paints the robot.
pub fn paint(easel: &mut Easel, who: &SubjectSpec, held: Option<Prop>) {
    let shell = cloth(who.colour).mix(Rgb::hex(0xb9c2c9), 0.22);
    let steel = Rgb::hex(0x7d858d);
    let sitting = who.pose == Pose::Sitting;
    let sink = if sitting { 0.13 } else { 0.0 };
    easel.sunk = sink;
    if sitting {
        stump(easel, -0.05, -0.24, 0.17);
    }
    let steps: [((f32, f32), (f32, f32)); 2] = match who.pose {
        Pose::Walking => [((-0.12, -0.16), (-0.21, -0.02)), ((0.15, -0.16), (0.18, 0.0))],
        Pose::Sitting => [((0.16, -0.24), (0.16, 0.0)), ((0.20, -0.24), (0.21, 0.0))],
        _ => [((-0.085, -0.15), (-0.09, 0.0)), ((0.085, -0.15), (0.09, 0.0))],
    };
    for (index, (knee, foot)) in steps.into_iter().enumerate() {
        let hip = if index == 0 { -0.08 } else { 0.08 };
        let hip_y = if sitting { -0.25 } else { -0.30 };
        easel.fill(
            limb(&[(hip, hip_y, 0.045), (knee.0, knee.1, 0.042), (foot.0, foot.1 - 0.05, 0.042)]),
            steel.darker(if index == 0 { 0.25 } else { 0.0 }),
        );
        easel.fill(
            poly(&[
                (foot.0 - 0.065, foot.1),
                (foot.0 - 0.05, foot.1 - 0.075),
                (foot.0 + 0.06, foot.1 - 0.075),
                (foot.0 + 0.105, foot.1),
            ]),
            shell.darker(0.3),
        );
    }
    easel.within(0.0, sink, 1.0, 1.0, |e| {
        e.fill(
            limb(&[(-0.17, -0.56, 0.04), (-0.235, -0.46, 0.036), (-0.22, -0.34, 0.034)]),
            steel.darker(0.2),
        );
        e.fill(oval(-0.22, -0.31, 0.045, 0.045), shell.darker(0.25));
        e.fill(rect(-0.05, -0.68, 0.10, 0.07), steel.darker(0.2));
        e.fill(case(-0.19, -0.63, 0.38, 0.36), shell);
        e.dab(case(-0.06, -0.55, 0.20, 0.14), Rgb::hex(0x39424c), 1.0);
        for (index, tone) in [0xf2604c, 0xf4c33c, 0x5cc46a].into_iter().enumerate() {
            e.raw(oval(-0.01 + 0.05 * index as f32, -0.48, 0.018, 0.018), Rgb::hex(tone), 1.0);
        }
        e.dab(rect(-0.19, -0.345, 0.38, 0.02), shell.darker(0.4), 0.7);
        // Head: a box with a dark visor and two lit eyes towards where it looks.
        e.stroke(curve(&[(0.0, -0.95), (0.0, -1.04)]), steel, 1.0, 0.022);
        e.raw(oval(0.0, -1.055, 0.03, 0.03), Rgb::hex(0xf2604c), 1.0);
        for side in [-0.175, 0.175] {
            e.fill(rect(side - 0.025, -0.85, 0.05, 0.10), steel);
        }
        e.fill(case(-0.165, -0.95, 0.33, 0.28), shell.lighter(0.12));
        e.dab(case(-0.085, -0.90, 0.235, 0.145), Rgb::hex(0x2b333c), 1.0);
        for x in [-0.02, 0.085] {
            e.raw(oval(x, -0.83, 0.030, 0.034), Rgb::hex(0x8ff0ff), 1.0);
            e.glow(x, -0.83, 0.09, Rgb::hex(0x6fe0ff), 0.5);
        }
        e.stroke(curve(&[(-0.02, -0.715), (0.035, -0.70), (0.09, -0.715)]), Rgb::hex(0x39424c), 0.9, 0.016);
        let hand = hand_for(held);
        let hand = match (held, who.pose) {
            (None, Pose::Walking) => (0.31, -0.42),
            (None, _) => (0.23, -0.33),
            _ => (hand.0 + 0.03, hand.1),
        };
        hold(e, held, hand, who.colour);
        e.fill(
            limb(&[
                (0.17, -0.56, 0.042),
                ((0.17 + hand.0) / 2.0 + 0.03, (-0.56 + hand.1) / 2.0 + 0.04, 0.038),
                (hand.0, hand.1, 0.036),
            ]),
            steel,
        );
        e.fill(oval(hand.0, hand.1, 0.045, 0.045), shell.darker(0.1));
    });
}
