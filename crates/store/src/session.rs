//! One transaction under one identity. The only place that becomes the caller.

use crate::connect::Database;
use crate::copy::CopyRows;
use crate::error::StoreError;
use deadpool_postgres::Object;
use domain::ShopId;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use std::future::poll_fn;
use std::ops::Deref;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// Whom a transaction acts for.
#[derive(Clone, Debug)]
pub enum Identity {
    /// The walled sync role, on one shop.
    Sync(ShopId),
    /// The same, for one organization: only while configuration is written.
    SyncShopOf(ShopId, String),
    /// A signed-in user: `authenticated` with these claims (JSON).
    User(String),
    /// The same for reading only, and of one moment: every statement sees what the first one saw.
    UserSnapshot(String),
    /// Whoever the connection logged in as: migrations and the doctor.
    Login,
}

/// A parameter of a statement whose answer is read later.
pub(crate) type Param = Box<dyn ToSql + Sync + Send>;

/// Requests whose answers are still to be read, in their order, and the first error among those already read.
struct Unread {
    requests: FuturesOrdered<BoxFuture<'static, Result<(), StoreError>>>,
    first: Result<(), StoreError>,
}

impl Unread {
    /// Ready once every answer is read.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while let Some(answer) = ready!(self.requests.poll_next_unpin(context)) {
            if self.first.is_ok() {
                self.first = answer;
            }
        }
        Poll::Ready(())
    }
}

impl Default for Unread {
    fn default() -> Self {
        Self {
            requests: FuturesOrdered::new(),
            first: Ok(()),
        }
    }
}

/// A transaction. Dropped without [`Session::commit`] it rolls back.
///
/// Statements whose answer nobody needs are sent and not waited for ([`Session::dispatch`]); the next answer that is
/// waited for, at the latest that of the commit, tells of their failure. A page of a sync costs a handful of round
/// trips this way, not forty.
pub struct Session {
    unread: Mutex<Unread>,
    connection: Arc<Object>,
    open: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Begins a transaction and becomes `identity` in the same round trip, local to the transaction.
    ///
    /// # Errors
    /// [`StoreError`] when there is no connection or the role may not be taken.
    pub async fn begin(database: &Database, identity: &Identity) -> Result<Self, StoreError> {
        let connection = Arc::new(database.connection().await?);
        // Statements here read by keys: compiling them takes longer than running them, so no JIT.
        // Plain SET LOCAL, not set_config(): only the former reaches the workers of a distributed database.
        let begin = match identity {
            Identity::Sync(shop) => {
                format!(
                    "begin; set local jit = off; set local role pitwall_sync; set local pitwall.shop_id = '{shop}'"
                )
            }
            Identity::SyncShopOf(shop, organization) => format!(
                "begin; set local jit = off; set local role pitwall_sync; set local pitwall.shop_id = '{shop}'; \
                 set local pitwall.organization_id = {}",
                literal(organization)
            ),
            Identity::User(claims) => format!(
                "begin; set local jit = off; set local role authenticated; set local request.jwt.claims = {}",
                literal(claims)
            ),
            Identity::UserSnapshot(claims) => format!(
                "begin isolation level repeatable read read only; set local jit = off; \
                 set local role authenticated; set local request.jwt.claims = {}",
                literal(claims)
            ),
            Identity::Login => "begin".to_owned(),
        };
        // Open from here on: should BEGIN get through and the rest fail, dropping must still roll back.
        let session = Self {
            unread: Mutex::default(),
            connection,
            open: true,
        };
        // Waited for: nothing may be sent before the identity stands.
        session
            .connection
            .batch_execute(&begin)
            .await
            .map_err(StoreError::at("begin a session"))?;
        Ok(session)
    }

    /// Runs a statement through the connection's cache of prepared ones.
    pub(crate) async fn prepared(
        &self,
        statement: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        let step = || StoreError::at(first_words(statement));
        let prepared = self.prepare(statement).await?;
        let answer = self.connection.query(&prepared, parameters);
        let (before, answer) = futures_util::future::join(self.read_answers(), answer).await;
        before?;
        answer.map_err(step())
    }

