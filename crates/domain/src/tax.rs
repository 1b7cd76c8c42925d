//! Splitting an amount so that the shares add up (reference D.4, golden G3).

use crate::money::Cents;

/// Splits `total` over `weights` by largest remainder: every share is floored, the left-over cents go to the
/// largest fractions, ties in the given order. `None` when the weights add up to zero or less.
#[must_use]
pub fn split(total: Cents, weights: &[Cents]) -> Option<Vec<Cents>> {
    let base: i128 = weights.iter().map(|w| i128::from(w.0)).sum();
    if base <= 0 {
        return None;
    }
    let exact = |weight: &Cents| i128::from(total.0) * i128::from(weight.0);
    let mut shares: Vec<i128> = weights.iter().map(|w| exact(w).div_euclid(base)).collect();
    let left: i128 = i128::from(total.0) - shares.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(exact(&weights[*i]).rem_euclid(base)));
    for index in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[index] += 1;
    }
    let narrowed = shares.into_iter().map(|s| i64::try_from(s).map(Cents));
    narrowed.collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::split;
    use crate::money::Cents;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn g3_tax_split() {
        let shares = split(
            Cents(3124),
            &[Cents(40737), Cents(52800), Cents(2990), Cents(14000)],
        );
        assert_eq!(
            shares,
            Some(vec![Cents(1151), Cents(1492), Cents(85), Cents(396)])
        );
        assert_eq!(split(Cents(5), &[Cents(0)]), None);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_stay_within_one_cent(total in 0_i64..10_000_000, weights in proptest::collection::vec(0_i64..1_000_000, 1..9)) {
            let weights: Vec<Cents> = weights.into_iter().map(Cents).collect();
            if let Some(shares) = split(Cents(total), &weights) {
                prop_assert!(shares.iter().copied().sum::<Cents>() == Cents(total));
                let base: i64 = weights.iter().map(|w| w.0).sum();
                for (share, weight) in shares.iter().zip(&weights) {
                    let exact = i128::from(total) * i128::from(weight.0);
                    prop_assert!((i128::from(share.0) * i128::from(base) - exact).abs() <= i128::from(base));
                }
            }
        }
    }
}
