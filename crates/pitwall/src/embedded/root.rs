//! Giving up root: PostgreSQL refuses to run as root, and so do we.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::error::Error;

/// An unprivileged account, by number.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// Whether the account may pass through the directory, by its mode bits.
    pub(super) fn may_enter(&self, dir: &Path) -> bool {
        fs::metadata(dir).is_ok_and(|meta| {
            let needed = if meta.uid() == self.uid {
                0o100
            } else if meta.gid() == self.gid {
                0o010
            } else {
                0o001
            };
            meta.mode() & needed != 0
        })
    }
}

/// The account that runs the server of a data directory when we are root: whoever owns the
/// directory already, so that a plain user finds nothing of root's in it later; else `postgres`,
/// which a Debian package has made; else `nobody`.
pub(super) fn account_for(data_dir: &Path) -> Result<Account, Error> {
    let owners = [data_dir.join("postgres"), data_dir.to_owned()]
        .into_iter()
        .filter_map(|dir| fs::symlink_metadata(dir).ok())
        .map(|meta| meta.uid())
        .filter(|uid| *uid != 0)
        .map(|uid| uid.to_string());
    let candidates: Vec<String> = owners
        .chain(["postgres".to_owned(), "nobody".to_owned()])
        .collect();
    candidates
        .iter()
        .find_map(|name| look_up(name))
        .ok_or_else(|| Error::NoAccount {
            tried: candidates.join(", "),
        })
}

/// PostgreSQL needs an account with a name, so a bare number is not enough: it is looked up.
fn look_up(name_or_uid: &str) -> Option<Account> {
    let output = Command::new("getent")
        .args(["passwd", name_or_uid])
        .output()
        .ok()?;
    let line = String::from_utf8(output.stdout).ok()?;
    parse_passwd(line.lines().next()?)
}

fn parse_passwd(line: &str) -> Option<Account> {
    let fields: Vec<&str> = line.split(':').collect();
    let account = Account {
        uid: fields.get(2)?.parse().ok()?,
        gid: fields.get(3)?.parse().ok()?,
    };
    (account.uid != 0).then_some(account)
}

/// Becomes the account for good: no way back, no supplementary group kept.
/// Must be called while the process has one thread, because Linux changes them one by one.
#[cfg(target_os = "linux")]
pub(super) fn drop_to(account: &Account) -> std::io::Result<()> {
    use rustix::process::{Gid, Uid};
    use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

    let threads = fs::read_dir("/proc/self/task")?.count();
    assert_eq!(threads, 1, "root is dropped before any thread starts");
    let (uid, gid) = (Uid::from_raw(account.uid), Gid::from_raw(account.gid));
    set_thread_groups(&[])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)?;
    if rustix::process::geteuid().is_root()
        || set_thread_res_uid(Uid::ROOT, Uid::ROOT, Uid::ROOT).is_ok()
    {
        return Err(std::io::Error::other("root could be taken back"));
    }
    Ok(())
}

/// Elsewhere there is no such call without unsafe code: run pitwall as an ordinary user.
#[cfg(not(target_os = "linux"))]
pub(super) fn drop_to(_account: &Account) -> std::io::Result<()> {
    Err(std::io::Error::new(
        std::io::ErrorKind::Unsupported,
        "cannot give up root on this system",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_read_from_its_passwd_line_and_root_is_never_one() {
        let account =
            parse_passwd("postgres:x:101:104:PostgreSQL,,,:/var/lib/postgresql:/bin/bash");
        assert!(account.is_some_and(|account| (account.uid, account.gid) == (101, 104)));
        assert!(parse_passwd("toor:x:0:0::/root:/bin/sh").is_none());
        assert!(parse_passwd("broken").is_none());
    }
}
