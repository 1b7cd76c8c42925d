//! ARCHITECTURE.md's map names exactly the crates and top-level folders that exist.

use std::collections::BTreeSet;

use super::{quoted, section};
use crate::tree::Entry;

pub(super) fn findings(architecture: &str, entries: &[Entry]) -> Vec<String> {
    let exist: BTreeSet<&str> = entries
        .iter()
        .filter_map(|entry| place(&entry.path))
        .collect();
    let mapped: BTreeSet<&str> = section(architecture, "## Map")
        .filter_map(|line| quoted(line.strip_prefix("- ")?).next())
        .map(|name| name.trim_end_matches('/'))
        .collect();
    let missing = exist
        .difference(&mapped)
        .map(|name| format!("ARCHITECTURE.md: the map lacks `{name}`"));
    let gone = mapped
        .difference(&exist)
        .map(|name| format!("ARCHITECTURE.md: the map names `{name}`, which is not there"));
    missing.chain(gone).collect()
}

/// The crate or top-level folder of a file; none for files at the top and hidden folders.
fn place(path: &str) -> Option<&str> {
    let (top, rest) = path.split_once('/')?;
    if top.starts_with('.') {
        return None;
    }
    if top != "crates" {
        return Some(top);
    }
    let (name, _) = rest.split_once('/')?;
    Some(&path[..top.len() + 1 + name.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_compared_in_both_directions() {
        let entries: Vec<Entry> = [
            "README.md",
            ".ci/run",
            "db/checks/a.sql",
            "crates/store/src/lib.rs",
        ]
        .map(|path| Entry {
            path: path.to_owned(),
            text: String::new(),
        })
        .into();
        let found = findings(
            "## Map\n- `db/`: schema\n- `crates/api/`: gone\n## Next\n- `web/`\n",
            &entries,
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].contains("lacks `crates/store`") && found[1].contains("names `crates/api`")
        );
    }
}
