//! Repair orders with their jobs and lines: the heart of the load path.

use super::payload::{self, PayloadKind};
use super::{Loaded, OrderRow, Payload, replace};
use crate::canonical::{charges, jobs, labor, parts, repair_orders, sublets};
use crate::copy::CopyRows;
use crate::error::StoreError;
use crate::session::{Session, Stage};
use domain::cost::KeptRates;
use domain::figures::Digest;
use domain::rate::{RateSource, RateUsed};
use domain::{Authorization, Cents, JobId, ShopDay, ShopId};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap};

/// What the warehouse holds of an order: enough to tell whether a payload is news.
#[derive(Clone, Debug)]
pub struct StoredOrder {
    /// Fingerprint of the payload last loaded.
    pub payload_hash: Option<[u8; 16]>,
    /// Fingerprint of the figures last loaded.
    pub figures_hash: Option<Digest>,
    /// The vendor's time of last change.
    pub updated_at: Option<Timestamp>,
    /// Gone at the vendor.
    pub deleted: bool,
    /// Counts as revenue.
    pub posted: bool,
}

/// Looks the stored fingerprints of a page up.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn stored(
    session: &Session,
    shop: ShopId,
    ids: &[i64],
) -> Result<HashMap<i64, StoredOrder>, StoreError> {
    let rows = session
        .prepared(
            "select id, payload_hash, figures_hash, updated_date, is_deleted, status in ('POSTED', 'ACCRECV') \
             from warehouse.repair_orders where shop_id = $1 and id = any($2)",
            &[&shop.0, &ids],
        )
        .await?;
    let one = |row: &tokio_postgres::Row| {
        let digest = |at: usize| row.get::<_, Option<&[u8]>>(at);
        let stored = StoredOrder {
            payload_hash: digest(1).and_then(|h| h.try_into().ok()),
            figures_hash: digest(2).and_then(|h| h.try_into().ok()),
            updated_at: row.get(3),
            deleted: row.get(4),
            posted: row.get(5),
        };
        (row.get(0), stored)
    };
    Ok(rows.iter().map(one).collect())
}

/// The rates that stored labour lines were priced with, by order.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn kept_rates(
    session: &Session,
    shop: ShopId,
    ids: &[i64],
) -> Result<HashMap<i64, KeptRates>, StoreError> {
    let rows = session
        .prepared(
            "select repair_order_id, job_id, line_key, cost_rate, rate_source, rate_effective_on \
             from warehouse.job_labor where shop_id = $1 and repair_order_id = any($2)",
            &[&shop.0, &ids],
        )
        .await?;
    let mut kept: HashMap<i64, KeptRates> = HashMap::new();
    for row in &rows {
        let source = RateSource::from_word(row.get(4));
        let effective_on: Option<ShopDay> = row.get(5);
        if let (Some(source), Some(effective_on)) = (source, effective_on) {
            let rate = RateUsed {
                hourly_cost: Cents(row.get(3)),
                source,
                effective_on,
            };
            kept.entry(row.get(0))
                .or_default()
                .insert((JobId(row.get(1)), row.get(2)), rate);
        }
    }
    Ok(kept)
}

/// One page of orders to write.
#[derive(Clone, Copy, Debug)]
pub struct OrderPage<'a> {
    /// Shop.
    pub shop: ShopId,
    /// Vendor's name, for the raw payloads.
    pub vendor: &'a str,
    /// Orders that the warehouse does not have.
    pub fresh: &'a [OrderRow<'a>],
    /// Orders whose payload differs from the stored one.
    pub changed: &'a [OrderRow<'a>],
    /// Whether the payloads are stored too; a replay from raw does not store them again.
    pub store_payloads: bool,
    /// Time of the load.
    pub now: Timestamp,
}

