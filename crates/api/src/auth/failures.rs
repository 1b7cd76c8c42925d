//! Failed credentials by the address they came from. Whoever fails too often is no longer looked up: an address costs
//! the database nothing more. Headers about other addresses are not believed; behind a proxy all callers share one
//! address, so credentials that are known good, and tokens, which are checked here, pass all the same.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Failures are counted for so long.
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered before those whose time is over are forgotten.
const ADDRESSES: usize = 10_000;

/// Failures of the last minute.
pub(crate) struct Failures {
    most: Option<NonZeroU32>,
    by_address: Mutex<HashMap<IpAddr, Counted>>,
}

#[derive(Clone, Copy)]
struct Counted {
    since: Instant,
    failures: u32,
}

impl Failures {
    /// So many a minute from one address; none is no limit.
    pub(crate) fn new(most: Option<NonZeroU32>) -> Self {
        Self {
            most,
            by_address: Mutex::default(),
        }
    }

    /// Seconds to wait where the address has failed too often.
    pub(crate) fn wait(&self, address: IpAddr) -> Option<u64> {
        self.wait_at(address, Instant::now())
    }

    /// Counts a failure.
    pub(crate) fn note(&self, address: IpAddr) {
        self.note_at(address, Instant::now());
    }

    fn wait_at(&self, address: IpAddr, now: Instant) -> Option<u64> {
        let most = self.most?;
        let by_address = self
            .by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let counted = by_address.get(&address)?;
        let left = WINDOW.checked_sub(now.duration_since(counted.since))?;
        (counted.failures >= most.get()).then_some(left.as_secs() + 1)
    }

    fn note_at(&self, address: IpAddr, now: Instant) {
        if self.most.is_none() {
            return;
        }
        let mut by_address = self
            .by_address
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if by_address.len() >= ADDRESSES {
            by_address.retain(|_, counted| now.duration_since(counted.since) < WINDOW);
        }
        if by_address.len() >= ADDRESSES && !by_address.contains_key(&address) {
            // So many at once are no longer told apart; those that are known stay known.
            return;
        }
        let counted = by_address.entry(address).or_insert(Counted {
            since: now,
            failures: 0,
        });
        if now.duration_since(counted.since) >= WINDOW {
            *counted = Counted {
                since: now,
                failures: 0,
            };
        }
        counted.failures = counted.failures.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::Failures;
    use std::net::IpAddr;
    use std::num::NonZeroU32;
    use std::time::{Duration, Instant};

    #[test]
    fn an_address_waits_and_is_forgiven() {
        let failures = Failures::new(NonZeroU32::new(3));
        let (one, other): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        for second in 0..3 {
            assert_eq!(failures.wait_at(one, at(second)), None);
            failures.note_at(one, at(second));
        }
        assert_eq!(failures.wait_at(one, at(10)), Some(51));
        assert_eq!(failures.wait_at(other, at(10)), None);
        assert_eq!(failures.wait_at(one, at(61)), None);
        failures.note_at(one, at(61));
        assert_eq!(failures.wait_at(one, at(62)), None, "counted anew");
    }

    #[test]
    fn without_a_limit_nothing_is_kept() {
        let failures = Failures::new(None);
        let address: IpAddr = [192, 0, 2, 1].into();
        for _ in 0..1000 {
            failures.note(address);
        }
        assert_eq!(failures.wait(address), None);
    }
}
