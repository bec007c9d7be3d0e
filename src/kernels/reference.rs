//! Attention written out: the literal twin that every path is tested against.

use super::Dims;

/// `softmax(q k^T * scale) v`, one number at a time, in f64.
///
/// # Shapes
/// Row-major slices:
/// - `query`: `[batch, heads, queries, head_size]`
/// - `key`, `value`: `[batch, heads, keys, head_size]`
/// - `key_mask`: `[batch, keys]`, true where a key counts
/// - output: `[batch, heads, queries, head_size]`
///
/// A row without a key that counts gives zeros.
pub fn attention(
    query: &[f32],
    key: &[f32],
    value: &[f32],
    key_mask: Option<&[bool]>,
    scale: f32,
    dims: Dims,
) -> Vec<f64> {
    let Dims { batch, heads, queries, keys, head_size } = dims;
    let mut output = Vec::with_capacity(batch * heads * queries * head_size);
    for head in 0..batch * heads {
        let counts = |j: usize| key_mask.is_none_or(|mask| mask[head / heads * keys + j]);
        let row = |tensor: &[f32], count: usize, i: usize| -> Vec<f64> {
            let first = (head * count + i) * head_size;
            tensor[first..first + head_size].iter().map(|&x| f64::from(x)).collect()
        };
        for i in 0..queries {
            let q = row(query, queries, i);
            let scores: Vec<(usize, f64)> = (0..keys)
                .filter(|&j| counts(j))
                .map(|j| {
                    let k = row(key, keys, j);
                    let product: f64 = q.iter().zip(&k).map(|(q, k)| q * k).sum();
                    (j, product * f64::from(scale))
                })
                .collect();
            // The highest score is taken off, so that no exponential overflows.
            let highest = scores.iter().map(|&(_, score)| score).fold(f64::NEG_INFINITY, f64::max);
            let total: f64 = scores.iter().map(|&(_, score)| (score - highest).exp()).sum();
            let mut out = vec![0.0; head_size];
            for &(j, score) in &scores {
                let weight = (score - highest).exp() / total;
                for (out, v) in out.iter_mut().zip(row(value, keys, j)) {
                    *out += weight * v;
                }
            }
            output.extend(out);
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIMS: Dims = Dims { batch: 1, heads: 1, queries: 1, keys: 2, head_size: 1 };

    #[test]
    fn two_keys_by_hand() {
        // Scores 0 and ln 3: weights 1/4 and 3/4.
        let out = attention(&[1.0], &[0.0, 3f32.ln()], &[4.0, 8.0], None, 1.0, DIMS);
        assert!((out[0] - 7.0).abs() < 1e-6, "{out:?}");
    }

    #[test]
    fn a_masked_key_does_not_count_and_none_gives_zero() {
        let of = |mask: &[bool]| attention(&[1.0], &[0.0, 9.0], &[4.0, 8.0], Some(mask), 1.0, DIMS);
        assert_eq!(of(&[true, false]), [4.0]);
        assert_eq!(of(&[false, false]), [0.0]);
    }
}
