//! What a generated world is made of, and the leaks planted in it.

use serde::Serialize;

use super::catalog::BUDGET_BRAND;
use crate::{Cents, Stamp};

/// Seconds in 24 hours.
pub(crate) const DAY: i64 = 86_400;

/// A generated world's recipe. The same recipe gives the same world, byte for byte.
#[derive(Debug, Clone)]
pub struct WorldConfig {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// The shops, in the order of their creation.
    pub shops: Vec<ShopSpec>,
    /// Where history ends and the clock starts.
    pub start: Stamp,
    /// Length of the history before `start`, in days.
    pub history_days: u32,
    /// Keep no finished order in memory: rebuild it from its seed whenever it is read. About 120
    /// bytes instead of some 3 kB per order, for benchmarks; reading costs a few microseconds.
    pub compact: bool,
    /// No further order arrives once the world holds this many.
    pub max_orders: Option<usize>,
}

/// One shop of a generated world.
#[derive(Debug, Clone)]
pub struct ShopSpec {
    /// The vendor's shop number.
    pub id: i64,
    /// Its name.
    pub name: &'static str,
    /// IANA time zone.
    pub timezone: &'static str,
    /// Repair orders on a working day (Monday to Friday), on average.
    pub orders_per_day: u32,
    /// Retail labour, cents per hour.
    pub labor_rate: Cents,
    /// Sales tax on parts, hundredths of a percent.
    pub tax_basis_points: i64,
    /// Technicians on the roster.
    pub technicians: usize,
    /// Service advisors on the roster.
    pub advisors: usize,
    /// What goes wrong here.
    pub leaks: Vec<Leak>,
}

/// A way in which a shop loses margin, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leak {
    /// Which way.
    pub kind: LeakKind,
    /// The first instant at which it happens.
    pub since: Stamp,
}

/// The ways of losing margin that can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeakKind {
    /// The shop's first advisor grants a 10 to 18 % goodwill discount on 45 % of the orders written.
    OverDiscounting,
    /// Parts of the budget brand are booked without cost, so that their margin looks like 100 %.
    ZeroCostBrand,
    /// Tires are sold at 96 % of their cost.
    TiresBelowCost,
    /// 18 % of the authorized labour lines name no technician.
    UnassignedLabor,
    /// Declined work rises from the usual share to a quarter of all jobs over 90 days.
    RisingDeclines,
}

/// A planted leak, as the demo explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlantedLeak {
    /// The shop.
    pub shop_id: i64,
    /// A stable code.
    pub code: &'static str,
    /// What happens, in a sentence.
    pub description: String,
    /// The first instant at which it happens.
    pub since: Stamp,
}

impl ShopSpec {
    /// The leak of a kind, if it is planted here and runs at an instant.
    pub(crate) fn leaks_at(&self, kind: LeakKind, at: Stamp) -> Option<Leak> {
        self.leaks
            .iter()
            .copied()
            .find(|leak| leak.kind == kind && leak.since <= at)
    }
}

impl WorldConfig {
    /// Three shops in three zones, two years of history ending at `start`, five planted leaks:
    ///
    /// | shop | leak |
    /// |---|---|
    /// | 6212 Northside, New York | the first advisor over-discounts, for a year |
    /// | 6213 Southgate, Chicago | parts of brand ValuLine without cost, for 120 days |
    /// | 6213 Southgate, Chicago | 18 % of labour without technician, for 200 days |
    /// | 6214 Desert Ridge, Phoenix | tires below cost, for 200 days |
    /// | 6214 Desert Ridge, Phoenix | declined work rising, for 90 days |
    #[must_use]
    pub fn demo(seed: u64, start: Stamp) -> Self {
        let mut config = Self::plain(seed, start);
        let leak = |kind, days: i64| Leak {
            kind,
            since: start.plus(-days * DAY),
        };
        config.shops[0].leaks = vec![leak(LeakKind::OverDiscounting, 365)];
        config.shops[1].leaks = vec![
            leak(LeakKind::ZeroCostBrand, 120),
            leak(LeakKind::UnassignedLabor, 200),
        ];
        config.shops[2].leaks = vec![
            leak(LeakKind::TiresBelowCost, 200),
            leak(LeakKind::RisingDeclines, 90),
        ];
        config
    }

