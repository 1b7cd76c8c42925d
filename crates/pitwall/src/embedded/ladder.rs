//! Which PostgreSQL: the one that was named, else one that is installed, else a download.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The oldest major version that pitwall runs on.
const OLDEST_MAJOR: u32 = 15;

/// First minor of each major that keeps rows behind row-level security out of the planner's
/// statistics (CVE-2025-8713) and dumps harmless (CVE-2025-8714, CVE-2025-8715). Majors after
/// these were born with the fixes.
const FIRST_SAFE_MINOR: [(u32, u32); 3] = [(15, 14), (16, 10), (17, 6)];

/// The PostgreSQL that is downloaded when none is installed; the crate checks its SHA-256.
pub(super) const DOWNLOAD_VERSION: &str = "=18.4.0";
/// Major version of the download.
const DOWNLOAD_MAJOR: u32 = 18;

/// A PostgreSQL version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version {
    major: u32,
    minor: u32,
}

impl Version {
    /// Reads `postgres (PostgreSQL) 15.18 (Debian …)`; a beta counts as minor 0.
    fn parse(text: &str) -> Option<Self> {
        let numbers = text.split("(PostgreSQL)").nth(1)?.trim_start();
        let (major, rest) = leading_number(numbers)?;
        let minor = rest
            .strip_prefix('.')
            .and_then(leading_number)
            .map_or(0, |(minor, _)| minor);
        Some(Self { major, minor })
    }

