//! Customers, vehicles, employees: one table each, updated in place, equal rows left alone.

use super::payload::{self, PayloadKind};
use super::{Loaded, Payload};
use crate::canonical::{customers, employees, vehicles};
use crate::copy::CopyRows;
use crate::error::StoreError;
use crate::session::{OWN_ROWS, Param, Session, Stage, stage_of};
use domain::ShopId;
use domain::record::{Customer, Employee, Vehicle};
use jiff::Timestamp;
use std::collections::HashMap;

/// Records of one kind, each with the payload it came in.
#[derive(Clone, Copy, Debug)]
pub enum Entities<'a> {
    /// Customers.
    Customers(&'a [(Payload<'a>, &'a Customer)]),
    /// Vehicles.
    Vehicles(&'a [(Payload<'a>, &'a Vehicle)]),
    /// Employees.
    Employees(&'a [(Payload<'a>, &'a Employee)]),
}

/// The tables of these kinds differ in name, columns and the word used in `raw.payloads`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntityKind {
    /// Customers.
    Customer,
    /// Vehicles.
    Vehicle,
    /// Employees.
    Employee,
}

impl EntityKind {
    /// The word in `raw.payloads.entity` and `data_quality_issues.entity_type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Vehicle => "vehicle",
            Self::Employee => "employee",
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Customer => customers::TABLE,
            Self::Vehicle => vehicles::TABLE,
            Self::Employee => employees::TABLE,
        }
    }

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Customer => customers::COLUMNS,
            Self::Vehicle => vehicles::COLUMNS,
            Self::Employee => employees::COLUMNS,
        }
    }
}

/// What the warehouse holds of a record.
#[derive(Clone, Copy, Debug)]
pub struct StoredEntity {
    /// Fingerprint of the payload last loaded; `None` for a stub.
    pub payload_hash: Option<[u8; 16]>,
    /// The vendor's time of last change.
    pub updated_at: Option<Timestamp>,
    /// Listed now (employees) or not removed (others).
    pub live: bool,
}

/// Looks the stored fingerprints up.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn stored(
    session: &Session,
    shop: ShopId,
    kind: EntityKind,
    ids: &[i64],
) -> Result<HashMap<i64, StoredEntity>, StoreError> {
    let live = match kind {
        EntityKind::Employee => "status = 'ACTIVE'",
        EntityKind::Customer | EntityKind::Vehicle => "not is_deleted",
    };
    let select = format!(
        "select id, payload_hash, tm_updated_at, {live} from {} where shop_id = $1 and id = any($2)",
        kind.table()
    );
    let rows = session.prepared(&select, &[&shop.0, &ids]).await?;
    let one = |row: &tokio_postgres::Row| {
        let hash = row
            .get::<_, Option<&[u8]>>(1)
            .and_then(|h| h.try_into().ok());
        (
            row.get(0),
            StoredEntity {
                payload_hash: hash,
                updated_at: row.get(2),
                live: row.get(3),
            },
        )
    };
    Ok(rows.iter().map(one).collect())
}

/// Where and when a page of entities is written.
#[derive(Clone, Copy, Debug)]
pub struct EntityPage<'a> {
    /// Shop.
    pub shop: ShopId,
    /// Vendor's name.
    pub vendor: &'a str,
    /// The records: only those that are new or changed.
    pub entities: Entities<'a>,
    /// Whether the payloads are stored too.
    pub store_payloads: bool,
    /// Time of the load.
    pub now: Timestamp,
}

/// Inserts new records and updates changed ones.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn write(session: &Session, page: &EntityPage<'_>) -> Result<Loaded, StoreError> {
    let (kind, rows, bodies) = encode(page);
    if rows.is_empty() {
        return Ok(Loaded::default());
    }
    let (table, columns) = (kind.table(), kind.columns());
    let list = columns.join(", ");
    session.ensure_stages(&[Stage::of(table, columns)]).await?;
    let stage = stage_of(table);
    session.stage(rows, table, columns).await?;
    let set: Vec<String> = columns[2..]
        .iter()
        .map(|c| format!("{c} = excluded.{c}"))
        .collect();
    let upsert = format!(
        "insert into {table} ({list}) select {list} from {stage} where {OWN_ROWS} \
         on conflict (shop_id, id) do update set {} returning (xmax = 0)",
        set.join(", ")
    );
    let written = session.prepared(&upsert, &[]).await?;
    if let Entities::Employees(list) = page.entities {
        write_private(session, page, list).await?;
    }
    let created = written.iter().filter(|row| row.get(0)).count() as u64;
    if page.store_payloads {
        store_payloads(session, page, kind, &bodies).await?;
    }
    Ok(Loaded {
        created,
        updated: written.len() as u64 - created,
    })
}

