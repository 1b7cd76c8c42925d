//! The Tekmetric simulator against its own promises: money, books, paging, faults, repeatability.

mod client;
mod faults;
mod fixture;
mod http;
mod webhooks;
mod world;

use simulators::Stamp;
use simulators::tekmetric::{World, WorldConfig};

/// A Friday at noon in New York.
pub(crate) fn start() -> Stamp {
    Stamp::parse_zoned("2026-11-20T17:00:00Z").expect("an instant")
}

pub(crate) fn small(days: u32) -> World {
    World::generate(WorldConfig::small(7, start(), days)).expect("the zones exist")
}
