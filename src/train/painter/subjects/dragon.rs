//! The dragon: long neck, bat wings, a row of spines.

use super::super::canvas::{Easel, blob, curve, limb, oval, poly};
use super::super::colour::{Rgb, cloth};
use super::super::spec::SubjectSpec;
use super::super::words::Pose;
use super::eye;

/// Paints a dragon on the ground or in the air.
pub fn paint(easel: &mut Easel, who: &SubjectSpec) {
    let scale = cloth(who.colour);
    let belly = scale.mix(Rgb::hex(0xf8e6b0), 0.62);
    match who.pose {
        Pose::Flying => easel.within(0.0, -0.12, 1.0, 1.0, |e| {
            wing(e, scale, belly, (0.10, -0.46), 1.0, 0.25, true);
            tail(
                e,
                scale,
                &[(-0.20, -0.34, 0.10), (-0.48, -0.26, 0.065), (-0.72, -0.34, 0.045), (-0.92, -0.28, 0.018)],
            );
            for (x, y) in [(-0.16, -0.24), (0.14, -0.22)] {
                e.fill(
                    limb(&[(x, y, 0.065), (x - 0.10, y + 0.09, 0.045), (x - 0.17, y + 0.06, 0.034)]),
                    scale.darker(0.2),
                );
            }
            trunk(
                e,
                scale,
                belly,
                &[
                    (-0.26, -0.36),
                    (-0.10, -0.47),
                    (0.14, -0.48),
                    (0.30, -0.40),
                    (0.22, -0.24),
                    (-0.02, -0.19),
                    (-0.20, -0.25),
                ],
            );
            neck_and_head(e, scale, belly, (0.22, -0.38), (0.48, -0.50), (0.66, -0.62));
            wing(e, scale, belly, (0.02, -0.44), 1.0, 0.0, false);
        }),
        Pose::Sitting => {
            wing(easel, scale, belly, (-0.02, -0.52), 0.62, 0.25, true);
            tail(
                easel,
                scale,
                &[(-0.18, -0.12, 0.12), (-0.42, -0.06, 0.075), (-0.64, -0.08, 0.05), (-0.78, -0.20, 0.018)],
            );
            easel.fill(
                limb(&[(0.16, -0.34, 0.06), (0.20, -0.16, 0.045), (0.20, -0.03, 0.045)]),
                scale.darker(0.22),
            );
            trunk(
                easel,
                scale,
                belly,
                &[
                    (-0.34, -0.12),
                    (-0.30, -0.36),
                    (-0.12, -0.56),
                    (0.08, -0.62),
                    (0.22, -0.50),
                    (0.24, -0.28),
                    (0.14, -0.06),
                    (-0.18, -0.01),
                ],
            );
            haunch(easel, scale, -0.14);
            foot(easel, scale, &[(0.17, -0.36, 0.065), (0.24, -0.18, 0.048), (0.24, -0.03, 0.046)]);
            neck_and_head(easel, scale, belly, (0.06, -0.52), (0.16, -0.78), (0.30, -0.92));
            wing(easel, scale, belly, (-0.08, -0.50), 0.62, 0.0, false);
        }
        pose => {
            let stride = if pose == Pose::Walking { 0.10 } else { 0.0 };
            wing(easel, scale, belly, (0.06, -0.52), 0.66, 0.25, true);
            tail(
                easel,
                scale,
                &[(-0.28, -0.30, 0.12), (-0.50, -0.18, 0.08), (-0.66, -0.12, 0.05), (-0.80, -0.20, 0.018)],
            );
            foot(
                easel,
                scale.darker(0.24),
                &[(-0.16, -0.26, 0.08), (-0.14 + stride, -0.12, 0.052), (-0.14 + stride, -0.03, 0.048)],
            );
            foot(
                easel,
                scale.darker(0.24),
                &[(0.20, -0.28, 0.07), (0.20 - stride, -0.13, 0.048), (0.20 - stride, -0.03, 0.046)],
            );
            trunk(
                easel,
                scale,
                belly,
                &[
                    (-0.40, -0.32),
                    (-0.30, -0.48),
                    (-0.04, -0.54),
                    (0.20, -0.54),
                    (0.34, -0.42),
                    (0.26, -0.22),
                    (0.0, -0.14),
                    (-0.28, -0.16),
                ],
            );
            foot(
                easel,
                scale,
                &[(-0.26, -0.28, 0.10), (-0.28 - stride, -0.12, 0.058), (-0.26 - stride, -0.03, 0.052)],
            );
            foot(
                easel,
                scale,
                &[(0.26, -0.30, 0.078), (0.28 + stride, -0.13, 0.052), (0.28 + stride, -0.03, 0.050)],
            );
            neck_and_head(easel, scale, belly, (0.24, -0.44), (0.40, -0.66), (0.52, -0.82));
            wing(easel, scale, belly, (-0.02, -0.50), 0.66, 0.0, false);
        }
    }
}

