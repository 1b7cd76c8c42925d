//! Fees: what kind a fee is, and what a percentage fee amounts to (reference D.4, golden G4).

use crate::money::Cents;
use crate::ratio::div_round;

/// The kind of a fee, told from its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeeKind {
    /// Shop supplies.
    ShopSupplies,
    /// Environmental or EPA fee.
    Environmental,
    /// Disposal of oil, tires, waste.
    Disposal,
    /// Hazardous materials.
    Hazmat,
    /// Anything else.
    Other,
}

impl FeeKind {
    /// First match wins, so "Hazardous waste disposal" is a disposal fee. `epa` must be a whole word:
    /// as a part of a word it would also hit "repair".
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let name = name.to_lowercase();
        let has_word = |word: &str| {
            name.split(|c: char| !c.is_alphanumeric())
                .any(|w| w == word)
        };
        if name.contains("shop") && name.contains("suppl") {
            Self::ShopSupplies
        } else if name.contains("environ") || has_word("epa") {
            Self::Environmental
        } else if name.contains("dispos") {
            Self::Disposal
        } else if name.contains("haz") {
            Self::Hazmat
        } else {
            Self::Other
        }
    }

    /// The word stored in `job_fees.fee_type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ShopSupplies => "shop_supplies",
            Self::Environmental => "environmental",
            Self::Disposal => "disposal",
            Self::Hazmat => "hazmat",
            Self::Other => "other",
        }
    }
}

/// A fee's rule where the vendor gives no final amount.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeeRule {
    /// Hundredths of a percentage point (`3.7 %` is 370).
    pub percent_hundredths: Option<i64>,
    /// Upper bound of a percentage fee; ignored unless positive.
    pub cap: Option<Cents>,
    /// Fixed amount, used where the percentage does not apply.
    pub amount: Option<Cents>,
}

impl FeeRule {
    /// What the fee comes to on `base` (authorized parts, labour and sublets less discounts).
    #[must_use]
    pub fn apply(self, base: Cents) -> Cents {
        let Some(percent) = self.percent_hundredths.filter(|p| *p > 0 && base.0 > 0) else {
            return self.amount.unwrap_or_default();
        };
        let fee = Cents(div_round(i128::from(base.0) * i128::from(percent), 10_000));
        match self.cap {
            Some(cap) if cap.0 > 0 => fee.min(cap),
            _ => fee,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FeeKind, FeeRule};
    use crate::money::Cents;

    #[test]
    fn g4_percentage_fees() {
        for (base, percent, cap, amount, fee) in [
            (84_215, Some(800), Some(4500), None, 4500),
            (12_345, Some(500), None, None, 617),
            (12_350, Some(370), None, None, 457),
            (12_345, Some(500), Some(0), Some(999), 617),
            (12_345, None, None, Some(450), 450),
            (0, Some(800), Some(4500), Some(300), 300),
            (-2500, Some(800), Some(4500), Some(0), 0),
        ] {
            let rule = FeeRule {
                percent_hundredths: percent,
                cap: cap.map(Cents),
                amount: amount.map(Cents),
            };
            assert_eq!(rule.apply(Cents(base)), Cents(fee), "base {base}");
        }
    }

    #[test]
    fn kinds_by_name() {
        for (name, kind) in [
            ("Shop Supplies", FeeKind::ShopSupplies),
            ("Supply run", FeeKind::Other),
            ("EPA fee", FeeKind::Environmental),
            ("Repair fee", FeeKind::Other),
            ("Hazardous waste disposal", FeeKind::Disposal),
            ("Hazmat", FeeKind::Hazmat),
        ] {
            assert_eq!(FeeKind::of_name(name), kind, "{name}");
        }
    }
}
