//! Applying `db/`: roles, migrations (append-only, checksummed), models (re-applied when their text changes).
//!
//! Every statement is sent on its own: a distributed database refuses several in one message.

use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session, literal};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The SQL files of `db/`, carried by the program: `(path below db/, text)`.
mod files {
    include!(concat!(env!("OUT_DIR"), "/db.rs"));
    pub static ROLES: &str = include_str!("../../../db/roles.sql");
}

pub use files::CHECKS;

/// Any number; all runs of all versions must agree on it.
const LOCK: i64 = 0x0070_6974_7761_6c6c;

/// What a migration run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migrated {
    /// Migrations applied now, by file name.
    pub applied: Vec<String>,
    /// Migrations that were there already.
    pub present: usize,
    /// Whether views and functions were re-applied.
    pub models_applied: bool,
}

/// Brings the database up to this program's schema. Idempotent; two at once wait for each other.
///
/// # Errors
/// [`StoreError::MigrationChanged`] and [`StoreError::DatabaseAhead`] before anything is touched;
/// a failing migration rolls back alone, those before it stay.
pub async fn apply(database: &Database) -> Result<Migrated, StoreError> {
    let mut done = Migrated::default();
    prepare(database).await?;
    check_history(database).await?;
    for (path, text) in files::MIGRATIONS {
        if migrate_one(database, file_name(path), text).await? {
            done.applied.push(file_name(path).to_owned());
        } else {
            done.present += 1;
        }
    }
    done.models_applied = apply_models(database).await?;
    Ok(done)
}

/// What [`apply`] would do, without doing it.
///
/// # Errors
/// As [`apply`].
pub async fn plan(database: &Database) -> Result<Migrated, StoreError> {
    let session = Session::begin(database, &Identity::Login).await?;
    let known = session
        .query_one(
            "select to_regclass('pitwall.schema_migrations') is not null",
            &[],
        )
        .await
        .map_err(StoreError::at("look for earlier migrations"))?;
    let present = if known.get(0) {
        applied(&session).await?
    } else {
        Vec::new()
    };
    let pending = |name: &&str| !present.iter().any(|(applied, _)| applied == name);
    let names: Vec<&str> = files::MIGRATIONS
        .iter()
        .map(|(path, _)| file_name(path))
        .collect();
    Ok(Migrated {
        applied: names
            .iter()
            .filter(|n| pending(n))
            .map(|n| (*n).to_owned())
            .collect(),
        present: present.len(),
        models_applied: !known.get::<_, bool>(0) || models_changed(&session).await?,
    })
}

/// Drops the cache of ServiceTitan's records and what reads it; orders composed from it stay. Returns how many rows went.
///
/// # Errors
/// [`StoreError::WouldLose`] while there are rows and `lose_data` is not set; [`StoreError`] where there is no such cache.
pub async fn roll_back_cache(database: &Database, lose_data: bool) -> Result<i64, StoreError> {
    let session = locked(database).await?;
    execute(&session, "roll back", "set local role pitwall_owner").await?;
    let tables = session
        .query(
            "select c.oid::regclass::text from pg_catalog.pg_class c \
             where c.relnamespace = 'raw'::regnamespace and c.relname like 'st\\_%' and c.relkind = 'r'",
            &[],
        )
        .await
        .map_err(StoreError::at("list the cached tables"))?;
    let mut rows = 0;
    for table in &tables {
        let table: &str = table.get(0);
        // The owner sees no row through the wall; for counting it steps aside, and the table goes anyway.
        let open = format!("alter table {table} no force row level security");
        execute(&session, "roll back", &open).await?;
        let count = session
            .query_one(&format!("select count(*) from {table}"), &[])
            .await
            .map_err(StoreError::at("count cached records"))?;
        rows += count.get::<_, i64>(0);
    }
    if rows > 0 && !lose_data {
        return Err(StoreError::WouldLose { rows });
    }
    for statement in statements(include_str!("../../../db/rollback/servicetitan.sql")) {
        execute(&session, "rollback/servicetitan.sql", statement).await?;
    }
    session.commit().await?;
    Ok(rows)
}

/// A digest of everything under `db/`: the key of test templates.
#[must_use]
pub fn fingerprint() -> String {
    let mut text = files::ROLES.to_owned();
    for (path, body) in files::MIGRATIONS.iter().chain(files::MODELS) {
        text.push_str(path);
        text.push_str(body);
    }
    checksum(&text)
}

/// Roles and the program's own bookkeeping; idempotent.
async fn prepare(database: &Database) -> Result<(), StoreError> {
    let session = locked(database).await?;
    for statement in statements(files::ROLES) {
        execute(&session, "roles.sql", statement).await?;
    }
    for statement in statements(include_str!("migrate.sql")) {
        execute(&session, "bookkeeping", statement).await?;
    }
    session.commit().await
}

