//! Texts that are compared with a checked-in file; `UPDATE_GOLDENS=1` writes them instead.

use std::path::Path;

/// Compares `text` with `tests/it/golden/<name>`.
pub fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/golden")
        .join(name);
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        std::fs::write(&path, text).expect("the golden can be written");
        return;
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = |(at, (found, wanted)): (usize, (&str, &str))| {
        (found != wanted).then(|| format!("line {}:\n  golden {wanted}\n  found  {found}", at + 1))
    };
    let lines = text.lines().zip(golden.lines()).enumerate();
    let first = lines.filter_map(differs).next();
    assert!(
        text == golden,
        "{} is out of date: {}\nlook at the difference, then run again with UPDATE_GOLDENS=1",
        path.display(),
        first.unwrap_or_else(|| "one is longer".to_owned())
    );
}
