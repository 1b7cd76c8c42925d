//! The only outgoing HTTP: limits, back-off, bounds. Knows no vendor.

mod breaker;
mod client;
mod documents;
mod limiter;
mod redact;
mod retry;
mod token;

pub(crate) use client::{Answer, Authorization, Call, Http, Outcome};
pub use documents::{Documents, Reach};
pub(crate) use token::{Grant, Tokens};
