//! The Chatwoot simulator: the application interface of reference/commerce-apis.md 2 over a support desk that belongs to
//! a Shopify simulator's store. Both live by one plan, so that conversations name orders that exist.
//!
//! Assumed: every change of a message touches its conversation but a later survey answer or deletion (as in 4.15); a
//! first reply is counted from creation or hand-off.
//!
//! Left out: `conversations/filter`, contact search, labels by inbox, SLA policies, reporting events, transcripts, limits by
//! count, every write, and of the reports all but conversations, first response and the live counts; control routes of
//! its own (`/_sim`): it is driven in-process.

mod app;
mod faults;
mod json;
mod reads;
mod simulator;
mod webhooks;
mod world;

pub use faults::{Fault, Faults};
pub use simulator::{Running, Simulator, SimulatorConfig};
pub use webhooks::{Sent, WebhookSettings};
pub use world::{ConversationBook, Ledger, Mutation, World, WorldConfig};

pub use crate::{ClockMode, Rate, RequestLog, Setting, SimClock};
