//! How a command ends: its exit code, and an error in words with what to do.

use crate::config::ConfigError;
use crate::embedded;
use pipeline::retry::{StepError, chain};
use pipeline::{Outcome, report::Problem};
use std::process::ExitCode;
use store::StoreError;

/// Exit codes (contract 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything done.
    Done,
    /// Nothing worked.
    Failed,
    /// Wrong usage, or a configuration that cannot be used.
    Usage,
    /// Some streams failed, or records were rejected.
    Partial,
    /// An invariant does not hold.
    Gate,
    /// The vendor refused the credentials.
    Credentials,
    /// Another run holds the lock.
    Locked,
    /// Stopped on request.
    Interrupted,
}

impl Exit {
    /// The process's exit code.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Gate => 4,
            Self::Credentials => 5,
            Self::Locked => 6,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Partial => Self::Partial,
            Outcome::Failed => Self::Failed,
            Outcome::Locked => Self::Locked,
            Outcome::Credentials => Self::Credentials,
            Outcome::Interrupted => Self::Interrupted,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) struct Failure {
    pub exit: Exit,
    pub message: String,
    pub hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    /// A flag or argument that makes no sense here.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message, hint)
    }

    pub(crate) fn interrupted() -> Self {
        Self::new(
            Exit::Interrupted,
            "stopped on request",
            "run the same command again: it resumes",
        )
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::new(Exit::Usage, error.message, error.hint)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::from(StepError::from(error))
    }
}

impl From<StepError> for Failure {
    fn from(error: StepError) -> Self {
        Self::from(error.problem())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::new(Exit::from(problem.outcome), problem.message, problem.hint)
    }
}

impl From<embedded::Error> for Failure {
    fn from(error: embedded::Error) -> Self {
        Self::new(Exit::Failed, chain(&error), error.hint())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self {
            exit: Exit::Failed,
            message: format!("{error:#}"),
            hint: None,
        }
    }
}
