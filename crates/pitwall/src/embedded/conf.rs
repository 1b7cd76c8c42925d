//! The server's settings, its door (`pg_hba.conf`) and the place of its socket.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The port in the socket's file name. Nothing listens on it in TCP.
pub(super) const PORT: u16 = 5432;

/// Bytes that a socket's path may have: 107 on Linux, 103 on macOS, which we keep everywhere.
pub(super) const SOCKET_PATH_LIMIT: usize = 103;

/// Who may come in. `trust` is the right method here: the socket lies in a directory of mode 0700,
/// so the kernel has already turned away everybody but root and the server's own account, and
/// those could read the files anyway. `peer` would add nothing but a map of every role to both.
/// There is no `host` line: even with TCP switched on by hand nobody would be let in.
pub(super) const HBA: &str = "\
# Written by pitwall at every start; changes made here are lost.
local all         all trust
local replication all trust
";

/// Memory, WAL and connections of the embedded server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tuning {
    /// `shared_buffers`, in MiB.
    pub shared_buffers_mib: u32,
    /// `work_mem`, in MiB per sort or hash.
    pub work_mem_mib: u32,
    /// `maintenance_work_mem`, in MiB.
    pub maintenance_work_mem_mib: u32,
    /// `max_wal_size`, in MiB: a back-fill should not run into checkpoint after checkpoint.
    pub max_wal_size_mib: u32,
    /// `max_connections`.
    pub max_connections: u32,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            shared_buffers_mib: 256,
            work_mem_mib: 16,
            maintenance_work_mem_mib: 128,
            max_wal_size_mib: 2048,
            max_connections: 100,
        }
    }
}

/// The settings given on the server's command line. They have to be there: the crate puts
/// `-F` (`fsync=off`) on it, and only a later word on the same line overrules that.
pub(super) fn arguments(tuning: &Tuning) -> HashMap<String, String> {
    let mebibytes = |value: u32| format!("{value}MB");
    [
        ("fsync", "on".to_owned()),
        ("full_page_writes", "on".to_owned()),
        ("synchronous_commit", "on".to_owned()),
        // The quotes are for the shell that pg_ctl starts the server with: an empty value.
        ("listen_addresses", "''".to_owned()),
        ("unix_socket_permissions", "0700".to_owned()),
        ("shared_buffers", mebibytes(tuning.shared_buffers_mib)),
        ("work_mem", mebibytes(tuning.work_mem_mib)),
        (
            "maintenance_work_mem",
            mebibytes(tuning.maintenance_work_mem_mib),
        ),
        ("max_wal_size", mebibytes(tuning.max_wal_size_mib)),
        ("max_connections", tuning.max_connections.to_string()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
        // A week of logs, then each day overwrites its namesake.
        ("logging_collector", "on".to_owned()),
        ("log_directory", "log".to_owned()),
        ("log_filename", "server-%a.log".to_owned()),
        ("log_rotation_age", "1d".to_owned()),
        ("log_truncate_on_rotation", "on".to_owned()),
        // An error's detail quotes the row it is about, and that may be a person's.
        ("log_error_verbosity", "terse".to_owned()),
        ("log_min_error_statement", "panic".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The directory for the socket: inside the home if the path is short and plain enough for a
/// socket and for the shell that `pg_ctl` uses, else a fresh name below `/tmp`.
pub(super) fn socket_dir(home: &Path, unique: &str) -> PathBuf {
    let inside = home.join("run");
    if fits(&inside) {
        inside
    } else {
        PathBuf::from(format!("{SHORT_PREFIX}{unique}"))
    }
}

/// Where short socket directories lie.
const SHORT_PREFIX: &str = "/tmp/pitwall-";

/// Whether a socket directory is one of the short ones outside the home, to be removed after use.
pub(super) fn is_short(dir: &Path) -> bool {
    dir.to_str()
        .is_some_and(|text| text.starts_with(SHORT_PREFIX))
}

/// The socket's path in its directory.
pub(super) fn socket_path(dir: &Path, port: u16) -> PathBuf {
    dir.join(format!(".s.PGSQL.{port}"))
}

fn fits(dir: &Path) -> bool {
    dir.to_str().is_some_and(|text| {
        socket_path(dir, PORT).as_os_str().len() <= SOCKET_PATH_LIMIT
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
    })
}

/// Percent-encodes everything but letters, digits and `-._~`, for the host of a connection string.
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_path_always_fits_the_kernel_and_the_shell() {
        let long = format!("/srv/{}", "x".repeat(90));
        for home in [
            "/var/lib/pitwall/postgres",
            "/srv/with space",
            "/srv/$(id)",
            &long,
        ] {
            let dir = socket_dir(Path::new(home), "0123456789ab");
            assert!(fits(&dir), "{} does not fit", dir.display());
        }
        assert!(!is_short(&socket_dir(Path::new("/srv/pitwall"), "0")));
        assert!(is_short(&socket_dir(Path::new("/srv/with space"), "0")));
    }

    #[test]
    fn durability_and_no_tcp_stand_on_the_command_line() {
        let arguments = arguments(&Tuning::default());
        for (name, value) in [
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("listen_addresses", "''"),
        ] {
            assert_eq!(arguments.get(name).map(String::as_str), Some(value));
        }
    }

    #[test]
    fn a_socket_directory_survives_the_way_into_a_url() {
        assert_eq!(percent_encode("/srv/a b"), "%2Fsrv%2Fa%20b");
    }
}
