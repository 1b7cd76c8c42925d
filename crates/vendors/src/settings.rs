//! What a connection is made of.

use crate::stream::Vendor;
use std::fmt;
use std::time::Duration;

/// A credential that cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps the secret text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One access to one vendor account.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// Unique name in the configuration; errors speak of it.
    pub name: String,
    /// Whose API it is.
    pub vendor: Vendor,
    /// Scheme and host, without the API's path.
    pub base_url: String,
    /// Scheme and host of the sign-in, where it is not that of the API.
    pub auth_url: Option<String>,
    /// OAuth client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// Key of the application, for vendors that ask for one with every call.
    pub app_key: Option<Secret>,
    /// Plain HTTP to this very machine is allowed (contract 3).
    pub allow_insecure_loopback: bool,
    /// Token of a person's web session, where the vendor's own profit is to be compared with ours.
    pub comparison: Option<Secret>,
    /// Rates, waits and limits.
    pub tuning: Tuning,
}

/// Rates, waits and limits of the HTTP layer; the default is what the vendor's rules ask for.
#[derive(Clone, Debug)]
pub struct Tuning {
    /// Sustained rate of one credential.
    pub requests_per_second: u32,
    /// Requests that may go at once after a pause.
    pub burst: u32,
    /// Requests on their way at one time.
    pub max_in_flight: usize,
    /// How often a failed request is tried again.
    pub max_attempts: u32,
    /// Unit of the back-off: the n-th wait is `2^n` units and up to one more at random.
    pub backoff_base: Duration,
    /// Longest wait of our own choice.
    pub backoff_cap: Duration,
    /// Longest wait a vendor may ask for; beyond it the run is given up until then.
    pub longest_asked_wait: Duration,
    /// The wait after a 429 that names none, where it is longer than our own.
    pub unsaid_wait: Duration,
    /// How long a vendor that fails again and again is left alone before it is asked once more.
    pub breaker_pause: Duration,
    /// How long the vendor's own sums may lag behind its lines before an order is read again (quirk B-19).
    pub settling_time: Duration,
    /// Longest life of one request, its body included.
    pub request_timeout: Duration,
    /// Longest silence inside an answer.
    pub read_timeout: Duration,
    /// Largest answer, decompressed.
    pub max_body_bytes: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            requests_per_second: 8,
            burst: 8,
            max_in_flight: 4,
            max_attempts: 6,
            backoff_base: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(60),
            longest_asked_wait: Duration::from_secs(15 * 60),
            unsaid_wait: Duration::ZERO,
            breaker_pause: Duration::from_secs(30),
            settling_time: Duration::from_secs(60),
            request_timeout: Duration::from_secs(60),
            read_timeout: Duration::from_secs(20),
            max_body_bytes: 64 << 20,
        }
    }
}