/// Writes a page and marks its orders and sold days dirty. Nothing is there before the session commits.
///
/// # Errors
/// [`StoreError::Orphans`] when a line would have no parent; otherwise whatever the database refuses.
pub async fn write(session: &Session, page: &OrderPage<'_>) -> Result<Loaded, StoreError> {
    let all: Vec<&OrderRow<'_>> = page.fresh.iter().chain(page.changed).collect();
    if all.is_empty() {
        return Ok(Loaded::default());
    }
    session.ensure_stages(STAGES).await?;
    session.skip_row_checks().await?;
    if !page.changed.is_empty() {
        replace::clear(session, page.shop, page.changed, page.now).await?;
        replace::update_headers(session, page.shop, page.changed, page.now).await?;
    }
    replace::free_moved_jobs(session, page.shop, &all).await?;
    let mut fresh = CopyRows::new(repair_orders::COLUMNS.len());
    for row in page.fresh {
        repair_orders::put(&mut fresh, page.shop, row, page.now);
    }
    session
        .load(fresh, repair_orders::TABLE, repair_orders::COLUMNS)
        .await?;
    let parents = copy_lines(session, page.shop, &all, page.now).await?;
    if page.store_payloads {
        store_payloads(session, page).await?;
    }
    mark_dirty(session, page.shop, &all, page.now).await?;
    prove_parents(session, page.shop, &parents).await?;
    Ok(Loaded {
        created: page.fresh.len() as u64,
        updated: page.changed.len() as u64,
    })
}

/// The stages an order is loaded through.
const STAGES: &[Stage] = &[
    Stage::of(repair_orders::TABLE, repair_orders::COLUMNS),
    Stage {
        name: replace::CHANGED,
        table: repair_orders::TABLE,
        columns: repair_orders::COLUMNS,
    },
    Stage::of(jobs::TABLE, jobs::COLUMNS),
    Stage::of(parts::TABLE, parts::COLUMNS),
    Stage::of(labor::TABLE, labor::COLUMNS),
    Stage::of(charges::FEES_TABLE, charges::FEES_COLUMNS),
    Stage::of(charges::DISCOUNTS_TABLE, charges::DISCOUNTS_COLUMNS),
    Stage::of(sublets::TABLE, sublets::COLUMNS),
];

/// Whom the rows of a page name as their order and job.
#[derive(Clone, Debug, Default)]
pub struct Parents {
    /// Every order.
    pub orders: Vec<i64>,
    /// The jobs that lines hang on: order and job.
    pub jobs: BTreeSet<(i64, i64)>,
}

/// The rows of everything below the order header.
struct Lines {
    parents: Parents,
    jobs: CopyRows,
    parts: CopyRows,
    labor: CopyRows,
    fees: CopyRows,
    discounts: CopyRows,
    sublets: CopyRows,
}

