//! Chores around the code: `cargo xtask tidy`, `cargo xtask migrations-lock`.

mod migrations;
mod rust_text;
mod tidy;
mod tree;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};

/// Chores around pitwall's code.
#[derive(Debug, Parser)]
#[command(name = "xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Checks what the compiler cannot: crate edges, places, sizes, names, the map, migrations.
    Tidy,
    /// Writes the checksums of new migrations to db/migrations.lock.
    MigrationsLock {
        /// Also accept changed and deleted migrations: only while none of them was released.
        #[arg(long)]
        rewrite: bool,
    },
}

fn main() -> Result<ExitCode> {
    let root = workspace_root()?;
    match Arguments::parse().chore {
        Chore::Tidy => {
            let findings = tidy::check(&root)?;
            for finding in &findings {
                eprintln!("{finding}");
            }
            if findings.is_empty() {
                return Ok(ExitCode::SUCCESS);
            }
            eprintln!("tidy: {} findings", findings.len());
            Ok(ExitCode::FAILURE)
        }
        Chore::MigrationsLock { rewrite } => {
            let written = migrations::write_lock(&root, rewrite)?;
            println!("{written} migrations are locked");
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The workspace, from the place of this crate: the chores run from any directory.
fn workspace_root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("../..")
        .canonicalize()
        .context("find the workspace above crates/xtask")
}
