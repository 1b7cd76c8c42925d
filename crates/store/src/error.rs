//! One error type; the variants say what the caller can do next.

use thiserror::Error;

/// Why a database step failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database cannot be reached, or the connection broke: trying again may help.
    #[error("the database is not reachable")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A passing conflict (serialization, deadlock, lock time-out, a read-only standby): the same step may be repeated.
    #[error("the database refused the step for now ({0})")]
    Conflict(&'static str, #[source] tokio_postgres::Error),
    /// The URL or its TLS settings make no sense.
    #[error("the database URL is not usable: {0}")]
    Settings(String),
    /// The server is too old, or a release with a known hole in row-level security.
    #[error("PostgreSQL {found} is not usable: {why}")]
    Version {
        /// What the server says it is.
        found: String,
        /// Why it is refused.
        why: &'static str,
    },
    /// A merged migration differs from the one that was applied.
    #[error("migration {name} was changed after it was applied")]
    MigrationChanged {
        /// File name.
        name: String,
    },
    /// The database has a migration that this program does not know.
    #[error("the database is ahead of this program: it has migration {name}")]
    DatabaseAhead {
        /// File name.
        name: String,
    },
    /// Tables that would be dropped hold rows.
    #[error("{rows} cached records would be lost")]
    WouldLose {
        /// Rows.
        rows: i64,
    },
    /// Another run holds the lease, or took it over.
    #[error("{stream} of shop {shop} is held by {holder}")]
    LeaseHeld {
        /// Shop.
        shop: i64,
        /// Stream.
        stream: String,
        /// Who holds it: host, process, since when.
        holder: String,
    },
    /// A load would have left lines without their order or job; nothing was committed.
    #[error("{count} rows would have no parent in {table}")]
    Orphans {
        /// Table of the missing parents.
        table: &'static str,
        /// Rows.
        count: i64,
    },
    /// A statement failed for another reason: a defect, or a database that was changed by hand.
    #[error("database step failed: {step}")]
    Statement {
        /// What was attempted.
        step: String,
        /// The driver's error.
        #[source]
        source: tokio_postgres::Error,
    },
}

impl StoreError {
    /// What to do about it, one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unreachable(_) => "check that PostgreSQL runs and that database.url names it, then run the same command again".into(),
            Self::Conflict(..) => "run the same command again; if it stays so, look for a long transaction, or for a database.url that names a standby".into(),
            Self::Settings(_) => "write database.url as postgres://user@host:5432/database".into(),
            Self::Version { .. } => "upgrade PostgreSQL to the newest minor release of 15 or later".into(),
            Self::MigrationChanged { .. } => "restore the file from version control; changes go into a migration of their own".into(),
            Self::DatabaseAhead { .. } => "install the newer pitwall that migrated this database".into(),
            Self::WouldLose { .. } => "add --yes-lose-data; a sync reads them again from the vendor".into(),
            Self::LeaseHeld { .. } => "wait for the other run, or stop it; its lease ends within 10 s after it dies".into(),
            Self::Orphans { .. } | Self::Statement { .. } => "run `pitwall doctor`; if it finds nothing, report this with the log".into(),
        }
    }

    /// Whether repeating the same step may succeed.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Conflict(..))
    }

    /// Whether the statement was broken off: by its time-out, or by an operator.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        let cancelled = tokio_postgres::error::SqlState::QUERY_CANCELED;
        matches!(self, Self::Statement { source, .. } if source.code() == Some(&cancelled))
    }

    /// Wraps a driver error with the step that failed, telling passing faults from lasting ones.
    pub(crate) fn at(step: impl Into<String>) -> impl FnOnce(tokio_postgres::Error) -> Self {
        let step = step.into();
        move |source| Self::of(step, source)
    }

    fn of(step: String, source: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(code) = source.code() else {
            // No SQLSTATE: the connection itself failed, or a value did not fit its type.
            return if source.is_closed() || is_io(&source) {
                Self::Unreachable(Box::new(source))
            } else {
                Self::Statement { step, source }
            };
        };
        let transient = [
            (SqlState::T_R_SERIALIZATION_FAILURE, "serialization failure"),
            (SqlState::T_R_DEADLOCK_DETECTED, "deadlock"),
            (SqlState::LOCK_NOT_AVAILABLE, "lock time-out"),
            // A standby, for as long as a failover takes.
            (
                SqlState::READ_ONLY_SQL_TRANSACTION,
                "the database is read-only",
            ),
        ];
        if let Some((_, word)) = transient.iter().find(|(state, _)| state == code) {
            return Self::Conflict(word, source);
        }
        let lost = matches!(code.code().get(..2), Some("08" | "57" | "53"));
        if lost {
            Self::Unreachable(Box::new(source))
        } else {
            Self::Statement { step, source }
        }
    }
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

impl From<deadpool_postgres::PoolError> for StoreError {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        Self::Unreachable(Box::new(error))
    }
}
