//! The files of the repository, as git sees them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// One file of the repository.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Path from the root, with `/`.
    pub(crate) path: String,
    /// Its text; empty for what is not text.
    pub(crate) text: String,
}

impl Entry {
    /// The part of the file name after the last dot.
    pub(crate) fn extension(&self) -> &str {
        self.path
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension)
    }

    /// Whether the file is a test, a fixture or a golden by its place.
    pub(crate) fn is_test(&self) -> bool {
        ["/tests/", "/fixtures/", "/goldens/", "/benches/"]
            .iter()
            .any(|part| self.path.contains(part))
    }
}

/// Tracked files and those about to be; what is ignored does not count, nor what is deleted.
pub(crate) fn read(root: &Path) -> Result<Vec<Entry>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root)
        .output()
        .context("run git ls-files")?;
    ensure!(
        output.status.success(),
        "git ls-files failed: is {} a clone?",
        root.display()
    );
    let listed = String::from_utf8(output.stdout).context("read the names of files")?;
    let mut paths: Vec<&str> = listed.split_terminator('\0').collect();
    paths.sort_unstable();
    paths.dedup();
    Ok(paths
        .into_iter()
        .filter_map(|path| entry(root, path))
        .collect())
}

fn entry(root: &Path, path: &str) -> Option<Entry> {
    let full: PathBuf = root.join(path);
    full.is_file().then(|| Entry {
        path: path.to_owned(),
        text: std::fs::read_to_string(full).unwrap_or_default(),
    })
}
