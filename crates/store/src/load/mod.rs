//! Bulk load: a page of records becomes rows, and only what changed is written.
//!
//! The caller looks the stored fingerprints up ([`orders::stored`]), decodes and prices what is new or changed,
//! and writes it with [`orders::write`] in the session that also moves the cursor. New orders are copied straight
//! into the tables; of a changed order the lines are replaced and the header and jobs updated, so that no line the
//! vendor dropped stays behind.

pub mod entities;
pub mod orders;
pub mod payload;
mod replace;

use domain::cost::CostedOrder;
use domain::issue::Issue;
use domain::record::RepairOrder;

/// A record as received.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'a> {
    /// Vendor's id.
    pub entity_id: i64,
    /// Fingerprint of the body.
    pub hash: [u8; 16],
    /// JSON, share links redacted.
    pub body: &'a str,
}

/// One order to write: what came, what it says, what it comes to.
#[derive(Clone, Copy, Debug)]
pub struct OrderRow<'a> {
    /// As received.
    pub payload: Payload<'a>,
    /// In our words.
    pub order: &'a RepairOrder,
    /// Priced.
    pub costed: &'a CostedOrder,
    /// What is odd about it.
    pub issues: &'a [Issue],
}

/// What a load did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Rows that were new.
    pub created: u64,
    /// Rows that had changed.
    pub updated: u64,
}

impl std::ops::AddAssign for Loaded {
    fn add_assign(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
    }
}
