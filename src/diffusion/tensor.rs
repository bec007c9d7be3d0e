//! Latents as burn tensors. The only file of this room that names burn.

use burn::tensor::Tensor;

use super::latent::Latent;

/// `[batch, channels, height, width]`; masks may have one channel or one
/// picture, which broadcasts.
///
/// Keep latents in `f32` whatever the network computes in: the coefficients
/// reach 150, and a step is a small difference of large terms.
impl Latent for Tensor<4> {
    fn scale(&self, a: f64) -> Self {
        self.clone().mul_scalar(a)
    }

    fn axpby(&self, a: f64, other: &Self, b: f64) -> Self {
        // A factor of 1 saves a pass, and is exact either way.
        let scaled = |tensor: &Self, factor: f64| {
            if factor == 1.0 { tensor.clone() } else { tensor.clone().mul_scalar(factor) }
        };
        scaled(self, a) + scaled(other, b)
    }

    fn clamp_abs(&self, limit: f64) -> Self {
        self.clone().clamp(-limit, limit)
    }

    fn mul_exp(&self, exponent: &Self, slope: f64, intercept: f64) -> Self {
        let deviation = exponent.clone().mul_scalar(slope).add_scalar(intercept).exp();
        self.clone() * deviation
    }

    fn mask_mix(&self, other: &Self, mask: &Self) -> Self {
        let kept = mask.clone().neg().add_scalar(1.0);
        self.clone() * mask.clone() + other.clone() * kept
    }

    fn match_std(&self, reference: &Self) -> Self {
        let own = deviation_per_picture(self);
        // Where nothing varies the quotient is undefined: such a picture stays.
        let flat = own.clone().equal_elem(0.0);
        let ratio = deviation_per_picture(reference) / own.mask_fill(flat.clone(), 1.0);
        self.clone() * ratio.mask_fill(flat, 1.0)
    }
}

/// The standard deviation of each picture of a batch.
///
/// # Shapes
/// `[batch, channels, height, width]` to `[batch, 1, 1, 1]`.
fn deviation_per_picture(tensor: &Tensor<4>) -> Tensor<4> {
    let mean = tensor.clone().mean_dim(3).mean_dim(2).mean_dim(1);
    let centred = tensor.clone() - mean;
    (centred.clone() * centred).mean_dim(3).mean_dim(2).mean_dim(1).sqrt()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use burn::tensor::{Device, TensorData};

    use super::*;
    use crate::diffusion::*;

    const SHAPE: [usize; 4] = [2, 3, 2, 4];
    const PICTURE: usize = 24;

    fn numbers(step: usize) -> Vec<f32> {
        standard_normal(9, NoiseStream::Step(step), 2 * PICTURE)
    }

    fn tensor(values: &[f32]) -> Tensor<4> {
        Tensor::from_data(TensorData::new(values.to_vec(), SHAPE), &Device::flex())
    }

    fn doubles(values: &[f32]) -> Vec<f64> {
        values.iter().copied().map(f64::from).collect()
    }

    #[track_caller]
    fn assert_close(actual: Tensor<4>, expected: &[f64]) {
        let actual = actual.into_data().try_to_vec::<f32>().unwrap();
        assert_eq!(actual.len(), expected.len());
        for (actual, expected) in actual.iter().zip(expected) {
            let error = (f64::from(*actual) - expected).abs();
            assert!(
                error < 1e-5 * expected.abs().max(1.0),
                "actual {actual}, expected {expected}, error {error}"
            );
        }
    }

    #[test]
    fn tensors_and_vectors_do_the_same() {
        let (x, y, mask) = (numbers(0), numbers(1), vec![0.25; 2 * PICTURE]);
        let (tx, ty, tmask) = (tensor(&x), tensor(&y), tensor(&mask));
        let (vx, vy, vmask) = (doubles(&x), doubles(&y), doubles(&mask));
        assert_close(tx.scale(0.3), &vx.scale(0.3));
        assert_close(tx.axpby(1.0, &ty, -0.7), &vx.axpby(1.0, &vy, -0.7));
        assert_close(tx.clamp_abs(0.5), &vx.clamp_abs(0.5));
        assert_close(tx.mul_exp(&ty, 0.5, -1.0), &vx.mul_exp(&vy, 0.5, -1.0));
        assert_close(tx.mask_mix(&ty, &tmask), &vx.mask_mix(&vy, &vmask));
        // A vector is one picture, the tensor holds two.
        let mut expected = vx[..PICTURE].to_vec().match_std(&vy[..PICTURE].to_vec());
        expected.extend(vx[PICTURE..].to_vec().match_std(&vy[PICTURE..].to_vec()));
        assert_close(tx.match_std(&ty), &expected);
        let flat = tx.zeros_like();
        assert_close(flat.match_std(&ty), &[0.0; 2 * PICTURE]);
    }

    #[test]
    fn a_mask_of_one_channel_covers_all_and_keeps_exactly() {
        let mask = Tensor::<4>::from_data(
            TensorData::new(vec![0.0f32, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0], [1, 1, 2, 4]),
            &Device::flex(),
        );
        let (x, y) = (numbers(0), numbers(1));
        let mixed = tensor(&x).mask_mix(&tensor(&y), &mask);
        let mixed = mixed.into_data().try_to_vec::<f32>().unwrap();
        for (i, mixed) in mixed.iter().enumerate() {
            let repaint = [false, true, false, true, true, false, true, false][i % 8];
            assert_eq!(*mixed, if repaint { x[i] } else { y[i] });
        }
    }

    #[test]
    fn the_loop_gives_the_same_on_tensors_and_vectors() {
        for solver in Solver::ALL {
            let config = SamplerConfig::new(
                solver,
                Schedule::Discrete(DiscreteSchedule::linear()),
                Prediction::Velocity,
                6,
            );
            let sampler = Sampler::new(config).unwrap();
            let guidance = Guidance { scale: 3.0, rescale: 0.0 };
            let on_tensors = denoise(
                &sampler,
                0,
                tensor(&numbers(100)).scale(sampler.init_noise_sigma()),
                |_, _, x: &Tensor<4>| Ok::<_, DiffusionError>(guidance.combine(&x.scale(0.4), &x.scale(0.1))),
                |index| tensor(&numbers(index)),
                |_| ControlFlow::<()>::Continue(()),
            );
            let on_vectors = denoise(
                &sampler,
                0,
                doubles(&numbers(100)).scale(sampler.init_noise_sigma()),
                |_, _, x: &Vec<f64>| Ok::<_, DiffusionError>(guidance.combine(&x.scale(0.4), &x.scale(0.1))),
                |index| doubles(&numbers(index)),
                |_| ControlFlow::<()>::Continue(()),
            );
            match (on_tensors, on_vectors) {
                (Ok(ControlFlow::Continue(tensor)), Ok(ControlFlow::Continue(vector))) => {
                    assert_close(tensor, &vector);
                }
                _ => panic!("{solver} did not finish"),
            }
        }
    }
}
