//! Bears, rabbits and mice on their hind legs: they have paws to hold things.

use super::super::canvas::{Easel, blob, curve, limb, oval};
use super::super::colour::{Rgb, fur};
use super::super::spec::SubjectSpec;
use super::super::words::{Pose, Prop, Subject};
use super::{eye, hand_for, hold, quadruped};

/// Paints a bear, a rabbit or a mouse, upright or seated on the ground.
pub fn paint(easel: &mut Easel, who: &SubjectSpec, held: Option<Prop>) {
    let coat = fur(who.colour);
    let pale = coat.mix(Rgb::hex(0xf3e2c8), if coat.luma() > 0.75 { 0.25 } else { 0.5 });
    let bear = who.subject == Subject::Bear;
    let mouse = who.subject == Subject::Mouse;
    let sitting = who.pose == Pose::Sitting;
    let sink = if sitting { 0.13 } else { 0.0 };
    easel.sunk = sink;
    let girth = if bear { 1.0 } else { 0.74 };
    if mouse {
        let low = sink * 0.6;
        easel.stroke(
            curve(&[(-0.12, -0.14 + low), (-0.34, -0.05), (-0.52, -0.10), (-0.57, -0.27), (-0.47, -0.38)]),
            Rgb::hex(0xd88a86),
            1.0,
            0.034,
        );
    } else if !bear {
        easel.fill(oval(-0.20, -0.20 + sink * 0.6, 0.075, 0.07), pale.lighter(0.4));
    } else {
        easel.fill(oval(-0.27, -0.24 + sink * 0.6, 0.06, 0.055), coat.darker(0.1));
    }
    // Hind legs.
    if sitting {
        for (x, tone) in [(-0.02, 0.18), (0.10, 0.04)] {
            easel.fill(
                limb(&[
                    (x - 0.08, -0.12, 0.10 * girth),
                    (x + 0.10, -0.085, 0.085 * girth),
                    (x + 0.20, -0.07, 0.07),
                ]),
                coat.darker(tone),
            );
            easel.fill(oval(x + 0.25, -0.085, 0.055, 0.085), coat.darker(tone * 0.5));
            easel.dab(oval(x + 0.26, -0.085, 0.030, 0.05), pale, 0.9);
        }
    } else {
        for (x, tone) in [(-0.10, 0.18), (0.09, 0.04)] {
            let x = x * (0.6 + 0.4 * girth);
            easel.fill(
                limb(&[(x, -0.28, 0.11 * girth), (x, -0.12, 0.095 * girth), (x + 0.01, -0.05, 0.07)]),
                coat.darker(tone),
            );
            easel.fill(
                blob(&[
                    (x - 0.08, 0.0),
                    (x - 0.07, -0.07),
                    (x + 0.05, -0.08),
                    (x + 0.13, -0.04),
                    (x + 0.12, 0.004),
                ]),
                coat.darker(tone),
            );
        }
    }
    easel.within(0.0, sink, 1.0, 1.0, |e| {
        // Far arm, body, belly.
        e.fill(
            limb(&[
                (-0.15 * girth, -0.56, 0.065 * girth),
                (-0.25 * girth, -0.44, 0.06 * girth),
                (-0.24 * girth, -0.34, 0.058),
            ]),
            coat.darker(0.22),
        );
        e.fill(
            blob(&[
                (-0.14 * girth, -0.64),
                (0.10 * girth, -0.65),
                (0.22 * girth, -0.50),
                (0.27 * girth, -0.32),
                (0.20 * girth, -0.15),
                (0.0, -0.10),
                (-0.22 * girth, -0.15),
                (-0.28 * girth, -0.34),
                (-0.23 * girth, -0.52),
            ]),
            coat,
        );
        e.dab(oval(0.065 * girth, -0.34, 0.15 * girth, 0.19), pale, 0.9);
        if bear {
            bear_head(e, coat, pale)
        } else if mouse {
            quadruped::mouse_head(e, &quadruped::coat(who), 0.02, -0.76);
        } else {
            rabbit_head(e, coat, pale)
        }
        let hand = hand_for(held);
        let hand = match held {
            None => (0.24 * girth, -0.38),
            Some(Prop::Kite) => super::high_hand(who.subject),
            // Clear of the muzzle.
            Some(Prop::Umbrella) => (0.31, -0.50),
            Some(_) => hand,
        };
        hold(e, held, hand, who.colour);
        let from = (0.15 * girth, -0.56);
        e.fill(
            limb(&[
                (from.0, from.1, 0.066 * girth),
                ((from.0 + hand.0) / 2.0 + 0.015, (from.1 + hand.1) / 2.0 + 0.04, 0.062 * girth),
                (hand.0, hand.1, 0.055),
            ]),
            coat.darker(0.08),
        );
    });
}

