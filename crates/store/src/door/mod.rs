//! The API's way in: its own pool of connections, and questions asked as the caller in one round trip.
//!
//! Its connections are logged in as `pitwall_api`, which owns nothing, inherits nothing and may become `anon` or
//! `authenticated` only: whatever the API does wrong, the wall stands in the database. Where the database URL names
//! somebody else, a superuser becomes `pitwall_api` for good when he connects; see [`Login`].

mod changes;
mod idempotency;
pub mod inbox;
mod live;
mod login;
mod membership;
mod sign_in;
mod tasks;
pub mod work;

pub use changes::tell_of_changes;
pub use idempotency::{Keyed, Standing};
pub use inbox::Received;
pub use live::{Live, LiveState};
pub use login::Login;
pub use membership::{Membership, Memberships, RoleIn};
pub use sign_in::{BrowserSession, Hash, NewSession, ServiceKey};
pub use tasks::{CancelTask, NewTask, Task, TaskOf, TasksOf};

use crate::connect::{Database, DatabaseSettings};
use crate::error::StoreError;
use crate::read::Reading;
use crate::session::{Identity, Session, first_words};
use deadpool_postgres::Object;
use futures_util::future::{FutureExt as _, join};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};
use uuid::Uuid;

/// How the API reaches the database.
#[derive(Clone, Debug)]
pub struct DoorSettings {
    /// Whoever it names; best `pitwall_api` itself.
    pub url: String,
    /// Connections at most. More than the database has cores only lengthens the queue inside it.
    pub pool_size: usize,
    /// Longest life of one statement.
    pub statement_timeout: Duration,
    /// Accept a server below the newest safe minor release; for tests against an old one.
    pub allow_old_minor: bool,
}

impl DoorSettings {
    /// Settings for a URL with the defaults: 8 connections, 5 seconds a statement.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            pool_size: 8,
            statement_timeout: Duration::from_secs(5),
            allow_old_minor: false,
        }
    }
}

/// A signed-in user as the database knows him: nothing but his id opens rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub Uuid);

impl UserId {
    /// The claims that the database is given. They are written here and never handed on from a token: an id and two
    /// constant words need no escaping and can carry nothing else.
    #[must_use]
    pub fn claims(self) -> String {
        format!(
            "{{\"sub\":\"{}\",\"role\":\"authenticated\"}}",
            self.0.hyphenated()
        )
    }
}

/// The API's pool.
#[derive(Clone, Debug)]
pub struct Door {
    database: Database,
    login: Login,
    ear: Arc<changes::Ear>,
    /// Statements sent so far, for tests that a route does not ask in a loop.
    statements: Arc<AtomicU64>,
}

/// What a request's transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    ReadOnly,
    ReadWrite,
}

impl Door {
    /// Connects and finds out whom the connections act for.
    ///
    /// # Errors
    /// As [`Database::connect`].
    pub async fn open(settings: &DoorSettings) -> Result<Self, StoreError> {
        let (login, at_login) = login::find(settings).await?;
        let database = DatabaseSettings {
            url: settings.url.clone(),
            pool_size: settings.pool_size,
            allow_old_minor: settings.allow_old_minor,
        };
        let ear = changes::Ear::new(settings.url.clone(), at_login.clone());
        Ok(Self {
            ear,
            database: Database::connect_with(&database, Some(at_login)).await?,
            login,
            statements: Arc::default(),
        })
    }

    /// Statements asked so far through [`Door::read`], [`Door::write`] and the doors of sign-in; those of sessions are
    /// not counted.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Whom the connections act for.
    #[must_use]
    pub const fn login(&self) -> Login {
        self.login
    }

