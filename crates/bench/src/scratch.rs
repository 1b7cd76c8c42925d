//! Scratch databases: made, migrated, measured by their WAL, dropped.

use anyhow::Context as _;
use domain::{Cents, ShopId};
use jiff::Timestamp;
use std::time::{Duration, Instant};
use store::shops::{ConfiguredConnection, ConfiguredShop};
use store::{Database, DatabaseSettings, migrate, shops};
use tokio_postgres::{Client, NoTls};

/// Scratch databases begin with this; one that nobody is connected to is the remains of a killed run.
const PREFIX: &str = "pitwall_bench_";

/// The zone of every shop here.
pub const ZONE: &str = "America/New_York";

/// Name of the connection that feeds every shop here.
pub const CONNECTION: &str = "bench";

/// The server that scratch databases are made in.
pub struct Server {
    url: String,
    admin: Client,
}

/// A migrated database.
pub struct Scratch {
    /// Superuser's URL.
    pub url: String,
    /// Name.
    pub name: String,
    /// A superuser's connection.
    pub client: Client,
    /// The product's pool.
    pub database: Database,
}

/// Time and WAL since its beginning.
pub struct Stopwatch {
    began: Instant,
    lsn: String,
}

/// What a stopwatch showed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lap {
    /// Wall-clock seconds.
    pub secs: f64,
    /// WAL written by the whole server.
    pub wal_bytes: u64,
}

impl Server {
    /// Connects as the superuser the URL names and drops what killed runs left.
    pub async fn connect(url: &str) -> anyhow::Result<Self> {
        let admin = connect(url).await?;
        let server = Self {
            url: url.to_owned(),
            admin,
        };
        server.sweep().await?;
        Ok(server)
    }

    /// The superuser's connection.
    pub fn admin(&self) -> &Client {
        &self.admin
    }

    /// An empty database with the product's schema.
    pub async fn create(&self, label: &str) -> anyhow::Result<Scratch> {
        let name = self.create_bare(label, "").await?;
        self.open(name).await
    }

    /// A copy of a database that nobody is connected to.
    pub async fn clone_of(&self, template: &str, label: &str) -> anyhow::Result<Scratch> {
        let from = format!("template \"{template}\" strategy file_copy");
        let name = self.create_bare(label, &from).await?;
        self.open(name).await
    }

    /// An empty database without any schema; returns its name.
    pub async fn create_bare(&self, label: &str, from: &str) -> anyhow::Result<String> {
        let name = format!("{PREFIX}{}_{label}", std::process::id());
        self.drop_name(&name).await?;
        let create = format!("create database \"{name}\" {from}");
        self.admin
            .batch_execute(&create)
            .await
            .with_context(|| create)?;
        Ok(name)
    }

    /// The URL of a database of this server.
    pub fn url_of(&self, name: &str) -> String {
        with_database(&self.url, name)
    }

    /// A superuser's connection to a database of this server.
    pub async fn client_of(&self, name: &str) -> anyhow::Result<Client> {
        connect(&self.url_of(name)).await
    }

    async fn open(&self, name: String) -> anyhow::Result<Scratch> {
        let url = self.url_of(&name);
        let settings = DatabaseSettings {
            allow_old_minor: true,
            ..DatabaseSettings::new(&url)
        };
        let database = Database::connect(&settings).await?;
        // A copy, too: grants on a database are not copied with it.
        migrate::apply(&database).await?;
        let client = connect(&url).await?;
        Ok(Scratch {
            url,
            name,
            client,
            database,
        })
    }

    /// Closes and drops a database.
    pub async fn drop(&self, scratch: Scratch) -> anyhow::Result<()> {
        let name = scratch.close().await;
        self.drop_name(&name).await
    }

    /// Drops a database by its name.
    pub async fn drop_name(&self, name: &str) -> anyhow::Result<()> {
        let drop = format!("drop database if exists \"{name}\" with (force)");
        self.admin.batch_execute(&drop).await.with_context(|| drop)
    }

