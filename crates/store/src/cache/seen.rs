//! Rows that a complete run no longer shows are gone at the vendor (quirks Q36, Q37).

use super::{Coverage, Place, Touched};
use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::cache::CacheBatch;
use std::fmt::Write as _;

const FORGET: &str = "delete from ops.seen_records where shop_id = $1 and table_name = $2";

/// Remembers what a complete run shows; at its end marks what it did not show. Returns how many rows that were.
///
/// Nothing is marked where less than half of the rows came: that is no deletion but a fault (quirk Q37).
pub(super) async fn follow(
    session: &Session,
    place: Place<'_>,
    batch: &CacheBatch,
    coverage: Coverage,
    touched: &mut Touched,
) -> Result<u64, StoreError> {
    let (shop, bare) = (place.shop, batch.table.bare_name());
    let own = || -> Vec<Param> { vec![Box::new(shop.0), Box::new(bare)] };
    if coverage.begins {
        session.dispatch(FORGET, own()).await?;
    }
    let keys: Vec<String> = batch.rows.iter().map(|row| row.key.clone()).collect();
    let mut parameters = own();
    parameters.push(Box::new(keys));
    session
        .dispatch(
            "insert into ops.seen_records (shop_id, table_name, record_id) \
             select $1, $2, key from unnest($3::text[]) as key on conflict do nothing",
            parameters,
        )
        .await?;
    if !coverage.ends {
        return Ok(0);
    }
    let mut marks = String::new();
    for mark in batch.table.marks {
        let _ = write!(
            marks,
            ", array(select distinct {0} from gone where {0} is not null)",
            mark.column
        );
    }
    let statement = format!(
        "with seen as (select record_id from ops.seen_records where shop_id = $1 and table_name = $2), \
         gone as (update {} d set active = false, deleted_at = $3, updated_at = $3 \
           where d.shop_id = $1 and d.deleted_at is null and d.st_id not in (select record_id from seen) \
             and (select count(*) from seen) * 2 >= (select count(*) from {} h where h.shop_id = $1 and h.deleted_at is null) \
           returning d.*) \
         select (select count(*) from gone){marks}",
        batch.table.name, batch.table.name
    );
    let rows = session
        .prepared(&statement, &[&shop.0, &bare, &place.now])
        .await?;
    session.dispatch(FORGET, own()).await?;
    let Some(row) = rows.first() else {
        return Ok(0);
    };
    for (at, mark) in batch.table.marks.iter().enumerate() {
        touched.extend(mark.kind, row.get(1 + at));
    }
    Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
}
