//! The vendor's limit: so many calls a second for each tenant (reference/servicetitan.md A2).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Lets `per_second` calls of a tenant through in every real second, all of them at once if they come at once.
#[derive(Debug)]
pub(crate) struct Limiter {
    per_second: Option<u32>,
    windows: Mutex<BTreeMap<i64, (Instant, u32)>>,
}

impl Limiter {
    /// `None` lets everything through.
    pub(crate) fn new(per_second: Option<u32>) -> Self {
        Self {
            per_second,
            windows: Mutex::default(),
        }
    }

    /// Whether a call may pass; it is counted if so.
    pub(crate) fn admit(&self, tenant: i64) -> bool {
        let Some(limit) = self.per_second else {
            return true;
        };
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(tenant).or_insert_with(|| (Instant::now(), 0));
        if window.0.elapsed().as_secs() >= 1 {
            *window = (Instant::now(), 0);
        }
        window.1 += 1;
        window.1 <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::Limiter;

    #[test]
    fn every_tenant_has_its_own_second() {
        let limiter = Limiter::new(Some(3));
        let admitted = |tenant| (0..10).filter(|_| limiter.admit(tenant)).count();
        assert_eq!((admitted(1), admitted(2)), (3, 3));
        assert!((0..100).all(|_| Limiter::new(None).admit(1)));
    }
}
