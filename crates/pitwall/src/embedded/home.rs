//! Where the server lives, and whom that directory belongs to.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, lchown};
use std::path::{Path, PathBuf};

use super::error::Error;
use super::root::{self, Account};

/// Where root's servers live when the account they run as cannot enter the data directory.
const ROOT_BASE: &str = "/var/lib/pitwall";

/// The directory of one embedded server, and the account that owns it when we are root.
#[derive(Clone, Debug)]
pub(super) struct Home {
    /// The home directory itself, absolute.
    pub(super) dir: PathBuf,
    /// The account to become before touching anything; none for an ordinary user.
    pub(super) account: Option<Account>,
}

impl Home {
    /// Finds or creates the home directory below the data directory. Creates nothing else, and
    /// changes the owner of nothing that was there before.
    pub(super) fn prepare(data_dir: &Path) -> Result<Self, Error> {
        let data_dir = std::path::absolute(data_dir).map_err(Error::files(data_dir))?;
        if rustix::process::geteuid().is_root() {
            Self::for_root(&data_dir)
        } else {
            Self::for_user(&data_dir)
        }
    }

    /// The cluster's directory (PGDATA).
    pub(super) fn cluster(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn for_user(data_dir: &Path) -> Result<Self, Error> {
        create_dirs(data_dir)?;
        let dir = canonical(data_dir)?.join("postgres");
        create_private(&dir, None)?;
        let owner = owner_of(&dir)?;
        if owner != rustix::process::geteuid().as_raw() {
            return Err(Error::Foreign { path: dir, owner });
        }
        Ok(Self { dir, account: None })
    }

    fn for_root(data_dir: &Path) -> Result<Self, Error> {
        let account = root::account_for(data_dir)?;
        let base = match reachable_base(data_dir, &account)? {
            Some(base) => base,
            None => {
                let base = Path::new(ROOT_BASE).join(escaped(data_dir));
                create_dirs(&base)?;
                base
            }
        };
        let dir = base.join("postgres");
        create_private(&dir, Some(&account))?;
        let owner = owner_of(&dir)?;
        if owner != account.uid {
            return Err(Error::Foreign { path: dir, owner });
        }
        Ok(Self {
            dir,
            account: Some(account),
        })
    }
}

/// The data directory if the account can enter it; `None` if a directory above bars the way.
/// The data directory itself is ours to open: it may be entered, but still not listed.
fn reachable_base(data_dir: &Path, account: &Account) -> Result<Option<PathBuf>, Error> {
    let existing = data_dir
        .ancestors()
        .find(|dir| dir.exists())
        .unwrap_or(Path::new("/"));
    let above = if existing == data_dir {
        existing.parent().unwrap_or(existing)
    } else {
        existing
    };
    if !canonical(above)?
        .ancestors()
        .all(|dir| account.may_enter(dir))
    {
        return Ok(None);
    }
    create_dirs(data_dir)?;
    let base = canonical(data_dir)?;
    if !account.may_enter(&base) && owner_of(&base)? == 0 {
        let mode = fs::metadata(&base)
            .map_err(Error::files(&base))?
            .permissions()
            .mode();
        fs::set_permissions(&base, Permissions::from_mode(mode | 0o011))
            .map_err(Error::files(&base))?;
    }
    Ok(base
        .ancestors()
        .all(|dir| account.may_enter(dir))
        .then_some(base))
}

/// Creates the directory with mode 0700 for the account, unless it exists.
///
/// It appears under its name with its owner, never before: a process that starts beside this one would take a directory
/// that is still root's for somebody else's, and so would the next start, were this one killed in between.
fn create_private(dir: &Path, account: Option<&Account>) -> Result<(), Error> {
    if fs::symlink_metadata(dir).is_ok() {
        return Ok(());
    }
    let mut draft = dir.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = PathBuf::from(draft);
    match DirBuilder::new().mode(0o700).create(&draft) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(Error::files(&draft)(error));
        }
        _ => {}
    }
    if let Some(account) = account {
        lchown(&draft, Some(account.uid), Some(account.gid)).map_err(Error::files(&draft))?;
    }
    match fs::rename(&draft, dir) {
        Ok(()) => Ok(()),
        // Another process was first, and works in it already.
        Err(_) if fs::symlink_metadata(dir).is_ok() => {
            fs::remove_dir(&draft).map_err(Error::files(&draft))
        }
        Err(error) => Err(Error::files(dir)(error)),
    }
}

fn create_dirs(dir: &Path) -> Result<(), Error> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(dir)
        .map_err(Error::files(dir))
}

fn canonical(dir: &Path) -> Result<PathBuf, Error> {
    dir.canonicalize().map_err(Error::files(dir))
}

fn owner_of(dir: &Path) -> Result<u32, Error> {
    // A symbolic link instead of our directory is somebody's trick: its own owner is compared.
    fs::symlink_metadata(dir)
        .map(|meta| meta.uid())
        .map_err(Error::files(dir))
}

/// A path as one file name, different for different paths: `/root/a-b` is `root-a%2db`.
fn escaped(path: &Path) -> String {
    let text = path
        .to_string_lossy()
        .replace('%', "%25")
        .replace('-', "%2d");
    text.trim_start_matches('/').replace('/', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_data_directories_never_share_a_server() {
        let names = ["/root/a-b", "/root/a/b", "/root/a%2db"].map(|path| escaped(Path::new(path)));
        assert_eq!(names, ["root-a%2db", "root-a-b", "root-a%252db"]);
    }
}
