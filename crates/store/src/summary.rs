//! Reading for people: period sums, and what stands in the database.

use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session};
use domain::metric::source_columns;
use domain::{ShopDay, ShopId};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;
use tokio_postgres::Row;

/// Sums of `daily_shop_metrics` over a range of days, both ends inclusive, by column: what the metric catalogue
/// is evaluated on. Cents and counts as they are, hours in ten-thousandths.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn period_sums(
    session: &Session,
    shop: ShopId,
    from: ShopDay,
    to: ShopDay,
) -> Result<HashMap<&'static str, i64>, StoreError> {
    let columns = source_columns();
    let sums: Vec<String> = columns.iter().map(|column| sum_of(column)).collect();
    let select = format!(
        "select {} from warehouse.daily_shop_metrics where shop_id = $1 and metric_date between $2 and $3",
        sums.join(", ")
    );
    let rows = session.prepared(&select, &[&shop.0, &from, &to]).await?;
    let values = rows.first().map(|row| {
        columns
            .iter()
            .enumerate()
            .map(|(at, column)| (*column, row.get::<_, i64>(at)))
            .collect()
    });
    Ok(values.unwrap_or_default())
}

fn sum_of(column: &str) -> String {
    let scale = if column.ends_with("_hours") {
        domain::decimal::SCALE
    } else {
        1
    };
    format!("coalesce(sum({column} * {scale}), 0)::bigint")
}

/// A shop as stored.
#[derive(Clone, Debug)]
pub struct StoredShop {
    /// Our number.
    pub shop_id: ShopId,
    /// Organization.
    pub organization: String,
    /// Name.
    pub name: String,
    /// Vendor's name.
    pub vendor: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// The shops that the session's identity may see, by number.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn visible_shops(session: &Session) -> Result<Vec<StoredShop>, StoreError> {
    let rows = session
        .prepared(
            "select shop_id, organization_id, name, vendor, timezone, currency::text \
             from warehouse.shops order by shop_id",
            &[],
        )
        .await?;
    let one = |row: &Row| StoredShop {
        shop_id: ShopId(row.get(0)),
        organization: row.get(1),
        name: row.get(2),
        vendor: row.get(3),
        timezone: row.get(4),
        currency: row.get(5),
    };
    Ok(rows.iter().map(one).collect())
}

/// The server and the database on it.
#[derive(Clone, Debug)]
pub struct ServerFacts {
    /// Name of the database.
    pub database: String,
    /// The server's version in its own words.
    pub version: String,
    /// Size on disk, bytes.
    pub size_bytes: i64,
    /// Who we log in as.
    pub login: String,
    /// The login passes row-level security by (a superuser).
    pub passes_wall: bool,
    /// The server's clock.
    pub now: Timestamp,
}

/// Reads them.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn server_facts(database: &Database) -> Result<ServerFacts, StoreError> {
    let session = Session::begin(database, &Identity::Login).await?;
    let rows = session
        .prepared(
            "select current_database()::text, current_setting('server_version'), \
               pg_database_size(current_database()), session_user::text, \
               (select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = session_user), \
               clock_timestamp()",
            &[],
        )
        .await?;
    let row = &rows[0];
    Ok(ServerFacts {
        database: row.get(0),
        version: row.get(1),
        size_bytes: row.get(2),
        login: row.get(3),
        passes_wall: row.get(4),
        now: row.get(5),
    })
}

/// The last run of a stream.
#[derive(Clone, Debug)]
pub struct LastRun {
    /// Stream.
    pub stream: String,
    /// running, completed, failed, partial, cancelled.
    pub status: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// Records the vendor sent.
    pub fetched: i64,
    /// Records rejected and calls failed.
    pub error_count: i64,
    /// What went wrong, as logged.
    pub errors: Option<Value>,
}

/// A day as it stands in `daily_shop_metrics`.
#[derive(Clone, Copy, Debug)]
pub struct SampleDay {
    /// Shop day.
    pub day: ShopDay,
    /// Posted orders.
    pub ro_count: i32,
    /// Net sales, cents.
    pub revenue: i64,
    /// Gross profit, cents.
    pub profit: i64,
}

