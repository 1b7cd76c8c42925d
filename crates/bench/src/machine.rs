//! Facts about the machine: without them no figure means anything.

use anyhow::Context as _;
use serde::Serialize;
use tokio_postgres::Client;

/// What the figures were measured on.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// Processors this process may use.
    pub cores: usize,
    /// Running processes, averaged over 1, 5 and 15 minutes, when the run began.
    pub load_average: String,
    /// Physical memory in kB.
    pub memory_kb: u64,
    /// The server's version and settings that decide about durable writes.
    pub postgres: Vec<(String, String)>,
}

const SETTINGS: [&str; 8] = [
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers",
    "work_mem",
    "max_wal_size",
    "max_parallel_workers_per_gather",
];

impl Machine {
    /// Asks the machine and the server.
    pub async fn look(client: &Client) -> anyhow::Result<Self> {
        let mut postgres = Vec::with_capacity(SETTINGS.len());
        for name in SETTINGS {
            let row = client
                .query_one("select current_setting($1)", &[&name])
                .await
                .context("read a setting")?;
            postgres.push((name.to_owned(), row.get(0)));
        }
        let averages = read("/proc/loadavg");
        let three = averages.split_whitespace().take(3);
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load_average: three.collect::<Vec<_>>().join(" "),
            memory_kb: proc_kb(&read("/proc/meminfo"), "MemTotal:").unwrap_or(0),
            postgres,
        })
    }

    /// For the reader of the table.
    pub fn print(&self) {
        let settings: Vec<String> = self
            .postgres
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        eprintln!(
            "{} cores, load {}, {} MB memory; PostgreSQL {}",
            self.cores,
            self.load_average,
            self.memory_kb / 1024,
            settings.join(" ")
        );
    }
}

/// Largest resident memory this process has had, in bytes.
pub fn peak_rss_bytes() -> Option<u64> {
    proc_kb(&read("/proc/self/status"), "VmHWM:").map(|kb| kb * 1024)
}

/// The same of another process.
pub fn peak_rss_bytes_of(process: u32) -> Option<u64> {
    proc_kb(&read(&format!("/proc/{process}/status")), "VmHWM:").map(|kb| kb * 1024)
}

fn read(path: &str) -> String {
    // Not Linux: the facts are missing, the figures are not.
    std::fs::read_to_string(path).unwrap_or_default()
}

fn proc_kb(text: &str, key: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
