//! What clients asked for, so that a test can assert what they did not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

/// Counts since the start or the last reset.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RequestLog {
    /// Requests by method and route, for example `GET /api/v1/repair-orders`.
    pub requests: BTreeMap<String, u64>,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Parameters that the vendor ignores without a word, by route.
    pub unknown_params: BTreeMap<String, BTreeSet<String>>,
    /// Requests refused by the limiter itself, faults not counted.
    pub limited: u64,
    /// The most requests that were in flight at once.
    pub in_flight_peak: u64,
}

#[derive(Debug, Default)]
struct State {
    log: RequestLog,
    in_flight: u64,
}

/// The living log.
#[derive(Debug, Default)]
pub(crate) struct Requests(Mutex<State>);

impl Requests {
    pub(crate) fn begin(&self, route: &str) {
        let mut state = self.state();
        *state.log.requests.entry(route.to_owned()).or_insert(0) += 1;
        state.in_flight += 1;
        state.log.in_flight_peak = state.log.in_flight_peak.max(state.in_flight);
    }

    pub(crate) fn end(&self, status: Option<u16>) {
        let mut state = self.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        if let Some(status) = status {
            *state.log.statuses.entry(status).or_insert(0) += 1;
        }
    }

    pub(crate) fn limited(&self) {
        self.state().log.limited += 1;
    }

    pub(crate) fn unknown_param(&self, route: &str, name: &str) {
        self.state()
            .log
            .unknown_params
            .entry(route.to_owned())
            .or_default()
            .insert(name.to_owned());
    }

    pub(crate) fn log(&self) -> RequestLog {
        self.state().log.clone()
    }

    pub(crate) fn reset(&self) {
        self.state().log = RequestLog::default();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
