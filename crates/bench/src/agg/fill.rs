//! Filling the canonical tables set-based: at these sizes a sync would take longer than everything that is measured.

use super::{Bench, History};
use anyhow::Context as _;
use domain::cost::CALC_VERSION;

/// Orders of a shop in a day; a larger history is a longer one, not a denser one.
const ORDERS_PER_DAY: i64 = 15;

/// Makes a history and leaves it closed.
pub async fn history(bench: &Bench, orders: u64, shops: i64) -> anyhow::Result<History> {
    eprintln!("filling {orders} orders of {shops} shops");
    let scratch = bench.server.create(&format!("history{orders}")).await?;
    scratch.configure_shops(shops, bench.clock.now()).await?;
    let fill = include_str!("fill.sql")
        .replace("{orders}", &orders.to_string())
        .replace("{shops}", &shops.to_string())
        .replace("{per_day}", &ORDERS_PER_DAY.to_string())
        .replace("{version}", &CALC_VERSION.to_string());
    scratch
        .client
        .batch_execute(&fill)
        .await
        .context("fill the history")?;
    scratch.client.batch_execute("vacuum analyze").await?;
    Ok(History {
        template: scratch.close().await,
        orders,
        shops,
    })
}
