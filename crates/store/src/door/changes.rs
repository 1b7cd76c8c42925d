//! Being told that something has changed, instead of looking again and again: one connection of the process listens, and
//! whoever watches a shop looks when it hears.
//!
//! What is told carries nothing, not even the shop: any login may listen on any channel (reference trust.md 2.3, row
//! 24). Behind a pooler in transaction mode nothing is heard; looking every so often is the fallback everywhere.

use super::Door;
use crate::connect::{self, Database};
use crate::error::StoreError;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_postgres::{AsyncMessage, Client, Connection};

const LISTEN: &str = "listen pitwall_changes";
const TELL: &str = "notify pitwall_changes";

/// What the listening connection has heard.
#[derive(Debug)]
pub(super) struct Ear {
    url: String,
    at_login: String,
    heard: watch::Sender<u64>,
    is_listening: AtomicBool,
}

impl Ear {
    pub(super) fn new(url: String, at_login: String) -> Arc<Self> {
        Arc::new(Self {
            url,
            at_login,
            heard: watch::Sender::new(0),
            is_listening: AtomicBool::new(false),
        })
    }

    fn note(&self) {
        self.heard
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Listens until the connection ends.
    async fn listen(&self) -> Result<(), StoreError> {
        let at_login = format!("{}; {LISTEN}", self.at_login);
        match connect::alone(&self.url).await? {
            connect::Alone::Plain(client, connection) => {
                self.hear(client, *connection, &at_login).await
            }
            connect::Alone::Encrypted(client, connection) => {
                self.hear(client, *connection, &at_login).await
            }
        }
    }

    async fn hear<S, T>(
        &self,
        client: Client,
        mut connection: Connection<S, T>,
        at_login: &str,
    ) -> Result<(), StoreError>
    where
        S: AsyncRead + AsyncWrite + Unpin,
        T: AsyncRead + AsyncWrite + Unpin,
    {
        let messages = async {
            loop {
                match poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(AsyncMessage::Notification(_))) => self.note(),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(StoreError::at("listen for changes")(error)),
                    None => return Ok(()),
                }
            }
        };
        let begin = async {
            let begun = client.batch_execute(at_login).await;
            begun.map_err(StoreError::at("begin to listen"))?;
            self.is_listening.store(true, Ordering::Relaxed);
            // What changed before was not heard.
            self.note();
            // The connection ends with its client: held until the messages end.
            std::future::pending::<Result<(), StoreError>>().await
        };
        let ended = tokio::select! {
            ended = messages => ended,
            failed = begin => failed,
        };
        self.is_listening.store(false, Ordering::Relaxed);
        ended
    }
}

impl Door {
    /// Listens for changes until the connection is lost; whoever runs it begins again. Once a process.
    ///
    /// # Errors
    /// [`StoreError`] when there is no connection, or why it was lost.
    pub async fn listen(&self) -> Result<(), StoreError> {
        self.ear.listen().await
    }

    /// Wakes whenever something has changed, of whichever shop.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.ear.heard.subscribe()
    }

    /// Whether changes are heard of at the moment.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.ear.is_listening.load(Ordering::Relaxed)
    }
}

/// Tells whoever listens that something has changed.
///
/// # Errors
/// [`StoreError`] when the database refuses; what changed is found by looking, later.
pub async fn tell_of_changes(database: &Database) -> Result<(), StoreError> {
    let connection = database.connection().await?;
    let told = connection.batch_execute(TELL).await;
    told.map_err(StoreError::at("tell of changes"))
}
