//! The floor: the same statements under the same identity, prepared and pipelined, on a pool as large, without a server.

use super::question::{Case, begin_as};
use super::world;
use anyhow::Context as _;
use futures_util::future::join3;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;
use tokio_postgres::{Client, NoTls, Row, Statement};

/// Connections of either pool.
pub const POOL_SIZE: usize = 8;

/// What the API's connections begin with.
const AT_LOGIN: &str = "set jit = off; set statement_timeout = 5000; set search_path = warehouse, raw; \
                        set session authorization pitwall_api";

/// A connection with one statement prepared.
struct Prepared {
    client: Client,
    statement: Statement,
}

/// Connections for one statement.
pub struct Pool {
    free: Mutex<Vec<Prepared>>,
    permits: Semaphore,
}

impl Pool {
    /// Connects and prepares.
    pub async fn open(url: &str, sql: &str) -> anyhow::Result<Self> {
        let mut free = Vec::with_capacity(POOL_SIZE);
        for _ in 0..POOL_SIZE {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            tokio::spawn(connection);
            client.batch_execute(AT_LOGIN).await?;
            client.batch_execute(&begin_as(world::wide_user(5))).await?;
            let statement = client.prepare(sql).await.context("prepare")?;
            client.batch_execute("commit").await?;
            free.push(Prepared { client, statement });
        }
        Ok(Self {
            free: Mutex::new(free),
            permits: Semaphore::new(POOL_SIZE),
        })
    }

    /// Begins, becomes the user, asks and ends, all sent before the first answer is awaited.
    pub async fn ask(&self, case: &Case) -> anyhow::Result<Vec<Row>> {
        let permit = self.permits.acquire().await?;
        let connection = self
            .free()
            .pop()
            .context("a permit stands for a connection")?;
        let parameters = case.question.parameters();
        let client = &connection.client;
        // Polled in this order, so sent in this order.
        let (begun, rows, ended) = join3(
            client.batch_execute(&case.begin),
            client.query(&connection.statement, &parameters),
            client.batch_execute("commit"),
        )
        .await;
        self.free().push(connection);
        drop(permit);
        begun.context("become the user")?;
        ended.context("commit")?;
        rows.context("ask")
    }

    fn free(&self) -> std::sync::MutexGuard<'_, Vec<Prepared>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
