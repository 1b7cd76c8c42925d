//! One table's rows of a page: staged, compared with what is held, written where they are news.

use super::{Merged, Place, Touched};
use crate::copy::{CopyRows, Decimal, Interval, Jsonb, TextArray};
use crate::error::StoreError;
use crate::session::{OWN_ROWS, Param, Session, Stage, stage_of};
use domain::cache::{CacheBatch, CacheTable, Cell, Merge};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// Columns that every cached table has, before its own.
const SHARED: [&str; 9] = [
    "shop_id",
    "tenant_id",
    "st_id",
    "active",
    "created_on",
    "modified_on",
    "payload_hash",
    "full_data",
    "source_feed",
];

/// All columns that a row brings, in the order they are sent. Worked out once a table.
fn columns(table: &'static CacheTable) -> &'static [&'static str] {
    static KNOWN: Mutex<Option<HashMap<&'static str, &'static [&'static str]>>> = Mutex::new(None);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = known.get_or_insert_default();
    known.entry(table.name).or_insert_with(|| {
        let own = table.columns.iter().map(|column| column.name);
        SHARED.into_iter().chain(own).collect::<Vec<_>>().leak()
    })
}

/// Merges a batch; the keys that its news name are added to `touched`.
pub(super) async fn merge(
    session: &Session,
    place: Place<'_>,
    batch: &CacheBatch,
    touched: &mut Touched,
) -> Result<Merged, StoreError> {
    let mut merged = Merged::default();
    if !batch.rows.is_empty() {
        let (table, columns) = (batch.table, columns(batch.table));
        session
            .ensure_stages(&[Stage::of(table.name, columns)])
            .await?;
        session
            .stage(encode(place, batch, columns.len()), table.name, columns)
            .await?;
        let statement = statement(table, columns, &batch.merge);
        let rows = session
            .prepared(&statement, &[&place.shop.0, &place.now])
            .await?;
        if let Some(row) = rows.first() {
            let count = |at: usize| u64::try_from(row.get::<_, i64>(at)).unwrap_or(0);
            merged.received = batch.rows.len() as u64;
            merged.collapsed = merged.received.saturating_sub(count(0));
            merged.inserted = count(1);
            merged.updated = count(2);
            merged.stale = count(3);
            merged.unchanged = count(0) - merged.inserted - merged.updated - merged.stale;
            for (at, mark) in table.marks.iter().enumerate() {
                touched.extend(mark.kind, row.get(4 + at));
            }
        }
    }
    if let Merge::Children { column, parents } = &batch.merge {
        drop_missing(session, place, batch, (column, parents)).await?;
    }
    Ok(merged)
}

/// Children that their parents no longer have.
async fn drop_missing(
    session: &Session,
    place: Place<'_>,
    batch: &CacheBatch,
    (column, parents): (&str, &[String]),
) -> Result<(), StoreError> {
    if parents.is_empty() {
        return Ok(());
    }
    let kept: Vec<String> = batch.rows.iter().map(|row| row.key.clone()).collect();
    let statement = format!(
        "update {} set active = false, deleted_at = $4, updated_at = $4 \
         where shop_id = $1 and {column} = any($2) and deleted_at is null and st_id <> all($3)",
        batch.table.name
    );
    let parameters: Vec<Param> = vec![
        Box::new(place.shop.0),
        Box::new(parents.to_vec()),
        Box::new(kept),
        Box::new(place.now),
    ];
    session.dispatch(&statement, parameters).await
}

/// Collapses what came twice (the newest wins), compares, writes what is news, counts, and names the keys of the news.
fn statement(table: &CacheTable, columns: &[&str], merge: &Merge) -> String {
    let (name, stage, list) = (table.name, stage_of(table.name), columns.join(", "));
    // Equal rows are left alone; a row that had gone and is shown again is news.
    let news = match merge {
        Merge::Replace | Merge::Children { .. } => "is_new or (not is_stale and differs)",
        Merge::Fill => "is_new or (differs and is_newer)",
    };
    let mut was = String::new();
    let mut marks = String::new();
    for (at, mark) in table.marks.iter().enumerate() {
        let _ = write!(was, ", d.{} as was_{at}", mark.column);
        let _ = write!(
            marks,
            ", array(select distinct k from cmp c cross join lateral (values (c.{}), (c.was_{at})) v (k) \
             where k is not null and ({news}))",
            mark.column
        );
    }
    let set: Vec<String> = columns
        .iter()
        .skip(3)
        .map(|c| format!("{c} = excluded.{c}"))
        .collect();
    format!(
        "with one as materialized (\
           select distinct on (st_id) {list} from {stage} where {OWN_ROWS} \
           order by st_id, modified_on desc nulls last, payload_hash), \
         cmp as materialized (\
           select o.*, d.st_id is null as is_new, coalesce(o.modified_on < d.modified_on, false) as is_stale, \
             coalesce(o.modified_on > d.modified_on, false) as is_newer, \
             d.payload_hash is distinct from o.payload_hash or d.deleted_at is not null as differs{was} \
           from one o left join {name} d on d.shop_id = $1 and d.st_id = o.st_id), \
         put as (\
           insert into {name} as d ({list}, synced_at, created_at, updated_at) \
           select {list}, $2::timestamptz, $2::timestamptz, $2::timestamptz from cmp where {news} \
           on conflict (shop_id, st_id) do update set {}, deleted_at = null, synced_at = excluded.synced_at, \
             updated_at = excluded.updated_at) \
         select count(*), count(*) filter (where is_new), count(*) filter (where not is_new and ({news})), \
           count(*) filter (where is_stale){marks} from cmp",
        set.join(", ")
    )
}

fn encode(place: Place<'_>, batch: &CacheBatch, columns: usize) -> CopyRows {
    let mut rows = CopyRows::new(columns);
    for row in &batch.rows {
        rows.row()
            .put(place.shop.0)
            .put(place.tenant)
            .put(&row.key)
            .put(row.active)
            .put(row.created_on)
            .put(row.modified_on)
            .put(&row.hash[..])
            .put(Jsonb(&row.body))
            .put(batch.feed);
        for cell in &row.cells {
            put(&mut rows, place, cell);
        }
    }
    rows
}

fn put(rows: &mut CopyRows, place: Place<'_>, cell: &Cell) {
    match cell {
        Cell::Null => rows.put(None::<i64>),
        Cell::Text(text) => rows.put(text),
        Cell::Flag(flag) => rows.put(*flag),
        Cell::Whole(number) => rows.put(*number),
        Cell::Number(text) => rows.put(Decimal(text)),
        Cell::Instant(at) => rows.put(*at),
        Cell::Day(day) => rows.put(*day),
        Cell::DayOf(at) => {
            let utc = at.to_zoned(jiff::tz::TimeZone::UTC);
            let midnight = utc.time() == jiff::civil::Time::midnight();
            rows.put(if midnight {
                utc.date()
            } else {
                place.zone.day_of(*at)
            })
        }
        Cell::List(texts) => rows.put(TextArray(texts)),
        Cell::Json(json) => rows.put(Jsonb(json)),
        Cell::Span(micros) => rows.put(Interval(*micros)),
        Cell::Clock(micros) => rows.put(*micros),
    };
}
