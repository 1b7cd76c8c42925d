//! The simulated clock: fixed, moved by hand, or running on from a real start.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::Stamp;

/// How the simulated clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockMode {
    /// It stands still until it is moved by hand.
    Fixed,
    /// It runs on so many times as fast as the real one.
    Running {
        /// Simulated seconds per real one.
        speed: u32,
    },
}

/// A clock that tests set and the demo lets run. It only says what time it is; the world follows
/// when it is next read.
#[derive(Debug)]
pub struct SimClock(Mutex<State>);

#[derive(Debug, Clone, Copy)]
struct State {
    base: Stamp,
    /// Running since this real instant, at this many simulated seconds per real one.
    running: Option<(Instant, u32)>,
}

impl State {
    fn now(&self) -> Stamp {
        let Some((since, speed)) = self.running else {
            return self.base;
        };
        let elapsed_ms = since.elapsed().as_millis() * u128::from(speed);
        self.base
            .plus(i64::try_from(elapsed_ms / 1_000).unwrap_or(i64::MAX / 4))
    }
}

impl SimClock {
    /// A clock that stands still at an instant.
    #[must_use]
    pub fn fixed(at: Stamp) -> Self {
        Self(Mutex::new(State {
            base: at,
            running: None,
        }))
    }

    /// A clock that starts at an instant and runs `speed` times as fast as the real one.
    #[must_use]
    pub fn running(from: Stamp, speed: u32) -> Self {
        Self(Mutex::new(State {
            base: from,
            running: Some((Instant::now(), speed)),
        }))
    }

    /// The simulated instant.
    #[must_use]
    pub fn now(&self) -> Stamp {
        self.state().now()
    }

    /// Sets the time; a running clock goes on from there. Setting it back is allowed (a vendor's
    /// clock may be wrong), the world does not go back with it.
    pub fn set(&self, to: Stamp) {
        let mut state = self.state();
        state.base = to;
        state.running = state.running.map(|(_, speed)| (Instant::now(), speed));
    }

    /// Moves the time by seconds.
    pub fn advance(&self, seconds: i64) {
        let to = self.now().plus(seconds);
        self.set(to);
    }

    /// Lets the clock run on at a speed; 0 stops it.
    pub fn run(&self, speed: u32) {
        let mut state = self.state();
        state.base = state.now();
        state.running = (speed > 0).then(|| (Instant::now(), speed));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::SimClock;
    use crate::Stamp;

    #[test]
    fn a_fixed_clock_moves_by_hand_only() {
        let clock = SimClock::fixed(Stamp(1_000));
        assert_eq!(clock.now(), Stamp(1_000));
        clock.advance(60);
        assert_eq!(clock.now(), Stamp(1_060));
        clock.set(Stamp(5));
        assert_eq!(clock.now(), Stamp(5));
    }

    #[test]
    fn a_stopped_clock_keeps_what_it_reached() {
        let clock = SimClock::running(Stamp(1_000), 1_000_000);
        clock.run(0);
        let stopped = clock.now();
        assert!(stopped >= Stamp(1_000));
        assert_eq!(clock.now(), stopped);
    }
}
