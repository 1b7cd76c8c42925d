//! The ServiceTitan simulator against its own promises: lists, feeds, tokens, limits, faults, repeatability.

mod client;
mod faults;
mod http;
mod ledger;
mod webhooks;
mod world;
mod writes;

use simulators::Stamp;
use simulators::servicetitan::{Running, Simulator, SimulatorConfig, World, WorldConfig};

/// A Friday at eleven in Chicago.
pub(crate) fn start() -> Stamp {
    Stamp::parse_zoned("2026-11-20T17:00:00Z").expect("an instant")
}

pub(crate) fn small(days: u32) -> World {
    World::generate(WorldConfig::small(7, start(), days)).expect("the zone exists")
}

/// A small company, served.
pub(crate) async fn serving(days: u32) -> Running {
    Simulator::start(SimulatorConfig::new(small(days)))
        .await
        .expect("a free port")
}
