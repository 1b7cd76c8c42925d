//! A circuit breaker per connection: a vendor that fails again and again is left alone for a while, and then asked
//! once before everybody asks again (trust A2).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Failures in a row that open the circuit.
const FAILURES: u32 = 5;

/// Opens after failures in a row, lets one request through after a pause, closes when that one succeeds.
pub(crate) struct Breaker {
    pause: Duration,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    failures: u32,
    open_until: Option<Instant>,
    probing: bool,
}

/// The right to send one request. Dropped without a word (a run that was stopped), it settles nothing.
pub(crate) struct Pass<'a> {
    breaker: &'a Breaker,
    is_probe: bool,
}

impl Breaker {
    /// Closed; stays open for `pause` at a time.
    pub(crate) fn new(pause: Duration) -> Self {
        Self {
            pause,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Waits until a request makes sense.
    pub(crate) async fn admit(&self) -> Pass<'_> {
        loop {
            let changed = self.changed.notified();
            let wait_until = {
                let mut state = self.state();
                match state.open_until {
                    None => return self.pass(false),
                    Some(until) if until <= Instant::now() && !state.probing => {
                        state.probing = true;
                        return self.pass(true);
                    }
                    // While another probes there is nothing to wait for but its outcome.
                    Some(until) => (!state.probing).then_some(until),
                }
            };
            match wait_until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => changed.await,
            }
        }
    }

    fn pass(&self, is_probe: bool) -> Pass<'_> {
        Pass {
            breaker: self,
            is_probe,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pass<'_> {
    /// The vendor answered sensibly, whatever it said.
    pub(crate) fn succeeded(self) {
        let mut state = self.breaker.state();
        state.failures = 0;
        if self.is_probe {
            state.open_until = None;
        }
    }

    /// It did not: no connection, no end of the answer, a 5xx.
    pub(crate) fn failed(self) {
        let mut state = self.breaker.state();
        state.failures = state.failures.saturating_add(1);
        if self.is_probe || state.failures >= FAILURES {
            if state.open_until.is_none() {
                tracing::warn!(
                    failures = state.failures,
                    "the vendor fails again and again, leaving it alone for a while"
                );
            }
            state.open_until = Some(Instant::now() + self.breaker.pause);
        }
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.is_probe {
            self.breaker.state().probing = false;
        }
        self.breaker.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, FAILURES};
    use std::time::Duration;
    use tokio::time::{Instant, timeout};

    const PAUSE: Duration = Duration::from_millis(60);

    async fn opened() -> Breaker {
        let breaker = Breaker::new(PAUSE);
        for _ in 0..FAILURES {
            breaker.admit().await.failed();
        }
        breaker
    }

    #[tokio::test]
    async fn a2_failures_in_a_row_open_it_and_a_success_between_them_does_not() {
        let breaker = Breaker::new(PAUSE);
        for _ in 0..FAILURES * 3 {
            breaker.admit().await.failed();
            breaker.admit().await.succeeded();
        }
        let at_once = Duration::from_millis(5);
        assert!(timeout(at_once, breaker.admit()).await.is_ok());
        let breaker = opened().await;
        assert!(timeout(at_once, breaker.admit()).await.is_err());
    }

    #[tokio::test]
    async fn a2_one_probe_goes_and_its_outcome_decides_for_all() {
        let breaker = opened().await;
        let began = Instant::now();
        let probe = breaker.admit().await;
        assert!(began.elapsed() >= PAUSE / 2, "it did not wait");
        let second = timeout(PAUSE, breaker.admit()).await;
        assert!(second.is_err(), "a second one went beside the probe");
        probe.failed();
        let probe = breaker.admit().await;
        assert!(began.elapsed() >= PAUSE * 2, "a failed probe opens it anew");
        let (waiting, ()) = tokio::join!(breaker.admit(), async { probe.succeeded() });
        drop(waiting);
        assert!(timeout(PAUSE / 10, breaker.admit()).await.is_ok());
    }

    #[tokio::test]
    async fn a2_a_probe_that_is_dropped_leaves_the_next_one_the_turn() {
        let breaker = opened().await;
        drop(breaker.admit().await);
        assert!(timeout(PAUSE, breaker.admit()).await.is_ok());
    }
}
