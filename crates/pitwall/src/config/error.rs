//! What is wrong with the configuration, where, and what to write instead.

use std::fmt;

/// A configuration that cannot be used. The program ends with 2, wrong usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// What is wrong, with file and line where there is one.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl ConfigError {
    /// An error in words.
    #[must_use]
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}
