//! How far two sets of pictures are apart as clouds of features: the Frechet
//! distance of the Gaussians that fit them (Heusel et al. 2017, section 2).
//!
//! `|m1 - m2|^2 + tr(C1) + tr(C2) - 2 tr((C1^(1/2) C2 C1^(1/2))^(1/2))`; the
//! inner matrix is symmetric, so that its root needs only the eigenvalues of
//! symmetric matrices, which Jacobi's rotations give to the last digits.

/// Sweeps of rotations; a matrix of 64 rows needs about ten.
const MAX_SWEEPS: usize = 60;

/// Mean and covariance of a set of vectors.
#[derive(Clone, PartialEq, Debug)]
pub struct Gaussian {
    /// `[size]`.
    pub mean: Vec<f64>,
    /// `[size, size]`, row by row.
    pub covariance: Vec<f64>,
}

impl Gaussian {
    /// Fits a set of vectors of one length; `None` for fewer than two.
    pub fn fit(features: &[Vec<f64>]) -> Option<Self> {
        let size = features.first()?.len();
        let count = features.len() as f64;
        if features.len() < 2 || features.iter().any(|feature| feature.len() != size) {
            return None;
        }
        let mean: Vec<f64> =
            (0..size).map(|i| features.iter().map(|feature| feature[i]).sum::<f64>() / count).collect();
        let mut covariance = vec![0.0; size * size];
        for feature in features {
            for row in 0..size {
                let part = (feature[row] - mean[row]) / (count - 1.0);
                for column in 0..size {
                    covariance[row * size + column] += part * (feature[column] - mean[column]);
                }
            }
        }
        Some(Self { mean, covariance })
    }

    /// The squared Frechet distance, as it is reported everywhere; never below 0.
    pub fn distance(&self, other: &Self) -> f64 {
        let size = self.mean.len();
        let apart: f64 = self.mean.iter().zip(&other.mean).map(|(a, b)| (a - b).powi(2)).sum();
        let trace = |matrix: &[f64]| (0..size).map(|i| matrix[i * size + i]).sum::<f64>();
        let root = square_root(&self.covariance, size);
        let inner = product(&product(&root, &other.covariance, size), &root, size);
        let (values, _) = eigen(&inner, size);
        let shared: f64 = values.iter().map(|value| value.max(0.0).sqrt()).sum();
        (apart + trace(&self.covariance) + trace(&other.covariance) - 2.0 * shared).max(0.0)
    }
}

/// The square root of a symmetric matrix without negative eigenvalues.
fn square_root(matrix: &[f64], size: usize) -> Vec<f64> {
    let (values, vectors) = eigen(matrix, size);
    let mut root = vec![0.0; size * size];
    for (k, value) in values.iter().enumerate() {
        // Rounding may leave an eigenvalue of zero a little below it.
        let scale = value.max(0.0).sqrt();
        for row in 0..size {
            for column in 0..size {
                root[row * size + column] += scale * vectors[row * size + k] * vectors[column * size + k];
            }
        }
    }
    root
}

fn product(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let mut out = vec![0.0; size * size];
    for row in 0..size {
        for k in 0..size {
            let factor = a[row * size + k];
            for column in 0..size {
                out[row * size + column] += factor * b[k * size + column];
            }
        }
    }
    out
}

/// Eigenvalues and eigenvectors (columns) of a symmetric matrix, by cyclic
/// Jacobi rotations (Golub & Van Loan, section 8.5).
fn eigen(matrix: &[f64], size: usize) -> (Vec<f64>, Vec<f64>) {
    let mut a = matrix.to_vec();
    let mut vectors = vec![0.0; size * size];
    for i in 0..size {
        vectors[i * size + i] = 1.0;
    }
    let total: f64 = a.iter().map(|value| value * value).sum();
    for _ in 0..MAX_SWEEPS {
        let off: f64 =
            (0..size).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i * size + j].powi(2)).sum();
        if off <= total * 1e-30 {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                rotate(&mut a, &mut vectors, size, p, q);
            }
        }
    }
    ((0..size).map(|i| a[i * size + i]).collect(), vectors)
}