async fn locked(database: &Database) -> Result<Session, StoreError> {
    let session = Session::begin(database, &Identity::Login).await?;
    session
        .execute("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await
        .map_err(StoreError::at("wait for another migration"))?;
    Ok(session)
}

async fn applied(session: &Session) -> Result<Vec<(String, String)>, StoreError> {
    let rows = session
        .query(
            "select name, checksum from pitwall.schema_migrations order by name",
            &[],
        )
        .await
        .map_err(StoreError::at("read applied migrations"))?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn check_history(database: &Database) -> Result<(), StoreError> {
    let session = Session::begin(database, &Identity::Login).await?;
    for (name, recorded) in applied(&session).await? {
        let ours = files::MIGRATIONS
            .iter()
            .find(|(path, _)| file_name(path) == name);
        match ours {
            None => return Err(StoreError::DatabaseAhead { name }),
            Some((_, text)) if checksum(text) != recorded => {
                return Err(StoreError::MigrationChanged { name });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

async fn migrate_one(database: &Database, name: &str, text: &str) -> Result<bool, StoreError> {
    let session = locked(database).await?;
    if applied(&session)
        .await?
        .iter()
        .any(|(applied, _)| applied == name)
    {
        return Ok(false);
    }
    execute(&session, name, "set local role pitwall_owner").await?;
    for statement in statements(text) {
        execute(&session, name, statement).await?;
    }
    execute(&session, name, "reset role").await?;
    session
        .execute(
            "insert into pitwall.schema_migrations (name, checksum) values ($1, $2)",
            &[&name, &checksum(text)],
        )
        .await
        .map_err(StoreError::at(format!("record migration {name}")))?;
    session.commit().await?;
    Ok(true)
}

fn models_text() -> String {
    files::MODELS
        .iter()
        .fold(String::new(), |mut all, (path, text)| {
            let _ = write!(all, "{path}\n{text}\n");
            all
        })
}

async fn models_changed(session: &Session) -> Result<bool, StoreError> {
    let row = session
        .query_opt("select checksum from pitwall.schema_models", &[])
        .await
        .map_err(StoreError::at("read the models' checksum"))?;
    Ok(row.is_none_or(|row| row.get::<_, String>(0) != checksum(&models_text())))
}

async fn apply_models(database: &Database) -> Result<bool, StoreError> {
    let session = locked(database).await?;
    if !models_changed(&session).await? {
        return Ok(false);
    }
    for (path, text) in files::MODELS {
        for statement in statements(text) {
            execute(&session, path, statement).await?;
        }
    }
    let record = format!(
        "insert into pitwall.schema_models (only_row, checksum) values (true, {}) \
         on conflict (only_row) do update set checksum = excluded.checksum, applied_at = excluded.applied_at",
        literal(&checksum(&models_text()))
    );
    execute(&session, "models", &record).await?;
    session.commit().await?;
    Ok(true)
}

async fn execute(session: &Session, file: &str, statement: &str) -> Result<(), StoreError> {
    let first_line = statement
        .lines()
        .find(|l| !l.trim_start().starts_with("--"))
        .unwrap_or("");
    session
        .batch_execute(statement)
        .await
        .map_err(StoreError::at(format!("{file}: {first_line}")))
}

/// Splits a file into statements: each ends in a semicolon that is followed by a blank line or the end.
pub fn statements(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let end = rest.match_indices(";\n").find_map(|(at, _)| {
                let after = &rest[at + 2..];
                let line = after.split('\n').next().unwrap_or("");
                (after.is_empty() || line.trim().is_empty()).then_some(at + 2)
            });
            let (statement, tail) = match end {
                Some(end) => rest.split_at(end),
                None => (rest, ""),
            };
            rest = tail;
            let has_code = statement
                .lines()
                .any(|l| !l.trim().is_empty() && !l.trim_start().starts_with("--"));
            if has_code {
                return Some(statement.trim());
            }
            if rest.is_empty() {
                return None;
            }
        }
    })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn a_statement_ends_at_a_semicolon_before_a_blank_line() {
        let text = "-- head\n\n-- why\ncreate table a (\n  b int\n);\n\ndo $$\nbegin\n  perform 1;\n  perform 2;\nend $$;\n\nselect 1;\n";
        let parts: Vec<&str> = statements(text).collect();
        assert_eq!(parts.len(), 3);
        assert!(parts[1].starts_with("do $$") && parts[1].ends_with("$$;"));
    }
}