    /// Writes everything out, so that no run pays for the one before it; then the watch runs.
    pub async fn start(&self) -> anyhow::Result<Stopwatch> {
        self.admin
            .batch_execute("checkpoint")
            .await
            .context("checkpoint")?;
        let lsn = self.lsn().await?;
        Ok(Stopwatch {
            began: Instant::now(),
            lsn,
        })
    }

    /// What the watch shows now; it runs on.
    pub async fn lap(&self, watch: &Stopwatch) -> anyhow::Result<Lap> {
        self.lap_at(watch, Instant::now()).await
    }

    /// The same for an instant that has just passed.
    pub async fn lap_at(&self, watch: &Stopwatch, at: Instant) -> anyhow::Result<Lap> {
        let row = self
            .admin
            .query_one(
                "select pg_wal_lsn_diff(pg_current_wal_lsn(), $1::text::pg_lsn)::bigint",
                &[&watch.lsn],
            )
            .await
            .context("measure the WAL")?;
        Ok(Lap {
            secs: at.duration_since(watch.began).as_secs_f64(),
            wal_bytes: u64::try_from(row.get::<_, i64>(0)).unwrap_or(0),
        })
    }

    async fn lsn(&self) -> anyhow::Result<String> {
        let row = self
            .admin
            .query_one("select pg_current_wal_lsn()::text", &[]);
        Ok(row.await.context("measure the WAL")?.get(0))
    }

    async fn sweep(&self) -> anyhow::Result<()> {
        let rows = self
            .admin
            .query(
                "select datname::text from pg_database d where starts_with(datname, $1) \
                 and not exists (select 1 from pg_stat_activity a where a.datname = d.datname)",
                &[&PREFIX],
            )
            .await
            .context("look for scratch databases")?;
        for row in rows {
            self.drop_name(row.get(0)).await?;
        }
        Ok(())
    }
}

impl Scratch {
    /// Closes all connections to the database; what is left is its name.
    pub async fn close(self) -> String {
        drop((self.client, self.database));
        // The server notices a closed connection a moment later; a template must have none.
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.name
    }

    /// Writes shops 1 to `count` as the configuration would.
    pub async fn configure_shops(&self, count: i64, now: Timestamp) -> anyhow::Result<()> {
        let connection = ConfiguredConnection {
            organization: "bench".to_owned(),
            name: CONNECTION.to_owned(),
            vendor: "tekmetric".to_owned(),
            base_url: "http://127.0.0.1".to_owned(),
            client_id: "bench".to_owned(),
        };
        let shop = |id: i64| ConfiguredShop {
            shop_id: ShopId(id),
            organization: "bench".to_owned(),
            connection: CONNECTION.to_owned(),
            vendor: "tekmetric".to_owned(),
            vendor_account: id.to_string(),
            name: format!("Shop {id}"),
            timezone: ZONE.to_owned(),
            currency: "USD".to_owned(),
            location: None,
            default_tech_cost_rate: Some(Cents(2800)),
        };
        let all: Vec<ConfiguredShop> = (1..=count).map(shop).collect();
        shops::configure(&self.database, &all, &[connection], now).await?;
        Ok(())
    }
}

async fn connect(url: &str) -> anyhow::Result<Client> {
    let connected = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) = connected.context("connect to the PostgreSQL of the benchmark")?;
    // Ends with the client; its error reaches the client's next call.
    tokio::spawn(connection);
    Ok(client)
}

/// The same server, another database; for URLs and for `key=value` settings.
fn with_database(server: &str, name: &str) -> String {
    let Some((scheme, rest)) = server.split_once("://") else {
        return format!("{server} dbname={name}");
    };
    let (location, query) = rest
        .split_once('?')
        .map_or((rest, String::new()), |(l, q)| (l, format!("?{q}")));
    let authority = location.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{name}{query}")
}
