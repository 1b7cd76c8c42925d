//! What others would take, on request: Python tools in an environment of their own, on the same pages and tables.

pub mod duckdb;
pub mod fastapi;
pub mod load;

use crate::report::Figure;
use anyhow::{Context as _, ensure};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::Command;

/// One line of a script's answer.
#[derive(Debug, Deserialize)]
struct Answer {
    /// `first` or `again`; DuckDB's script says `rebuild`.
    pass: String,
    secs: f64,
    #[serde(default)]
    rows: u64,
    #[serde(default)]
    peak_rss_bytes: Option<u64>,
    /// What the script's result comes to, where it can be compared.
    #[serde(default)]
    check: Option<String>,
}

impl Answer {
    fn figure(&self, test: String, variant: &str) -> Figure {
        Figure {
            test,
            variant: variant.to_owned(),
            round: 1,
            rows: self.rows,
            secs: self.secs,
            peak_rss_bytes: self.peak_rss_bytes,
            ..Figure::default()
        }
    }
}

/// `crates/bench/peers` of the tree this program was built from.
fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

/// A place under `target/` of that tree.
fn target(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../target")
        .join(name)
}

/// The environment's Python; made and filled where it is missing.
async fn python() -> anyhow::Result<PathBuf> {
    let venv = target("bench-venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        eprintln!("making {}", venv.display());
        let venv = venv.to_string_lossy().into_owned();
        answer(Command::new("python3").args(["-m", "venv", &venv])).await?;
    }
    let requirements = scripts().join("requirements.txt");
    let mut install = Command::new(&python);
    install
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
        ])
        .arg(requirements);
    answer(&mut install).await?;
    Ok(python)
}

/// Runs a script of ours; each line it prints is an answer.
async fn script(name: &str, arguments: &[&str]) -> anyhow::Result<Vec<Answer>> {
    let python = python().await?;
    let text = answer(
        Command::new(python)
            .arg(scripts().join(name))
            .args(arguments),
    )
    .await?;
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines
        .map(|line| {
            serde_json::from_str(line).with_context(|| format!("read the answer of {name}"))
        })
        .collect()
}

async fn answer(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .with_context(|| format!("run {command:?}"))?;
    ensure!(
        output.status.success(),
        "{command:?} failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
