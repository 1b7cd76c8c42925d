//! What happens in a store, day by day, before it happens: who orders, what comes of it. One plan serves the store and
//! the support desk, so that both speak of the same orders.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::config::{PlantKind, WorldConfig};
use crate::Stamp;
use crate::dice::Dice;

/// Orders of a month, percent of the mean: spring builds, winter rests.
const SEASON: [i64; 12] = [72, 82, 106, 116, 126, 124, 118, 110, 100, 86, 92, 68];
/// Orders of a weekday from Monday, percent of the mean.
const WEEK: [i64; 7] = [104, 98, 96, 100, 108, 98, 96];
/// Share of the five segments in the orders.
const SEGMENTS: [u32; 5] = [33, 24, 20, 15, 8];

/// The five kinds of buyers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// Builds at home, a few orders a year.
    DiyBuilder,
    /// A garage: large and regular orders.
    ProfessionalShop,
    /// Collects: dear parts, now and then.
    EnthusiastCollector,
    /// Orders once.
    FirstTimeBuilder,
    /// Races from March to September.
    RacingEnthusiast,
}

/// What becomes of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Kept,
    /// So many of the first line's units come back after so many days; goodwill in cents on top.
    Refunded {
        days: i64,
        goodwill: i64,
    },
    /// Cancelled and paid back after so many hours.
    Cancelled {
        hours: i64,
    },
    /// One unit of the first line is taken off after so many hours.
    Edited {
        hours: i64,
    },
}

/// One order to come.
#[derive(Debug, Clone)]
pub(crate) struct PlannedOrder {
    pub(crate) at: Stamp,
    /// The how-manieth order of the store, from 0.
    pub(crate) ordinal: u64,
    /// `None` for guests.
    pub(crate) buyer: Option<u32>,
    pub(crate) segment: Segment,
    /// Seconds until the goods leave; the second half of a split one a day later.
    pub(crate) ships_after: i64,
    pub(crate) split: bool,
    pub(crate) late: bool,
    pub(crate) fate: Fate,
    /// Rolls what is in the basket.
    pub(crate) seed: u64,
}

/// The orders of a shop's local day, in time.
pub(crate) fn day(
    config: &WorldConfig,
    zone: &TimeZone,
    date: Date,
    first: u64,
) -> Vec<PlannedOrder> {
    let number = date
        .since(jiff::civil::date(2000, 1, 1))
        .map_or(0, |span| span.get_days());
    let mut dice = Dice::new(
        config.seed,
        0x0de5_0000_0000 + u64::from(number.unsigned_abs()),
    );
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
    let mean = i64::from(config.orders_per_day) * SEASON[month] * WEEK[weekday];
    let count = (mean * dice.between(80, 120) + 500_000) / 1_000_000;
    let midnight = Stamp::local(zone, date.at(0, 0, 0, 0));
    let mut instants: Vec<i64> = (0..count)
        .map(|_| (dice.between(0, 86_399) + dice.between(18_000, 86_399)) / 2)
        .collect();
    instants.sort_unstable();
    let plan = |(place, second): (usize, i64)| {
        let racing = (3..=9).contains(&date.month());
        let at = midnight.plus(second);
        order(config, (at, racing), first + place as u64, &mut dice)
    };
    instants.into_iter().enumerate().map(plan).collect()
}

fn order(
    config: &WorldConfig,
    (at, racing): (Stamp, bool),
    ordinal: u64,
    dice: &mut Dice,
) -> PlannedOrder {
    let mut dice = Dice::new(dice.roll(), ordinal);
    let (segment, pool) = match dice.weighted(&SEGMENTS) {
        0 => (Segment::DiyBuilder, 52),
        1 => (Segment::ProfessionalShop, 8),
        2 => (Segment::EnthusiastCollector, 26),
        4 if racing => (Segment::RacingEnthusiast, 7),
        4 => (Segment::DiyBuilder, 52),
        _ => (Segment::FirstTimeBuilder, 0),
    };
    let guest = dice.chance(500);
    let buyer = if guest {
        None
    } else if pool == 0 {
        Some(2_000_000 + u32::try_from(ordinal).unwrap_or(0))
    } else {
        let people = usize::try_from(pool * config.orders_per_day)
            .unwrap_or(1)
            .max(1);
        Some(segment as u32 * 100_000 + u32::try_from(dice.below(people)).unwrap_or(0))
    };
    let late = config.has(PlantKind::LateOrders, at) && dice.chance(2_000);
    let ships_after = if late {
        dice.between(4 * 86_400, 7 * 86_400)
    } else {
        dice.between(3 * 3_600, 40 * 3_600)
    };
    let fate = match dice.below(1_000) {
        0..60 => Fate::Refunded {
            days: dice.between(3, 45),
            goodwill: if dice.chance(1_500) {
                dice.between(100, 2_500)
            } else {
                0
            },
        },
        60..80 => Fate::Cancelled {
            hours: dice.between(1, 3),
        },
        80..95 => Fate::Edited {
            hours: dice.between(1, 2),
        },
        _ => Fate::Kept,
    };
    PlannedOrder {
        at,
        ordinal,
        buyer,
        segment,
        ships_after,
        split: dice.chance(700),
        late,
        fate,
        seed: dice.roll(),
    }
}

/// A synthetic person: name and address of a buyer.
pub(crate) fn person(buyer: u32) -> (String, String) {
    const FIRST: [&str; 16] = [
        "Alex", "Robin", "Sam", "Kim", "Jo", "Chris", "Pat", "Lee", "Max", "Toni", "Kai", "Jamie",
        "Nic", "Dana", "Ray", "Uli",
    ];
    const LAST: [&str; 16] = [
        "Sample",
        "Example",
        "Mustermann",
        "Placeholder",
        "Invented",
        "Testley",
        "Fictus",
        "Nobody",
        "Demo",
        "Specimen",
        "Pattern",
        "Mock",
        "Sketch",
        "Draft",
        "Model",
        "Proof",
    ];
    let first = FIRST[buyer as usize % 16];
    let last = LAST[buyer as usize / 16 % 16];
    let mail = format!(
        "{}.{}.{buyer}@example.com",
        first.to_lowercase(),
        last.to_lowercase()
    );
    (format!("{first} {last}"), mail)
}

/// The order's name as everybody writes it.
pub(crate) fn order_name(ordinal: u64) -> String {
    format!("#{}", 1_001 + ordinal)
}
