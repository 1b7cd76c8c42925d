//! Connectors: the only code that speaks to vendors.
//!
//! A [`Connector`] reads one connection (one credential). It knows how to walk each [`Stream`] without losing
//! rows, and how to turn a record into the canonical shape of [`domain::record`]. It stores nothing: the
//! caller commits a [`Page`] and the [`Cursor`] behind it in one transaction and asks for the next.

mod connector;
mod error;
mod http;
mod page;
mod settings;
mod stream;
mod tekmetric;

pub use connector::Connector;
pub use error::{Kind, VendorError};
pub use http::{Documents, Reach};
pub use page::{Decoded, Page, PostedPage, Progress, RawRecord, Step, VendorProfit, VendorShopRef};
pub use settings::{ConnectionSettings, Secret, Tuning};
pub use stream::{Mode, Stream, UnknownName, Vendor};
pub use tekmetric::{Cursor, Hint as WebhookHint, hint as webhook_hint};
