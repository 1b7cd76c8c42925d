//! Cached records: a vendor's record as a row of one table, its fields typed, before anything is made of it.
//!
//! A vendor whose orders come in pieces (a job here, its invoice and its time there) is kept in such tables first; what
//! is composed from them is a [`crate::record`]. Connectors fill rows, the store writes them, and neither knows the
//! other: this is what they share. Nothing here is one vendor's.

use jiff::Timestamp;
use jiff::civil::Date;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text as sent.
    Text,
    /// A vendor's number, kept as text.
    Id,
    /// Yes or no.
    Flag,
    /// A whole number.
    Whole,
    /// Money, rounded once to cents.
    Cents,
    /// An exact decimal.
    Number,
    /// Degrees of latitude or longitude; out of range is nothing.
    Degrees,
    /// An instant, truncated to microseconds.
    Instant,
    /// A calendar day of the tenant.
    Day,
    /// Texts or numbers, each as text.
    List,
    /// Whatever was sent.
    Json,
    /// A length of time, stored as an interval.
    Span,
    /// A length of time in whole seconds.
    Seconds,
    /// A local clock time.
    Clock,
}

/// One column of a cached table and where its value stands in the vendor's record.
#[derive(Clone, Copy, Debug)]
pub struct CacheColumn {
    /// Column.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Keys on the way to the value, joined by dots; what begins with `*` is worked out by the connector.
    pub from: &'static str,
}

/// A changed row makes this key dirty.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    /// What has to be composed again: `job`, `customer`, …
    pub kind: &'static str,
    /// The column that names it; both its old and its new value are marked.
    pub column: &'static str,
}

/// One table of the cache.
#[derive(Debug)]
pub struct CacheTable {
    /// Schema and name.
    pub name: &'static str,
    /// Its own columns, in the order of [`CacheRow::cells`].
    pub columns: &'static [CacheColumn],
    /// What a change makes dirty.
    pub marks: &'static [Mark],
}

impl CacheTable {
    /// The name without its schema, as in `raw.sync_state`.
    #[must_use]
    pub fn bare_name(&self) -> &'static str {
        self.name.rsplit('.').next().unwrap_or(self.name)
    }
}

/// The value of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A text, or a number kept as one.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A whole number, or cents.
    Whole(i64),
    /// An exact decimal: an optional minus, digits, and at most one point.
    Number(String),
    /// An instant.
    Instant(Timestamp),
    /// A moment that means a calendar day; midnight in UTC is the day as written, any other the tenant's local day.
    DayOf(Timestamp),
    /// A calendar day.
    Day(Date),
    /// Texts.
    List(Vec<String>),
    /// JSON.
    Json(String),
    /// A length of time, in microseconds.
    Span(i64),
    /// Microseconds since local midnight.
    Clock(i64),
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheRow {
    /// The vendor's id, as text.
    pub key: String,
    /// Neither switched off nor deleted at the vendor.
    pub active: bool,
    /// Created at the vendor.
    pub created_on: Option<Timestamp>,
    /// Last changed there; of two versions the newer one stays.
    pub modified_on: Option<Timestamp>,
    /// Fingerprint of the body and of our mapping: equal means nothing to do.
    pub hash: [u8; 16],
    /// The record as received, what must not be kept redacted.
    pub body: String,
    /// The values, in the order of the table's columns.
    pub cells: Vec<Cell>,
}

/// How rows of a batch meet those that are held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merge {
    /// A version that is not older replaces the held one.
    Replace,
    /// They come along inside another record: only what is new or newer than the held version is taken.
    Fill,
    /// They are all the children of these parents: held children that are not among them are gone.
    Children {
        /// The column that names the parent.
        column: &'static str,
        /// The parents.
        parents: Vec<String>,
    },
}

/// Rows of one table out of one page.
#[derive(Clone, Debug)]
pub struct CacheBatch {
    /// Table.
    pub table: &'static CacheTable,
    /// How it came: `export`, `list`, `nested`, `single`.
    pub feed: &'static str,
    /// Rows; one key may come twice.
    pub rows: Vec<CacheRow>,
    /// How they meet the held ones.
    pub merge: Merge,
}
