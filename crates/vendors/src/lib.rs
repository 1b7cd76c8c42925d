//! Connectors: the only code that speaks to vendors.
//!
//! A [`Connector`] reads one connection (one credential). It knows how to walk each [`Stream`] without losing
//! rows, and how to turn a record into the canonical shape of [`domain::record`]. It stores nothing: the
//! caller commits a [`Page`] and the [`Cursor`] behind it in one transaction and asks for the next.

mod connector;
mod cursor;
mod error;
mod http;
mod page;
mod servicetitan;
mod settings;
mod stream;
mod tekmetric;

pub use connector::Connector;
pub use cursor::Cursor;
pub use error::{Kind, VendorError};
pub use http::{Documents, Reach};
pub use page::{
    Coverage, Decoded, Page, PostedPage, Progress, RawRecord, Step, VendorProfit, VendorShopRef,
};
pub use servicetitan::tables as servicetitan_tables;
pub use settings::{ConnectionSettings, Secret, Tuning};
pub use stream::{Mode, Stream, UnknownName, Vendor};
pub use tekmetric::Hint as WebhookHint;

/// What a delivery of a vendor's webhook says, as far as it was understood. Pure; the hint itself is never data.
#[must_use]
pub fn webhook_hint(vendor: Vendor, body: &str) -> WebhookHint {
    match vendor {
        Vendor::Tekmetric => tekmetric::hint(body),
        Vendor::ServiceTitan => servicetitan::hint(body),
    }
}
