//! Repeatable chance: one seed and one stream number give one sequence, on every machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A seeded source of chance. Two dice with the same seed and stream roll the same.
#[derive(Debug, Clone)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// The dice of one stream (an order, a shop day) of a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }

    /// A raw roll, to seed something else.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number from 0 to `bound - 1`; 0 when `bound` is 0. The bias of the multiplication is below 2^-32.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let wide = u64::from(self.0.next_u32()) * (bound as u64);
        usize::try_from(wide >> 32).unwrap_or(0)
    }

    /// A number from `low` to `high`, both included; `low` when the range is empty.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        let span = (high - low + 1).unsigned_abs();
        let wide = (u128::from(self.0.next_u64()) * u128::from(span)) >> 64;
        low + i64::try_from(wide).unwrap_or(0)
    }

    /// True in `per_10_000` of 10,000 rolls.
    pub(crate) fn chance(&mut self, per_10_000: u32) -> bool {
        self.below(10_000) < per_10_000 as usize
    }

    /// One of the items; `items` must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// The index of a weight, drawn in proportion to it.
    pub(crate) fn weighted(&mut self, weights: &[u32]) -> usize {
        let total: u32 = weights.iter().sum();
        let mut left = self.below(total as usize) as u32;
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        weights.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::Dice;

    #[test]
    fn the_same_seed_and_stream_roll_the_same() {
        let (mut a, mut b, mut c) = (Dice::new(7, 1), Dice::new(7, 1), Dice::new(7, 2));
        let rolls = |dice: &mut Dice| (0..8).map(|_| dice.roll()).collect::<Vec<_>>();
        let first = rolls(&mut a);
        assert_eq!(first, rolls(&mut b));
        assert_ne!(first, rolls(&mut c));
    }

    #[test]
    fn ranges_hold_their_ends() {
        let mut dice = Dice::new(1, 1);
        let seen: std::collections::BTreeSet<i64> = (0..200).map(|_| dice.between(-1, 2)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), vec![-1, 0, 1, 2]);
        assert_eq!(dice.between(5, 5), 5);
        assert_eq!(dice.weighted(&[0, 3, 0]), 1);
    }
}
