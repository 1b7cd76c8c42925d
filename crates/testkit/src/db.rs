//! A private database per test, cloned from a template that is migrated once.
//!
//! The template's name carries the fingerprint of `db/`, so that a changed schema gets a new one.
//! Test processes that start together do not race: the template is built under an advisory lock
//! and cloned under the shared half of it. Each test database is held by an advisory lock of its
//! own; one that nobody holds is the remains of a crashed run and is swept by the next run.

use std::collections::hash_map::DefaultHasher;
use std::error::Error as _;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use store::{Database, DatabaseSettings, StoreError, migrate};
use tokio_postgres::{Client, NoTls};

/// Names the PostgreSQL server for tests: a superuser's URL.
pub const SERVER_VARIABLE: &str = "PITWALL_TEST_DATABASE_URL";

/// Databases of tests begin with this.
const TEST_PREFIX: &str = "pitwall_test_";

/// Templates begin with this.
const TEMPLATE_PREFIX: &str = "pitwall_template_";

/// Where all test runs of a server meet; every server has it.
const MEETING_DATABASE: &str = "postgres";

/// Any number: the lock around templates.
const TEMPLATE_LOCK: i64 = 0x7465_6d70_6c61_7465;

/// PostgreSQL cuts longer names.
const NAME_LIMIT: usize = 63;

static SEQUENCE: AtomicU32 = AtomicU32::new(0);

/// Why there is no test database.
#[derive(thiserror::Error)]
pub enum TestDbError {
    /// The environment names no server.
    #[error("{SERVER_VARIABLE} is not set: run bin/test")]
    NoServer,
    /// The template could not be migrated.
    #[error("cannot migrate {database}")]
    Migrate {
        /// The database.
        database: String,
        /// The store's reason.
        source: StoreError,
    },
    /// A statement failed.
    #[error("cannot {step}")]
    Database {
        /// What was attempted.
        step: String,
        /// The driver's reason.
        source: tokio_postgres::Error,
    },
}

/// Tests `expect` this error, which prints it by `Debug`: it has to read like a message, causes included.
impl fmt::Debug for TestDbError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(formatter, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// A migrated database of its own, dropped with this value.
pub struct TestDb {
    name: String,
    server: String,
    /// Holds the advisory lock that says the database is in use.
    _guard: Client,
}

impl TestDb {
    /// Makes a database; `name` only makes it recognizable.
    ///
    /// # Errors
    /// [`TestDbError::NoServer`] without a server in the environment, else what the server said.
    pub async fn create(name: &str) -> Result<Self, TestDbError> {
        let server = std::env::var(SERVER_VARIABLE).map_err(|_| TestDbError::NoServer)?;
        // Advisory locks belong to a database: all runs have to meet in the same one.
        let server = with_database(&server, MEETING_DATABASE);
        let admin = connect(&server).await?;
        sweep(&admin).await?;
        let name = database_name(name);
        run(
            &admin,
            &format!("select pg_advisory_lock({})", lock_key(&name)),
        )
        .await?;
        clone_template(&admin, &server, &name).await?;
        let database = Self {
            name,
            server,
            _guard: admin,
        };
        // Grants on a database and settings of roles in it are not copied with a template.
        migrate(&database.url()).await?;
        Ok(database)
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// URL as the superuser.
    pub fn url(&self) -> String {
        with_database(&self.server, &self.name)
    }

    /// URL as another login, such as `pitwall_api`; the server must trust it.
    pub fn url_as(&self, user: &str) -> String {
        with_user(&self.url(), user)
    }

    /// A connection as the superuser, who sees every shop.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn client(&self) -> Result<Client, TestDbError> {
        connect(&self.url()).await
    }
}

impl Drop for TestDb {
    /// Dropping needs a runtime of its own: the test's may be a single thread, which is here.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.map(|runtime| runtime.block_on(drop_database(&server, &name)))
        });
        // A database that stays is swept by the next run; failing here would hide the test's own failure.
        let _ = dropping.join();
    }
}

async fn drop_database(server: &str, name: &str) -> Result<(), TestDbError> {
    let admin = connect(server).await?;
    run(
        &admin,
        &format!("drop database if exists \"{name}\" with (force)"),
    )
    .await
}

fn database_name(label: &str) -> String {
    let number = SEQUENCE.fetch_add(1, Ordering::Relaxed);
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let label: String = label.chars().map(plain).collect();
    // Not the process id alone: containers share a server and count from 1.
    let mut name = format!(
        "{TEST_PREFIX}{}_{number}_{label}",
        uuid::Uuid::new_v4().simple()
    );
    name.truncate(NAME_LIMIT);
    name
}

fn lock_key(name: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish().cast_signed()
}

async fn clone_template(admin: &Client, server: &str, name: &str) -> Result<(), TestDbError> {
    let template = template_name();
    loop {
        run(
            admin,
            &format!("select pg_advisory_lock_shared({TEMPLATE_LOCK})"),
        )
        .await?;
        let cloned = if exists(admin, &template).await? {
            run(
                admin,
                &format!("create database \"{name}\" template \"{template}\""),
            )
            .await
            .map(|()| true)
        } else {
            Ok(false)
        };
        run(
            admin,
            &format!("select pg_advisory_unlock_shared({TEMPLATE_LOCK})"),
        )
        .await?;
        if cloned? {
            return Ok(());
        }
        build_template(admin, server, &template).await?;
    }
}

fn template_name() -> String {
    let mut name = format!("{TEMPLATE_PREFIX}{}", migrate::fingerprint());
    name.truncate(TEMPLATE_PREFIX.len() + 16);
    name
}

