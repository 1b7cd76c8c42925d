//! The Shopify simulator against its own promises: paging, cost, search, bulk, window, webhooks, faults, books.

mod bulk;
mod client;
mod documented;
mod http;
mod ledger;
mod webhooks;

use simulators::Stamp;
use simulators::shopify::{Running, Simulator, SimulatorConfig, World, WorldConfig};

/// A Friday at noon in Toronto.
pub(crate) fn start() -> Stamp {
    Stamp::parse_zoned("2026-11-20T17:00:00Z").expect("an instant")
}

pub(crate) fn small(days: u32) -> World {
    World::generate(WorldConfig::small(7, start(), days)).expect("the zone exists")
}

/// A small store, served.
pub(crate) async fn serving(days: u32) -> Running {
    serving_as(SimulatorConfig::new(small(days))).await
}

pub(crate) async fn serving_as(config: SimulatorConfig) -> Running {
    Simulator::start(config).await.expect("a free port")
}
