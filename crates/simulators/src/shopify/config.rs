//! What a generated store is made of, and what is planted in it.

use serde::Serialize;

use crate::Stamp;

/// Seconds in 24 hours.
pub(crate) const DAY: i64 = 86_400;

/// A generated store's recipe. The same recipe gives the same world.
#[derive(Debug, Clone)]
pub struct WorldConfig {
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// The vendor's number of the shop.
    pub shop_id: i64,
    /// The permanent domain, `….myshopify.com`.
    pub domain: String,
    /// The store's name.
    pub name: String,
    /// IANA time zone.
    pub timezone: String,
    /// ISO currency of the books; two decimals.
    pub currency: String,
    /// Where history ends and the clock starts.
    pub start: Stamp,
    /// Length of the history before `start`, in days.
    pub history_days: u32,
    /// Products; each has four variants (SKUs), but the last, which is the gift card and has one.
    pub products: usize,
    /// Orders of a mean day.
    pub orders_per_day: u32,
    /// Sales tax on goods and shipping, hundredths of a percent, on top of the prices.
    pub tax_basis_points: i64,
    /// What is planted here.
    pub plants: Vec<Plant>,
}

/// Something that goes wrong in the store, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plant {
    /// Which way.
    pub kind: PlantKind,
    /// The first instant at which it happens.
    pub since: Stamp,
}

/// The ways of losing money that can be planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlantKind {
    /// Ten of the best sellers are not restocked: their shelves empty and stay so.
    StockOuts,
    /// One order in five ships four to seven days after it was placed.
    LateOrders,
    /// One buyer in six of late or refunded orders writes angrily and is handed up.
    Escalations,
    /// A third of what is sold of the third product comes back.
    ReturnWave,
}

/// A planted truth, as the demo explains it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlantedTruth {
    /// A stable code.
    pub code: &'static str,
    /// What happens, in a sentence.
    pub description: &'static str,
    /// The variants whom it concerns; empty for all.
    pub variant_ids: Vec<i64>,
    /// The first instant at which it happens.
    pub since: Stamp,
}

impl WorldConfig {
    /// Example Speed Shop in Toronto's zone: 1,000 SKUs, 50 orders a day, two years, everything planted.
    #[must_use]
    pub fn demo(seed: u64, start: Stamp) -> Self {
        let plant = |kind, days: i64| Plant {
            kind,
            since: start.plus(-days * DAY),
        };
        Self {
            seed,
            shop_id: 61_001,
            domain: "example-speed.myshopify.com".to_owned(),
            name: "Example Speed Shop".to_owned(),
            timezone: "America/Toronto".to_owned(),
            currency: "CAD".to_owned(),
            start,
            history_days: 730,
            products: 251,
            orders_per_day: 50,
            tax_basis_points: 1_300,
            plants: vec![
                plant(PlantKind::StockOuts, 21),
                plant(PlantKind::LateOrders, 60),
                plant(PlantKind::Escalations, 60),
                plant(PlantKind::ReturnWave, 120),
            ],
        }
    }

    /// A small store for tests: 80 SKUs and eight orders a day over `history_days`, everything planted.
    #[must_use]
    pub fn small(seed: u64, start: Stamp, history_days: u32) -> Self {
        Self {
            history_days,
            products: 20,
            orders_per_day: 8,
            ..Self::demo(seed, start)
        }
    }

    /// Whether something planted happens at an instant.
    pub(crate) fn has(&self, kind: PlantKind, at: Stamp) -> bool {
        self.plants
            .iter()
            .any(|plant| plant.kind == kind && plant.since <= at)
    }

    /// The planted truths, for the demo's story and its tests.
    #[must_use]
    pub fn planted_truths(&self) -> Vec<PlantedTruth> {
        let tell = |plant: &Plant| {
            let (code, description, variants) = match plant.kind {
                PlantKind::StockOuts => (
                    "stock_outs",
                    "ten of the best sellers are not restocked and run out",
                    super::catalog::starved(self.products),
                ),
                PlantKind::LateOrders => (
                    "late_orders",
                    "one order in five ships four to seven days after it was placed",
                    Vec::new(),
                ),
                PlantKind::Escalations => (
                    "escalations",
                    "buyers of late and refunded orders write angrily and are handed up",
                    Vec::new(),
                ),
                PlantKind::ReturnWave => (
                    "return_wave",
                    "a third of what is sold of one product comes back",
                    (8..12).collect(),
                ),
            };
            let variant_ids = variants
                .into_iter()
                .map(super::entity::variant_id)
                .collect();
            PlantedTruth {
                code,
                description,
                variant_ids,
                since: plant.since,
            }
        };
        self.plants.iter().map(tell).collect()
    }
}
