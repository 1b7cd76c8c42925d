//! No file grows beyond what one reads in a sitting. Functions are clippy's business.

use super::places::without_tests;
use crate::tree::Entry;

/// Lines that a file may have, a Rust file without its unit tests.
const LIMIT: usize = 700;

pub(super) fn findings(entries: &[Entry]) -> Vec<String> {
    entries
        .iter()
        .filter(|entry| ["rs", "sql", "ts", "svelte"].contains(&entry.extension()))
        .filter_map(|entry| {
            let lines = without_tests(entry).lines().count();
            (lines > LIMIT)
                .then(|| format!("{}: has {lines} lines, {LIMIT} are allowed", entry.path))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_tests_do_not_count_and_other_lines_do() {
        let file = |text: String| {
            [Entry {
                path: "crates/a/src/lib.rs".to_owned(),
                text,
            }]
        };
        let tests = format!(
            "fn a() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "\n".repeat(LIMIT)
        );
        assert!(findings(&file(tests)).is_empty());
        assert_eq!(findings(&file("\n".repeat(LIMIT + 1))).len(), 1);
    }
}
