//! Organizations, connections and shops from the configuration.

use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session};
use domain::{Cents, ShopId};
use jiff::Timestamp;

/// A connection as configured; secrets never come here.
#[derive(Clone, Debug)]
pub struct ConfiguredConnection {
    /// Organization it belongs to.
    pub organization: String,
    /// Its name.
    pub name: String,
    /// Vendor's name.
    pub vendor: String,
    /// Where the vendor's API is.
    pub base_url: String,
    /// Public half of the credentials.
    pub client_id: String,
}

/// A shop as configured.
#[derive(Clone, Debug)]
pub struct ConfiguredShop {
    /// Our number.
    pub shop_id: ShopId,
    /// Organization.
    pub organization: String,
    /// Connection that feeds it.
    pub connection: String,
    /// Vendor's name.
    pub vendor: String,
    /// The vendor's number of the shop.
    pub vendor_account: String,
    /// Name.
    pub name: String,
    /// IANA zone.
    pub timezone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Physical place, kept when the shop changes its system.
    pub location: Option<String>,
    /// Labour cost where no rate is known; cents per hour.
    pub default_tech_cost_rate: Option<Cents>,
}

/// Writes what the configuration says; an equal row is left alone. Returns how many shops were new or changed.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn configure(
    database: &Database,
    shops: &[ConfiguredShop],
    connections: &[ConfiguredConnection],
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut changed = 0;
    for shop in shops {
        let identity = Identity::SyncShopOf(shop.shop_id, shop.organization.clone());
        let session = Session::begin(database, &identity).await?;
        session
            .prepared(
                "insert into warehouse.organizations (id, name, created_at, updated_at) values ($1, $1, $2, $2) \
                 on conflict (id) do nothing",
                &[&shop.organization, &now],
            )
            .await?;
        for connection in connections.iter().filter(|c| c.name == shop.connection) {
            write_connection(&session, connection, now).await?;
        }
        changed += write_shop(&session, shop, now).await?;
        session.commit().await?;
    }
    Ok(changed)
}

/// Sets the secret part of a shop's webhook path; an equal one is left alone.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn set_webhook_key(
    database: &Database,
    shop: ShopId,
    key: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    session
        .prepared(
            "update warehouse.shops set external_key = $2, updated_at = $3 \
             where shop_id = $1 and external_key is distinct from $2",
            &[&shop.0, &key, &now],
        )
        .await?;
    session.commit().await
}

async fn write_connection(
    session: &Session,
    connection: &ConfiguredConnection,
    now: Timestamp,
) -> Result<(), StoreError> {
    session
        .prepared(
            "insert into warehouse.connections as c \
               (organization_id, name, vendor, base_url, client_id, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $6) \
             on conflict (organization_id, name) do update set vendor = excluded.vendor, \
               base_url = excluded.base_url, client_id = excluded.client_id, updated_at = excluded.updated_at \
             where (c.vendor, c.base_url, c.client_id) \
               is distinct from (excluded.vendor, excluded.base_url, excluded.client_id)",
            &[
                &connection.organization,
                &connection.name,
                &connection.vendor,
                &connection.base_url,
                &connection.client_id,
                &now,
            ],
        )
        .await?;
    Ok(())
}

async fn write_shop(
    session: &Session,
    shop: &ConfiguredShop,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let default_rate = shop
        .default_tech_cost_rate
        .map_or(domain::rate::FALLBACK_HOURLY_COST.0, |c| c.0);
    let rows = session
        .prepared(
            "insert into warehouse.shops as s (shop_id, organization_id, connection, vendor, vendor_account, name, \
               timezone, currency, location, default_tech_cost_rate, created_at, updated_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8::text, $9, $10, $11, $11) \
             on conflict (shop_id) do update set organization_id = excluded.organization_id, \
               connection = excluded.connection, vendor = excluded.vendor, \
               vendor_account = excluded.vendor_account, name = excluded.name, timezone = excluded.timezone, \
               currency = excluded.currency, location = excluded.location, \
               default_tech_cost_rate = case when $12 then excluded.default_tech_cost_rate \
                 else s.default_tech_cost_rate end, \
               updated_at = excluded.updated_at \
             where (s.organization_id, s.connection, s.vendor, s.vendor_account, s.name, s.timezone, s.currency, \
                 s.location) \
               is distinct from (excluded.organization_id, excluded.connection, excluded.vendor, \
                 excluded.vendor_account, excluded.name, excluded.timezone, excluded.currency, excluded.location) \
               or ($12 and s.default_tech_cost_rate <> excluded.default_tech_cost_rate) \
             returning 1",
            &[
                &shop.shop_id.0,
                &shop.organization,
                &shop.connection,
                &shop.vendor,
                &shop.vendor_account,
                &shop.name,
                &shop.timezone,
                &shop.currency,
                &shop.location,
                &default_rate,
                &now,
                &shop.default_tech_cost_rate.is_some(),
            ],
        )
        .await?;
    Ok(rows.len() as u64)
}

/// Recomputes every stored shop day after a correction of the zone; marks what moved. Returns how many orders did.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn follow_zone(
    session: &Session,
    shop: ShopId,
    zone: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let rows = session
        .prepared(include_str!("follow_zone.sql"), &[&shop.0, &zone, &now])
        .await?;
    Ok(rows
        .first()
        .map_or(0, |row| u64::try_from(row.get::<_, i64>(0)).unwrap_or(0)))
}
