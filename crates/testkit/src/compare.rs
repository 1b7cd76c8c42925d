//! The warehouse of one shop against the oracle: a readable list of differences, empty when equal.
//!
//! Not compared, because one moment does not tell: revisions and superseded snapshots, sums of
//! deleted orders, cost of jobs whose rate is looked up for "today". Rows of zeros without a
//! counterpart are emptied days and no difference.

mod columns;

use self::columns::{Cell, Columns};
use crate::oracle::{OracleFigures, number::Decimal};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::Client;

/// Differences shown per table; a broken rule would otherwise fill the screen.
const SHOWN_PER_TABLE: usize = 20;

/// Why a comparison could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// A table could not be read.
    #[error("cannot read warehouse.{table}")]
    Read {
        /// The table.
        table: &'static str,
        /// The driver's reason.
        source: tokio_postgres::Error,
    },
    /// A row was not JSON.
    #[error("cannot understand a row of warehouse.{table}")]
    Row {
        /// The table.
        table: &'static str,
        /// The parser's reason.
        source: serde_json::Error,
    },
}

/// What a table must hold: columns by the row's key.
struct Expected {
    table: &'static str,
    key: &'static [&'static str],
    rows: BTreeMap<String, Columns>,
}

/// Every difference between the warehouse's rows of a shop and the oracle's figures.
///
/// Needs a connection that sees the shop, such as a superuser's.
///
/// # Errors
/// When a table cannot be read; a missing column is a difference and no error.
pub async fn differences(
    client: &Client,
    shop_id: i64,
    figures: &OracleFigures,
) -> Result<Vec<String>, CompareError> {
    let mut found = Vec::new();
    let deleted = figures
        .orders
        .values()
        .filter(|order| order.is_deleted)
        .map(|order| order.id)
        .collect();
    for expected in expected_tables(figures) {
        let actual = actual_rows(client, shop_id, &expected, &deleted).await?;
        let mut of_table = table_differences(&expected, &actual);
        let hidden = of_table.len().saturating_sub(SHOWN_PER_TABLE);
        of_table.truncate(SHOWN_PER_TABLE);
        found.append(&mut of_table);
        if hidden > 0 {
            found.push(format!("{}: {hidden} more differences", expected.table));
        }
    }
    Ok(found)
}

/// The compared columns that the warehouse does not have, as `table.column`.
///
/// # Errors
/// When the catalog cannot be read.
pub async fn missing_columns(
    client: &Client,
    figures: &OracleFigures,
) -> Result<Vec<String>, CompareError> {
    let mut missing = BTreeSet::new();
    for Expected { table, key, rows } in expected_tables(figures) {
        let query = "select attname::text from pg_attribute \
                     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped";
        let relation = format!("warehouse.{table}");
        let found = client.query(query, &[&relation]).await;
        let found = found.map_err(|source| CompareError::Read { table, source })?;
        let present: BTreeSet<String> = found.iter().map(|row| row.get(0)).collect();
        let compared = rows
            .values()
            .flatten()
            .map(|(column, _)| *column)
            .chain(key.iter().copied());
        let absent = compared.filter(|column| !present.contains(*column));
        missing.extend(absent.map(|column| format!("{table}.{column}")));
    }
    Ok(missing.into_iter().collect())
}

fn expected_tables(figures: &OracleFigures) -> Vec<Expected> {
    let live = figures.orders.values().filter(|order| !order.is_deleted);
    let jobs = live.flat_map(|order| order.jobs.iter().map(move |job| (order, job)));
    let (snapshots, days) = (&figures.snapshots, &figures.daily_shop);
    let (techs, advisors, sold) = (
        &figures.tech_daily,
        &figures.advisor_daily,
        &figures.sold_daily,
    );
    let by_day = Date::to_string;
    vec![
        expect("repair_orders", &["id"], figures.orders.values(), |order| {
            (order.id.to_string(), columns::order(order))
        }),
        expect("jobs", &["repair_order_id", "id"], jobs, |(order, job)| {
            (format!("{}/{}", order.id, job.id), columns::job(order, job))
        }),
        expect(
            "ro_snapshots",
            &["repair_order_id", "snapshot_date", "snapshot_trigger"],
            snapshots,
            |(key, row)| (columns::snapshot_key(key), columns::snapshot(key, row)),
        ),
        expect(
            "daily_shop_metrics",
            &["metric_date"],
            days,
            |(day, row)| (by_day(day), columns::shop(row)),
        ),
        expect(
            "tech_daily_metrics",
            &["metric_date", "technician_id"],
            techs,
            |(key, row)| (columns::person_key(key), columns::tech(row)),
        ),
        expect(
            "advisor_daily_metrics",
            &["metric_date", "service_advisor_id"],
            advisors,
            |(key, row)| (columns::person_key(key), columns::advisor(row)),
        ),
        expect(
            "sold_daily_metrics",
            &["metric_date"],
            sold,
            |(day, row)| (by_day(day), columns::sold(row)),
        ),
    ]
}

fn expect<T>(
    table: &'static str,
    key: &'static [&'static str],
    records: impl IntoIterator<Item = T>,
    row: impl Fn(T) -> (String, Columns),
) -> Expected {
    Expected {
        table,
        key,
        rows: records.into_iter().map(row).collect(),
    }
}

