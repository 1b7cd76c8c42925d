//! The invariants as queries that return no row when all is well: `db/checks/data`, run shop by shop.

use crate::connect::Database;
use crate::error::StoreError;
use crate::migrate::CHECKS;
use crate::session::{Identity, Session};
use domain::ShopId;

/// Keys named per check; the rest is only counted.
const KEYS_NAMED: i64 = 20;

/// One check file.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// File name without its ending, such as `i05_job_from_lines`.
    pub name: &'static str,
    /// The invariant it belongs to, such as `I5`.
    pub invariant: &'static str,
    /// What holds, one sentence: the file's first line.
    pub statement: &'static str,
    text: &'static str,
}

/// What a check found in one shop.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// Rows that should not be there.
    pub count: i64,
    /// The first of them: key and what is wrong.
    pub keys: Vec<(String, String)>,
}

impl Finding {
    /// Whether all is well.
    #[must_use]
    pub const fn holds(&self) -> bool {
        self.count == 0
    }
}

/// The checks in the order of their numbers.
pub fn checks() -> impl Iterator<Item = Check> {
    CHECKS
        .iter()
        .filter(|(path, _)| path.starts_with("checks/data/"))
        .filter_map(|(path, text)| parse(path, text))
}

/// A file begins with `-- I5: what holds`.
fn parse(path: &'static str, text: &'static str) -> Option<Check> {
    let name = path.rsplit('/').next()?.strip_suffix(".sql")?;
    let (invariant, statement) = text.lines().next()?.strip_prefix("-- ")?.split_once(": ")?;
    Some(Check {
        name,
        invariant,
        statement,
        text,
    })
}

/// Runs every check on a shop, as the sync role, in one read-only view of the data.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn run(database: &Database, shop: ShopId) -> Result<Vec<Finding>, StoreError> {
    let session = Session::begin(database, &Identity::Sync(shop)).await?;
    // One moment for all checks, whatever a sync commits meanwhile.
    session
        .step(
            "hold the view",
            "set transaction isolation level repeatable read read only",
        )
        .await?;
    let mut findings = Vec::new();
    for check in checks() {
        findings.push(run_one(&session, shop, check).await?);
    }
    Ok(findings)
}

async fn run_one(session: &Session, shop: ShopId, check: Check) -> Result<Finding, StoreError> {
    let query = check.text.trim_end().trim_end_matches(';');
    let counted = format!(
        "with found (key, fault) as materialized (\n{query}\n) \
         select (select count(*) from found), key, fault from found order by key limit $2"
    );
    let rows = session.prepared(&counted, &[&shop.0, &KEYS_NAMED]).await?;
    Ok(Finding {
        check,
        count: rows.first().map_or(0, |row| row.get(0)),
        keys: rows.iter().map(|row| (row.get(1), row.get(2))).collect(),
    })
}

/// Runs the checks of the schema itself (comments, policies, grants, keys) as the login. Gives the check's
/// path and the row it found, as JSON.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn schema_faults(database: &Database) -> Result<Vec<(String, String)>, StoreError> {
    let session = Session::begin(database, &Identity::Login).await?;
    let mut faults = Vec::new();
    for (path, text) in CHECKS
        .iter()
        .filter(|(path, _)| path.starts_with("checks/schema/"))
    {
        let query = text.trim_end().trim_end_matches(';');
        let wrapped = format!("select row_to_json(found)::text from (\n{query}\n) found");
        let rows = session.prepared(&wrapped, &[]).await?;
        faults.extend(rows.iter().map(|row| ((*path).to_owned(), row.get(0))));
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::checks;
    use std::collections::BTreeSet;

    #[test]
    fn every_check_names_its_invariant_and_all_that_can_be_asked_are_there() {
        let files = crate::migrate::CHECKS
            .iter()
            .filter(|(path, _)| path.starts_with("checks/data/"));
        assert_eq!(
            checks().count(),
            files.count(),
            "a file lacks its first line"
        );
        let numbers: BTreeSet<&str> = checks().map(|c| c.invariant).collect();
        for number in [
            "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11",
        ] {
            assert!(numbers.contains(number), "no check of {number}");
        }
        for check in checks() {
            let prefix = format!("i{:0>2}_", &check.invariant[1..]);
            assert!(
                check.name.starts_with(&prefix),
                "{} does not begin with {prefix}",
                check.name
            );
        }
    }
}