/// What stands in the database about one shop.
#[derive(Clone, Debug)]
pub struct ShopFacts {
    /// Rows by table.
    pub rows: Vec<(&'static str, i64)>,
    /// Day of the newest posted order.
    pub newest_posted_on: Option<ShopDay>,
    /// Day of the newest snapshot that counts.
    pub newest_snapshot_on: Option<ShopDay>,
    /// Newest day of the shop's metrics.
    pub newest_day_on: Option<ShopDay>,
    /// Orders waiting to be summed.
    pub dirty_orders: i64,
    /// Days waiting to be summed.
    pub dirty_days: i64,
    /// Last run of each stream.
    pub runs: Vec<LastRun>,
    /// Runs that failed in the last 24 hours of the database's clock.
    pub failed_runs: i64,
    /// Open rejects: stream, reason, count.
    pub rejects: Vec<(String, String, i64)>,
    /// Open issues: severity, code, count.
    pub issues: Vec<(String, String, i64)>,
    /// Last days with posted orders, newest first.
    pub sample_days: Vec<SampleDay>,
}

/// Tables whose rows are counted.
const COUNTED: [(&str, &str); 14] = [
    ("employees", "warehouse.employees"),
    ("customers", "warehouse.customers"),
    ("vehicles", "warehouse.vehicles"),
    ("repair_orders", "warehouse.repair_orders"),
    ("jobs", "warehouse.jobs"),
    ("job_parts", "warehouse.job_parts"),
    ("job_labor", "warehouse.job_labor"),
    ("job_sublets", "warehouse.job_sublets"),
    ("job_fees", "warehouse.job_fees"),
    ("job_discounts", "warehouse.job_discounts"),
    ("ro_snapshots", "warehouse.ro_snapshots"),
    ("daily_shop_metrics", "warehouse.daily_shop_metrics"),
    ("tech_daily_metrics", "warehouse.tech_daily_metrics"),
    ("employee_cost_rates", "warehouse.employee_cost_rates"),
];

/// Reads what stands in the database about a shop, as the sync role on that shop.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn shop_facts(database: &Database, shop: ShopId) -> Result<ShopFacts, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let counts: Vec<String> = COUNTED
        .iter()
        .map(|(_, table)| format!("(select count(*) from {table} where shop_id = $1)"))
        .collect();
    let counted = session
        .prepared(&format!("select {}", counts.join(", ")), &[&shop.0])
        .await?;
    let rows = COUNTED.iter().enumerate();
    let newest = newest(&session, shop).await?;
    Ok(ShopFacts {
        rows: rows.map(|(at, (name, _))| (*name, counted[0].get(at))).collect(),
        newest_posted_on: newest.get(0),
        newest_snapshot_on: newest.get(1),
        newest_day_on: newest.get(2),
        dirty_orders: newest.get(3),
        dirty_days: newest.get(4),
        failed_runs: newest.get(5),
        runs: last_runs(&session, shop).await?,
        rejects: grouped(
            &session,
            shop,
            "select stream, reason_code, count(*) from ops.rejects where shop_id = $1 and closed_at is null \
             group by 1, 2 order by 3 desc, 1, 2",
        )
        .await?,
        issues: grouped(
            &session,
            shop,
            "select severity, code, count(*) from warehouse.data_quality_issues \
             where shop_id = $1 and resolved_at is null group by 1, 2 order by 3 desc, 1, 2",
        )
        .await?,
        sample_days: sample_days(&session, shop).await?,
    })
}

async fn newest(session: &Session, shop: ShopId) -> Result<Row, StoreError> {
    let rows = session
        .prepared(
            "select \
               (select max(posted_date) from warehouse.repair_orders where shop_id = $1 and not is_deleted \
                 and status in ('POSTED', 'ACCRECV')), \
               (select max(snapshot_date) from warehouse.ro_snapshots where shop_id = $1 \
                 and superseded_at is null), \
               (select max(metric_date) from warehouse.daily_shop_metrics where shop_id = $1), \
               (select count(*) from ops.dirty_orders where shop_id = $1), \
               (select count(*) from ops.dirty_days where shop_id = $1), \
               (select count(*) from warehouse.sync_log where shop_id = $1 and status = 'failed' \
                 and started_at > now() - interval '24 hours')",
            &[&shop.0],
        )
        .await?;
    Ok(rows
        .into_iter()
        .next()
        .expect("a select without FROM gives one row"))
}

async fn last_runs(session: &Session, shop: ShopId) -> Result<Vec<LastRun>, StoreError> {
    let rows = session
        .prepared(
            "select distinct on (entity_type) coalesce(entity_type, ''), status, started_at, completed_at, \
               records_fetched, error_count, errors \
             from warehouse.sync_log where shop_id = $1 order by entity_type, started_at desc, id desc",
            &[&shop.0],
        )
        .await?;
    let one = |row: &Row| LastRun {
        stream: row.get(0),
        status: row.get(1),
        started_at: row.get(2),
        completed_at: row.get(3),
        fetched: row.get(4),
        error_count: row.get(5),
        errors: row.get(6),
    };
    Ok(rows.iter().map(one).collect())
}

async fn grouped(
    session: &Session,
    shop: ShopId,
    select: &str,
) -> Result<Vec<(String, String, i64)>, StoreError> {
    let rows = session.prepared(select, &[&shop.0]).await?;
    Ok(rows
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2)))
        .collect())
}

async fn sample_days(session: &Session, shop: ShopId) -> Result<Vec<SampleDay>, StoreError> {
    let rows = session
        .prepared(
            "select metric_date, ro_count, authorized_revenue, authorized_profit \
             from warehouse.daily_shop_metrics where shop_id = $1 and ro_count > 0 \
             order by metric_date desc limit 5",
            &[&shop.0],
        )
        .await?;
    let one = |row: &Row| SampleDay {
        day: row.get(0),
        ro_count: row.get(1),
        revenue: row.get(2),
        profit: row.get(3),
    };
    Ok(rows.iter().map(one).collect())
}