fn trunk(easel: &mut Easel, scale: Rgb, belly: Rgb, outline: &[(f32, f32)]) {
    easel.fill(blob(outline), scale);
    let count = outline.len();
    // The lower side is pale.
    let low: Vec<(f32, f32)> =
        outline.iter().skip(count / 2).map(|point| (point.0 * 0.9, point.1 - 0.012)).collect();
    let mut patch = low.clone();
    patch.extend(low.iter().rev().map(|point| (point.0 * 0.86 + 0.02, point.1 - 0.075)));
    easel.dab(blob(&patch), belly, 0.85);
}

fn haunch(easel: &mut Easel, scale: Rgb, x: f32) {
    easel.fill(
        blob(&[
            (x - 0.18, -0.08),
            (x - 0.15, -0.26),
            (x + 0.0, -0.32),
            (x + 0.15, -0.22),
            (x + 0.15, -0.06),
            (x, 0.0),
        ]),
        scale.darker(0.1),
    );
    easel.fill(
        blob(&[(x + 0.0, 0.0), (x + 0.02, -0.07), (x + 0.18, -0.07), (x + 0.25, -0.02), (x + 0.23, 0.005)]),
        scale.darker(0.16),
    );
}

fn foot(easel: &mut Easel, scale: Rgb, line: &[(f32, f32, f32)]) {
    easel.fill(limb(line), scale);
    if let Some((x, _, half)) = line.last().copied() {
        easel.fill(
            blob(&[
                (x - half, 0.0),
                (x - half, -0.06),
                (x + half, -0.075),
                (x + half * 2.4, -0.02),
                (x + half * 2.2, 0.005),
            ]),
            scale.darker(0.05),
        );
        for dx in [1.2, 2.2] {
            easel.dab(oval(x + half * dx, -0.008, 0.016, 0.012), Rgb::hex(0xf8f0dc), 1.0);
        }
    }
}

fn tail(easel: &mut Easel, scale: Rgb, line: &[(f32, f32, f32)]) {
    if let Some((x, y, _)) = line.last().copied() {
        easel.fill(
            poly(&[(x + 0.05, y + 0.035), (x - 0.10, y - 0.10), (x + 0.03, y - 0.09), (x + 0.06, y - 0.01)]),
            scale.darker(0.3),
        );
    }
    easel.fill(limb(line), scale.darker(0.05));
}

