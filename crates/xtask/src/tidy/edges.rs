//! Who may import whom: every Cargo.toml against the table in ARCHITECTURE.md, section "Edges".

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use super::{quoted, section};
use crate::tree::Entry;

/// What any crate may take into its tests besides its own edges.
const FOR_TESTS: [&str; 2] = ["testkit", "simulators"];

type Edges = BTreeMap<String, BTreeSet<String>>;

pub(super) fn findings(architecture: &str, entries: &[Entry]) -> Result<Vec<String>> {
    let allowed = read_table(architecture);
    let ours: BTreeSet<String> = entries
        .iter()
        .filter_map(|entry| crate_of_manifest(&entry.path))
        .collect();
    let mut findings = Vec::new();
    for entry in entries {
        let Some(name) = crate_of_manifest(&entry.path) else {
            continue;
        };
        let Some(edges) = allowed.get(&name) else {
            findings.push(format!(
                "ARCHITECTURE.md: the table of edges has no row for `{name}`"
            ));
            continue;
        };
        let manifest: toml::Table = entry
            .text
            .parse()
            .with_context(|| format!("read {}", entry.path))?;
        for (table, may_test) in [
            ("dependencies", false),
            ("build-dependencies", false),
            ("dev-dependencies", true),
        ] {
            for used in dependencies(&manifest, table).filter(|used| ours.contains(*used)) {
                let is_allowed = edges.contains(used) || (may_test && FOR_TESTS.contains(&used));
                if !is_allowed {
                    findings.push(format!(
                        "{}: `{name}` may not use `{used}` ({table})",
                        entry.path
                    ));
                }
            }
        }
    }
    Ok(findings)
}

/// Rows like: | `api` | `store`, `domain` |
fn read_table(architecture: &str) -> Edges {
    section(architecture, "## Edges")
        .filter_map(|line| {
            let (name, used) = line.strip_prefix("| `")?.split_once('|')?;
            let name = name.trim_end().strip_suffix('`')?.to_owned();
            Some((name, quoted(used).map(str::to_owned).collect()))
        })
        .collect()
}

fn crate_of_manifest(path: &str) -> Option<String> {
    let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
    (!name.contains('/')).then(|| name.to_owned())
}

fn dependencies<'manifest>(
    manifest: &'manifest toml::Table,
    table: &str,
) -> impl Iterator<Item = &'manifest str> {
    let table = manifest.get(table).and_then(toml::Value::as_table);
    table
        .into_iter()
        .flat_map(|table| table.keys().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn an_edge_that_the_table_lacks_is_found_and_tests_may_use_the_simulators() {
        let architecture =
            "## Edges\n| `api` | `store` |\n| `store` | nothing |\n| `simulators` | nothing |\n";
        let entries = [
            file(
                "crates/api/Cargo.toml",
                "[dependencies]\nstore.workspace = true\nserde = \"1\"\n",
            ),
            file(
                "crates/store/Cargo.toml",
                "[dependencies]\napi.workspace = true\n[dev-dependencies]\nsimulators = {}\n",
            ),
            file("crates/simulators/Cargo.toml", ""),
        ];
        let found = findings(architecture, &entries).expect("the manifests are right");
        assert_eq!(
            found,
            ["crates/store/Cargo.toml: `store` may not use `api` (dependencies)"]
        );
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        let found =
            findings("", &[file("crates/api/Cargo.toml", "")]).expect("the manifest is right");
        assert_eq!(found.len(), 1);
    }
}
