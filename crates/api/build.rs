//! Lists the built screen (`web/dist`) so that the binary carries it; an empty list where it was not built.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web");
    let dist = web.join("dist");
    // A path that is not there would make every build a new one; the folder itself is always in the tree.
    println!("cargo:rerun-if-changed={}", dist.display());
    let mut files = Vec::new();
    if dist.join("index.html").is_file() {
        collect(&dist, &mut files)?;
    }
    files.sort();
    let mut out = String::from("&[\n");
    for file in &files {
        let inside = file.strip_prefix(&dist).map_err(io::Error::other)?;
        let _ = writeln!(
            out,
            "Asset {{ path: {:?}, plain: include_bytes!({:?}), brotli: {}, gzip: {} }},",
            format!("/{}", inside.display()),
            file.display().to_string(),
            packed(file, "br"),
            packed(file, "gz"),
        );
    }
    out.push(']');
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    fs::write(target.join("screen.rs"), out)
}

/// Every file but hidden ones and those that are another one packed.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_none_or(|name| name.to_string_lossy().starts_with('.'));
        let is_packed = path.extension().is_some_and(|e| e == "br" || e == "gz");
        if path.is_dir() {
            collect(&path, files)?;
        } else if !hidden && !is_packed {
            files.push(path);
        }
    }
    Ok(())
}

/// The file that the build of the screen has packed beside this one, as an expression.
fn packed(file: &Path, ending: &str) -> String {
    let beside = PathBuf::from(format!("{}.{ending}", file.display()));
    if beside.is_file() {
        format!("Some(include_bytes!({:?}))", beside.display().to_string())
    } else {
        "None".to_owned()
    }
}