async fn actual_rows(
    client: &Client,
    shop_id: i64,
    expected: &Expected,
    deleted_orders: &BTreeSet<i64>,
) -> Result<BTreeMap<String, Value>, CompareError> {
    let table = expected.table;
    let query = format!("select to_jsonb(t)::text from warehouse.{table} t where t.shop_id = $1");
    let rows = client
        .query(&query, &[&shop_id])
        .await
        .map_err(|source| CompareError::Read { table, source })?;
    let mut actual = BTreeMap::new();
    for row in rows {
        let row: Value = serde_json::from_str(row.get(0))
            .map_err(|source| CompareError::Row { table, source })?;
        if is_current(table, &row, deleted_orders) {
            let parts: Vec<String> = expected
                .key
                .iter()
                .map(|column| plain(&row[*column]))
                .collect();
            actual.insert(parts.join("/"), row);
        }
    }
    Ok(actual)
}

/// Rows that count: jobs of deleted orders stay in the warehouse, superseded snapshots too.
fn is_current(table: &str, row: &Value, deleted_orders: &BTreeSet<i64>) -> bool {
    match table {
        "jobs" => {
            let order = row["repair_order_id"].as_i64();
            row["is_deleted"] != json!(true)
                && order.is_none_or(|order| !deleted_orders.contains(&order))
        }
        "ro_snapshots" => {
            row["superseded_at"].is_null() && row["snapshot_trigger"] != json!("manual")
        }
        _ => true,
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn table_differences(expected: &Expected, actual: &BTreeMap<String, Value>) -> Vec<String> {
    let table = expected.table;
    let mut found = Vec::new();
    for (key, columns) in &expected.rows {
        match actual.get(key) {
            None => found.push(format!("{table} {key}: missing")),
            Some(row) => found
                .extend(row_differences(columns, row).map(|text| format!("{table} {key}: {text}"))),
        }
    }
    let surplus = actual
        .iter()
        .filter(|(key, _)| !expected.rows.contains_key(*key));
    let counted = surplus.filter(|(_, row)| !is_emptied_day(table, row));
    found.extend(counted.map(|(key, _)| format!("{table} {key}: not expected")));
    found
}

fn is_emptied_day(table: &str, row: &Value) -> bool {
    let sums = match table {
        "daily_shop_metrics" => &[
            "ro_count",
            "ro_completed_count",
            "authorized_revenue",
            "authorized_cost",
        ][..],
        "tech_daily_metrics" => &["hours_billed", "labor_revenue", "labor_cost", "jobs_worked"][..],
        "advisor_daily_metrics" => &["ro_count", "net_sales", "cost"][..],
        "sold_daily_metrics" => &["job_count", "revenue", "cost"][..],
        _ => return false,
    };
    sums.iter()
        .all(|column| ten_thousandths(&row[*column]) == Some(0))
}

fn row_differences<'a>(columns: &'a Columns, row: &'a Value) -> impl Iterator<Item = String> + 'a {
    columns.iter().filter_map(move |(column, expected)| {
        let Some(actual) = row.get(*column) else {
            return Some(format!("there is no column {column}"));
        };
        let equal = match expected {
            Cell::Whole(value) => actual.as_i64() == *value && actual.is_null() == value.is_none(),
            Cell::FourDecimals(value) => ten_thousandths(actual) == *value,
            Cell::Json(value) => actual == value,
        };
        (!equal).then(|| {
            format!(
                "{column} is {}, expected {}",
                plain(actual),
                shown(expected)
            )
        })
    })
}

fn ten_thousandths(value: &Value) -> Option<i64> {
    Decimal::parse(&plain(value)).and_then(Decimal::ten_thousandths)
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Whole(value) => value.map_or_else(|| "null".to_owned(), |value| value.to_string()),
        Cell::FourDecimals(Some(value)) => {
            let sign = if *value < 0 { "-" } else { "" };
            format!("{sign}{}.{:04}", value.abs() / 10_000, value.abs() % 10_000)
        }
        Cell::FourDecimals(None) => "null".to_owned(),
        Cell::Json(value) => plain(value),
    }
}

#[cfg(test)]
mod tests {
    use super::{expected_tables, table_differences};
    use crate::{oracle, worlds};
    use serde_json::{Value, json};
    use std::collections::BTreeMap;

    fn differences(table: &str, actual: &[(&str, Value)]) -> Vec<String> {
        let figures = oracle::compute(&worlds::g9()).expect("the worked example is valid");
        let mut tables = expected_tables(&figures).into_iter();
        let expected = tables
            .find(|expected| expected.table == table)
            .expect("a compared table");
        let actual: BTreeMap<String, Value> = actual
            .iter()
            .map(|(key, row)| ((*key).to_owned(), row.clone()))
            .collect();
        table_differences(&expected, &actual)
    }

    fn sold(revenue: i64) -> Value {
        json!({
            "revenue": revenue, "cost": 16000, "profit": 24000, "parts_revenue": 40000, "labor_revenue": 0,
            "sublet_revenue": 0, "sold_net": 40000, "job_count": 1, "ro_count": 1, "labor_hours": 0.0,
        })
    }

    #[test]
    fn differences_are_named_by_table_key_and_column() {
        let empty = json!({"job_count": 0, "revenue": 0, "cost": 0});
        let found = differences(
            "sold_daily_metrics",
            &[
                ("2026-06-29", sold(39999)),
                ("2026-06-30", json!({"revenue": 40000})),
                ("2026-07-03", empty),
                ("2026-07-04", sold(1)),
            ],
        );
        assert_eq!(
            found[0],
            "sold_daily_metrics 2026-06-29: revenue is 39999, expected 40000"
        );
        assert!(
            found.contains(&"sold_daily_metrics 2026-06-30: there is no column cost".to_owned())
        );
        assert!(found.contains(&"sold_daily_metrics 2026-07-01: missing".to_owned()));
        assert!(found.contains(&"sold_daily_metrics 2026-07-04: not expected".to_owned()));
        assert!(!found.iter().any(|text| text.contains("2026-07-03")));
    }
}
