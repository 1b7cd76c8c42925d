//! The PostgreSQL that pitwall runs itself when no database URL is configured.
//!
//! `postgresql_embedded` fetches, initialises and starts the server; this module decides which
//! binaries, under which account, where, with which settings, and for how long. The crate's own
//! defaults would lose data on a power cut (`fsync` off), listen on TCP and stop a server that
//! another process still uses, so every one of them is replaced here and tested in
//! `tests/embedded.rs`.
//!
//! Layout of the home directory (`<data_dir>/postgres`, mode 0700, owned by the server's account):
//!
//! | entry | holds |
//! |---|---|
//! | `data/` | the cluster, its log under `data/log/` and `data/start.log` |
//! | `run/` | the Unix socket, unless the path is too long for one |
//! | `engine/` | a downloaded PostgreSQL, if none was installed |
//! | `gate`, `users`, `start` | locks: who decides, who uses the server, who starts it |
//!
//! Starting happens in a child process (`pitwall __postgres`): it can give up root for good before
//! it touches anything, has a clean environment, and what the crate does when it is dropped ends
//! with the child instead of ending the server.

mod conf;
mod error;
mod home;
mod ladder;
mod lock;
mod root;
mod server;
mod supervisor;

use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use conf::Tuning;
pub use error::Error;
pub use supervisor::run_if_asked;

use home::Home;
use lock::{Gate, Seat};
use server::Endpoint;

/// The database that the embedded server holds for pitwall.
pub const DATABASE: &str = "pitwall";

/// What the embedded server needs to know. Nothing is read from the environment here: the caller's
/// configuration has done that.
#[derive(Clone, Debug)]
pub struct EmbeddedSettings {
    /// pitwall's data directory; the server lives in `postgres/` below it. For root it moves to
    /// `/var/lib/pitwall` when the server's account could not enter it (anything below `/root`).
    pub data_dir: PathBuf,
    /// The `bin` directory of the PostgreSQL to use, and no other (`PITWALL_PG_BIN`).
    pub pg_bin: Option<PathBuf>,
    /// Memory, WAL and connections of the server.
    pub tuning: Tuning,
    /// How long one start, stop or wait for another process may take. At least 60 s is applied.
    pub timeout: Duration,
    /// The program that answers to `__postgres`; the running one when absent.
    pub supervisor: Option<PathBuf>,
}

impl EmbeddedSettings {
    /// Settings for a data directory, with the defaults for everything else.
    #[must_use]
    pub fn new(data_dir: PathBuf) -> Self {
        Self {
            data_dir,
            pg_bin: None,
            tuning: Tuning::default(),
            timeout: Duration::from_secs(120),
            supervisor: None,
        }
    }

    fn deadline(&self) -> Instant {
        // A start after a crash replays WAL; the crate's own five seconds would give up half-way.
        Instant::now() + self.timeout.max(Duration::from_secs(60))
    }
}

/// A running server and this process's claim to it. The server stops when the last claim goes,
/// in whichever process that is; a killed process loses its claim with its life.
#[derive(Debug)]
pub struct EmbeddedServer {
    endpoint: Endpoint,
    home: Home,
    seat: Option<Seat>,
    timeout: Duration,
}

impl EmbeddedServer {
    /// Connection string of the superuser `postgres` for the database `pitwall`, over the socket.
    /// It holds no secret: the socket's directory lets in root and the server's account only.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_for(DATABASE)
    }

    /// The same for another database of the server.
    #[must_use]
    pub fn url_for(&self, database: &str) -> String {
        self.url_of("postgres", database)
    }

    /// The same for another login; the socket's directory lets nobody else in.
    #[must_use]
    pub fn url_of(&self, login: &str, database: &str) -> String {
        let host = conf::percent_encode(&self.endpoint.socket_dir.to_string_lossy());
        format!(
            "postgres://{login}@{host}:{}/{database}",
            self.endpoint.port
        )
    }

    /// Directory of the Unix socket, to be used as the host.
    #[must_use]
    pub fn socket_dir(&self) -> &std::path::Path {
        &self.endpoint.socket_dir
    }

    /// Port in the socket's name; nothing listens on it in TCP.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.endpoint.port
    }

    /// Process id of the server.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.endpoint.pid
    }

    /// The cluster's directory.
    #[must_use]
    pub fn cluster_dir(&self) -> PathBuf {
        self.home.cluster()
    }

    /// Gives up this process's claim; the last one to do so stops the server (fast mode).
    /// Dropping the value does the same, but keeps an error to itself.
    ///
    /// # Errors
    /// When the server does not stop in time or the lock cannot be had.
    pub async fn release(mut self) -> Result<(), Error> {
        tokio::task::spawn_blocking(move || self.leave())
            .await
            .unwrap_or(Err(Error::Interrupted))
    }

    fn leave(&mut self) -> Result<(), Error> {
        self.seat
            .take()
            .map_or(Ok(()), |seat| leave(&self.home, seat, self.timeout))
    }
}

impl Drop for EmbeddedServer {
    fn drop(&mut self) {
        if let Err(error) = self.leave() {
            tracing::warn!(%error, "the embedded postgresql was left running");
        }
    }
}

/// Makes sure that the server runs, and takes a claim to it: adopts one that already runs, starts
/// one otherwise, creating the cluster and the database `pitwall` on the first call. May be called
/// by any number of processes at once, and again after any of them was killed.
///
/// # Errors
/// See [`Error`]; each variant's `hint()` says what to do.
pub async fn ensure(settings: EmbeddedSettings) -> Result<EmbeddedServer, Error> {
    tokio::task::spawn_blocking(move || ensure_blocking(&settings))
        .await
        .unwrap_or(Err(Error::Interrupted))
}

/// [`ensure`] for callers without a runtime.
///
/// # Errors
/// As [`ensure`].
pub fn ensure_blocking(settings: &EmbeddedSettings) -> Result<EmbeddedServer, Error> {
    let deadline = settings.deadline();
    let home = Home::prepare(&settings.data_dir)?;
    let gate = Gate::close(&home, deadline)?;
    // The seat comes before the server: if the start fails half-way, leaving it clears up.
    let seat = Seat::take(&home)?;
    let endpoint = supervisor::start(settings, &home);
    drop(gate);
    match endpoint {
        Ok(endpoint) => Ok(EmbeddedServer {
            endpoint,
            home,
            seat: Some(seat),
            timeout: settings.timeout,
        }),
        Err(error) => {
            // The start's own error is the news; a failing clean-up would only hide it.
            let _ = leave(&home, seat, settings.timeout);
            Err(error)
        }
    }
}

fn leave(home: &Home, seat: Seat, timeout: Duration) -> Result<(), Error> {
    let deadline = Instant::now() + timeout.max(Duration::from_secs(60));
    let _gate = Gate::close(home, deadline)?;
    if seat.leave_as_last(home)? {
        server::stop(home, deadline)
    } else {
        Ok(())
    }
}