    /// Asks one question as a user, in one round trip and without the right to write.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn read<R: Reading>(
        &self,
        user: UserId,
        reading: &R,
    ) -> Result<R::Answer, StoreError> {
        self.ask(user, Access::ReadOnly, reading).await
    }

    /// Runs one statement as a user that writes, in one round trip; committed when it returns.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses; nothing is written then.
    pub async fn write<R: Reading>(
        &self,
        user: UserId,
        writing: &R,
    ) -> Result<R::Answer, StoreError> {
        self.ask(user, Access::ReadWrite, writing).await
    }

    /// Opens a transaction as a user, for what one statement cannot do: a streamed export, a CSV of many rows.
    ///
    /// # Errors
    /// [`StoreError`] when there is no connection or the role may not be taken.
    pub async fn session(&self, user: UserId) -> Result<Session, StoreError> {
        Session::begin(&self.database, &Identity::User(user.claims())).await
    }

    /// Opens a reading transaction as a user in which every statement sees the same moment: for a list that takes
    /// several.
    ///
    /// # Errors
    /// [`StoreError`] when there is no connection or the role may not be taken.
    pub async fn snapshot(&self, user: UserId) -> Result<Session, StoreError> {
        Session::begin(&self.database, &Identity::UserSnapshot(user.claims())).await
    }

    /// Calls one of the functions that are granted to `pitwall_api` itself, without becoming a user.
    pub(crate) async fn call(
        &self,
        sql: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let connection = self.database.connection().await?;
        let step = || StoreError::at(first_words(sql));
        let statement = connection.prepare_cached(sql).await.map_err(step())?;
        connection
            .query(&statement, parameters)
            .await
            .map_err(step())
    }

    /// Begins, becomes the user, asks and ends, all sent before the first answer is awaited.
    async fn ask<R: Reading>(
        &self,
        user: UserId,
        access: Access,
        reading: &R,
    ) -> Result<R::Answer, StoreError> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        let mut open = Open {
            connection: self.database.connection().await?,
            ended: false,
        };
        let client: &Client = &open.connection;
        let begin = begin_as(user, access);
        let mut begin = pin!(client.batch_execute(&begin));
        // Polled once, the beginning is on its way; whatever is sent after it runs as the user or not at all.
        let begun = begin.as_mut().now_or_never();
        let (sql, parameters) = (reading.sql(), reading.parameters());
        let step = || StoreError::at(first_words(sql));
        // Prepared inside the transaction, as the user: names are looked up with his rights. Once prepared on a
        // connection this sends nothing.
        let statement = open.connection.prepare_cached(sql).await.map_err(step())?;
        // Polled in this order, so sent in this order.
        let answer = client.query(&statement, &parameters);
        let (rows, end) = join(answer, client.batch_execute("commit")).await;
        let begun = after(begun, begin).await;
        begun.map_err(StoreError::at("become the caller"))?;
        let rows = rows.map_err(step())?;
        end.map_err(StoreError::at("commit"))?;
        open.ended = true;
        Ok(reading.answer(&rows))
    }
}

/// A connection inside a transaction. Dropped half-way (the caller went away, a statement failed) it queues a rollback
/// before the pool can hand it to anyone else, so that no identity outlives its request.
struct Open {
    connection: Object,
    ended: bool,
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.ended {
            let client: &Client = &self.connection;
            client.batch_execute("rollback").now_or_never();
        }
    }
}

fn begin_as(user: UserId, access: Access) -> String {
    let begin = match access {
        Access::ReadOnly => "begin read only",
        Access::ReadWrite => "begin",
    };
    // Plain SET LOCAL, not set_config(): only the former reaches the workers of a distributed database.
    format!(
        "{begin}; set local role authenticated; set local request.jwt.claims = '{}'",
        user.claims()
    )
}

/// A future's output, where the first poll may have given it already.
async fn after<F: Future>(early: Option<F::Output>, rest: F) -> F::Output {
    match early {
        Some(output) => output,
        None => rest.await,
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, UserId, begin_as};

    #[test]
    fn a_caller_is_an_id_and_constant_words() {
        let user = UserId(uuid::Uuid::from_u128(7));
        assert_eq!(
            begin_as(user, Access::ReadOnly),
            "begin read only; set local role authenticated; set local request.jwt.claims = \
             '{\"sub\":\"00000000-0000-0000-0000-000000000007\",\"role\":\"authenticated\"}'"
        );
    }
}
