//! One token bucket per credential, a bound on requests in flight, and a common pause.

use crate::settings::Tuning;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// Successes in a row that earn a slowed credential one step back towards its full rate.
const CALM: u32 = 50;

/// The gate every request passes.
///
/// A request takes `cost` tokens out of the bucket. A 429 doubles the cost, which halves the rate, down to
/// one request per `burst` tokens; calm earns it back one token at a time.
pub(crate) struct Limiter {
    bucket: DefaultDirectRateLimiter,
    burst: NonZeroU32,
    cost: AtomicU32,
    calm: AtomicU32,
    in_flight: Semaphore,
    paused_until: Mutex<Option<Instant>>,
}

impl Limiter {
    /// A full bucket. Zeroes in the tuning count as one.
    pub(crate) fn new(tuning: &Tuning) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let burst = at_least_one(tuning.burst);
        let quota = Quota::per_second(at_least_one(tuning.requests_per_second)).allow_burst(burst);
        Self {
            bucket: RateLimiter::direct(quota),
            burst,
            cost: AtomicU32::new(1),
            calm: AtomicU32::new(0),
            in_flight: Semaphore::new(tuning.max_in_flight.max(1)),
            paused_until: Mutex::new(None),
        }
    }

    /// Waits for its turn. The permit must live as long as the request.
    pub(crate) async fn enter(&self) -> SemaphorePermit<'_> {
        let permit = self
            .in_flight
            .acquire()
            .await
            .expect("the semaphore is never closed");
        let cost = NonZeroU32::new(self.cost.load(Ordering::Relaxed)).unwrap_or(NonZeroU32::MIN);
        self.bucket
            .until_n_ready(cost.min(self.burst))
            .await
            .expect("the cost never exceeds the burst");
        while let Some(until) = self.pause() {
            tokio::time::sleep_until(until).await;
        }
        permit
    }

    /// The vendor said "too many": half the rate.
    pub(crate) fn slow_down(&self) {
        self.calm.store(0, Ordering::Relaxed);
        let doubled = |cost: u32| Some(cost.saturating_mul(2).min(self.burst.get()));
        let _ = self
            .cost
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, doubled);
    }

    /// A request went well; enough of them in a row raise the rate again.
    pub(crate) fn succeeded(&self) {
        if self.cost.load(Ordering::Relaxed) <= 1 {
            return;
        }
        if self.calm.fetch_add(1, Ordering::Relaxed) + 1 >= CALM {
            self.calm.store(0, Ordering::Relaxed);
            let one_less = |cost: u32| Some(cost.saturating_sub(1).max(1));
            let _ = self
                .cost
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        }
    }

    /// Nobody sends before this time is over: what the vendor asked one request, it asked the credential.
    pub(crate) fn pause_for(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut paused = self
            .paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *paused = Some(paused.map_or(until, |already| already.max(until)));
    }

    fn pause(&self) -> Option<Instant> {
        let mut paused = self
            .paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if paused.is_some_and(|until| until <= Instant::now()) {
            *paused = None;
        }
        *paused
    }
}

#[cfg(test)]
mod tests {
    use super::{CALM, Limiter};
    use crate::settings::Tuning;
    use std::sync::atomic::Ordering;

    #[test]
    fn a1_the_rate_halves_on_429_and_recovers_slowly() {
        let limiter = Limiter::new(&Tuning::default());
        let cost = || limiter.cost.load(Ordering::Relaxed);
        limiter.slow_down();
        limiter.slow_down();
        assert_eq!(cost(), 4);
        for _ in 0..9 {
            limiter.slow_down();
        }
        assert_eq!(cost(), 8, "never below one request per burst");
        for _ in 0..CALM {
            limiter.succeeded();
        }
        assert_eq!(cost(), 7);
        for _ in 0..CALM * 10 {
            limiter.succeeded();
        }
        assert_eq!(cost(), 1);
    }
}
