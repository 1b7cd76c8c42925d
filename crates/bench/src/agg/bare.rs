//! The product's own SQL without the product: one superuser's connection, no walls, no queue, no pipeline.

use super::{Bench, History};
use crate::scratch::{Lap, Scratch};
use anyhow::Context as _;
use domain::ShopDay;
use domain::cost::CALC_VERSION;
use std::collections::HashMap;
use store::models;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

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
    let models = prepare(client).await?;
    for shop in 1..=history.shops {
        let orders: Vec<i64> = column(
            client,
            "select id from warehouse.repair_orders where shop_id = $1 order by id",
            shop,
        )
        .await?;
        for batch in orders.chunks(ORDERS_AT_ONCE) {
            client.batch_execute("begin").await?;
            run((client, &models), "snapshot/order_sums", &[&shop, &batch]).await?;
            run(
                (client, &models),
                "snapshot/gross_profit",
                &[&shop, &batch, &now],
            )
            .await?;
            run((client, &models), "snapshot/issues", &[&shop, &batch, &now]).await?;
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
            run((client, &models), "daily/sold", &[&shop, &batch, &now]).await?;
            run(
                (client, &models),
                "daily/shops",
                &[&shop, &batch, &now, &CALC_VERSION],
            )
            .await?;
            run(
                (client, &models),
                "daily/technicians",
                &[&shop, &batch, &now],
            )
            .await?;
            run((client, &models), "daily/advisors", &[&shop, &batch, &now]).await?;
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

/// Planned once a connection, as the product does.
async fn prepare(client: &Client) -> anyhow::Result<HashMap<&'static str, Statement>> {
    let mut models = HashMap::new();
    for (name, text) in models::ALL {
        let prepared = client.prepare(text).await;
        models.insert(*name, prepared.with_context(|| format!("prepare {name}"))?);
    }
    Ok(models)
}

async fn run(
    (client, models): (&Client, &HashMap<&'static str, Statement>),
    name: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> anyhow::Result<()> {
    let model = models
        .get(name)
        .with_context(|| format!("there is no model {name}"))?;
    client
        .query(model, parameters)
        .await
        .with_context(|| format!("run {name}"))?;
    Ok(())
}