    /// The demo's shops without leaks: the rates of reference/tekmetric.md A.12.9 hold.
    #[must_use]
    pub fn plain(seed: u64, start: Stamp) -> Self {
        let shop = |id, name, timezone, orders_per_day, labor_rate| ShopSpec {
            id,
            name,
            timezone,
            orders_per_day,
            labor_rate: Cents(labor_rate),
            tax_basis_points: 675,
            technicians: 5,
            advisors: 2,
            leaks: Vec::new(),
        };
        let shops = vec![
            shop(6_212, "Northside", "America/New_York", 11, 16_500),
            shop(6_213, "Southgate", "America/Chicago", 9, 14_900),
            shop(6_214, "Desert Ridge", "America/Phoenix", 8, 13_900),
        ];
        Self {
            seed,
            shops,
            start,
            history_days: 730,
            compact: false,
            max_orders: None,
        }
    }

    /// A small world for tests: the plain shops with `history_days` of history.
    #[must_use]
    pub fn small(seed: u64, start: Stamp, history_days: u32) -> Self {
        Self {
            history_days,
            ..Self::plain(seed, start)
        }
    }

    /// A world of exactly `orders` orders in compact form, for benchmarks: as many days of the
    /// plain shops, at ten times their trade, as it takes.
    #[must_use]
    pub fn benchmark(seed: u64, start: Stamp, orders: usize) -> Self {
        let mut config = Self::plain(seed, start);
        for shop in &mut config.shops {
            shop.orders_per_day *= 10;
        }
        let per_week: u32 = config
            .shops
            .iter()
            .map(|shop| shop.orders_per_day * 5)
            .sum();
        let weeks = u32::try_from(orders).unwrap_or(u32::MAX) / per_week + 1;
        // A tenth more days than the average needs, since days vary.
        config.history_days = weeks.saturating_mul(7) + weeks / 2 + 14;
        config.compact = true;
        config.max_orders = Some(orders);
        config
    }

    /// The planted leaks, for the demo's story and its tests.
    #[must_use]
    pub fn planted_leaks(&self) -> Vec<PlantedLeak> {
        let of_shop = |shop: &ShopSpec| {
            let (shop_id, name) = (shop.id, shop.name);
            let describe = move |leak: &Leak| PlantedLeak {
                shop_id,
                code: leak.kind.code(),
                description: leak.kind.describe(name),
                since: leak.since,
            };
            shop.leaks.iter().map(describe).collect::<Vec<_>>()
        };
        self.shops.iter().flat_map(of_shop).collect()
    }
}

impl LeakKind {
    fn code(self) -> &'static str {
        match self {
            Self::OverDiscounting => "over_discounting",
            Self::ZeroCostBrand => "zero_cost_brand",
            Self::TiresBelowCost => "tires_below_cost",
            Self::UnassignedLabor => "unassigned_labor",
            Self::RisingDeclines => "rising_declines",
        }
    }

    fn describe(self, shop: &str) -> String {
        match self {
            Self::OverDiscounting => {
                format!("{shop}: one advisor gives 10 to 18 % away on 45 % of the orders")
            }
            Self::ZeroCostBrand => {
                format!("{shop}: parts of {BUDGET_BRAND} are booked without cost")
            }
            Self::TiresBelowCost => format!("{shop}: tires are sold at 96 % of their cost"),
            Self::UnassignedLabor => {
                format!("{shop}: 18 % of authorized labour names no technician")
            }
            Self::RisingDeclines => format!("{shop}: declined work rises to a quarter of all jobs"),
        }
    }
}
