//! What the wall costs: the same statement past the policies and behind them; and the plans that it leaves.

use super::question::begin_as;
use super::world::{self, Size};
use crate::report::Spread;
use anyhow::{Context as _, ensure};
use domain::ShopId;
use domain::period::Period;
use domain::range::Range;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Instant;
use store::read::figures::{ShopsSummary, Summary};
use store::read::{Reading, Spans};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

/// Tables smaller than this are read whole by any planner in its right mind.
const SMALL_ROWS: f64 = 5_000.0;

/// One statement with the wall and without.
#[derive(Debug, Serialize)]
pub struct Cost {
    /// Which statement.
    pub test: String,
    /// Median milliseconds of a superuser who names the shops.
    pub free_ms: f64,
    /// Median milliseconds of a user who sees them.
    pub walled_ms: f64,
}

/// A connection inside a transaction, with a statement prepared.
struct Side {
    client: Client,
    statement: Statement,
}

impl Side {
    async fn open(url: &str, begin: &str, sql: &str) -> anyhow::Result<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::spawn(connection);
        let settings = "set jit = off; set search_path = warehouse, raw";
        client.batch_execute(settings).await?;
        client.batch_execute(begin).await?;
        let statement = client.prepare(sql).await.context("prepare")?;
        Ok(Self { client, statement })
    }

    /// Milliseconds of one execution, and its rows as text to compare.
    async fn run(&self, parameters: &[&(dyn ToSql + Sync)]) -> anyhow::Result<(f64, usize)> {
        let began = Instant::now();
        let rows = self.client.query(&self.statement, parameters).await?;
        Ok((began.elapsed().as_secs_f64() * 1e3, rows.len()))
    }
}

/// One shop of a user's five; then all shops of users with 5, 50 and all.
pub async fn costs(url: &str, size: Size, now: Timestamp, times: u32) -> anyhow::Result<Vec<Cost>> {
    let spans = Spans::new(now, Range::Named(Period::Last30), None);
    let single = Summary {
        shop: ShopId(3),
        spans: spans.clone(),
        business_days_only: false,
        goals_of: None,
    };
    let user = begin_as(world::wide_user(5));
    let sides = (
        Side::open(url, "begin read only", single.sql()).await?,
        Side::open(url, &user, single.sql()).await?,
    );
    let parameters = single.parameters();
    let mut costs = vec![cost("one_shop", &sides, (&parameters, &parameters), times).await?];
    let all = ShopsSummary { spans };
    // The caller's shops, named where the policies would find them.
    let named = "from warehouse.v_shop_header v";
    ensure!(
        all.sql().contains(named),
        "the statement over all shops has changed"
    );
    let explicit = all
        .sql()
        .replace(
            "where m.shop_id = h.shop_id",
            "where m.shop_id = h.shop_id and m.shop_id = any($6::bigint[])",
        )
        .replace(
            "  )\nselect",
            "    where v.shop_id = any($6::bigint[])\n  )\nselect",
        );
    ensure!(
        explicit.matches("$6").count() == 2,
        "the statement over all shops has changed"
    );
    for width in [5, 50, size.shops] {
        let shops: Vec<i64> = (1..=width).collect();
        let user = begin_as(world::wide_user(width));
        let sides = (
            Side::open(url, "begin read only", &explicit).await?,
            Side::open(url, &user, all.sql()).await?,
        );
        let walled = all.parameters();
        let mut free = all.parameters();
        free.push(&shops);
        let test = format!("all_my_shops_{width}");
        costs.push(cost(&test, &sides, (&free, &walled), times).await?);
    }
    Ok(costs)
}

async fn cost(
    test: &str,
    (free, walled): &(Side, Side),
    (free_parameters, walled_parameters): (&[&(dyn ToSql + Sync)], &[&(dyn ToSql + Sync)]),
    times: u32,
) -> anyhow::Result<Cost> {
    // Enough for the server to settle on a plan.
    const WARM_UP: u32 = 10;
    let (mut free_ms, mut walled_ms) = (Vec::new(), Vec::new());
    for round in 0..times + WARM_UP {
        let (without, rows) = free.run(free_parameters).await?;
        let (with, same_rows) = walled.run(walled_parameters).await?;
        ensure!(
            rows == same_rows && rows > 0,
            "{test}: {rows} rows without the wall, {same_rows} with it"
        );
        if round >= WARM_UP {
            free_ms.push(without);
            walled_ms.push(with);
        }
    }
    Ok(Cost {
        test: test.to_owned(),
        free_ms: Spread::of(free_ms).median,
        walled_ms: Spread::of(walled_ms).median,
    })
}

