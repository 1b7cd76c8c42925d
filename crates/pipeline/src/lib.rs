//! Moves data one step on: fetch a page, load it, snapshot the orders it touched, sum their days.
//!
//! Every step can be killed and run again: a page, its dirty keys and its cursor are one transaction; snapshots
//! and days follow from the dirty queue.

mod ahead;
pub mod alerts;
pub mod build;
mod cached;
mod comparison;
mod compose;
mod conform;
pub mod drain;
mod lease;
mod nightly;
pub mod plan;
pub mod preview;
pub mod rates;
mod reconcile;
pub mod refresh;
pub mod replay;
pub mod report;
pub mod retry;
mod settle;
mod stream;
pub mod sync;

pub use plan::{PlannedConnection, PlannedShop, SyncPlan};
pub use report::{Event, Outcome, StreamReport, SyncReport};
