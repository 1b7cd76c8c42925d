//! What must be equal before a time counts.

use super::equal;
use crate::world::{TABLES, Tally};
use anyhow::Context as _;
use tokio_postgres::Client;

/// Tables that an unchanged sync must leave alone (contract 20 names those it may write).
const DATA: [&str; 14] = [
    "warehouse.repair_orders",
    "warehouse.jobs",
    "warehouse.job_parts",
    "warehouse.job_labor",
    "warehouse.job_fees",
    "warehouse.job_discounts",
    "warehouse.job_sublets",
    "warehouse.customers",
    "warehouse.vehicles",
    "warehouse.employee_records",
    "warehouse.ro_snapshots",
    "warehouse.daily_shop_metrics",
    "warehouse.tech_daily_metrics",
    "raw.payloads",
];

/// Rows and cents of every table against what the vendor's data comes to, and no line without its parent.
pub async fn matches(client: &Client, wanted: &Tally) -> anyhow::Result<()> {
    for (at, (table, cents)) in TABLES.iter().enumerate() {
        // A job the vendor no longer sends is marked, not removed (contract 16).
        let live = if *table == "jobs" {
            "where not is_deleted"
        } else {
            ""
        };
        let select = format!(
            "select count(*), coalesce(sum({cents}), 0)::bigint from warehouse.{table} {live}"
        );
        let row = client
            .query_one(&select, &[])
            .await
            .with_context(|| select)?;
        let found: (i64, i64) = (row.get(0), row.get(1));
        equal(
            &format!("rows and cents of {table}"),
            &found,
            &(wanted.rows[at], wanted.cents[at]),
        )?;
    }
    let row = client.query_one(include_str!("orphans.sql"), &[]).await;
    let orphans: i64 = row.context("look for orphan lines")?.get(0);
    equal("orphan lines", &orphans, &0)
}

/// Both databases hold the same costs, states, days and payloads.
pub async fn same_rows(product: &Client, limit: &Client) -> anyhow::Result<()> {
    let figures = async |client: &Client| {
        let row = client
            .query_one(include_str!("fingerprint.sql"), &[])
            .await?;
        let read = |at| row.get::<_, Option<String>>(at).unwrap_or_default();
        anyhow::Ok((0..row.len()).map(read).collect::<Vec<_>>())
    };
    equal(
        "fingerprints of the product's and the limit's rows",
        &figures(product).await?,
        &figures(limit).await?,
    )
}

/// A transaction id: rows written later carry a larger one.
pub async fn mark(client: &Client) -> anyhow::Result<i64> {
    let row = client
        .query_one("select pg_current_xact_id()::text::bigint", &[])
        .await?;
    Ok(row.get(0))
}

/// How many rows of data tables were inserted or updated since the mark. The counter of a scratch server does not
/// wrap around within a run.
pub async fn rows_since(client: &Client, mark: i64) -> anyhow::Result<u64> {
    let mut written = 0;
    for table in DATA {
        let select = format!("select count(*) from {table} where xmin::text::bigint > $1");
        let row = client.query_one(&select, &[&mark]).await?;
        written += u64::try_from(row.get::<_, i64>(0)).unwrap_or(0);
    }
    Ok(written)
}
