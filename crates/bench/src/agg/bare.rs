//! The product's own SQL without the product: one superuser's connection, no walls, no queue, no pipeline.

use super::{Bench, History};
use crate::scratch::{Lap, Scratch};
use anyhow::Context as _;
use domain::ShopDay;
use domain::cost::CALC_VERSION;
use store::models;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;

/// As many orders and days a transaction as the product takes.
const ORDERS_AT_ONCE: usize = 2_000;
const DAYS_AT_ONCE: usize = 400;

/// Builds everything, shop by shop.
pub async fn rebuild(bench: &Bench, scratch: &Scratch, history: &History) -> anyhow::Result<Lap> {
    let client = &scratch.client;
    let watch = bench.server.start().await?;
    client
        .batch_execute("set plan_cache_mode = force_generic_plan; set enable_seqscan = off")
        .await?;
    let now = bench.clock.now();
    for shop in 1..=history.shops {
        let orders: Vec<i64> = column(
            client,
            "select id from warehouse.repair_orders where shop_id = $1 order by id",
            shop,
        )
        .await?;
        for batch in orders.chunks(ORDERS_AT_ONCE) {
            client.batch_execute("begin").await?;
            run(client, "snapshot/order_sums", &[&shop, &batch]).await?;
            run(client, "snapshot/gross_profit", &[&shop, &batch, &now]).await?;
            run(client, "snapshot/issues", &[&shop, &batch, &now]).await?;
            client.batch_execute("commit").await?;
        }
        let days: Vec<ShopDay> = column(
            client,
            "delete from ops.dirty_days where shop_id = $1 returning metric_date",
            shop,
        )
        .await?;
        for batch in days.chunks(DAYS_AT_ONCE) {
            client.batch_execute("begin").await?;
            run(client, "daily/sold", &[&shop, &batch, &now]).await?;
            run(client, "daily/shops", &[&shop, &batch, &now, &CALC_VERSION]).await?;
            run(client, "daily/technicians", &[&shop, &batch, &now]).await?;
            run(client, "daily/advisors", &[&shop, &batch, &now]).await?;
            client.batch_execute("commit").await?;
        }
    }
    bench.server.lap(&watch).await
}

async fn column<T>(client: &Client, select: &str, shop: i64) -> anyhow::Result<Vec<T>>
where
    T: for<'a> tokio_postgres::types::FromSql<'a>,
{
    let rows = client.query(select, &[&shop]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn run(
    client: &Client,
    name: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> anyhow::Result<()> {
    let model = models::ALL.iter().find(|(model, _)| *model == name);
    let (_, text) = model.with_context(|| format!("there is no model {name}"))?;
    client
        .query(*text, parameters)
        .await
        .with_context(|| format!("run {name}"))?;
    Ok(())
}
