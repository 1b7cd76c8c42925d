//! Opening the warehouse: the PostgreSQL that is configured, or our own.

use crate::config::Settings;
use crate::embedded::{self, EmbeddedServer, EmbeddedSettings};
use crate::failure::{Exit, Failure};
use crate::lifecycle::Context;
use domain::Clock;
use store::door::{Door, DoorSettings, Login};
use store::migrate::{self, Migrated};
use store::shops::{self, ConfiguredConnection, ConfiguredShop};
use store::summary::StoredShop;
use store::{Database, DatabaseSettings, Identity, Session, StoreError, summary};

/// Connections at most: three shops of a connection are read side by side, and requests are served meanwhile.
const POOL_SIZE: usize = 16;

/// A shorter key could be guessed.
const WEBHOOK_KEY_BYTES: usize = 16;

/// An open warehouse. Given back with [`Warehouse::close`], or when it is dropped.
pub(crate) struct Warehouse {
    pub database: Database,
    server: Option<EmbeddedServer>,
}

impl Warehouse {
    /// Connects, whatever the state of the schema.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, Failure> {
        let (url, server) = match &settings.database_url {
            Some(url) => (url.value.expose().to_owned(), None),
            None => {
                let server = start_own(settings).await?;
                (server.url(), Some(server))
            }
        };
        let database_settings = DatabaseSettings {
            pool_size: POOL_SIZE,
            ..DatabaseSettings::new(url)
        };
        let database = Database::connect(&database_settings).await?;
        Ok(Self { database, server })
    }

    /// Connects to a warehouse with this program's schema. Our own PostgreSQL is migrated on the way; another one
    /// is somebody's, who migrates it when he means to.
    pub(crate) async fn open_current(context: &Context) -> Result<Self, Failure> {
        let settings = &context.settings;
        let warehouse = Self::open(settings).await?;
        if settings.is_embedded() {
            migrate::apply(&warehouse.database).await?;
        } else if !is_current(&migrate::plan(&warehouse.database).await?) {
            return Err(Failure::new(
                Exit::Failed,
                "the database does not have this program's schema",
                "run pitwall migrate",
            ));
        }
        Ok(warehouse)
    }

    /// The same for a command that loads: shops configured since the last migration are written too.
    pub(crate) async fn open_configured(context: &Context) -> Result<Self, Failure> {
        let warehouse = Self::open_current(context).await?;
        configure(&warehouse.database, &context.settings, &context.clock).await?;
        Ok(warehouse)
    }

    /// The API's own way in, as its own login where that is possible.
    pub(crate) async fn door(&self, settings: &Settings) -> Result<Door, Failure> {
        let url = match (
            &settings.api.database_url,
            &self.server,
            &settings.database_url,
        ) {
            (Some(url), _, _) => url.value.expose().to_owned(),
            (None, Some(server), _) => server.url_of("pitwall_api", embedded::DATABASE),
            (None, None, Some(url)) => url.value.expose().to_owned(),
            (None, None, None) => return Err(anyhow::anyhow!("no database is open").into()),
        };
        let door = Door::open(&DoorSettings::new(url)).await?;
        if door.login() == Login::Foreign {
            tracing::warn!(
                "the API reads the database with a login of its own rights: give it pitwall_api by \
                 server.database_url"
            );
        }
        Ok(door)
    }

    /// Process id and socket of our own server, for reports.
    pub(crate) const fn server(&self) -> Option<&EmbeddedServer> {
        self.server.as_ref()
    }

    /// Gives our own server back; the last process to do so stops it.
    pub(crate) async fn close(self) -> Result<(), Failure> {
        drop(self.database);
        match self.server {
            Some(server) => Ok(server.release().await?),
            None => Ok(()),
        }
    }
}

async fn start_own(settings: &Settings) -> Result<EmbeddedServer, embedded::Error> {
    let mut own = EmbeddedSettings::new(settings.data_dir.value.clone());
    own.pg_bin = settings.pg_bin.as_ref().map(|bin| bin.value.clone());
    embedded::ensure(own).await
}

/// Nothing is left to do.
pub(crate) fn is_current(plan: &Migrated) -> bool {
    plan.applied.is_empty() && !plan.models_applied
}

/// Writes organizations, connections and shops as configured; returns how many shops changed.
pub(crate) async fn configure(
    database: &Database,
    settings: &Settings,
    clock: &Clock,
) -> Result<u64, StoreError> {
    let connections: Vec<ConfiguredConnection> = settings
        .connections
        .iter()
        .map(crate::config::Connection::configured)
        .collect();
    let configured: Vec<ConfiguredShop> = settings
        .connections
        .iter()
        .flat_map(crate::config::Connection::configured_shops)
        .collect();
    shops::configure(database, &configured, &connections, clock.now()).await
}

/// Writes the secret parts of the shops' webhook paths, as far as there are any.
pub(crate) async fn configure_webhooks(
    database: &Database,
    settings: &Settings,
    clock: &Clock,
) -> Result<(), Failure> {
    for (_, shop) in settings.shops() {
        let Some(source) = &shop.webhook_key else {
            continue;
        };
        let what = format!("shop {}: webhook_key", shop.name);
        let key = source.resolve(&settings.environment, &what)?;
        if key.expose().len() < WEBHOOK_KEY_BYTES {
            return Err(Failure::usage(
                format!("{what} is shorter than {WEBHOOK_KEY_BYTES} characters"),
                "make one with: openssl rand -hex 24",
            ));
        }
        shops::set_webhook_key(database, shop.shop_id, key.expose(), clock.now()).await?;
    }
    Ok(())
}

/// The shops of the database that a command is about: configured ones, and those only stored, where the login
/// may see them. `wanted` narrows; a number nobody knows is wrong usage.
pub(crate) async fn stored_shops(
    database: &Database,
    settings: &Settings,
    wanted: &[i64],
) -> Result<Vec<StoredShop>, Failure> {
    let session = Session::begin(database, &Identity::Login).await?;
    // A walled login sees none here; then the configuration says which there are.
    let mut found = summary::visible_shops(&session).await.unwrap_or_default();
    drop(session);
    for (connection, shop) in settings.shops() {
        if found.iter().all(|known| known.shop_id != shop.shop_id) {
            found.push(StoredShop {
                shop_id: shop.shop_id,
                organization: connection.organization.clone(),
                name: shop.name.clone(),
                vendor: connection.vendor.as_str().to_owned(),
                timezone: shop.zone.name().to_owned(),
                currency: shop.currency.clone(),
            });
        }
    }
    found.sort_by_key(|shop| shop.shop_id);
    check_known(wanted, found.iter().map(|shop| shop.shop_id.0))?;
    found.retain(|shop| wanted.is_empty() || wanted.contains(&shop.shop_id.0));
    Ok(found)
}

/// Refuses a shop number that is not among the known ones.
pub(crate) fn check_known(wanted: &[i64], known: impl Iterator<Item = i64>) -> Result<(), Failure> {
    let known: Vec<i64> = known.collect();
    match wanted.iter().find(|id| !known.contains(id)) {
        None => Ok(()),
        Some(id) => {
            let listed: Vec<String> = known.iter().map(i64::to_string).collect();
            let hint = if listed.is_empty() {
                "there is no shop yet: add one to the configuration".to_owned()
            } else {
                format!("there are {}", listed.join(", "))
            };
            Err(Failure::usage(format!("no shop has shop_id {id}"), hint))
        }
    }
}