    /// Sends a statement without waiting for its answer, which nobody needs unless it is an error.
    ///
    /// # Errors
    /// [`StoreError`] when the statement cannot be prepared; its own failure comes with the next answer read.
    pub(crate) async fn dispatch(
        &self,
        statement: &str,
        parameters: Vec<Param>,
    ) -> Result<(), StoreError> {
        let prepared = self.prepare(statement).await?;
        let (connection, name) = (Arc::clone(&self.connection), first_words(statement));
        self.send(async move {
            let parameters: Vec<&(dyn ToSql + Sync)> = parameters
                .iter()
                .map(|p| &**p as &(dyn ToSql + Sync))
                .collect();
            let done = connection.execute(&prepared, &parameters).await;
            done.map(drop).map_err(StoreError::at(name))
        });
        Ok(())
    }

    /// Runs statements without parameters and without an answer.
    pub(crate) async fn step(&self, name: &str, statement: &str) -> Result<(), StoreError> {
        let done = self.connection.batch_execute(statement);
        let (before, done) = futures_util::future::join(self.read_answers(), done).await;
        before?;
        done.map_err(StoreError::at(name))
    }

    /// Sends a statement without parameters, or several, without waiting for the answer.
    pub(crate) fn send_step(&self, name: &'static str, statement: impl Into<String>) {
        let (connection, statement) = (Arc::clone(&self.connection), statement.into());
        self.send(async move {
            let done = connection.batch_execute(&statement).await;
            done.map_err(StoreError::at(name))
        });
    }

    /// Prepares a statement, once a connection. What could not be prepared because an earlier statement failed is
    /// told by that one's error.
    async fn prepare(&self, statement: &str) -> Result<tokio_postgres::Statement, StoreError> {
        let prepared = self.connection.prepare_cached(statement);
        match self.behind_the_sent(prepared).await {
            Ok(prepared) => Ok(prepared),
            Err(error) => {
                self.read_answers().await?;
                Err(StoreError::at(first_words(statement))(error))
            }
        }
    }

    /// Puts a request behind those already sent. The first poll sends it.
    fn send(&self, request: impl Future<Output = Result<(), StoreError>> + Send + 'static) {
        let mut request = request.boxed();
        let sent = (&mut request).now_or_never();
        self.unread().requests.push_back(match sent {
            Some(answer) => futures_util::future::ready(answer).boxed(),
            None => request,
        });
    }

