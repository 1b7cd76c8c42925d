//! The API in a process of its own, so that its memory is its own: the product's router on a loopback port.

use super::bare::POOL_SIZE;
use super::world;
use anyhow::{Context as _, bail};
use api::auth::{Keys, NoIssuer, TokenRules};
use api::{App, Limits, Setup};
use domain::Clock;
use jiff::Timestamp;
use std::io::Read as _;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use store::door::{Door, DoorSettings};
use store::{Database, DatabaseSettings};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

/// What the process is told.
#[derive(clap::Args)]
pub struct Child {
    /// A filled database
    #[arg(long)]
    database: String,
    /// The time it is, in seconds since 1970
    #[arg(long)]
    now: i64,
}

/// The process: serves until its standard input ends, which it does with whoever started it.
pub async fn run_child(child: &Child) -> anyhow::Result<()> {
    let router = api::router(app(child).await?);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let ended = tokio::task::spawn_blocking(|| {
        // Whatever comes, it has ended.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
    });
    tokio::select! {
        served = axum::serve(listener, router).into_future() => served?,
        _ = ended => {}
    }
    Ok(())
}

async fn app(child: &Child) -> anyhow::Result<App> {
    let door = DoorSettings {
        pool_size: POOL_SIZE,
        allow_old_minor: true,
        ..DoorSettings::new(&child.database)
    };
    let database = DatabaseSettings {
        allow_old_minor: true,
        ..DatabaseSettings::new(&child.database)
    };
    Ok(App::new(Setup {
        database: Database::connect(&database).await?,
        door: Door::open(&door).await?,
        clock: Clock::fixed(Timestamp::from_second(child.now)?),
        tokens: Some(TokenRules {
            issuer: world::ISSUER.to_owned(),
            audience: world::AUDIENCE.to_owned(),
            keys: Keys::Shared(world::SECRET.to_vec()),
        }),
        issuer: Arc::new(NoIssuer),
        limits: Limits::default(),
        cursor_secret: None,
        oidc: None,
        public_url: "http://127.0.0.1".to_owned(),
        stop: CancellationToken::new(),
        links: None,
    }))
}

/// The running process.
pub struct Server {
    /// Where it answers.
    pub address: SocketAddr,
    process: tokio::process::Child,
}

impl Server {
    /// Starts it.
    pub async fn start(database: &str, now: Timestamp) -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("find this program")?;
        let mut process = Command::new(program)
            .arg("serve-api")
            .args(["--database", database])
            .args(["--now", &now.as_second().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("start the API")?;
        let Some(stdout) = process.stdout.take() else {
            bail!("the API has no standard output");
        };
        let first = BufReader::new(stdout).lines().next_line().await?;
        let first = first.context("the API ended before it listened")?;
        Ok(Self {
            address: first.parse().context("read the API's address")?,
            process,
        })
    }

    /// Largest resident memory it has had, in bytes.
    pub fn peak_rss_bytes(&self) -> Option<u64> {
        crate::machine::peak_rss_bytes_of(self.process.id()?)
    }

    /// Ends it.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        drop(self.process.stdin.take());
        self.process.wait().await?;
        Ok(())
    }
}