fn neck_and_head(
    easel: &mut Easel,
    scale: Rgb,
    belly: Rgb,
    from: (f32, f32),
    mid: (f32, f32),
    head: (f32, f32),
) {
    let (x, y) = head;
    // Spines along the nape.
    for share in [0.15, 0.45, 0.75] {
        let (nx, ny) = if share < 0.5 {
            (from.0 + (mid.0 - from.0) * share * 2.0, from.1 + (mid.1 - from.1) * share * 2.0)
        } else {
            (mid.0 + (x - mid.0) * (share - 0.5) * 2.0, mid.1 + (y - mid.1) * (share - 0.5) * 2.0)
        };
        easel.fill(
            poly(&[(nx - 0.05, ny + 0.03), (nx - 0.135, ny - 0.085), (nx + 0.02, ny - 0.06)]),
            scale.darker(0.35),
        );
    }
    easel.fill(limb(&[(from.0, from.1, 0.135), (mid.0, mid.1, 0.085), (x - 0.03, y + 0.02, 0.072)]), scale);
    easel.dab(
        limb(&[
            (from.0 + 0.08, from.1 + 0.04, 0.05),
            (mid.0 + 0.045, mid.1 + 0.03, 0.034),
            (x + 0.02, y + 0.07, 0.025),
        ]),
        belly,
        0.85,
    );
    // Horns, skull, snout.
    for (dx, tone) in [(-0.03, 0.2), (0.03, 0.0)] {
        easel.fill(
            limb(&[
                (x + dx, y - 0.06, 0.026),
                (x + dx - 0.07, y - 0.14, 0.020),
                (x + dx - 0.12, y - 0.17, 0.006),
            ]),
            Rgb::hex(0xf1e2bc).darker(tone),
        );
    }
    easel.fill(
        blob(&[
            (x - 0.10, y + 0.02),
            (x - 0.07, y - 0.085),
            (x + 0.05, y - 0.10),
            (x + 0.13, y - 0.05),
            (x + 0.25, y - 0.03),
            (x + 0.28, y + 0.03),
            (x + 0.22, y + 0.075),
            (x + 0.04, y + 0.09),
            (x - 0.06, y + 0.08),
        ]),
        scale,
    );
    easel.dab(
        blob(&[
            (x + 0.27, y + 0.035),
            (x + 0.22, y + 0.075),
            (x + 0.04, y + 0.09),
            (x + 0.02, y + 0.05),
            (x + 0.15, y + 0.045),
        ]),
        belly,
        0.9,
    );
    easel.dab(oval(x + 0.235, y - 0.003, 0.014, 0.012), scale.darker(0.6), 1.0);
    easel.dab(oval(x + 0.065, y - 0.035, 0.036, 0.036), Rgb::hex(0xffe27a), 1.0);
    eye(easel, x + 0.072, y - 0.033, 0.046);
}

/// A bat wing with its root at `root`; `size` 1 spans 0.9 upwards and back.
fn wing(easel: &mut Easel, scale: Rgb, belly: Rgb, root: (f32, f32), size: f32, tone: f32, far: bool) {
    let back = if far { 0.35 } else { -1.0 };
    let at = |dx: f32, dy: f32| (root.0 + back * dx * size, root.1 + dy * size);
    let skin = belly.mix(scale, 0.45).darker(tone);
    let (tip, elbow) = (at(0.42, -0.80), at(0.12, -0.42));
    easel.fill(
        blob(&[
            at(-0.06, 0.0),
            elbow,
            at(0.24, -0.66),
            tip,
            at(0.66, -0.52),
            at(0.62, -0.38),
            at(0.78, -0.22),
            at(0.56, -0.16),
            at(0.54, 0.04),
            at(0.34, -0.04),
            at(0.18, 0.08),
        ]),
        skin,
    );
    for end in [at(0.74, -0.24), at(0.52, 0.0)] {
        easel.stroke(
            curve(&[elbow, ((elbow.0 + end.0) / 2.0, (elbow.1 + end.1) / 2.0 - 0.03 * size), end]),
            scale.darker(0.3 + tone),
            0.8,
            0.02 * size,
        );
    }
    easel.fill(
        limb(&[
            (at(-0.04, 0.02).0, at(-0.04, 0.02).1, 0.05 * size),
            (elbow.0, elbow.1, 0.036 * size),
            (tip.0, tip.1, 0.014 * size),
        ]),
        scale.darker(0.08 + tone),
    );
}
