//! The ghost: a floating sheet with two dark eyes and no feet.

use super::super::canvas::{Easel, blob, limb, oval};
use super::super::colour::{Rgb, cloth};
use super::super::spec::SubjectSpec;
use super::super::words::{Colour, Pose, Prop};
use super::{hand_for, hold};

/// Paints a ghost that hovers over the ground or sweeps through the air.
pub fn paint(easel: &mut Easel, who: &SubjectSpec, held: Option<Prop>) {
    let tint = if who.colour == Colour::White { 0.0 } else { 0.45 };
    let sheet = Rgb::hex(0xf4f5fa).mix(cloth(who.colour), tint);
    let fold = sheet.mix(Rgb::hex(0x6a78b0), 0.30);
    easel.soft(0.0, -0.52, 0.72, sheet.lighter(0.4), 0.34);
    // The far arm.
    easel.fill(limb(&[(-0.18, -0.60, 0.075), (-0.30, -0.55, 0.068), (-0.37, -0.64, 0.040)]), fold);
    if who.pose == Pose::Flying {
        // The sheet trails behind.
        easel.fill(
            blob(&[
                (-0.12, -0.90),
                (0.08, -1.02),
                (0.26, -0.90),
                (0.31, -0.66),
                (0.25, -0.40),
                (0.05, -0.22),
                (-0.20, -0.13),
                (-0.42, -0.16),
                (-0.60, -0.06),
                (-0.56, -0.20),
                (-0.72, -0.24),
                (-0.52, -0.32),
                (-0.34, -0.46),
                (-0.22, -0.70),
            ]),
            sheet,
        );
        easel.dab(
            blob(&[(-0.20, -0.62), (-0.10, -0.44), (-0.28, -0.26), (-0.48, -0.20), (-0.32, -0.40)]),
            fold,
            0.6,
        );
    } else {
        easel.fill(
            blob(&[
                (-0.22, -0.80),
                (-0.15, -0.97),
                (0.02, -1.04),
                (0.19, -0.97),
                (0.27, -0.78),
                (0.28, -0.45),
                (0.33, -0.10),
                (0.22, -0.16),
                (0.13, -0.05),
                (0.02, -0.15),
                (-0.10, -0.05),
                (-0.20, -0.16),
                (-0.33, -0.10),
                (-0.26, -0.45),
            ]),
            sheet,
        );
        for (x, lean) in [(-0.15, -0.04), (0.04, 0.0)] {
            easel.dab(
                limb(&[(x, -0.48, 0.012), (x + lean * 0.5, -0.32, 0.022), (x + lean, -0.18, 0.010)]),
                fold,
                0.75,
            );
        }
    }
    let dark = Rgb::hex(0x2a2742);
    for x in [0.035, 0.185] {
        easel.dab(oval(x, -0.80, 0.044, 0.066), dark, 1.0);
        easel.raw(oval(x + 0.014, -0.825, 0.014, 0.017), Rgb::WHITE, 0.95);
    }
    easel.dab(oval(0.115, -0.675, 0.034, 0.044), dark, 1.0);
    for x in [-0.03, 0.235] {
        easel.dab(oval(x, -0.70, 0.034, 0.022), Rgb::hex(0xf2a0b4), 0.6);
    }
    let hand = if held.is_none() { (0.37, -0.62) } else { hand_for(held) };
    hold(easel, held, hand, who.colour);
    easel.fill(
        limb(&[
            (0.17, -0.60, 0.075),
            ((0.17 + hand.0) / 2.0 + 0.02, (-0.60 + hand.1) / 2.0 + 0.03, 0.066),
            (hand.0, hand.1, 0.045),
        ]),
        sheet.mix(fold, 0.35),
    );
}