async fn copy_lines(
    session: &Session,
    shop: ShopId,
    orders: &[&OrderRow<'_>],
    now: Timestamp,
) -> Result<Parents, StoreError> {
    let mut lines = Lines {
        parents: Parents::default(),
        jobs: CopyRows::new(jobs::COLUMNS.len()),
        parts: CopyRows::new(parts::COLUMNS.len()),
        labor: CopyRows::new(labor::COLUMNS.len()),
        fees: CopyRows::new(charges::FEES_COLUMNS.len()),
        discounts: CopyRows::new(charges::DISCOUNTS_COLUMNS.len()),
        sublets: CopyRows::new(sublets::COLUMNS.len()),
    };
    for row in orders {
        lines.put_order(shop, row, now);
    }
    for (rows, table, columns) in [
        (lines.jobs, jobs::TABLE, jobs::COLUMNS),
        (lines.parts, parts::TABLE, parts::COLUMNS),
        (lines.labor, labor::TABLE, labor::COLUMNS),
        (lines.fees, charges::FEES_TABLE, charges::FEES_COLUMNS),
        (
            lines.discounts,
            charges::DISCOUNTS_TABLE,
            charges::DISCOUNTS_COLUMNS,
        ),
        (lines.sublets, sublets::TABLE, sublets::COLUMNS),
    ] {
        session.load(rows, table, columns).await?;
    }
    Ok(lines.parents)
}

impl Lines {
    fn put_order(&mut self, shop: ShopId, row: &OrderRow<'_>, now: Timestamp) {
        let (order, costed) = (row.order, row.costed);
        self.parents.orders.push(order.id.0);
        for (job, priced) in order.jobs.iter().zip(&costed.jobs) {
            jobs::put(&mut self.jobs, (shop, order.id), job, priced, now);
            let authorized = priced.authorization == Authorization::Authorized;
            let parent = (shop, order.id, job.id, authorized);
            self.parents.jobs.insert((order.id.0, job.id.0));
            for (line, totals) in job.parts.iter().zip(&priced.parts) {
                parts::put(&mut self.parts, parent, line, totals, now);
            }
            for (line, totals) in job.labor.iter().zip(&priced.labor) {
                labor::put(&mut self.labor, parent, line, totals, now);
            }
            for fee in &job.fees {
                charges::put_fee(&mut self.fees, (shop, order.id, Some(job.id)), fee, now);
            }
            for discount in &job.discounts {
                charges::put_discount(
                    &mut self.discounts,
                    (shop, order.id, Some(job.id)),
                    discount,
                    now,
                );
            }
        }
        for (sublet, priced) in order.sublets.iter().zip(&costed.sublets) {
            sublets::put(&mut self.sublets, (shop, order.id), sublet, priced, now);
        }
        for fee in &order.fees {
            charges::put_fee(&mut self.fees, (shop, order.id, None), fee, now);
        }
        for discount in &order.discounts {
            charges::put_discount(&mut self.discounts, (shop, order.id, None), discount, now);
        }
    }
}

async fn store_payloads(session: &Session, page: &OrderPage<'_>) -> Result<(), StoreError> {
    let kind = PayloadKind {
        shop: page.shop,
        vendor: page.vendor,
        entity: "repair_order",
        fetched_at: page.now,
    };
    let changed: Vec<Payload<'_>> = page.changed.iter().map(|row| row.payload).collect();
    payload::forget_same_day(session, kind, &changed).await?;
    let all: Vec<Payload<'_>> = page
        .fresh
        .iter()
        .chain(page.changed)
        .map(|row| row.payload)
        .collect();
    payload::write(session, kind, &all).await
}

async fn mark_dirty(
    session: &Session,
    shop: ShopId,
    orders: &[&OrderRow<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    let ids: Vec<i64> = orders.iter().map(|row| row.order.id.0).collect();
    let sold_days: BTreeSet<ShopDay> = orders
        .iter()
        .flat_map(|row| {
            let jobs = row.costed.jobs.iter().filter_map(|j| j.sold_on);
            jobs.chain(row.costed.sublets.iter().filter_map(|s| s.sold_on))
        })
        .collect();
    crate::queue::mark_orders(session, shop, &ids, crate::queue::Reason::VendorEdit, now).await?;
    crate::queue::mark_days(
        session,
        shop,
        &sold_days.into_iter().collect::<Vec<_>>(),
        now,
    )
    .await
}

/// The per-row foreign-key checks were skipped: this says, for the page as a whole, that they would have passed.
///
/// Every order and job that the page's rows name is there. Nothing else can be orphaned: before a job or the lines of
/// an order are replaced, all lines below them are deleted. Waits for everything sent before.
///
/// # Errors
/// [`StoreError::Orphans`] with the table that lacks rows and how many.
pub async fn prove_parents(
    session: &Session,
    shop: ShopId,
    parents: &Parents,
) -> Result<(), StoreError> {
    let (of_orders, jobs): (Vec<i64>, Vec<i64>) = parents.jobs.iter().copied().unzip();
    let rows = session
        .prepared(
            include_str!("parents.sql"),
            &[&shop.0, &parents.orders, &of_orders, &jobs],
        )
        .await?;
    match rows.first() {
        None => Ok(()),
        Some(row) => Err(StoreError::Orphans {
            table: match row.get::<_, &str>(0) {
                "jobs" => jobs::TABLE,
                _ => repair_orders::TABLE,
            },
            count: row.get(1),
        }),
    }
}
