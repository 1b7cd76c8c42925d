//! Lists the SQL files of `db/` so that the binary carries them: one generated constant a folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let db = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../db")
        .canonicalize()?;
    println!("cargo:rerun-if-changed={}", db.display());
    let mut out = String::new();
    list(&mut out, &db, "MIGRATIONS", &["migrations"])?;
    list(
        &mut out,
        &db,
        "MODELS",
        &["models/canonical", "models/field", "models/tiles"],
    )?;
    list(&mut out, &db, "CHECKS", &["checks/schema", "checks/data"])?;
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(target.join("db.rs"), out)
}

/// Writes `pub static NAME: &[(file, text)]`, sorted by path so that numbers decide the order.
fn list(out: &mut String, db: &Path, name: &str, folders: &[&str]) -> io::Result<()> {
    let _ = writeln!(
        out,
        "/// SQL files of {}.\npub static {name}: &[(&str, &str)] = &[",
        folders.join(", ")
    );
    for folder in folders {
        let dir = db.join(folder);
        println!("cargo:rerun-if-changed={}", dir.display());
        if !dir.is_dir() {
            continue;
        }
        let mut files: Vec<PathBuf> = fs::read_dir(&dir)?
            .filter_map(|entry| entry.ok().map(|e| e.path()))
            .filter(|path| path.extension().is_some_and(|e| e == "sql"))
            .collect();
        files.sort();
        for file in files {
            println!("cargo:rerun-if-changed={}", file.display());
            let shown = file.strip_prefix(db).unwrap_or(&file).display().to_string();
            let _ = writeln!(
                out,
                "    ({shown:?}, include_str!({:?})),",
                file.display().to_string()
            );
        }
    }
    let _ = writeln!(out, "];");
    Ok(())
}
