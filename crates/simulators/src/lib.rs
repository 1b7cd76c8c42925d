//! Vendors in a box: seeded, stateful worlds behind the vendors' own HTTP interfaces.
//!
//! A simulator shares no type with the connector that reads it (a misread field must not agree with
//! itself), keeps its own ledger, and is a product feature: `pitwall demo` and `pitwall simulate`
//! run it in-process, the tests use it as their vendor.

mod dice;
mod error;
mod number;
pub mod tekmetric;
mod time;

pub use error::{Error, Result};
pub use number::{Cents, Decimal};
pub use time::{ParseStampError, Stamp};
