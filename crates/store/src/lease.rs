//! Leases: one runner a stream, with a fence that a late one cannot pass.

use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session};
use domain::ShopId;
use tokio_postgres::Row;

/// How long a lease holds without being renewed. The lock of a killed run is free after this (contract 2).
pub const LEASE_SECONDS: f64 = 8.0;

/// A lease that is held.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Shop.
    pub shop: ShopId,
    /// Stream.
    pub stream: String,
    /// The fence: grows with every new holder.
    pub epoch: i64,
}

/// Takes the lease of a stream.
///
/// # Errors
/// [`StoreError::LeaseHeld`] naming the holder when another run has it.
pub async fn acquire(
    database: &Database,
    shop: ShopId,
    stream: &str,
    holder: &str,
) -> Result<Lease, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    let taken = session
        .prepared(
            "insert into ops.leases as l (shop_id, stream, holder, epoch, acquired_at, expires_at) \
             values ($1, $2, $3, 1, clock_timestamp(), clock_timestamp() + make_interval(secs => $4)) \
             on conflict (shop_id, stream) do update set \
               holder = excluded.holder, epoch = l.epoch + 1, \
               acquired_at = excluded.acquired_at, expires_at = excluded.expires_at \
             where l.expires_at <= excluded.acquired_at \
             returning epoch",
            &[&shop.0, &stream, &holder, &LEASE_SECONDS],
        )
        .await?;
    let Some(row) = taken.first() else {
        let held = session
            .prepared("select holder, acquired_at::text from ops.leases where shop_id = $1 and stream = $2", &[&shop.0, &stream])
            .await?;
        let holder = held.first().map_or_else(String::new, |r: &Row| {
            format!("{} since {}", r.get::<_, &str>(0), r.get::<_, &str>(1))
        });
        return Err(StoreError::LeaseHeld {
            shop: shop.0,
            stream: stream.to_owned(),
            holder,
        });
    };
    let epoch = row.get(0);
    session.commit().await?;
    Ok(Lease {
        shop,
        stream: stream.to_owned(),
        epoch,
    })
}

impl Lease {
    /// Renews the lease inside the session that writes: a runner who lost it cannot commit.
    ///
    /// # Errors
    /// [`StoreError::LeaseHeld`] when another run took the lease over meanwhile.
    pub async fn fence(&self, session: &Session) -> Result<(), StoreError> {
        let kept = session
            .prepared(
                "update ops.leases set expires_at = clock_timestamp() + make_interval(secs => $4) \
                 where shop_id = $1 and stream = $2 and epoch = $3 returning 1",
                &[&self.shop.0, &self.stream, &self.epoch, &LEASE_SECONDS],
            )
            .await?;
        if kept.is_empty() {
            return Err(self.lost(session).await?);
        }
        Ok(())
    }

    /// Names whoever passed the fence meanwhile.
    async fn lost(&self, session: &Session) -> Result<StoreError, StoreError> {
        let held = session
            .prepared(
                "select holder, epoch from ops.leases where shop_id = $1 and stream = $2",
                &[&self.shop.0, &self.stream],
            )
            .await?;
        let holder = held.first().map_or_else(
            || "nobody: its lease is gone".to_owned(),
            |row| {
                let (holder, epoch): (&str, i64) = (row.get(0), row.get(1));
                format!("{holder} at fence {epoch}, ours was {}", self.epoch)
            },
        );
        Ok(StoreError::LeaseHeld {
            shop: self.shop.0,
            stream: self.stream.clone(),
            holder,
        })
    }

    /// Renews the lease on its own, while nothing is being written.
    ///
    /// # Errors
    /// As [`Lease::fence`].
    pub async fn renew(&self, database: &Database) -> Result<(), StoreError> {
        let session = Session::begin(database, &Identity::Sync(self.shop)).await?;
        self.fence(&session).await?;
        session.commit().await
    }

    /// Gives the lease back. The row stays: its epoch must go on growing.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be reached; the lease ends by itself then.
    pub async fn release(&self, database: &Database) -> Result<(), StoreError> {
        let session = Session::begin(database, &Identity::Sync(self.shop)).await?;
        session
            .prepared(
                "update ops.leases set expires_at = '-infinity' where shop_id = $1 and stream = $2 and epoch = $3",
                &[&self.shop.0, &self.stream, &self.epoch],
            )
            .await?;
        session.commit().await
    }
}
