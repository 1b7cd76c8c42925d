//! Who decides about the server, and who uses it.
//!
//! Both are kernel locks on files, so a killed process lets go of them at once and nothing stale
//! can stay behind. `gate` is held exclusively for as long as a decision takes. `users` is held
//! shared for as long as a process uses the server: whoever can take it exclusively while leaving
//! was the last one.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{OpenOptionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::Error;
use super::home::Home;
use super::root::Account;

/// How often a held lock is tried again.
const POLL: Duration = Duration::from_millis(50);

/// The right to decide about the server; given up when dropped.
#[derive(Debug)]
pub(super) struct Gate {
    _file: File,
}

impl Gate {
    /// Waits for the gate until the deadline.
    pub(super) fn close(home: &Home, deadline: Instant) -> Result<Self, Error> {
        let path = home.dir.join("gate");
        let file = open(&path, home.account.as_ref())?;
        lock_until(&file, &path, deadline)?;
        Ok(Self { _file: file })
    }
}

/// One process's claim to the server.
#[derive(Debug)]
pub(super) struct Seat {
    file: File,
}

impl Seat {
    /// Takes a seat. The caller holds the gate, so nobody is just counting the seats.
    pub(super) fn take(home: &Home) -> Result<Self, Error> {
        let path = users(home);
        let file = open(&path, home.account.as_ref())?;
        file.lock_shared().map_err(Error::files(&path))?;
        Ok(Self { file })
    }

    /// Leaves; true if no other process has a seat. The caller holds the gate.
    pub(super) fn leave_as_last(self, home: &Home) -> Result<bool, Error> {
        let path = users(home);
        drop(self.file);
        let file = open(&path, home.account.as_ref())?;
        match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(source)) => Err(Error::Files { path, source }),
        }
    }
}

fn users(home: &Home) -> PathBuf {
    home.dir.join("users")
}

/// Takes an exclusive lock on an open file, trying until the deadline.
pub(super) fn lock_until(file: &File, path: &Path, deadline: Instant) -> Result<(), Error> {
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::Error(source)) => return Err(Error::files(path)(source)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => {
                return Err(Error::Locked {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(POLL),
        }
    }
}

/// Opens a lock file, creating it for the account. A symbolic link in its place is refused: the
/// directory is not root's, the process may be.
pub(super) fn open(path: &Path, account: Option<&Account>) -> Result<File, Error> {
    let mut options = OpenOptions::new();
    let no_follow = i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default();
    options
        .read(true)
        .write(true)
        .mode(0o600)
        .custom_flags(no_follow);
    match options.create_new(true).open(path) {
        Ok(file) => {
            if let Some(account) = account {
                fchown(&file, Some(account.uid), Some(account.gid)).map_err(Error::files(path))?;
            }
            Ok(file)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => options
            .create_new(false)
            .open(path)
            .map_err(Error::files(path)),
        Err(error) => Err(Error::files(path)(error)),
    }
}