/// What is wrong with the plans of the API's statements as a signed-in user: a large table with shops in it that is not
/// reached by its shops, or a filter that asks a sub-plan.
pub async fn plan_faults(client: &Client) -> anyhow::Result<(usize, Vec<String>)> {
    let large = large_tables(client).await?;
    let begin = begin_as(world::wide_user(5)).replace("begin read only", "begin");
    client
        .batch_execute("set jit = off; set search_path = warehouse, raw")
        .await?;
    client
        .batch_execute("set plan_cache_mode = force_generic_plan")
        .await?;
    client.batch_execute(&begin).await?;
    let (mut count, mut faults) = (0, Vec::new());
    for (name, sql) in store::read::statements() {
        let plan = explain(client, sql).await;
        let plan = plan.with_context(|| format!("explain {name}"))?;
        walk(&plan[0]["Plan"], &mut |node| {
            if let Some(fault) = fault(node, &large) {
                faults.push(format!("{name}: {fault}"));
            }
        });
        count += 1;
    }
    client.batch_execute("rollback").await?;
    Ok((count, faults))
}

/// Tables with a `shop_id` and more than a few rows.
async fn large_tables(client: &Client) -> anyhow::Result<BTreeMap<String, f64>> {
    let rows = client
        .query(
            "select c.relname::text, c.reltuples::float8 from pg_class c \
             join pg_attribute a on a.attrelid = c.oid and a.attname = 'shop_id' and not a.attisdropped \
             where c.relkind in ('r', 'p')",
            &[],
        )
        .await
        .context("look at the tables' sizes")?;
    let sized = rows.iter().map(|row| (row.get(0), row.get(1)));
    Ok(sized.filter(|(_, rows)| *rows > SMALL_ROWS).collect())
}

async fn explain(client: &Client, sql: &str) -> anyhow::Result<Value> {
    let parameters = client.prepare(sql).await?.params().len();
    let nulls = vec!["null"; parameters].join(", ");
    let given = if nulls.is_empty() {
        nulls
    } else {
        format!("({nulls})")
    };
    client
        .batch_execute(&format!("prepare asked as {sql}"))
        .await?;
    let row = client
        .query_one(&format!("explain (format json) execute asked {given}"), &[])
        .await?;
    client.batch_execute("deallocate asked").await?;
    Ok(row.get(0))
}

fn walk(node: &Value, look: &mut impl FnMut(&Value)) {
    look(node);
    for below in node["Plans"].as_array().into_iter().flatten() {
        walk(below, look);
    }
}

fn fault(node: &Value, large: &BTreeMap<String, f64>) -> Option<String> {
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    let kind = text("Node Type");
    for filter in ["Filter", "Join Filter"] {
        if text(filter).contains("SubPlan") {
            return Some(format!("{kind} filters by a sub-plan: {}", text(filter)));
        }
    }
    let table = text("Relation Name");
    // A bitmap is built by the index scan below; its heap scan re-checks the same condition.
    let condition = if kind == "Bitmap Heap Scan" {
        "Recheck Cond"
    } else {
        "Index Cond"
    };
    let is_scan = kind.contains("Scan") && large.contains_key(table);
    (is_scan && !text(condition).contains("shop_id"))
        .then(|| format!("{kind} of {table} without an index condition on shop_id"))
}

#[cfg(test)]
mod tests {
    use super::fault;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn a_large_table_must_be_reached_by_its_shops() {
        let large = BTreeMap::from([("jobs".to_owned(), 1e6)]);
        let by_shop = json!({ "Node Type": "Index Scan", "Relation Name": "jobs", "Index Cond": "(shop_id = $1)" });
        assert_eq!(fault(&by_shop, &large), None);
        let whole =
            json!({ "Node Type": "Seq Scan", "Relation Name": "jobs", "Filter": "(shop_id = $1)" });
        assert!(fault(&whole, &large).is_some());
        let small = json!({ "Node Type": "Seq Scan", "Relation Name": "shops" });
        assert_eq!(fault(&small, &large), None);
        let asked = json!({ "Node Type": "Seq Scan", "Relation Name": "shops", "Filter": "(hashed SubPlan 1)" });
        assert!(fault(&asked, &large).is_some());
    }
}
