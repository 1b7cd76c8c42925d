//! Vendors in a box: seeded, stateful worlds behind the vendors' own HTTP interfaces.
//!
//! A simulator shares no type with the connector that reads it (a misread field must not agree with
//! itself), keeps its own ledger, and is a product feature: `pitwall demo` and `pitwall simulate`
//! run it in-process, the tests use it as their vendor.

pub mod chatwoot;
mod clock;
mod control_gate;
mod dice;
mod error;
mod faults;
mod hmac;
mod number;
mod push;
mod requests;
pub mod servicetitan;
pub mod shopify;
pub mod tekmetric;
mod time;

pub use clock::{ClockMode, SimClock};
pub use error::{Error, Result};
pub use faults::{Faults, Rate, Setting};
pub use number::{Cents, Decimal};
pub use requests::RequestLog;
pub use time::{ParseStampError, Stamp};
