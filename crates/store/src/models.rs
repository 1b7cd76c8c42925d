//! Running the metric models: orders to snapshots, snapshots to days. One statement a step, over keys handed down.

use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::cost::CALC_VERSION;
use domain::{ShopDay, ShopId};
use jiff::Timestamp;

const ORDER_SUMS: &str = include_str!("../../../db/models/snapshot/order_sums.sql");
const SNAPSHOTS: &str = include_str!("../../../db/models/snapshot/gross_profit.sql");
const ISSUES: &str = include_str!("../../../db/models/snapshot/issues.sql");
const SOLD: &str = include_str!("../../../db/models/daily/sold.sql");
const SHOPS: &str = include_str!("../../../db/models/daily/shops.sql");
const TECHNICIANS: &str = include_str!("../../../db/models/daily/technicians.sql");
const ADVISORS: &str = include_str!("../../../db/models/daily/advisors.sql");
const ALERTS: &str = include_str!("../../../db/models/alerts/rules.sql");

/// The statements above with their names: a test prepares each against the real schema.
pub const ALL: &[(&str, &str)] = &[
    ("snapshot/order_sums", ORDER_SUMS),
    ("snapshot/gross_profit", SNAPSHOTS),
    ("snapshot/issues", ISSUES),
    ("daily/sold", SOLD),
    ("daily/shops", SHOPS),
    ("daily/technicians", TECHNICIANS),
    ("daily/advisors", ADVISORS),
    ("alerts/rules", ALERTS),
];

/// What building snapshots changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SnapshotChanges {
    /// Written for the first time.
    pub created: u64,
    /// Revised, or revived.
    pub revised: u64,
    /// Superseded.
    pub superseded: u64,
}

/// Sums the orders, brings their snapshots up to date and marks the days this touched. Same input, no write.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing is kept then.
pub async fn snapshot_orders(
    session: &Session,
    shop: ShopId,
    orders: &[i64],
    now: Timestamp,
) -> Result<SnapshotChanges, StoreError> {
    let sums: Vec<Param> = vec![Box::new(shop.0), Box::new(orders.to_vec())];
    session.dispatch(ORDER_SUMS, sums).await?;
    let rows = session
        .prepared(SNAPSHOTS, &[&shop.0, &orders, &now])
        .await?;
    let issues: Vec<Param> = vec![Box::new(shop.0), Box::new(orders.to_vec()), Box::new(now)];
    session.dispatch(ISSUES, issues).await?;
    let counts = rows.first().map(|row| {
        let count = |at: usize| u64::try_from(row.get::<_, i64>(at)).unwrap_or(0);
        SnapshotChanges {
            created: count(0),
            revised: count(1),
            superseded: count(2),
        }
    });
    Ok(counts.unwrap_or_default())
}

/// Sums days again: sold, shop, technicians, advisors. Returns how many rows changed.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing is kept then.
pub async fn sum_days(
    session: &Session,
    shop: ShopId,
    days: &[ShopDay],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let count = |rows: Vec<tokio_postgres::Row>| -> u64 {
        rows.first()
            .map_or(0, |row| u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
    };
    let mut changed = count(session.prepared(SOLD, &[&shop.0, &days, &now]).await?);
    changed += count(
        session
            .prepared(SHOPS, &[&shop.0, &days, &now, &CALC_VERSION])
            .await?,
    );
    for model in [TECHNICIANS, ADVISORS] {
        changed += count(session.prepared(model, &[&shop.0, &days, &now]).await?);
    }
    Ok(changed)
}

/// Holds the shop's figures against its rules: raises what is new, changes what has changed, resolves what has gone.
/// Gives how many alerts were raised or changed; the same figures again write nothing.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing is kept then.
pub async fn raise_alerts(
    session: &Session,
    shop: ShopId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    Ok(session.prepared(ALERTS, &[&shop.0, &now]).await?.len() as u64)
}

/// One writer of snapshots and days a shop: waits for another one to commit.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn lock_metrics(session: &Session, shop: ShopId) -> Result<(), StoreError> {
    const SPACE: i32 = 0x7077;
    // A shop number may exceed 32 bits; two shops that share a lock only wait for each other.
    let key = i32::try_from(shop.0 & 0x7fff_ffff).unwrap_or(0);
    let parameters: Vec<Param> = vec![Box::new(SPACE), Box::new(key)];
    session
        .dispatch("select pg_advisory_xact_lock($1, $2)", parameters)
        .await
}

