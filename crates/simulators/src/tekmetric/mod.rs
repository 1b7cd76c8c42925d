//! The Tekmetric simulator: the official API of reference/tekmetric.md A over a seeded world.
//!
//! ```no_run
//! # async fn run() -> simulators::Result<()> {
//! use simulators::tekmetric::{Rate, Simulator, SimulatorConfig};
//! let start = simulators::Stamp::parse_zoned("2026-11-20T12:00:00Z").expect("an instant");
//! let running = Simulator::start(SimulatorConfig::demo(42, start)?).await?;
//! running.faults().set("429", Rate::EveryNth(10))?;
//! running.clock().advance(86_400);
//! println!("{} holds {:?}", running.base_url(), running.ledger().as_of);
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Left out: of the write endpoints those of customers, vehicles, appointments and canned jobs; of the
//! vendor's internal web API all but the two profit figures. The planted margin leaks of the demo are listed at [`WorldConfig::demo`].

mod api;
mod app;
mod arrivals;
mod builder;
mod catalog;
mod config;
mod control;
mod entity;
mod fault_body;
mod faults;
mod filters;
mod handle;
mod internal;
mod jobs;
mod ledger;
mod limiter;
mod mutation;
mod oauth;
mod pages;
mod params;
mod people;
mod plan;
mod roster;
mod simulator;
mod step;
mod totals;
mod view;
mod view_people;
mod webhooks;
mod world;
mod writes;

pub use builder::{FixtureShop, WorldBuilder};
pub use config::{Leak, LeakKind, PlantedLeak, ShopSpec, WorldConfig};
pub use entity::{Customer, Employee, Shop, Status, Vehicle};
pub use faults::{Fault, Faults};
pub use handle::WorldHandle;
pub use ledger::{Ledger, LineCounts, PostedDay, ShopLedger, SoldDay};
pub use mutation::Mutation;
pub use roster::CostRate;
pub use simulator::{Running, Simulator, SimulatorConfig};
pub use webhooks::{Sent, WebhookSettings};
pub use world::World;

pub use crate::{ClockMode, Rate, RequestLog, Setting, SimClock};
