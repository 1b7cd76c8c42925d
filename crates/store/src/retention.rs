//! Upkeep: raw payloads are kept 7 days (the newest of each record for ever), run logs and ended tasks 30 days,
//! deliveries that were dealt with 7, keys and sessions until they end; statistics are
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

/// What a shop has no more use for: run logs and ended tasks after 30 days, deliveries that were dealt with after 7, keys
/// of requests after their time.
const OUTDATED: [(&str, i64); 4] = [
    (
        "delete from warehouse.sync_log where shop_id = $1 and id in (\
           select id from warehouse.sync_log where shop_id = $1 and started_at < $2 order by started_at limit $3)",
        30,
    ),
    (
        "delete from ops.tasks where shop_id = $1 and task_id in (\
           select task_id from ops.tasks where shop_id = $1 and requested_at < $2 \
             and status in ('done', 'failed', 'cancelled') order by requested_at limit $3)",
        30,
    ),
    (
        "delete from ops.webhook_inbox where shop_id = $1 and webhook_id in (\
           select webhook_id from ops.webhook_inbox where shop_id = $1 and received_at < $2 and state <> 'new' \
           order by webhook_id limit $3)",
        7,
    ),
    (
        "delete from ops.idempotency_keys where shop_id = $1 and (user_id, idempotency_key) in (\
           select user_id, idempotency_key from ops.idempotency_keys where shop_id = $1 and expires_at < $2 limit $3)",
        0,
    ),
];

/// Rows of a kind removed in one go; what is more waits for the next run.
const TRIMMED_AT_ONCE: i64 = 2_000;

/// Removes what a shop has no more use for. Gives how many rows.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn trim_shop(session: &Session, shop: ShopId, now: Timestamp) -> Result<u64, StoreError> {
    let mut removed = 0;
    for (delete, days) in OUTDATED {
        let before = now
            .checked_sub((days * 24).hours())
            .unwrap_or(Timestamp::MIN);
        removed += session
            .prepared(
                &format!("{delete} returning 1"),
                &[&shop.0, &before, &TRIMMED_AT_ONCE],
            )
            .await?
            .len() as u64;
    }
    Ok(removed)
}

/// Forgets browser sessions that ended a day ago, of all users. Gives how many.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn trim_sessions(database: &Database) -> Result<i64, StoreError> {
    let session = Session::begin(database, &Identity::Sync(ShopId(0))).await?;
    let rows = session
        .prepared("select warehouse.trim_sessions($1)", &[&TRIMMED_AT_ONCE])
        .await?;
    session.commit().await?;
    Ok(rows.first().map_or(0, |row| row.get(0)))
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
