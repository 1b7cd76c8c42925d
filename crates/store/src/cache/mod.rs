//! Cached vendor records: a page of rows is staged by COPY and merged in one statement a table. What changed marks the
//! orders, customers and people that have to be composed again, in the same transaction.

pub mod days;
pub mod document;
mod merge;
mod seen;
pub mod state;

use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::cache::CacheBatch;
use domain::{ShopId, ShopZone};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};

/// Whose records they are, and when they are written.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Our number: the wall.
    pub shop: ShopId,
    /// The vendor's number of the shop.
    pub tenant: i64,
    /// Its zone: decides calendar days.
    pub zone: &'a ShopZone,
    /// Time of the write.
    pub now: Timestamp,
}

/// What a run says of rows it does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// It shows every row; what it shows is remembered until its end.
    pub whole: bool,
    /// This is its first page.
    pub begins: bool,
    /// This was its last page, and it showed as many as there are: what it did not show is gone.
    pub ends: bool,
}

/// What merging did. `received` is the sum of the other counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Rows staged.
    pub received: u64,
    /// Earlier versions of a row that came twice.
    pub collapsed: u64,
    /// New.
    pub inserted: u64,
    /// Changed.
    pub updated: u64,
    /// Equal.
    pub unchanged: u64,
    /// Older than what is held.
    pub stale: u64,
    /// Held, and no longer shown by a complete run.
    pub tombstoned: u64,
}

impl std::ops::AddAssign for Merged {
    fn add_assign(&mut self, other: Self) {
        self.received += other.received;
        self.collapsed += other.collapsed;
        self.inserted += other.inserted;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.stale += other.stale;
        self.tombstoned += other.tombstoned;
    }
}

/// Keys that changed rows name, by kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched(BTreeSet<(&'static str, String)>);

impl Touched {
    fn extend(&mut self, kind: &'static str, ids: Vec<String>) {
        self.0.extend(ids.into_iter().map(|id| (kind, id)));
    }

    fn of(&self, kind: &str) -> Vec<String> {
        let own = self.0.iter().filter(|(k, _)| *k == kind);
        own.map(|(_, id)| id.clone()).collect()
    }
}

/// Merges the batches of one page, fills what is derived from them and marks what has to be composed again. The first
/// batch is the stream's own.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing of the page is kept then.
pub async fn load(
    session: &Session,
    place: Place<'_>,
    batches: &[CacheBatch],
    coverage: Coverage,
) -> Result<Vec<Merged>, StoreError> {
    let mut merged = Vec::with_capacity(batches.len());
    let mut touched = Touched::default();
    for (at, batch) in batches.iter().enumerate() {
        days::mark(session, place, batch).await?;
        let mut counts = merge::merge(session, place, batch, &mut touched).await?;
        days::mark(session, place, batch).await?;
        if at == 0 && coverage.whole {
            counts.tombstoned = seen::follow(session, place, batch, coverage, &mut touched).await?;
        }
        derive(session, place, batch, &touched).await?;
        merged.push(counts);
    }
    mark(session, place, &touched).await?;
    Ok(merged)
}

/// The fingerprints that are held of a batch's keys.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn held(
    session: &Session,
    shop: ShopId,
    batch: &CacheBatch,
) -> Result<HashMap<String, [u8; 16]>, StoreError> {
    let keys: Vec<&str> = batch.rows.iter().map(|row| row.key.as_str()).collect();
    let select = format!(
        "select st_id, payload_hash from {} where shop_id = $1 and st_id = any($2) and deleted_at is null",
        batch.table.name
    );
    let rows = session.prepared(&select, &[&shop.0, &keys]).await?;
    let one = |row: &tokio_postgres::Row| {
        let hash = row.get::<_, Option<&[u8]>>(1)?.try_into().ok()?;
        Some((row.get(0), hash))
    };
    Ok(rows.iter().filter_map(one).collect())
}

/// Columns that the vendor does not send (reference C2), for the records this batch touched.
async fn derive(
    session: &Session,
    place: Place<'_>,
    batch: &CacheBatch,
    touched: &Touched,
) -> Result<(), StoreError> {
    let statements: &[&str] = match batch.table.name {
        "raw.st_jobs"
        | "raw.st_appointments"
        | "raw.st_appointment_assignments"
        | "raw.st_job_timesheets" => &[
            include_str!("derive_appointments.sql"),
            include_str!("derive_jobs.sql"),
        ],
        "raw.st_locations" | "raw.st_location_contacts" => &[include_str!("derive_locations.sql")],
        "raw.st_technicians" | "raw.st_teams" => &[include_str!("derive_technicians.sql")],
        _ => return Ok(()),
    };
    let ids = match batch.table.name {
        "raw.st_locations" => batch.rows.iter().map(|row| row.key.clone()).collect(),
        "raw.st_location_contacts" => touched.of("location"),
        // A team's name may have become unique, or ceased to be: all technicians are looked at, they are few.
        "raw.st_technicians" | "raw.st_teams" => Vec::new(),
        _ => touched.of("job"),
    };
    for statement in statements {
        let parameters: Vec<Param> = vec![
            Box::new(place.shop.0),
            Box::new(ids.clone()),
            Box::new(place.now),
        ];
        session.dispatch(statement, parameters).await?;
    }
    Ok(())
}

async fn mark(session: &Session, place: Place<'_>, touched: &Touched) -> Result<(), StoreError> {
    if touched.0.is_empty() {
        return Ok(());
    }
    let parameters: Vec<Param> = vec![
        Box::new(place.shop.0),
        Box::new(place.now),
        Box::new(touched.of("job")),
        Box::new(touched.of("customer")),
        Box::new(touched.of("technician")),
        Box::new(touched.of("invoice")),
        Box::new(touched.of("location")),
    ];
    session.dispatch(include_str!("mark.sql"), parameters).await
}
