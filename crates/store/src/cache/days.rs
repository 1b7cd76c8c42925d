//! Technicians' days: marked by the pages that touch them, worked out again in batches.

use super::Place;
use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::cache::CacheBatch;
use domain::{ShopDay, ShopId};
use jiff::Timestamp;

/// Tables whose rows are a part of some technician's day.
const REACHING: [&str; 5] = [
    "raw.st_technician_shifts",
    "raw.st_non_job_appointments",
    "raw.st_job_timesheets",
    "raw.st_appointment_assignments",
    "raw.st_appointments",
];

/// Marks the days that the held versions of a batch's rows reach; called before merging and after.
pub(super) async fn mark(
    session: &Session,
    place: Place<'_>,
    batch: &CacheBatch,
) -> Result<(), StoreError> {
    if batch.rows.is_empty() || !REACHING.contains(&batch.table.name) {
        return Ok(());
    }
    let keys: Vec<String> = batch.rows.iter().map(|row| row.key.clone()).collect();
    let parameters: Vec<Param> = vec![
        Box::new(place.shop.0),
        Box::new(batch.table.name),
        Box::new(keys),
        Box::new(place.now),
    ];
    session
        .dispatch(include_str!("mark_days.sql"), parameters)
        .await
}

/// Marks every day of a shop that has a row or should have one: after a change of its zone.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_all(session: &Session, shop: ShopId) -> Result<(), StoreError> {
    session
        .prepared(
            "insert into ops.dirty_technician_days (shop_id, technician_id, local_date) \
             select shop_id, technician_id, local_date from warehouse.field_technician_days where shop_id = $1 \
             union select shop_id, technician_id, local_date from analytics.v_technician_day where shop_id = $1 \
             on conflict do nothing",
            &[&shop.0],
        )
        .await?;
    Ok(())
}

/// Works a batch of marked days out; returns how many were marked and how many rows changed.
///
/// # Errors
/// [`StoreError`] when the database refuses; nothing is kept then.
pub async fn work_out(
    session: &Session,
    shop: ShopId,
    limit: i64,
    now: Timestamp,
) -> Result<(u64, u64), StoreError> {
    let rows = session
        .prepared(
            "select technician_id, local_date from ops.dirty_technician_days where shop_id = $1 \
             order by technician_id, local_date limit $2 for update skip locked",
            &[&shop.0, &limit],
        )
        .await?;
    let technicians: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    let days: Vec<ShopDay> = rows.iter().map(|row| row.get(1)).collect();
    if technicians.is_empty() {
        return Ok((0, 0));
    }
    let written = session
        .prepared(
            include_str!("technician_days.sql"),
            &[&shop.0, &technicians, &days, &now],
        )
        .await?;
    let changed = written.first().map_or(0, |row| row.get::<_, i64>(0));
    Ok((rows.len() as u64, u64::try_from(changed).unwrap_or(0)))
}
