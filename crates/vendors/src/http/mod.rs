//! The only outgoing HTTP: limits, back-off, bounds. Knows no vendor.

mod breaker;
mod client;
mod documents;
mod limiter;
mod redact;
mod retry;

pub(crate) use client::{Answer, Authorization, Call, Http, Outcome};
pub use documents::{Documents, Reach};
