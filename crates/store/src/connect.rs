//! Connecting: one pool, TLS where the URL asks for it, and a gate on the server's version.

use crate::error::StoreError;
use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use rustls::{ClientConfig, RootCertStore};
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::config::SslMode;
use tokio_postgres::tls::{MakeTlsConnect, NoTlsStream};
use tokio_postgres::{Client, Config, Connection, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Minor releases below these have known holes in row-level security (CVE-2025-8713).
const OLDEST_MINOR: [(i32, i32); 3] = [(15, 14), (16, 10), (17, 6)];

/// How to reach a database.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// `postgres://…` or `host=… user=…`; may name a superuser without a password.
    pub url: String,
    /// Connections at most.
    pub pool_size: usize,
    /// Accept a server below the newest safe minor release; for tests against an old one.
    pub allow_old_minor: bool,
}

impl DatabaseSettings {
    /// Settings for a URL with the defaults: 8 connections, safe minors only.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            pool_size: 8,
            allow_old_minor: false,
        }
    }
}

/// A pool of connections to one PostgreSQL.
#[derive(Clone, Debug)]
pub struct Database {
    pool: Pool,
}

impl Database {
    /// Connects and checks the server's version.
    ///
    /// # Errors
    /// [`StoreError::Settings`] for a URL that cannot be read, [`StoreError::Unreachable`] when nobody answers,
    /// [`StoreError::Version`] for a server that is too old.
    pub async fn connect(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        Self::connect_with(settings, None).await
    }

    /// The same, every new connection beginning with these statements.
    pub(crate) async fn connect_with(
        settings: &DatabaseSettings,
        at_login: Option<String>,
    ) -> Result<Self, StoreError> {
        let config = config(&settings.url)?;
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match config.get_ssl_mode() {
            SslMode::Require => Manager::from_config(config, tls(), manager),
            _ => Manager::from_config(config, NoTls, manager),
        };
        let mut builder = Pool::builder(manager).max_size(settings.pool_size);
        if let Some(statements) = at_login {
            builder = builder.post_create(Hook::async_fn(move |client, _| {
                let statements = statements.clone();
                Box::pin(async move {
                    let done = client.batch_execute(&statements).await;
                    done.map_err(HookError::Backend)
                })
            }));
        }
        let pool = builder
            .build()
            .map_err(|error| StoreError::Settings(error.to_string()))?;
        let database = Self { pool };
        database.check_version(settings.allow_old_minor).await?;
        Ok(database)
    }

    /// A bare connection, without identity: for migrations and for [`crate::Session`].
    pub(crate) async fn connection(&self) -> Result<Object, StoreError> {
        Ok(self.pool.get().await?)
    }

    /// The server's version as a number, such as 150018.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] when the server does not answer.
    pub async fn server_version(&self) -> Result<i32, StoreError> {
        let connection = self.connection().await?;
        let row = connection
            .query_one("select current_setting('server_version_num')::int", &[])
            .await
            .map_err(StoreError::at("read the server version"))?;
        Ok(row.get(0))
    }

    async fn check_version(&self, allow_old_minor: bool) -> Result<(), StoreError> {
        let number = self.server_version().await?;
        match refused_version(number, allow_old_minor) {
            Some(why) => Err(StoreError::Version {
                found: format!("{}.{}", number / 10_000, number % 10_000),
                why,
            }),
            None => Ok(()),
        }
    }
}

/// Why a server of this version (such as 150018) is not worked with; none where it is.
fn refused_version(number: i32, allow_old_minor: bool) -> Option<&'static str> {
    let (major, minor) = (number / 10_000, number % 10_000);
    if major < 15 {
        return Some("pitwall needs PostgreSQL 15 or later (security_invoker views)");
    }
    let holed = OLDEST_MINOR
        .iter()
        .any(|(m, oldest)| *m == major && minor < *oldest);
    (holed && !allow_old_minor).then_some(
        "this minor release leaks row statistics past row-level security (CVE-2025-8713)",
    )
}

fn config(url: &str) -> Result<Config, StoreError> {
    let mut config =
        Config::from_str(url).map_err(|error| StoreError::Settings(error.to_string()))?;
    if config.get_application_name().is_none() {
        config.application_name("pitwall");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    Ok(config)
}

/// A connection beside the pool, with or without TLS as the URL asks.
pub(crate) enum Alone {
    /// Without.
    Plain(Client, Box<Connection<Socket, NoTlsStream>>),
    /// With.
    Encrypted(
        Client,
        Box<Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>>,
    ),
}

/// Connects beside the pool, for what lives as long as the process.
pub(crate) async fn alone(url: &str) -> Result<Alone, StoreError> {
    let config = config(url)?;
    let step = || StoreError::at("connect beside the pool");
    Ok(match config.get_ssl_mode() {
        SslMode::Require => {
            let (client, connection) = config.connect(tls()).await.map_err(step())?;
            Alone::Encrypted(client, Box::new(connection))
        }
        _ => {
            let (client, connection) = config.connect(NoTls).await.map_err(step())?;
            Alone::Plain(client, Box::new(connection))
        }
    })
}

fn tls() -> MakeRustlsConnect {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let config =
        ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .map(|builder| builder.with_root_certificates(roots).with_no_client_auth());
    MakeRustlsConnect::new(
        config.expect("the ring provider supports the default protocol versions"),
    )
}

#[cfg(test)]
mod version {
    use super::refused_version;

    /// Reference trust.md 2.3, row 25: fixed in 15.14, 16.10 and 17.6; the permission to be older is for minors only.
    #[test]
    fn r25_versions_that_leak_are_refused_with_the_reason() {
        for (number, why) in [
            (90_624, Some("PostgreSQL 15")),
            (140_019, Some("PostgreSQL 15")),
            (150_013, Some("CVE-2025-8713")),
            (150_014, None),
            (160_009, Some("CVE-2025-8713")),
            (160_010, None),
            (170_005, Some("CVE-2025-8713")),
            (170_006, None),
            (180_000, None),
        ] {
            let refused = refused_version(number, false);
            assert_eq!(refused.is_some(), why.is_some(), "{number}: {refused:?}");
            if let (Some(refused), Some(why)) = (refused, why) {
                assert!(refused.contains(why), "{number}: {refused}");
            }
        }
        assert_eq!(refused_version(150_000, true), None);
        assert!(refused_version(140_019, true).is_some());
    }
}
