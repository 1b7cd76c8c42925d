//! Retry, needs a person, or never: the one place that decides.

use crate::report::{Outcome, Problem};
use std::time::Duration;
use store::StoreError;
use vendors::{Kind, VendorError};

/// How often a database step is tried.
pub const ATTEMPTS: u32 = 5;

/// Why a step of the pipeline failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The vendor's side; its own layer has retried already.
    #[error(transparent)]
    Vendor(#[from] VendorError),
    /// The database's side.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stream that others build on was not read to its end.
    #[error("stream {0} was not read to its end")]
    Unfinished(&'static str),
    /// The run was asked to stop.
    #[error("stopped on request")]
    Stopped,
}

impl StepError {
    /// The failure in words, with what to do and what it means for the exit code.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let ends_shop = match self {
            Self::Vendor(error) => error.ends_shop(),
            Self::Store(error) => error.is_transient(),
            Self::Unfinished(_) => false,
            Self::Stopped => true,
        };
        let (hint, outcome) = match self {
            Self::Vendor(error) => {
                let outcome = match error.kind() {
                    Kind::NeedsPerson => Outcome::Credentials,
                    Kind::Transient | Kind::Permanent => Outcome::Failed,
                };
                (error.hint(), outcome)
            }
            Self::Store(error) => {
                let outcome = match error {
                    StoreError::LeaseHeld { .. } => Outcome::Locked,
                    _ => Outcome::Failed,
                };
                (error.hint(), outcome)
            }
            Self::Unfinished(_) => (
                "run it again later: the run resumes where it stopped".to_owned(),
                Outcome::Failed,
            ),
            Self::Stopped => (
                "run the same command again: it resumes".to_owned(),
                Outcome::Interrupted,
            ),
        };
        Problem {
            message: chain(self),
            hint,
            outcome,
            ends_shop,
        }
    }
}

/// An error with its causes: `first: second: third`.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = cause.source();
    }
    text
}

/// How long to wait before attempt `attempt` (counted from 1) of a database step; `None` to give up.
#[must_use]
fn pause(error: &StoreError, attempt: u32) -> Option<Duration> {
    if !error.is_transient() || attempt >= ATTEMPTS {
        return None;
    }
    let base = Duration::from_millis(100) * 2_u32.pow(attempt.min(6));
    // Full jitter: several runners that failed together do not come back together.
    Some(base.mul_f64(rand::random::<f64>()))
}

/// Repeats a database step while its failure may pass: at most [`ATTEMPTS`] times, with jitter between.
///
/// # Errors
/// The last failure, once it is no passing one or the tries are used up.
pub async fn steadily<T, F>(step: impl Fn() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut attempt = 0;
    loop {
        let error = match step().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        attempt += 1;
        let Some(wait) = pause(&error, attempt) else {
            return Err(error);
        };
        tracing::warn!(%error, attempt, "a database step failed, trying again");
        tokio::time::sleep(wait).await;
    }
}