/// Order ids to build: all of the shop, or those whose posted or completed day lies in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The whole history.
    All,
    /// Both ends inclusive, shop-local.
    Days(ShopDay, ShopDay),
}

/// Marks the orders of a selection to be summed again; returns how many.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_selection(
    session: &Session,
    shop: ShopId,
    selection: Selection,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let (from, to) = bounds(selection);
    let rows = session
        .prepared(
            "insert into ops.dirty_orders (shop_id, repair_order_id, reason, marked_at) \
             select $1, o.id, 'manual', $4 from warehouse.repair_orders o where o.shop_id = $1 \
             and ($2::date is null or o.posted_date between $2 and $3 or o.completed_date between $2 and $3 \
               or exists (select 1 from warehouse.ro_snapshots s where s.shop_id = $1 \
                 and s.repair_order_id = o.id and s.snapshot_date between $2 and $3)) \
             on conflict (shop_id, repair_order_id) do nothing returning 1",
            &[&shop.0, &from, &to, &now],
        )
        .await?;
    Ok(rows.len() as u64)
}

/// Marks the days of a selection: every day with a snapshot, a sale or a row of its own.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_selected_days(
    session: &Session,
    shop: ShopId,
    selection: Selection,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let (from, to) = bounds(selection);
    let rows = session
        .prepared(
            "insert into ops.dirty_days (shop_id, metric_date, marked_at) select $1, d.day, $4 from (\
               select snapshot_date as day from warehouse.ro_snapshots where shop_id = $1 \
               union select sold_date from warehouse.jobs where shop_id = $1 and sold_date is not null \
               union select sold_date from warehouse.job_sublets where shop_id = $1 and sold_date is not null \
               union select metric_date from warehouse.daily_shop_metrics where shop_id = $1 \
               union select metric_date from warehouse.sold_daily_metrics where shop_id = $1 \
               union select metric_date from warehouse.tech_daily_metrics where shop_id = $1 \
               union select metric_date from warehouse.advisor_daily_metrics where shop_id = $1\
             ) d where $2::date is null or d.day between $2 and $3 \
             on conflict (shop_id, metric_date) do nothing returning 1",
            &[&shop.0, &from, &to, &now],
        )
        .await?;
    Ok(rows.len() as u64)
}

fn bounds(selection: Selection) -> (Option<ShopDay>, Option<ShopDay>) {
    match selection {
        Selection::All => (None, None),
        Selection::Days(from, to) => (Some(from), Some(to)),
    }
}

#[cfg(test)]
mod tests {
    use super::ALL;
    use std::collections::BTreeSet;

    /// Written whenever something else is, and never a reason to write: derived from compared columns, or about the
    /// writing itself.
    const FOLLOWS: &[&str] = &[
        "profit",
        "ro_posted_count",
        "source_snapshot_count",
        "calc_version",
        "updated_at",
    ];

    /// The column names in front of ` = ` in the lines after `set`.
    fn set_columns<'a>(sql: &'a str, source: &str) -> BTreeSet<&'a str> {
        let lines = sql.lines().map(str::trim);
        lines
            .filter_map(|line| line.split_once(" = "))
            .filter(|(_, value)| value.starts_with(source))
            .map(|(column, _)| column)
            .collect()
    }

    /// The columns of the row in front of `is distinct from (`, without their alias.
    fn compared_columns<'a>(sql: &'a str, alias: &str) -> BTreeSet<&'a str> {
        let (before, _) = sql
            .split_once(") is distinct from (")
            .expect("a model that compares rows");
        let start = before.rfind('(').expect("the row begins") + 1;
        let columns = before[start..].split(',').map(str::trim);
        columns
            .map(|column| column.strip_prefix(alias).expect("the stored row's column"))
            .collect()
    }

    #[test]
    fn what_is_written_is_what_is_compared() {
        let compare = [
            ("snapshot/order_sums", "s.", "o."),
            ("daily/sold", "excluded.", "m."),
            ("daily/shops", "excluded.", "m."),
            ("daily/technicians", "excluded.", "m."),
            ("daily/advisors", "excluded.", "m."),
        ];
        for (name, source, alias) in compare {
            let (_, sql) = ALL.iter().find(|(model, _)| *model == name).expect(name);
            let mut written = set_columns(sql, source);
            written.retain(|column| !FOLLOWS.contains(column));
            assert_eq!(written, compared_columns(sql, alias), "{name}");
            assert!(written.len() > 5, "{name}: {written:?}");
        }
    }
}
