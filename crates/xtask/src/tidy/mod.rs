//! What the compiler cannot check. Each rule is a function from the tree to findings; a finding is
//! one line, `path:line: what is wrong`.

mod edges;
mod map;
mod names;
mod places;
mod sizes;

use std::path::Path;

use anyhow::Result;

use crate::{migrations, tree};

/// Runs every rule; empty when all is well.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let entries = tree::read(root)?;
    let architecture = entries
        .iter()
        .find(|entry| entry.path == "ARCHITECTURE.md")
        .map_or("", |entry| entry.text.as_str());
    let mut findings = edges::findings(architecture, &entries)?;
    findings.extend(map::findings(architecture, &entries));
    findings.extend(places::findings(&entries));
    findings.extend(sizes::findings(&entries));
    findings.extend(names::findings(&entries));
    findings.extend(migrations::findings(root)?);
    findings.sort();
    Ok(findings)
}

/// The lines of a document's section, from its heading to the next of the same level.
fn section<'text>(document: &'text str, heading: &str) -> impl Iterator<Item = &'text str> {
    document
        .lines()
        .skip_while(move |line| *line != heading)
        .skip(1)
        .take_while(|line| !line.starts_with("## "))
}

/// The words between back-quotes in a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_ends_at_the_next_heading() {
        let document = "# T\n## A\none\n### deeper\ntwo\n## B\nthree\n";
        assert_eq!(
            section(document, "## A").collect::<Vec<_>>(),
            ["one", "### deeper", "two"]
        );
        assert_eq!(
            quoted("- `a`: the `b` of c").collect::<Vec<_>>(),
            ["a", "b"]
        );
    }
}
