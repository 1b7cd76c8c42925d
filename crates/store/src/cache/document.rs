//! Documents: everything the cache holds of one job, one customer or one technician, read set-based as one JSON text
//! each. What a document says in our words is the connector's business.

use crate::error::StoreError;
use crate::session::{Param, Session};
use domain::ShopId;

/// What a document is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// A job: becomes a repair order.
    Job,
    /// A customer.
    Customer,
    /// A technician: becomes an employee.
    Technician,
}

impl DocumentKind {
    /// In the order to compose them: what is pointed at comes first.
    pub const ORDER: [Self; 3] = [Self::Technician, Self::Customer, Self::Job];

    /// The word in `ops.dirty_records`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Customer => "customer",
            Self::Technician => "technician",
        }
    }

    const fn statement(self) -> &'static str {
        match self {
            Self::Job => include_str!("document_jobs.sql"),
            Self::Customer => include_str!("document_customers.sql"),
            Self::Technician => include_str!("document_technicians.sql"),
        }
    }

    const fn table(self) -> &'static str {
        match self {
            Self::Job => "raw.st_jobs",
            Self::Customer => "raw.st_customers",
            Self::Technician => "raw.st_technicians",
        }
    }
}

/// The oldest dirty keys of a kind, at most `limit`, locked until the session ends.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn claim(
    session: &Session,
    shop: ShopId,
    kind: DocumentKind,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let rows = session
        .prepared(
            "select record_id from ops.dirty_records where shop_id = $1 and kind = $2 \
             order by record_id limit $3 for update skip locked",
            &[&shop.0, &kind.as_str(), &limit],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Takes the marks of keys that were composed.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn release(
    session: &Session,
    shop: ShopId,
    kind: DocumentKind,
    ids: &[String],
) -> Result<(), StoreError> {
    let parameters: Vec<Param> = vec![
        Box::new(shop.0),
        Box::new(kind.as_str()),
        Box::new(ids.to_vec()),
    ];
    session
        .dispatch(
            "delete from ops.dirty_records where shop_id = $1 and kind = $2 and record_id = any($3)",
            parameters,
        )
        .await
}

/// Reads the documents of these keys; a key without a record has none.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn read(
    session: &Session,
    shop: ShopId,
    kind: DocumentKind,
    ids: &[String],
) -> Result<Vec<String>, StoreError> {
    let rows = session.prepared(kind.statement(), &[&shop.0, &ids]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Marks every record of a shop, so that all of it is composed again.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn mark_all(session: &Session, shop: ShopId) -> Result<(), StoreError> {
    for kind in DocumentKind::ORDER {
        let statement = format!(
            "insert into ops.dirty_records (shop_id, kind, record_id) select shop_id, $2, st_id from {} \
             where shop_id = $1 on conflict do nothing",
            kind.table()
        );
        session
            .prepared(&statement, &[&shop.0, &kind.as_str()])
            .await?;
    }
    Ok(())
}
