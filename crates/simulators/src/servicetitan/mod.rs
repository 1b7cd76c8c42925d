//! The ServiceTitan simulator: lists, export feeds and writes of reference/servicetitan.md A over a seeded company.
//!
//! ```no_run
//! # async fn run() -> simulators::Result<()> {
//! use simulators::servicetitan::{Rate, Simulator, SimulatorConfig};
//! let start = simulators::Stamp::parse_zoned("2026-11-20T12:00:00Z").expect("an instant");
//! let running = Simulator::start(SimulatorConfig::demo(42, start)?).await?;
//! running.faults().set("429", Rate::EveryNth(10))?;
//! running.clock().advance(86_400);
//! println!("{} and {}/connect/token", running.base_url(), running.auth_url());
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Assumed where the reference is silent: a missing or wrong application key answers 403 as a missing scope does; wrong
//! credentials answer 400 `invalid_client`; a job that was not billed has `invoiceId` 0; a payment moves an invoice's
//! balance and paid day without moving its time of change; a page size above 5,000 answers 400.
//!
//! Left out: feeds that nothing of ours reads (notes, opportunities, bills, purchase orders, recurring services, time
//! activities), the new contact interface, adaptive capacity, forms and attachments; of the writes those of estimates
//! but selling and dismissing, of invoice items, and of new technicians.

mod app;
mod billing;
mod booking;
mod callers;
mod company;
mod config;
mod control;
mod crm;
mod endpoints;
mod fault_body;
mod faults;
mod feeds;
mod field;
mod filter;
mod founding;
mod handle;
mod jpm;
mod json;
mod ledger;
mod ledger_flow;
mod ledger_time;
mod life;
mod limiter;
mod lists;
mod moment;
mod money;
mod mutation;
mod oauth;
mod params;
mod pay;
mod payments;
mod payroll;
mod plan;
mod reads;
mod reports;
mod settings;
mod simulator;
mod spans;
mod table;
mod webhooks;
mod world;
mod writes;
mod writes_money;
mod writes_work;

pub use config::{Plant, PlantKind, PlantedTruth, WorldConfig};
pub use faults::{Fault, Faults};
pub use handle::WorldHandle;
pub use ledger::{DayBooks, JobBooks, LabourBasis, Ledger, RevenueDay};
pub use ledger_flow::{FixedJob, FlowDay, MembershipBooks, OpenInvoice};
pub use ledger_time::{OnTimeDay, TechnicianDay, WindowRoom};
pub use mutation::Mutation;
pub use simulator::{Running, Simulator, SimulatorConfig};
pub use webhooks::{Sent, WebhookSettings};
pub use world::World;

pub use crate::{ClockMode, Rate, RequestLog, Setting, SimClock};
