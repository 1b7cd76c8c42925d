//! What the product's predecessor did: one upsert a row, one commit an order. A sample, extrapolated.

use super::{Bench, copy_limit, figure};
use crate::report::{Figure, Report};
use crate::scratch::Scratch;
use anyhow::Context as _;
use bytes::{BufMut as _, BytesMut};
use std::error::Error;
use store::canonical::{charges, jobs, labor, parts, repair_orders, sublets};
use tokio_postgres::Statement;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// Orders of the sample.
const SAMPLE: i64 = 500;

/// A value as it travels, whatever its type: read from one database and sent to another.
#[derive(Debug)]
struct Raw(Option<Vec<u8>>);

impl<'a> FromSql<'a> for Raw {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Some(raw.to_vec())))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl ToSql for Raw {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(match &self.0 {
            Some(bytes) => {
                out.put_slice(bytes);
                IsNull::No
            }
            None => IsNull::Yes,
        })
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Table, columns, the column that names the order, the key.
type Target = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
);

const LINE_KEY: &str = "shop_id, repair_order_id, job_key, line_key";
const JOB_LINE_KEY: &str = "shop_id, repair_order_id, job_id, line_key";
const ORDER: &str = "repair_order_id";

const TARGETS: [Target; 7] = [
    (
        repair_orders::TABLE,
        repair_orders::COLUMNS,
        "id",
        "shop_id, id",
    ),
    (jobs::TABLE, jobs::COLUMNS, ORDER, "shop_id, id"),
    (parts::TABLE, parts::COLUMNS, ORDER, JOB_LINE_KEY),
    (labor::TABLE, labor::COLUMNS, ORDER, JOB_LINE_KEY),
    (charges::FEES_TABLE, charges::FEES_COLUMNS, ORDER, LINE_KEY),
    (
        charges::DISCOUNTS_TABLE,
        charges::DISCOUNTS_COLUMNS,
        ORDER,
        LINE_KEY,
    ),
    (sublets::TABLE, sublets::COLUMNS, ORDER, LINE_KEY),
];

/// The rows of one order in one table.
struct Rows {
    target: usize,
    values: Vec<Vec<Raw>>,
}

/// Measures the sample and reports what the whole would take.
pub async fn run(bench: &Bench, report: &mut Report) -> anyhow::Result<()> {
    eprintln!("one upsert a row, {SAMPLE} orders");
    let source = bench.database("upsert_from").await?;
    copy_limit::load(bench, &source).await?;
    let orders = sample(&source).await?;
    bench.server.drop(source).await?;
    let target = bench.database("upsert_to").await?;
    let statements = prepare(&target).await?;
    let rows: usize = orders.iter().flatten().map(|rows| rows.values.len()).sum();
    let watch = bench.server.start().await?;
    for order in &orders {
        write(&target, &statements, order).await?;
    }
    let lap = bench.server.lap(&watch).await?;
    bench.server.drop(target).await?;
    let tally = bench.tally();
    let factor = tally.total_rows() as f64 / rows as f64;
    report.add(Figure {
        round: 1,
        secs: lap.secs * factor,
        wal_bytes: None,
        note: Some(format!(
            "extrapolated from {} orders in {:.2} s; parsed beforehand, no payloads",
            orders.len(),
            lap.secs
        )),
        ..figure(("first_load", "row_upsert"), &tally, lap, None)
    })
}

async fn sample(source: &Scratch) -> anyhow::Result<Vec<Vec<Rows>>> {
    let select = "select id from warehouse.repair_orders order by id limit $1";
    let ids = source.client.query(select, &[&SAMPLE]).await?;
    let mut orders = Vec::with_capacity(ids.len());
    for id in ids {
        let id: i64 = id.get(0);
        let mut order = Vec::new();
        for (target, (table, columns, order_column, _)) in TARGETS.iter().enumerate() {
            let list = columns.join(", ");
            let select = format!("select {list} from {table} where {order_column} = $1");
            let rows = source.client.query(&select, &[&id]).await?;
            let values = rows
                .iter()
                .map(|row| (0..row.len()).map(|at| row.get(at)).collect());
            order.push(Rows {
                target,
                values: values.collect(),
            });
        }
        orders.push(order);
    }
    Ok(orders)
}

async fn prepare(target: &Scratch) -> anyhow::Result<Vec<Statement>> {
    let mut statements = Vec::with_capacity(TARGETS.len());
    for (table, columns, _, key) in TARGETS {
        let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let set: Vec<String> = columns
            .iter()
            .map(|column| format!("{column} = excluded.{column}"))
            .collect();
        let upsert = format!(
            "insert into {table} ({}) values ({}) on conflict ({key}) do update set {}",
            columns.join(", "),
            places.join(", "),
            set.join(", ")
        );
        statements.push(
            target
                .client
                .prepare(&upsert)
                .await
                .with_context(|| upsert)?,
        );
    }
    Ok(statements)
}

async fn write(target: &Scratch, statements: &[Statement], order: &[Rows]) -> anyhow::Result<()> {
    target.client.batch_execute("begin").await?;
    for rows in order {
        for values in &rows.values {
            let parameters: Vec<&(dyn ToSql + Sync)> =
                values.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
            target
                .client
                .execute(&statements[rows.target], &parameters)
                .await?;
        }
    }
    target.client.batch_execute("commit").await?;
    Ok(())
}
