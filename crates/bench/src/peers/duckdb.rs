//! DuckDB on Parquet files of the same lines, one thread: the limit in sight for a full rebuild.

use super::target;
use crate::agg::History;
use crate::load::equal;
use crate::report::Report;
use crate::scratch::Server;
use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use std::path::Path;
use std::pin::pin;
use tokio::io::AsyncWriteExt as _;
use tokio_postgres::Client;

const ROUNDS: &str = "3";

/// What DuckDB gets: only the columns it needs.
const TABLES: [(&str, &str); 6] = [
    (
        "repair_orders",
        "shop_id, id, status, posted_date, completed_date, service_advisor_id",
    ),
    ("jobs", "shop_id, id, repair_order_id, authorization_state"),
    (
        "job_parts",
        "shop_id, repair_order_id, job_id, authorized, total, cost_total",
    ),
    (
        "job_labor",
        "shop_id, repair_order_id, job_id, authorized, total, labor_cost, hours, technician_id",
    ),
    ("job_fees", "shop_id, repair_order_id, job_id, total"),
    ("job_discounts", "shop_id, repair_order_id, job_id, total"),
];

/// Exports, measures, and compares what came out with the lines themselves.
pub async fn run(server: &Server, history: &History, report: &mut Report) -> anyhow::Result<()> {
    let folder = target("bench-parquet").join(history.orders.to_string());
    tokio::fs::create_dir_all(&folder).await?;
    let scratch = server.clone_of(&history.template, "export").await?;
    for (table, columns) in TABLES {
        export(&scratch.client, (table, columns), &folder).await?;
    }
    let wanted: String = scratch
        .client
        .query_one(include_str!("profit.sql"), &[])
        .await?
        .get(0);
    server.drop(scratch).await?;
    let place = folder.to_string_lossy().into_owned();
    let answers = super::script("duckdb_rebuild.py", &[&place, ROUNDS]).await;
    tokio::fs::remove_dir_all(&folder).await?;
    for (round, answer) in (1..).zip(answers?) {
        equal(
            "profit that DuckDB found",
            &answer.check.as_ref(),
            &Some(&wanted),
        )?;
        let mut figure = answer.figure(format!("rebuild_{}", history.orders), "duckdb");
        figure.round = round;
        report.add(figure)?;
    }
    Ok(())
}

async fn export(
    client: &Client,
    (table, columns): (&str, &str),
    folder: &Path,
) -> anyhow::Result<()> {
    let copy =
        format!("copy (select {columns} from warehouse.{table}) to stdout (format csv, header)");
    let mut file = tokio::fs::File::create(folder.join(format!("{table}.csv"))).await?;
    let rows = client.copy_out(&copy).await.context("export lines")?;
    let mut rows = pin!(rows);
    while let Some(bytes) = rows.try_next().await? {
        file.write_all(&bytes).await?;
    }
    file.flush().await?;
    Ok(())
}
