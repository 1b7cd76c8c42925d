//! The Shopify simulator: the GraphQL Admin interface of reference/commerce-apis.md 1 over a seeded store.
//!
//! ```no_run
//! # async fn run() -> simulators::Result<()> {
//! use simulators::shopify::{Rate, Simulator, SimulatorConfig};
//! let start = simulators::Stamp::parse_zoned("2026-11-20T12:00:00Z").expect("an instant");
//! let running = Simulator::start(SimulatorConfig::demo(42, start)?).await?;
//! running.faults().set("throttled", Rate::EveryNth(10))?;
//! running.clock().advance(86_400);
//! println!("{} with {}", running.base_url(), running.access_token());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Assumed where the reference is silent: a carrier's news moves the parcel's `updatedAt` and not the order's; the money
//! of a unit that an edit takes off stays until somebody pays it back; goodwill leaves `currentTotalPriceSet` alone; a
//! version that is not the served one answers 404.
//!
//! Left out: tax inside the prices, returns as records, holds and splits of fulfilment orders, draft orders, metafields,
//! subscriptions to webhooks by mutation, tokens that expire by the clock, and every mutation but those of bulk
//! operations.

mod app;
mod back;
mod bulk;
mod catalog;
mod config;
mod control;
mod cost;
mod document;
mod entity;
mod execute;
mod fault_body;
mod faults;
mod fields_goods;
mod fields_order;
mod fields_ship;
mod handle;
mod ledger;
mod limiter;
mod node;
pub(crate) mod plan;
mod rest;
mod roots;
mod schema;
mod search;
mod simulator;
mod step;
mod webhooks;
mod world;

pub use back::Mutation;
pub use config::{Plant, PlantKind, PlantedTruth, WorldConfig};
pub use faults::{Fault, Faults};
pub use handle::WorldHandle;
pub use ledger::{FulfilmentBook, Ledger, SkuDay, StockBook, StoreDay};
pub use limiter::Plan;
pub use plan::Segment;
pub use simulator::{Running, Simulator, SimulatorConfig};
pub use webhooks::{Sent, WebhookSettings};
pub use world::World;

pub use crate::{ClockMode, Rate, RequestLog, Setting, SimClock};