    fn unread(&self) -> MutexGuard<'_, Unread> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `work` and carries on with what was sent before it. A request of several steps, such as COPY, has
    /// to be driven while one behind it is waited for: the server answers in order.
    async fn behind_the_sent<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            let _ = self.unread().poll(context);
            work.as_mut().poll(context)
        })
        .await
    }

    /// Reads what is left unread; the first error is the cause of those behind it.
    async fn read_answers(&self) -> Result<(), StoreError> {
        poll_fn(|context| self.unread().poll(context)).await;
        std::mem::replace(&mut self.unread().first, Ok(()))
    }

    /// Makes the stages of these tables, where this connection does not have them yet, and empties those grown large.
    ///
    /// COPY is refused on a table with row-level security, so rows go through a temporary table: it takes no WAL,
    /// and the INSERT that follows is held to the policies like any other. Emptying a stage costs more than filling
    /// it with a page (three files each), so rows of earlier transactions stay for a while; see [`OWN_ROWS`].
    pub(crate) async fn ensure_stages(&self, stages: &[Stage]) -> Result<(), StoreError> {
        let names: Vec<String> = stages.iter().map(|stage| stage_of(stage.name)).collect();
        let due = self
            .prepared(
                "select stage, to_regclass(stage) is null from unnest($1::text[]) as stage \
                 where to_regclass(stage) is null or pg_relation_size(to_regclass(stage)) > $2",
                &[&names, &STAGE_BYTES],
            )
            .await?;
        for row in due {
            let (name, absent): (&str, bool) = (row.get(0), row.get(1));
            if !absent {
                self.send_step("empty a stage", format!("truncate {name}"));
                continue;
            }
            for stage in stages.iter().filter(|stage| stage_of(stage.name) == name) {
                let create = format!(
                    "create temporary table {} as select {} from {} with no data",
                    name.trim_start_matches("pg_temp."),
                    stage.columns.join(", "),
                    stage.table
                );
                self.send_step("make a stage", create);
            }
        }
        Ok(())
    }

    /// Sends rows to the stage of a table; not waited for.
    pub(crate) async fn stage(
        &self,
        rows: CopyRows,
        table: &str,
        columns: &[&str],
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let copy = format!(
            "copy {} ({}) from stdin (format binary)",
            stage_of(table),
            columns.join(", ")
        );
        let prepared = self.prepare(&copy).await?;
        let connection = Arc::clone(&self.connection);
        self.send(async move { rows.send(&connection, &prepared, &copy).await.map(drop) });
        Ok(())
    }

    /// Stages rows and inserts them; not waited for.
    pub(crate) async fn load(
        &self,
        rows: CopyRows,
        table: &str,
        columns: &[&str],
    ) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        self.stage(rows, table, columns).await?;
        let list = columns.join(", ");
        let insert = format!(
            "insert into {table} ({list}) select {list} from {} where {OWN_ROWS}",
            stage_of(table)
        );
        self.dispatch(&insert, Vec::new()).await
    }

    /// Plans the statements that follow once a connection, as look-ups by key.
    ///
    /// The models look every order and day up by its key, so that one plan serves any number of them; planning one
    /// takes longer than running it. A table that was empty when its statistics were made would otherwise be read
    /// from end to end for every key.
    pub fn plan_by_keys(&self) {
        let settings =
            "set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off";
        self.send_step("choose plans", settings);
    }

    /// Skips per-row foreign-key checks for the rest of this transaction, where the server lets the role do so.
    ///
    /// Whoever calls this proves, set-based and before the commit, that no row is left without its parent.
    pub(crate) async fn skip_row_checks(&self) -> Result<(), StoreError> {
        self.dispatch(
            "select set_config('session_replication_role', 'replica', true) \
             where has_parameter_privilege(current_user, 'session_replication_role', 'set')",
            Vec::new(),
        )
        .await
    }

    /// Commits.
    ///
    /// # Errors
    /// [`StoreError`] when the commit fails; nothing of the transaction is there then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        // Not sent before every answer is read: the server turns the commit of a failed transaction into a rollback
        // without an error.
        self.read_answers().await?;
        self.connection
            .batch_execute("commit")
            .await
            .map_err(StoreError::at("commit"))?;
        self.open = false;
        Ok(())
    }
}

impl Deref for Session {
    type Target = tokio_postgres::Client;
    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.open {
            // Queued on the connection before anyone else can use it; the pool hands connections out in order,
            // so the next user's first statement comes after this one.
            let client: &tokio_postgres::Client = &self.connection;
            let rollback = client.batch_execute("rollback");
            FutureExt::now_or_never(rollback);
        }
    }
}

/// A stage larger than this is emptied before it is used again.
const STAGE_BYTES: i64 = 512 * 1024;

/// The rows of a stage that this transaction sent: what earlier ones left there is passed over.
pub(crate) const OWN_ROWS: &str = "xmin = pg_current_xact_id()::xid";

/// A temporary table that rows pass through on their way into a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    /// What the stage is named after: the table, or another name where a table has two stages.
    pub name: &'static str,
    /// The table whose columns it has.
    pub table: &'static str,
    /// The columns, in the order they are sent.
    pub columns: &'static [&'static str],
}

impl Stage {
    /// The one stage of a table.
    pub(crate) const fn of(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self {
            name: table,
            table,
            columns,
        }
    }
}

/// The temporary table that rows of a table pass through.
pub(crate) fn stage_of(table: &str) -> String {
    format!(
        "pg_temp.staged_{}",
        table.rsplit('.').next().unwrap_or(table)
    )
}

/// The beginning of a statement, to name it in an error.
pub(crate) fn first_words(statement: &str) -> String {
    let code = statement
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"));
    code.flat_map(str::split_whitespace)
        .take(6)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A text as an SQL literal.
pub(crate) fn literal(text: &str) -> String {
    let escaped = text.replace('\'', "''");
    if escaped.contains('\\') {
        format!(" E'{}'", escaped.replace('\\', "\\\\"))
    } else {
        format!("'{escaped}'")
    }
}

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn literals_cannot_be_left() {
        assert_eq!(literal("a'b"), "'a''b'");
        assert_eq!(literal("a\\'; drop"), " E'a\\\\''; drop'");
    }
}
