//! The vendor's request limit as a token bucket (reference/tekmetric.md A.4).

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Lets `per_minute` requests through per real minute, a sixth of them at once.
#[derive(Debug)]
pub(crate) struct Limiter {
    per_minute: Option<u32>,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    /// In 60,000ths of a request, so that a millisecond adds `per_minute` of them.
    level: u64,
    filled_at: Instant,
}

const REQUEST: u64 = 60_000;

impl Limiter {
    /// `None` lets everything through.
    pub(crate) fn new(per_minute: Option<u32>) -> Self {
        let level = capacity(per_minute.unwrap_or(0));
        Self {
            per_minute,
            bucket: Mutex::new(Bucket {
                level,
                filled_at: Instant::now(),
            }),
        }
    }

    /// Whether a request may pass; it is counted if so.
    pub(crate) fn admit(&self) -> bool {
        let Some(per_minute) = self.per_minute else {
            return true;
        };
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed_ms = u64::try_from(bucket.filled_at.elapsed().as_millis()).unwrap_or(u64::MAX);
        if elapsed_ms > 0 {
            let gained = elapsed_ms.saturating_mul(u64::from(per_minute));
            bucket.level = bucket
                .level
                .saturating_add(gained)
                .min(capacity(per_minute));
            bucket.filled_at = Instant::now();
        }
        let admitted = bucket.level >= REQUEST;
        if admitted {
            bucket.level -= REQUEST;
        }
        admitted
    }
}

fn capacity(per_minute: u32) -> u64 {
    u64::from((per_minute / 6).max(1)) * REQUEST
}

#[cfg(test)]
mod tests {
    use super::Limiter;

    #[test]
    fn a_burst_above_the_bucket_is_refused() {
        let limiter = Limiter::new(Some(60));
        let admitted = (0..30).filter(|_| limiter.admit()).count();
        assert!((10..=12).contains(&admitted), "{admitted}");
        assert!(Limiter::new(None).admit());
    }
}