/// The part of employees that owners and managers alone may see; an equal row is left alone.
async fn write_private(
    session: &Session,
    page: &EntityPage<'_>,
    list: &[(Payload<'_>, &Employee)],
) -> Result<(), StoreError> {
    let (table, columns) = (employees::PRIVATE_TABLE, employees::PRIVATE_COLUMNS);
    let mut rows = CopyRows::new(columns.len());
    list.iter()
        .for_each(|(_, e)| employees::put_private(&mut rows, page.shop, e, page.now));
    session.ensure_stages(&[Stage::of(table, columns)]).await?;
    session.stage(rows, table, columns).await?;
    let (names, stage) = (columns.join(", "), stage_of(table));
    let upsert = format!(
        "insert into {table} as held ({names}) select {names} from {stage} where {OWN_ROWS} \
         on conflict (shop_id, id) do update set email = excluded.email, tm_extra = excluded.tm_extra, \
           updated_at = excluded.updated_at \
         where (held.email, held.tm_extra) is distinct from (excluded.email, excluded.tm_extra)"
    );
    session.prepared(&upsert, &[]).await?;
    Ok(())
}

fn encode<'a>(page: &EntityPage<'a>) -> (EntityKind, CopyRows, Vec<Payload<'a>>) {
    let (shop, now) = (page.shop, page.now);
    match page.entities {
        Entities::Customers(list) => {
            let mut rows = CopyRows::new(customers::COLUMNS.len());
            list.iter()
                .for_each(|(p, c)| customers::put(&mut rows, shop, c, &p.hash, now));
            (
                EntityKind::Customer,
                rows,
                list.iter().map(|(p, _)| *p).collect(),
            )
        }
        Entities::Vehicles(list) => {
            let mut rows = CopyRows::new(vehicles::COLUMNS.len());
            list.iter()
                .for_each(|(p, v)| vehicles::put(&mut rows, shop, v, &p.hash, now));
            (
                EntityKind::Vehicle,
                rows,
                list.iter().map(|(p, _)| *p).collect(),
            )
        }
        Entities::Employees(list) => {
            let mut rows = CopyRows::new(employees::COLUMNS.len());
            list.iter()
                .for_each(|(p, e)| employees::put(&mut rows, shop, e, &p.hash, now));
            (
                EntityKind::Employee,
                rows,
                list.iter().map(|(p, _)| *p).collect(),
            )
        }
    }
}

async fn store_payloads(
    session: &Session,
    page: &EntityPage<'_>,
    kind: EntityKind,
    bodies: &[Payload<'_>],
) -> Result<(), StoreError> {
    let of = PayloadKind {
        shop: page.shop,
        vendor: page.vendor,
        entity: kind.as_str(),
        fetched_at: page.now,
    };
    payload::forget_same_day(session, of, bodies).await?;
    payload::write(session, of, bodies).await
}

/// Writes a stub named `UNKNOWN` for every employee that is referred to and was never listed (contract 22).
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn stub_employees(
    session: &Session,
    shop: ShopId,
    ids: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    let parameters: Vec<Param> = vec![Box::new(shop.0), Box::new(ids.to_vec()), Box::new(now)];
    session
        .dispatch(
            "insert into warehouse.employee_records (shop_id, id, first_name, status, is_stub, last_synced_at, updated_at) \
             select $1, wanted, 'UNKNOWN', 'UNKNOWN', true, $3, $3 from unnest($2::bigint[]) as wanted \
             on conflict (shop_id, id) do nothing",
            parameters,
        )
        .await
}

/// Marks employees who left the vendor's list as INACTIVE.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn deactivate_employees(
    session: &Session,
    shop: ShopId,
    ids: &[i64],
    now: Timestamp,
) -> Result<(), StoreError> {
    session
        .prepared(
            "update warehouse.employee_records set status = 'INACTIVE', updated_at = $3 \
             where shop_id = $1 and id = any($2) and status = 'ACTIVE'",
            &[&shop.0, &ids, &now],
        )
        .await?;
    Ok(())
}

/// Ids of the employees that count as active now.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn active_employees(session: &Session, shop: ShopId) -> Result<Vec<i64>, StoreError> {
    let rows = session
        .prepared(
            "select id from warehouse.employee_records where shop_id = $1 and status = 'ACTIVE'",
            &[&shop.0],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Which of these ids the table does not have.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn missing(
    session: &Session,
    shop: ShopId,
    kind: EntityKind,
    ids: &[i64],
) -> Result<Vec<i64>, StoreError> {
    let select = format!(
        "select wanted from unnest($2::bigint[]) as wanted \
         where not exists (select 1 from {} e where e.shop_id = $1 and e.id = wanted)",
        kind.table()
    );
    let rows = session.prepared(&select, &[&shop.0, &ids]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