    fn is_supported(self) -> bool {
        let safe_minor = FIRST_SAFE_MINOR
            .iter()
            .find(|(major, _)| *major == self.major);
        self.major >= OLDEST_MAJOR && safe_minor.is_none_or(|(_, minor)| self.minor >= *minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Where the binaries come from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Engine {
    /// The directory above `bin`.
    Installed(PathBuf),
    /// Nothing fits; the pinned version is to be downloaded.
    Download,
}

/// Why no engine could be chosen: what is wrong, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) report: String,
    pub(super) hint: String,
}

/// Chooses the engine. A directory that was named is the only candidate; otherwise the first
/// usable one of `candidates` wins. An existing cluster can only be run by its own major version.
/// Runs as the server's account, so that binaries it may not execute do not count.
pub(super) fn choose(
    named: Option<&Path>,
    candidates: &[PathBuf],
    cluster_major: Option<u32>,
) -> Result<Engine, Refusal> {
    let fits_cluster = |version: Version| cluster_major.is_none_or(|major| major == version.major);
    if let Some(bin) = named {
        return choose_named(bin, fits_cluster);
    }
    let found = candidates.iter().find_map(|bin| {
        let (root, version) = probe(bin)?;
        (version.is_supported() && fits_cluster(version)).then_some(root)
    });
    match (found, cluster_major) {
        (Some(root), _) => Ok(Engine::Installed(root)),
        (None, None | Some(DOWNLOAD_MAJOR)) => Ok(Engine::Download),
        (None, Some(major)) => Err(Refusal {
            report: format!(
                "the cluster was made by postgresql {major}, and none of that version is installed"
            ),
            hint: format!(
                "install postgresql-{major}, or choose another data directory with PITWALL_DATA_DIR"
            ),
        }),
    }
}

fn choose_named(bin: &Path, fits_cluster: impl Fn(Version) -> bool) -> Result<Engine, Refusal> {
    let hint =
        "let PITWALL_PG_BIN name the bin directory of a current PostgreSQL 15 or later".to_owned();
    let Some((root, version)) = probe(bin) else {
        let report = format!(
            "{} holds no postgres, initdb and pg_ctl that can be run",
            bin.display()
        );
        return Err(Refusal { report, hint });
    };
    if !version.is_supported() {
        let report = format!(
            "postgresql {version} in {} is too old: 15.14, 16.10 and 17.6 closed a hole in row-level security",
            bin.display()
        );
        return Err(Refusal { report, hint });
    }
    if !fits_cluster(version) {
        let report = format!(
            "the cluster was made by another major version than the {version} in {}",
            bin.display()
        );
        return Err(Refusal { report, hint });
    }
    Ok(Engine::Installed(root))
}

/// The installation above a `bin` directory and its version, if it can run a server.
fn probe(bin: &Path) -> Option<(PathBuf, Version)> {
    // Package managers link single programs; the server finds its files from the real place.
    let postgres = bin.join("postgres").canonicalize().ok()?;
    let bin = postgres.parent().filter(|dir| dir.ends_with("bin"))?;
    if !["initdb", "pg_ctl"]
        .iter()
        .all(|program| bin.join(program).exists())
    {
        return None;
    }
    let output = Command::new(&postgres).arg("--version").output().ok()?;
    let version = Version::parse(&String::from_utf8(output.stdout).ok()?)?;
    Some((bin.parent()?.to_owned(), version))
}

/// The usual places, best first: the search path, Debian's and Homebrew's directories with the
/// newest version first, then what `bin/setup` puts beside the program's source tree.
pub(super) fn usual_places() -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = on_search_path().into_iter().collect();
    for (root, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@"),
    ] {
        places.extend(versions_below(Path::new(root), prefix));
    }
    if let Ok(program) = std::env::current_exe() {
        places.extend(
            program
                .ancestors()
                .skip(1)
                .take(4)
                .map(|dir| dir.join(".local/postgres/bin")),
        );
    }
    places
}

fn on_search_path() -> Option<PathBuf> {
    let output = Command::new("sh")
        .args(["-c", "command -v postgres"])
        .output()
        .ok()?;
    let program = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    program
        .parent()
        .filter(|dir| dir.is_absolute())
        .map(Path::to_owned)
}

fn versions_below(root: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let major = name.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    versions.sort_by(|left, right| right.cmp(left));
    versions.into_iter().map(|(_, bin)| bin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn installation(dir: &Path, version: &str) -> PathBuf {
        let bin = dir.join("bin");
        fs::create_dir_all(&bin).expect("a directory in a fresh temporary one");
        for program in ["postgres", "initdb", "pg_ctl"] {
            let path = bin.join(program);
            fs::write(
                &path,
                format!("#!/bin/sh\necho '{program} (PostgreSQL) {version}'\n"),
            )
            .expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("our own file");
        }
        bin
    }

    #[test]
    fn versions_are_read_as_every_distribution_prints_them() {
        let read = |text: &str| {
            Version::parse(&format!("postgres (PostgreSQL) {text}")).map(|v| v.to_string())
        };
        assert_eq!(
            read("15.18 (Debian 15.18-0+deb12u1)\n").as_deref(),
            Some("15.18")
        );
        assert_eq!(read("18beta2\n").as_deref(), Some("18.0"));
        assert_eq!(Version::parse("postgres: command not found"), None);
    }

    #[test]
    fn minors_with_the_hole_in_row_level_security_are_refused() {
        let supported = |major, minor| Version { major, minor }.is_supported();
        assert!(supported(15, 14) && supported(16, 10) && supported(17, 6) && supported(18, 0));
        assert!(!supported(14, 30) && !supported(15, 13) && !supported(16, 9) && !supported(17, 5));
    }

    #[test]
    fn the_first_usable_installation_wins_and_the_cluster_has_the_last_word() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let old = installation(&dir.path().join("old"), "14.20");
        let newer = installation(&dir.path().join("newer"), "17.6");
        let older = installation(&dir.path().join("older"), "15.18");
        let candidates = [dir.path().join("missing"), old.clone(), newer, older];
        let root = |name: &str| {
            Ok(Engine::Installed(
                dir.path().canonicalize().expect("it exists").join(name),
            ))
        };
        assert_eq!(choose(None, &candidates, None), root("newer"));
        assert_eq!(choose(None, &candidates, Some(15)), root("older"));
        assert_eq!(choose(None, &candidates, Some(18)), Ok(Engine::Download));
        assert_eq!(choose(None, &[], None), Ok(Engine::Download));
        assert!(
            choose(None, &candidates, Some(16))
                .is_err_and(|refusal| refusal.hint.contains("postgresql-16"))
        );
        assert!(
            choose(Some(&old), &candidates, None)
                .is_err_and(|refusal| refusal.report.contains("14.20"))
        );
        assert!(choose(Some(dir.path()), &candidates, None).is_err());
    }
}