/// One rotation in the plane of `p` and `q` that clears `a[p, q]`.
fn rotate(a: &mut [f64], vectors: &mut [f64], size: usize, p: usize, q: usize) {
    let apq = a[p * size + q];
    if apq == 0.0 {
        return;
    }
    let theta = (a[q * size + q] - a[p * size + p]) / (2.0 * apq);
    // The smaller root; `theta` may be so large that its square overflows to
    // infinity, and then the angle is rightly zero.
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..size {
        let (kp, kq) = (a[k * size + p], a[k * size + q]);
        a[k * size + p] = c * kp - s * kq;
        a[k * size + q] = s * kp + c * kq;
    }
    for k in 0..size {
        let (pk, qk) = (a[p * size + k], a[q * size + k]);
        a[p * size + k] = c * pk - s * qk;
        a[q * size + k] = s * pk + c * qk;
    }
    for k in 0..size {
        let (kp, kq) = (vectors[k * size + p], vectors[k * size + q]);
        vectors[k * size + p] = c * kp - s * kq;
        vectors[k * size + q] = s * kp + c * kq;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{NoiseStream, standard_normal};

    fn assert_close(actual: f64, expected: f64, tolerance: f64) {
        assert!(
            (actual - expected).abs() <= tolerance * expected.abs().max(1.0),
            "actual {actual}, expected {expected}"
        );
    }

    /// A random rotation of `size` dimensions: the eigenvectors of a random
    /// symmetric matrix.
    fn rotation(size: usize, seed: u64) -> Vec<f64> {
        let noise = standard_normal(seed, NoiseStream::Initial, size * size);
        let symmetric: Vec<f64> = (0..size * size)
            .map(|at| f64::from(noise[at]) + f64::from(noise[at % size * size + at / size]))
            .collect();
        eigen(&symmetric, size).1
    }

    /// `turn * diagonal * turn^T`.
    fn turned(turn: &[f64], diagonal: &[f64]) -> Vec<f64> {
        let size = diagonal.len();
        let mut out = vec![0.0; size * size];
        for (k, value) in diagonal.iter().enumerate() {
            for row in 0..size {
                for column in 0..size {
                    out[row * size + column] += value * turn[row * size + k] * turn[column * size + k];
                }
            }
        }
        out
    }

    #[test]
    fn eigenvectors_are_orthonormal_and_rebuild_the_matrix() {
        let (size, turn) = (64, rotation(64, 3));
        let diagonal: Vec<f64> = (0..size).map(|i| (i as f64 - 20.0).powi(3)).collect();
        let matrix = turned(&turn, &diagonal);
        let (values, vectors) = eigen(&matrix, size);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        for (actual, expected) in sorted.iter().zip(&diagonal) {
            assert!((actual - expected).abs() < 1e-7, "actual {actual}, expected {expected}");
        }
        let rebuilt = turned(&vectors, &values);
        let error = rebuilt.iter().zip(&matrix).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(error < 1e-7, "{error}");
    }

    #[test]
    fn gaussians_that_share_their_axes_are_apart_as_the_formula_says() {
        // sum (m1 - m2)^2 + sum (sqrt(a) - sqrt(b))^2, whatever the axes.
        for size in [1, 2, 17, 64] {
            let turn = rotation(size, 9);
            let a: Vec<f64> = (0..size).map(|i| (i % 7) as f64 + 0.01).collect();
            let b: Vec<f64> = (0..size).map(|i| (i % 5) as f64).collect();
            let first = Gaussian { mean: vec![0.5; size], covariance: turned(&turn, &a) };
            let second = Gaussian { mean: vec![-1.0; size], covariance: turned(&turn, &b) };
            let spread: f64 = a.iter().zip(&b).map(|(a, b)| (a.sqrt() - b.sqrt()).powi(2)).sum();
            assert_close(first.distance(&second), 2.25 * size as f64 + spread, 1e-7);
            assert_close(second.distance(&first), first.distance(&second), 1e-7);
            assert_close(first.distance(&first), 0.0, 1e-7);
        }
    }

    #[test]
    fn gaussians_of_two_dimensions_with_other_axes() {
        // For 2x2 matrices tr((C1 C2)^(1/2)) = (tr(C1 C2) + 2 det(C1 C2)^(1/2))^(1/2).
        let (c1, c2) = (vec![2.0, 0.6, 0.6, 1.0], vec![1.0, -0.8, -0.8, 3.0]);
        let both = product(&c1, &c2, 2);
        let det = |m: &[f64]| m[0] * m[3] - m[1] * m[2];
        let shared = (both[0] + both[3] + 2.0 * (det(&c1) * det(&c2)).sqrt()).sqrt();
        let first = Gaussian { mean: vec![0.0, 1.0], covariance: c1 };
        let second = Gaussian { mean: vec![0.0, 3.0], covariance: c2 };
        assert_close(first.distance(&second), 4.0 + 3.0 + 4.0 - 2.0 * shared, 1e-12);
    }

    #[test]
    fn a_fit_finds_mean_and_covariance() {
        let noise = standard_normal(4, NoiseStream::Initial, 40_000);
        let features: Vec<Vec<f64>> = noise
            .chunks_exact(2)
            .map(|pair| {
                let (x, y) = (f64::from(pair[0]), f64::from(pair[1]));
                vec![3.0 + 2.0 * x, 1.0 + x - 0.5 * y]
            })
            .collect();
        let fit = Gaussian::fit(&features).unwrap();
        for (actual, expected) in fit.mean.iter().chain(&fit.covariance).zip([3.0, 1.0, 4.0, 2.0, 2.0, 1.25])
        {
            assert!((actual - expected).abs() < 0.1, "actual {actual}, expected {expected}");
        }
        assert_eq!(Gaussian::fit(&features[..1]), None);
        assert_eq!(Gaussian::fit(&[vec![1.0], vec![1.0, 2.0]]), None);
    }

    #[test]
    fn sets_of_equal_vectors_have_no_covariance_and_no_nan() {
        let (a, b) = (vec![vec![1.0; 8]; 5], vec![vec![3.0; 8]; 5]);
        let distance = Gaussian::fit(&a).unwrap().distance(&Gaussian::fit(&b).unwrap());
        assert_close(distance, 32.0, 1e-12);
    }
}
