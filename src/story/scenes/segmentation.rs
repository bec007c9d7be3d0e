//! The best cut for given scores: a dynamic program with a prior on length.

use super::PRICE;

/// Most sentences of a scene, unless a few scenes were asked for. Only texts of
/// tiny sentences come near; without it they would take quadratic time.
const LONGEST_SCENE_SENTENCES: usize = 400;

/// Cost of a scene of `words` where `typical` is likely: the squared logarithm
/// of the ratio, dearer on the short side, where it also guards against scenes
/// of one sentence.
fn length_cost(words: f32, typical: f32) -> f32 {
    let ratio = (words / typical).ln();
    if ratio < 0.0 { 0.42 * ratio * ratio } else { 0.5 * ratio * ratio }
}

/// The best cut at a price per boundary: starts of scenes, the first being 0.
pub(super) fn segment(scores: &[f32], sizes: &[f32], typical: f32, price: f32) -> Vec<usize> {
    let n = scores.len();
    let mut sums = vec![0.0f64];
    for size in sizes {
        sums.push(sums.last().copied().unwrap_or(0.0) + f64::from(*size));
    }
    let words = |a: usize, b: usize| {
        (sums.get(b).copied().unwrap_or(0.0) - sums.get(a).copied().unwrap_or(0.0)) as f32
    };
    // best[e]: value of the best cut of the first e sentences; f64, for a novel
    // adds up thousands of scenes.
    let mut best = vec![f64::NEG_INFINITY; n + 1];
    let mut from = vec![0usize; n + 1];
    if let Some(first) = best.first_mut() {
        *first = 0.0;
    }
    for end in 1..=n {
        let mut top = (f64::NEG_INFINITY, end - 1);
        for start in (end.saturating_sub(LONGEST_SCENE_SENTENCES)..end).rev() {
            let length = words(start, end);
            // Beyond four times the usual the cost only grows; stop there, but
            // always allow one sentence however long.
            if start + 1 < end && length > 4.0 * typical {
                break;
            }
            let gain = if start == 0 { 0.0 } else { scores.get(start).copied().unwrap_or(0.0) - price };
            let value = best.get(start).copied().unwrap_or(f64::NEG_INFINITY) + f64::from(gain)
                - f64::from(length_cost(length, typical));
            if value > top.0 {
                top = (value, start);
            }
        }
        if let (Some(b), Some(f)) = (best.get_mut(end), from.get_mut(end)) {
            (*b, *f) = top;
        }
    }
    let mut starts = Vec::new();
    let mut end = n;
    while end > 0 {
        let start = from.get(end).copied().unwrap_or(0);
        starts.push(start);
        end = start;
    }
    starts.reverse();
    starts
}

/// A cut into exactly `k` scenes: the price that gives about as many, found by
/// bisection (the Lagrangian of the constrained problem), then single
/// boundaries added or taken away by score.
pub(super) fn exactly(scores: &[f32], sizes: &[f32], total: f32, k: usize) -> Vec<usize> {
    let typical = total / k as f32;
    let (mut low, mut high) = (-20.0f32, 20.0f32);
    let mut starts = segment(scores, sizes, typical, PRICE);
    for _ in 0..18 {
        if starts.len() == k {
            return starts;
        }
        let price = 0.5 * (low + high);
        starts = segment(scores, sizes, typical, price);
        if starts.len() > k { low = price } else { high = price }
    }
    let score = |i: usize| scores.get(i).copied().unwrap_or(f32::NEG_INFINITY);
    if starts.len() > k {
        let mut inner: Vec<usize> = starts.iter().skip(1).copied().collect();
        inner.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
        inner.truncate(k - 1);
        starts = [0].into_iter().chain(inner).collect();
    } else if starts.len() < k {
        let mut others: Vec<usize> = (1..scores.len()).filter(|i| starts.binary_search(i).is_err()).collect();
        others.sort_by(|a, b| score(*b).total_cmp(&score(*a)));
        others.truncate(k - starts.len());
        starts.extend(others);
    }
    starts.sort_unstable();
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strong_boundaries_win_and_counts_are_kept() {
        let mut scores = vec![0.0; 40];
        for i in [10, 20, 30] {
            if let Some(s) = scores.get_mut(i) {
                *s = 3.0;
            }
        }
        let sizes = vec![12.0; 40];
        assert_eq!(segment(&scores, &sizes, 110.0, PRICE), [0, 10, 20, 30]);
        for k in 1..=40 {
            let starts = exactly(&scores, &sizes, 480.0, k);
            assert_eq!(starts.len(), k, "{starts:?}");
            assert!(starts.windows(2).all(|w| w[0] < w[1]));
        }
    }

    #[test]
    fn one_endless_sentence_is_one_scene() {
        assert_eq!(segment(&[0.0], &[1e9], 30.0, PRICE), [0]);
        assert_eq!(segment(&[0.0, 0.0], &[1e9, 1e9], 30.0, PRICE).first(), Some(&0));
    }
}
