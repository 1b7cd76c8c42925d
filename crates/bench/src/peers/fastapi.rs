//! The server that others would write for the same figures.

use anyhow::{Context as _, ensure};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

/// Two workers have to import their libraries.
const START: Duration = Duration::from_secs(30);

/// The running server.
pub struct FastApi {
    /// Where it answers.
    pub address: SocketAddr,
    process: Child,
}

/// What it is told.
pub struct Told<'a> {
    /// Superuser's URL of the filled database.
    pub database: &'a str,
    /// What the tokens are signed with.
    pub secret: &'a str,
    /// Statement of the summary.
    pub summary: &'a str,
    /// Statement of the days.
    pub daily: &'a str,
    /// Today in the shops.
    pub today: String,
    /// Connections of all its workers.
    pub pool_size: usize,
}

impl FastApi {
    /// Starts it; it listens when this returns.
    pub async fn start(told: &Told<'_>) -> anyhow::Result<Self> {
        // Whoever else takes the port between these two lines makes the start fail, not the figures.
        let spare = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let mut process = Command::new(super::python().await?)
            .current_dir(super::scripts())
            .args(["-B", "fastapi_serve.py", &spare.port().to_string()])
            .env("DATABASE_URL", told.database)
            .env("SECRET", told.secret)
            .env("SUMMARY_SQL", told.summary)
            .env("DAILY_SQL", told.daily)
            .env("TODAY", &told.today)
            .env("POOL_SIZE", told.pool_size.to_string())
            .kill_on_drop(true)
            .spawn()
            .context("start FastAPI")?;
        let began = Instant::now();
        while TcpStream::connect(spare).await.is_err() {
            ensure!(process.try_wait()?.is_none(), "FastAPI ended at its start");
            ensure!(began.elapsed() < START, "FastAPI did not listen in time");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // The port is open before the last worker serves.
        tokio::time::sleep(Duration::from_secs(3)).await;
        Ok(Self {
            address: spare,
            process,
        })
    }

    /// Ends it with its workers, which a kill would leave behind.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        if let Some(id) = self.process.id() {
            let mut kill = Command::new("kill");
            super::answer(kill.args(["-TERM", &id.to_string()])).await?;
        }
        self.process.wait().await?;
        Ok(())
    }
}
