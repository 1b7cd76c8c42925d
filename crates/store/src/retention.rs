//! Upkeep: raw payloads are kept 7 days (the newest of each record for ever), run logs 30 days; statistics are
//! made after a large load, because the database's own upkeep comes a minute too late for it.

use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session};
use domain::{ShopDay, ShopId};
use jiff::{Timestamp, ToSpan};

/// Days of raw payloads kept.
pub const RAW_DAYS: i32 = 7;
/// Partitions made ahead.
const DAYS_AHEAD: i32 = 3;

/// Makes the partitions of the coming days and drops those past their time, keeping each record's newest payload.
///
/// # Errors
/// [`StoreError`] when the login may not act as the owner, or the database refuses; loading goes on without it,
/// into the default partition.
pub async fn maintain_raw(database: &Database, today: ShopDay) -> Result<(), StoreError> {
    let session = Session::begin(database, &Identity::Login).await?;
    session
        .step("become the owner", "set local role pitwall_owner")
        .await?;
    session
        .prepared(
            "select * from ops.maintain_raw_partitions($1, $2, $3)",
            &[&DAYS_AHEAD, &RAW_DAYS, &today],
        )
        .await?;
    session.commit().await
}

/// Removes run logs older than 30 days.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn trim_log(session: &Session, shop: ShopId, now: Timestamp) -> Result<(), StoreError> {
    let before = now.checked_sub((30 * 24).hours()).unwrap_or(Timestamp::MIN);
    session
        .prepared(
            "delete from warehouse.sync_log where shop_id = $1 and started_at < $2",
            &[&shop.0, &before],
        )
        .await?;
    Ok(())
}

/// Makes statistics of the tables a large load has filled. One that is still empty is left alone: known to be empty,
/// all its indexes would look alike to plans that are made once and live longer.
///
/// # Errors
/// [`StoreError`] when the login may not act as the owner; plans are worse until the database makes its own.
pub async fn analyze(database: &Database) -> Result<(), StoreError> {
    let session = Session::begin(database, &Identity::Login).await?;
    session
        .step("become the owner", "set local role pitwall_owner")
        .await?;
    let tables = [
        "customers",
        "vehicles",
        "repair_orders",
        "jobs",
        "job_parts",
        "job_labor",
        "job_sublets",
        "job_fees",
        "job_discounts",
        "ro_snapshots",
    ];
    let filled = session
        .prepared(
            "select name from unnest($1::text[]) as name \
             where pg_relation_size(to_regclass('warehouse.' || name)) > 0",
            &[&&tables[..]],
        )
        .await?;
    for row in filled {
        let table: &str = row.get(0);
        session
            .step("make statistics", &format!("analyze warehouse.{table}"))
            .await?;
    }
    session.commit().await
}
