//! What a connector hands to the pipeline.

use crate::cursor::Cursor;
use domain::cache::CacheBatch;
use domain::issue::{Issue, Reject};
use domain::{Cents, ShopId};
use jiff::Timestamp;

/// A shop, by our number and the vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorShopRef {
    /// Our `shop_id`.
    pub shop_id: ShopId,
    /// The vendor's shop number.
    pub vendor_id: i64,
}

/// One step of a run.
#[derive(Clone, Debug)]
pub struct Step {
    /// What came.
    pub page: Page,
    /// Where to go on; store it in the page's transaction.
    pub next: Cursor,
    /// The run is over.
    pub done: bool,
    /// For people who watch.
    pub progress: Progress,
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// `2026-03` in a back-fill, else the name of the pass.
    pub label: String,
    /// Records read in this run, each counted once per pass.
    pub seen: u64,
    /// How many there are, where the vendor said so.
    pub expected: Option<u64>,
    /// The window or pass named by the label is over.
    pub window_done: bool,
}

/// One answer of a vendor.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Records as received, in the vendor's order; one id may come twice.
    pub records: Vec<RawRecord>,
    /// The same of a vendor whose records are cached: rows for one table or several.
    pub batches: Vec<CacheBatch>,
    /// What the page says of the rows that are not on it.
    pub coverage: Coverage,
    /// Elements that are no records at all, and cached records that do not fit.
    pub rejects: Vec<Reject>,
    /// What did not add up while walking, for the log. Nothing is lost: the walk has reacted to it.
    pub drift: Option<String>,
}

/// Whether a run shows every row there is, so that a row it does not show is gone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coverage {
    /// It does not, or nothing can be missing yet.
    #[default]
    Changes,
    /// It does, and this is its first page.
    WholeBegins,
    /// It does, and goes on.
    Whole,
    /// It does, and this was its last page.
    WholeEnds,
    /// It does, and this was its only page.
    WholeAtOnce,
    /// It should have, but the count did not agree: nothing may be concluded from it.
    WholeBroken,
}

/// One page of the orders on the books of a window, for the reconciliation.
#[derive(Clone, Debug, Default)]
pub struct PostedPage {
    /// Records as received.
    pub records: Vec<RawRecord>,
    /// How many the window holds, where the vendor said so.
    pub total: Option<u64>,
    /// Whether another page follows.
    pub more: bool,
}

/// A record as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawRecord {
    /// Vendor's id; `None` where it is missing or no whole number.
    pub id: Option<i64>,
    /// Vendor's time of the last change; `None` until the first.
    pub updated_at: Option<Timestamp>,
    /// Gone at the vendor, by status or by date.
    pub deleted: bool,
    /// XXH3-128 of the body and of the version of our mapping: equal means nothing to do.
    pub hash: [u8; 16],
    /// JSON as received; share links are redacted, characters PostgreSQL cannot hold are replaced.
    pub body: String,
}

/// What the vendor itself says an order earned: parts, labour and sublets before fees, discounts and tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VendorProfit {
    /// Sales.
    pub retail: Cents,
    /// Cost.
    pub cost: Cents,
    /// Profit.
    pub profit: Cents,
    /// Labour's part of the cost, where the vendor tells it apart.
    pub labor_cost: Option<Cents>,
}

/// A record in our words.
#[derive(Clone, Debug)]
pub struct Decoded<T> {
    /// The record.
    pub record: T,
    /// What is worth a look; one per code and field.
    pub issues: Vec<Issue>,
    /// Keys we have never heard of, like `jobs[].parts[].newKey`.
    pub unknown_keys: Vec<String>,
}