async fn build_template(admin: &Client, server: &str, template: &str) -> Result<(), TestDbError> {
    run(admin, &format!("select pg_advisory_lock({TEMPLATE_LOCK})")).await?;
    let built = build_template_locked(admin, server, template).await;
    run(
        admin,
        &format!("select pg_advisory_unlock({TEMPLATE_LOCK})"),
    )
    .await?;
    built
}

/// Builds under another name and renames at the end: what has the template's name is complete.
async fn build_template_locked(
    admin: &Client,
    server: &str,
    template: &str,
) -> Result<(), TestDbError> {
    if exists(admin, template).await? {
        return Ok(());
    }
    drop_old_templates(admin).await?;
    let unfinished = format!("{template}_unfinished");
    run(
        admin,
        &format!("drop database if exists \"{unfinished}\" with (force)"),
    )
    .await?;
    run(admin, &format!("create database \"{unfinished}\"")).await?;
    migrate(&with_database(server, &unfinished)).await?;
    run(
        admin,
        &format!("alter database \"{unfinished}\" with allow_connections false"),
    )
    .await?;
    let terminate = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ";
    run(admin, &format!("{terminate}'{unfinished}'")).await?;
    run(
        admin,
        &format!("alter database \"{unfinished}\" rename to \"{template}\""),
    )
    .await
}

/// Templates of other schemas, a day old: recent ones may belong to another work tree.
async fn drop_old_templates(admin: &Client) -> Result<(), TestDbError> {
    let step = "list old templates";
    let query = "select datname::text from pg_database where starts_with(datname, $1) \
                 and (pg_stat_file('base/' || oid || '/PG_VERSION')).modification < now() - interval '1 day'";
    let rows = admin
        .query(query, &[&TEMPLATE_PREFIX])
        .await
        .map_err(failed(step))?;
    for row in rows {
        let name: String = row.get(0);
        run(
            admin,
            &format!("drop database if exists \"{name}\" with (force)"),
        )
        .await?;
    }
    Ok(())
}

/// Drops test databases whose owner is gone.
async fn sweep(admin: &Client) -> Result<(), TestDbError> {
    let step = "list test databases";
    let query = "select datname::text from pg_database where starts_with(datname, $1)";
    let rows = admin
        .query(query, &[&TEST_PREFIX])
        .await
        .map_err(failed(step))?;
    for row in rows {
        let name: String = row.get(0);
        let key = lock_key(&name);
        let locked = admin
            .query_one("select pg_try_advisory_lock($1)", &[&key])
            .await;
        if locked
            .map_err(failed("look whether a test database is in use"))?
            .get(0)
        {
            let dropped = run(
                admin,
                &format!("drop database if exists \"{name}\" with (force)"),
            )
            .await;
            run(admin, &format!("select pg_advisory_unlock({key})")).await?;
            dropped?;
        }
    }
    Ok(())
}

async fn exists(admin: &Client, name: &str) -> Result<bool, TestDbError> {
    let found = admin
        .query_opt("select 1 from pg_database where datname = $1", &[&name])
        .await;
    Ok(found.map_err(failed("look for the template"))?.is_some())
}

async fn migrate(url: &str) -> Result<(), TestDbError> {
    let fail = |source| TestDbError::Migrate {
        database: url.to_owned(),
        source,
    };
    let settings = DatabaseSettings {
        pool_size: 1,
        allow_old_minor: true,
        ..DatabaseSettings::new(url)
    };
    let database = Database::connect(&settings).await.map_err(fail)?;
    migrate::apply(&database).await.map_err(fail)?;
    Ok(())
}

async fn connect(url: &str) -> Result<Client, TestDbError> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .map_err(failed("connect to the test server"))?;
    // Ends with the client; its error reaches the client's next call.
    tokio::spawn(connection);
    Ok(client)
}

async fn run(client: &Client, statement: &str) -> Result<(), TestDbError> {
    client
        .batch_execute(statement)
        .await
        .map_err(failed(statement))
}

fn failed(step: &str) -> impl FnOnce(tokio_postgres::Error) -> TestDbError {
    let step = step.to_owned();
    |source| TestDbError::Database { step, source }
}

/// The same server, another database; for URLs and for `key=value` settings.
fn with_database(server: &str, name: &str) -> String {
    let Some((scheme, rest)) = server.split_once("://") else {
        return format!("{server} dbname={name}");
    };
    let (location, query) = rest
        .split_once('?')
        .map_or((rest, None), |(location, query)| (location, Some(query)));
    let authority = location.split('/').next().unwrap_or_default();
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{scheme}://{authority}/{name}{query}")
}

/// The same database, another login without a password.
fn with_user(url: &str, user: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return format!("{url} user={user}");
    };
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}/{path}")
}

#[cfg(test)]
mod tests {
    use super::{with_database, with_user};

    #[test]
    fn urls_change_database_and_user() {
        let url = "postgres://postgres:secret@127.0.0.1:5432/postgres?application_name=x";
        let other = with_database(url, "mine");
        assert_eq!(
            other,
            "postgres://postgres:secret@127.0.0.1:5432/mine?application_name=x"
        );
        assert_eq!(
            with_user(&other, "api"),
            "postgres://api@127.0.0.1:5432/mine?application_name=x"
        );
        let socket = with_database("postgres://postgres@/postgres?host=%2Ftmp", "mine");
        assert_eq!(
            with_user(&socket, "api"),
            "postgres://api@/mine?host=%2Ftmp"
        );
        assert_eq!(
            with_user(&with_database("host=/tmp", "mine"), "api"),
            "host=/tmp dbname=mine user=api"
        );
    }
}
