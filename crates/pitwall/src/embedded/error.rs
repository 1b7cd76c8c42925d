//! What can go wrong with the embedded server, by what the operator does next.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded PostgreSQL is not available.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or directory of the server could not be used.
    #[error("use {path} for the embedded postgresql")]
    Files {
        /// What was touched.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The home directory belongs to somebody else.
    #[error("use {path} for the embedded postgresql: it belongs to user id {owner}")]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// Its owner.
        owner: u32,
    },
    /// root has no unprivileged account to run the server as.
    #[error("find an account to run postgresql as: root may not, and {tried} cannot")]
    NoAccount {
        /// The accounts that were looked for.
        tried: String,
    },
    /// Another process holds the lock for too long.
    #[error("wait for another pitwall process at {path}")]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The server neither becomes ready nor ends.
    #[error("wait for the postgresql server with process id {pid}")]
    Stuck {
        /// The server's process id.
        pid: u32,
    },
    /// The child that starts the server failed; the text is its report.
    #[error("start the embedded postgresql: {report}")]
    Start {
        /// What went wrong, from the child.
        report: String,
        /// What to do about it, from the child.
        hint: String,
    },
    /// The runtime went away underneath.
    #[error("finish the work on the embedded postgresql: interrupted")]
    Interrupted,
}

impl Error {
    /// What the operator does next, as a sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Files { .. } => "choose another data directory with PITWALL_DATA_DIR".to_owned(),
            Self::Foreign { .. } => {
                "run pitwall as that user, or choose another data directory with PITWALL_DATA_DIR".to_owned()
            }
            Self::NoAccount { .. } => {
                "run pitwall as an ordinary user, or install PostgreSQL, which brings the account postgres".to_owned()
            }
            Self::Locked { .. } => "try again when the other process is done".to_owned(),
            Self::Stuck { pid } => format!("read the server's log, then end process {pid}"),
            Self::Start { hint, .. } => hint.clone(),
            Self::Interrupted => "run the command again".to_owned(),
        }
    }

    pub(super) fn files(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Files { path, source }
    }
}
