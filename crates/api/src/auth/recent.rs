//! What was looked up a moment ago. A revoked session or key bites as soon as it is forgotten here: within
//! [`LIFETIME`], well below the 60 s of the contract.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long an answer counts.
const LIFETIME: Duration = Duration::from_secs(20);
/// Entries at most; beyond them everything is asked again.
const ENTRIES_LIMIT: usize = 20_000;

pub(super) struct Recent<K, V>(Mutex<HashMap<K, (Instant, V)>>);

impl<K: Hash + Eq, V: Clone> Recent<K, V> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, value) = entries.get(key)?;
        (at.elapsed() < LIFETIME).then(|| value.clone())
    }

    pub(super) fn put(&self, key: K, value: V) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES_LIMIT {
            entries.retain(|_, (at, _)| at.elapsed() < LIFETIME);
        }
        if entries.len() >= ENTRIES_LIMIT {
            entries.clear();
        }
        entries.insert(key, (Instant::now(), value));
    }

    pub(super) fn forget(&self, key: &K) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(key);
    }
}
