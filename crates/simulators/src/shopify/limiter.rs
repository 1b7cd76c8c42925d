//! The bucket of points: it refills all the time, and an operation must fit in.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};

use crate::{SimClock, Stamp};

/// A shop's plan, as far as the bucket goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// 100 points a second, 2,000 in the bucket.
    Standard,
    /// 200 and 4,000.
    Advanced,
    /// 1,000 and 20,000.
    Plus,
}

impl Plan {
    fn rate(self) -> i64 {
        match self {
            Self::Standard => 100,
            Self::Advanced => 200,
            Self::Plus => 1_000,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Standard => "Basic",
            Self::Advanced => "Advanced",
            Self::Plus => "Shopify Plus",
        }
    }
}

/// The bucket. Points are whole; seconds pass by the simulated clock or by the real one, whichever runs faster: a client
/// that really waits gets its points from a clock that stands still too.
#[derive(Debug)]
pub(crate) struct Limiter {
    plan: Plan,
    enforced: bool,
    state: Mutex<(i64, Stamp, Instant)>,
}

impl Limiter {
    pub(crate) fn new(plan: Plan, enforced: bool, now: Stamp) -> Self {
        Self {
            plan,
            enforced,
            state: Mutex::new((plan.rate() * 20, now, Instant::now())),
        }
    }

    pub(crate) fn plan(&self) -> Plan {
        self.plan
    }

    /// Takes points, if they are there; what is left otherwise.
    pub(crate) fn take(&self, points: i64, clock: &SimClock) -> Result<(), Value> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock.now();
        let real = i64::try_from(state.2.elapsed().as_millis()).unwrap_or(i64::MAX / 10_000);
        let millis = (now.0 - state.1.0).max(0).saturating_mul(1_000).max(real);
        let refilled = millis.saturating_mul(self.plan.rate()) / 1_000;
        if refilled > 0 {
            *state = (
                (state.0 + refilled).min(self.plan.rate() * 20),
                now,
                Instant::now(),
            );
        }
        if !self.enforced {
            state.0 = self.plan.rate() * 20;
        }
        if points > state.0 {
            return Err(self.status(state.0));
        }
        state.0 -= points;
        Ok(())
    }

    /// Gives points back, and says where the bucket stands.
    pub(crate) fn settle(&self, points: i64) -> Value {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 += points;
        self.status(state.0)
    }

    fn status(&self, available: i64) -> Value {
        let rate = self.plan.rate();
        json!({"maximumAvailable": rate * 20, "currentlyAvailable": available, "restoreRate": rate})
    }
}