fn bear_head(easel: &mut Easel, coat: Rgb, pale: Rgb) {
    let (x, y) = (0.04, -0.80);
    for dx in [-0.14, 0.12] {
        easel.fill(oval(x + dx, y - 0.145, 0.068, 0.066), coat.darker(0.06));
        easel.dab(oval(x + dx + 0.005, y - 0.14, 0.036, 0.034), pale, 0.85);
    }
    easel.fill(
        blob(&[
            (x - 0.20, y + 0.02),
            (x - 0.15, y - 0.14),
            (x, y - 0.19),
            (x + 0.15, y - 0.14),
            (x + 0.19, y),
            (x + 0.15, y + 0.14),
            (x, y + 0.18),
            (x - 0.15, y + 0.14),
        ]),
        coat,
    );
    easel.fill(oval(x + 0.11, y + 0.055, 0.105, 0.082), pale);
    easel.dab(oval(x + 0.165, y + 0.015, 0.043, 0.032), Rgb::hex(0x241c1c), 1.0);
    easel.stroke(
        curve(&[(x + 0.10, y + 0.10), (x + 0.14, y + 0.108), (x + 0.18, y + 0.09)]),
        Rgb::hex(0x241c1c),
        0.9,
        0.013,
    );
    eye(easel, x + 0.015, y - 0.035, 0.046);
    eye(easel, x + 0.135, y - 0.05, 0.046);
}

fn rabbit_head(easel: &mut Easel, coat: Rgb, pale: Rgb) {
    let (x, y) = (0.03, -0.76);
    for (dx, lean, tone) in [(-0.08, -0.09, 0.14), (0.05, 0.02, 0.0)] {
        easel.fill(
            limb(&[
                (x + dx, y - 0.10, 0.040),
                (x + dx + lean * 0.6, y - 0.28, 0.056),
                (x + dx + lean, y - 0.41, 0.026),
            ]),
            coat.darker(tone),
        );
        easel.dab(
            limb(&[
                (x + dx, y - 0.14, 0.016),
                (x + dx + lean * 0.6, y - 0.28, 0.028),
                (x + dx + lean, y - 0.38, 0.010),
            ]),
            Rgb::hex(0xe79a94),
            0.85,
        );
    }
    easel.fill(
        blob(&[
            (x - 0.155, y),
            (x - 0.11, y - 0.12),
            (x + 0.02, y - 0.155),
            (x + 0.13, y - 0.09),
            (x + 0.19, y + 0.03),
            (x + 0.13, y + 0.115),
            (x, y + 0.14),
            (x - 0.12, y + 0.10),
        ]),
        coat,
    );
    easel.dab(oval(x + 0.10, y + 0.06, 0.085, 0.062), pale.lighter(0.35), 0.95);
    easel.dab(oval(x + 0.172, y + 0.025, 0.024, 0.019), Rgb::hex(0xd9706c), 1.0);
    easel.dab(oval(x + 0.02, y + 0.06, 0.035, 0.026), Rgb::hex(0xe79a94), 0.55);
    eye(easel, x + 0.055, y - 0.025, 0.056);
    easel.stroke(
        curve(&[(x + 0.11, y + 0.095), (x + 0.14, y + 0.10), (x + 0.165, y + 0.08)]),
        Rgb::hex(0x4a3434),
        0.8,
        0.011,
    );
}
