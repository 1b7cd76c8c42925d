//! What the demo remembers between two starts, and the files it keeps in its data directory.

use crate::config::Settings;
use crate::failure::{Exit, Failure};
use anyhow::Context as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

const STATE_FILE: &str = "demo.json";
const LOCK_FILE: &str = "demo.lock";
/// Secrets of the simulators; invented, and still no part of the configuration.
pub(super) const SECRET_FILE: &str = "simulator-secret";
pub(super) const FIELD_SECRET_FILE: &str = "field-simulator-secret";
pub(super) const FIELD_KEY_FILE: &str = "field-simulator-key";
const CONFIG_FILE: &str = "pitwall.toml";
/// Any number will do; everybody's first world is the same.
const DEFAULT_SEED: u64 = 42;
/// Two years.
const DEFAULT_HISTORY_DAYS: u32 = 730;

/// The world's recipe and its place on this machine. With these the simulator comes back as it was, grown by the
/// time in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub seed: u64,
    pub history_days: u32,
    /// Where the generated history ends: the first start.
    pub start: Timestamp,
    /// The simulator's port; 0 until the first start has got one.
    pub port: u16,
}

/// The data directory, held by this process.
pub(super) struct Home {
    dir: PathBuf,
    /// Released by the system when the process ends, however it does.
    _lock: File,
}

impl Home {
    /// Makes the directory where it is missing, and takes it for this process.
    pub(super) fn open(settings: &Settings) -> Result<Self, Failure> {
        let dir = settings.data_dir.value.clone();
        let failed = |error: std::io::Error| {
            Failure::new(
                Exit::Failed,
                format!("cannot use the data directory {}: {error}", dir.display()),
                "choose another one with --data-dir or PITWALL_DATA_DIR",
            )
        };
        fs::create_dir_all(&dir).map_err(failed)?;
        let lock = File::create(dir.join(LOCK_FILE)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { dir, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Failure::new(
                Exit::Locked,
                format!("another demo runs in {}", dir.display()),
                "stop it with Ctrl-C, or choose another data directory with --data-dir",
            )),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }

    /// The state of an earlier start, or a new one. What was asked for must agree with an earlier start.
    pub(super) fn state(
        &self,
        seed: Option<u64>,
        history_days: Option<u32>,
        now: Timestamp,
    ) -> Result<State, Failure> {
        let path = self.dir.join(STATE_FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(State {
                    seed: seed.unwrap_or(DEFAULT_SEED),
                    history_days: history_days.unwrap_or(DEFAULT_HISTORY_DAYS),
                    start: now,
                    port: 0,
                });
            }
            Err(error) => {
                return Err(anyhow::Error::new(error)
                    .context(format!("read {}", path.display()))
                    .into());
            }
        };
        let state: State = serde_json::from_str(&text)
            .with_context(|| format!("understand {}", path.display()))?;
        let differs = seed.is_some_and(|seed| seed != state.seed)
            || history_days.is_some_and(|days| days != state.history_days);
        if differs {
            return Err(Failure::usage(
                format!("{} holds another world already", self.dir.display()),
                "leave --seed and --history-days out, or choose another data directory with --data-dir",
            ));
        }
        Ok(state)
    }

    /// Remembers the state.
    pub(super) fn save(&self, state: &State) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(state).context("write down the demo's state")?;
        self.write(STATE_FILE, &text)
    }

    /// Writes the demo's own configuration, so that every other command can be tried on the demo.
    pub(super) fn write_config(&self, text: &str) -> Result<PathBuf, Failure> {
        self.write(CONFIG_FILE, text)?;
        Ok(self.config_path())
    }

    pub(super) fn config_path(&self) -> PathBuf {
        self.dir.join(CONFIG_FILE)
    }

    /// Writes the secrets that the configuration points at.
    pub(super) fn write_secrets(&self, secrets: &[(&str, &str)]) -> Result<(), Failure> {
        secrets
            .iter()
            .try_for_each(|(name, text)| self.write(name, text))
    }

    /// A file of the data directory.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// A file is there whole or not at all: written beside and renamed.
    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.dir.join(name);
        let beside = self.dir.join(format!("{name}.new"));
        fs::write(&beside, text)
            .and_then(|()| fs::rename(&beside, &path))
            .with_context(|| format!("write {}", path.display()))?;
        Ok(())
    }
}
