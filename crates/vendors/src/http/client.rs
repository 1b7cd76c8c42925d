//! One client per credential: bounded, rate-limited, retried by one policy.

use crate::error::VendorError;
use crate::http::breaker::Breaker;
use crate::http::limiter::Limiter;
use crate::http::{redact, retry};
use crate::settings::{ConnectionSettings, Secret, Tuning};
use domain::Clock;
use jiff::{SignedDuration, Timestamp};
use rand::RngExt as _;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use std::time::Duration;
use url::{Host, Url};

/// How a request says who sends it.
pub(crate) enum Authorization<'a> {
    /// HTTP Basic.
    Basic { user: &'a str, password: &'a Secret },
    /// A token.
    Bearer(&'a Secret),
    /// A web session's token, in the header the vendor's own pages use.
    Session(&'a Secret),
    /// A token, and the key of the application that asks.
    Application { token: &'a Secret, key: &'a Secret },
    /// Nobody: the form says it.
    InForm,
}

/// One request; sent as often as the policy says.
pub(crate) struct Call<'a> {
    /// Path below the base URL; stands in errors, so it holds no personal data.
    pub(crate) path: &'a str,
    /// Query of a GET.
    pub(crate) query: &'a [(&'static str, String)],
    /// Form of a POST; `None` makes it a GET.
    pub(crate) form: Option<&'a [(&'static str, &'a str)]>,
    /// Who sends it.
    pub(crate) authorization: Authorization<'a>,
}

/// A complete answer.
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// Body, decompressed, bounded.
    pub(crate) body: Vec<u8>,
    content_type: Option<String>,
    retry_after: Option<Duration>,
}

impl Answer {
    /// The body where it may be JSON: a missing content type is forgiven, another one is not (quirk B-62).
    pub(crate) fn json(&self) -> Result<&[u8], &'static str> {
        if self.body.is_empty() {
            return Err("an empty body");
        }
        match &self.content_type {
            Some(kind) if !kind.to_ascii_lowercase().contains("json") => {
                Err("a body that is not JSON")
            }
            Some(_) | None => Ok(&self.body),
        }
    }
}

/// What came of a call that was answered.
pub(crate) enum Outcome<T> {
    /// 2xx, and it could be read.
    Read(T),
    /// Any other status that no retry cures.
    Status(Answer),
}

/// Why one try failed.
enum Failure {
    Status(Answer),
    Network(reqwest::Error),
    Unreadable(&'static str),
    TooLarge,
}

/// An HTTP client of one connection.
pub(crate) struct Http {
    connection: String,
    base: String,
    inner: reqwest::Client,
    limiter: Limiter,
    breaker: Breaker,
    tuning: Tuning,
    clock: Clock,
}

impl Http {
    /// Checks the URL and sets the client up. Nothing is sent.
    pub(crate) fn new(settings: &ConnectionSettings, clock: Clock) -> Result<Self, VendorError> {
        let url = checked_url(settings)?;
        // Two crates may both install the provider; the first one wins and both are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tuning = &settings.tuning;
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("pitwall/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(tuning.request_timeout)
            .read_timeout(tuning.read_timeout)
            .pool_max_idle_per_host(tuning.max_in_flight.max(1));
        if url.scheme() == "http" {
            // A loopback address needs neither proxy nor certificates, and a machine may have none.
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let inner = builder.build().map_err(|source| VendorError::Setup {
            connection: settings.name.clone(),
            source,
        })?;
        Ok(Self {
            connection: settings.name.clone(),
            base: url.as_str().trim_end_matches('/').to_owned(),
            inner,
            limiter: Limiter::new(tuning),
            breaker: Breaker::new(tuning.breaker_pause),
            tuning: tuning.clone(),
            clock,
        })
    }

    /// Name of the connection, for errors.
    pub(crate) fn connection(&self) -> &str {
        &self.connection
    }

    /// Sends the call, again where that may help, until `read` understands the answer.
    ///
    /// `read` says what it found instead; such an answer is retried like a fault of the vendor.
    pub(crate) async fn send<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&Answer) -> Result<T, &'static str>,
    ) -> Result<Outcome<T>, VendorError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failure = match self.once(call).await {
                Ok(answer) if (200..300).contains(&answer.status) => match read(&answer) {
                    Ok(value) => {
                        self.limiter.succeeded();
                        return Ok(Outcome::Read(value));
                    }
                    Err(what) => Failure::Unreadable(what),
                },
                Ok(answer) if !retry::is_worth_retrying(answer.status) => {
                    return Ok(Outcome::Status(answer));
                }
                Ok(answer) => Failure::Status(answer),
                Err(failure) => failure,
            };
            let wait = self.wait_after(call, &failure, attempts)?;
            if attempts > self.tuning.max_attempts || matches!(failure, Failure::TooLarge) {
                return Err(self.give_up(call, failure, attempts));
            }
            tracing::debug!(
                path = call.path,
                attempts,
                wait_ms = wait.as_millis(),
                "vendor call failed, trying again"
            );
            tokio::time::sleep(wait).await;
        }
    }

    /// The wait before the next try; an error where the vendor asks for more than we grant.
    fn wait_after(
        &self,
        call: &Call<'_>,
        failure: &Failure,
        attempts: u32,
    ) -> Result<Duration, VendorError> {
        let chance = rand::rng().random_range(0..1000);
        let own = retry::back_off(attempts, chance, &self.tuning);
        let Failure::Status(answer) = failure else {
            return Ok(own);
        };
        if answer.status == 429 {
            self.limiter.slow_down();
        }
        let Some(asked) = answer.retry_after else {
            if answer.status != 429 || self.tuning.unsaid_wait.is_zero() {
                return Ok(own);
            }
            let wait = own.max(self.tuning.unsaid_wait);
            self.limiter.pause_for(wait);
            return Ok(wait);
        };
        if asked > self.tuning.longest_asked_wait {
            let until = SignedDuration::try_from(asked)
                .ok()
                .and_then(|d| self.clock.now().checked_add(d).ok());
            return Err(VendorError::RateLimited {
                connection: self.connection.clone(),
                path: call.path.to_owned(),
                until: until.unwrap_or(Timestamp::MAX),
            });
        }
        let wait = asked.max(own);
        self.limiter.pause_for(wait);
        Ok(wait)
    }

    /// Sends it once, when the circuit is closed.
    async fn once(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let pass = self.breaker.admit().await;
        let result = self.send_once(call).await;
        match &result {
            Err(Failure::Network(_)) => pass.failed(),
            Ok(answer) if answer.status >= 500 => pass.failed(),
            Ok(_) | Err(_) => pass.succeeded(),
        }
        result
    }

    async fn send_once(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let _permit = self.limiter.enter().await;
        let url = format!("{}{}", self.base, call.path);
        let request = match call.form {
            Some(form) => self.inner.post(url).form(form),
            None => self.inner.get(url).query(call.query),
        };
        let request = match &call.authorization {
            Authorization::Basic { user, password } => {
                request.basic_auth(user, Some(password.expose()))
            }
            Authorization::Bearer(token) => request.bearer_auth(token.expose()),
            Authorization::Session(token) => request.header("x-auth-token", token.expose()),
            Authorization::Application { token, key } => request
                .bearer_auth(token.expose())
                .header("ST-App-Key", key.expose()),
            Authorization::InForm => request,
        };
        let network = |error| Failure::Network(redact::without_url(error));
        let mut response = request.send().await.map_err(network)?;
        let headers = response.headers();
        let content_type = header(headers, CONTENT_TYPE.as_str()).map(str::to_owned);
        let retry_after = self.retry_after(headers);
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(network)? {
            if body.len() + chunk.len() > self.tuning.max_body_bytes {
                return Err(Failure::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status,
            body,
            content_type,
            retry_after,
        })
    }

    /// A date is measured from the vendor's own clock where it tells it: the two may differ.
    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        let theirs = header(headers, DATE.as_str()).and_then(|d| jiff::fmt::rfc2822::parse(d).ok());
        let now = theirs.map_or_else(|| self.clock.now(), |date| date.timestamp());
        retry::asked_wait(header(headers, RETRY_AFTER.as_str())?, now)
    }

    fn give_up(&self, call: &Call<'_>, failure: Failure, attempts: u32) -> VendorError {
        let connection = self.connection.clone();
        let path = call.path.to_owned();
        let unreadable = |what| VendorError::Unreadable {
            connection: connection.clone(),
            path: path.clone(),
            what,
            attempts,
        };
        match failure {
            Failure::Status(answer) => VendorError::Unavailable {
                connection,
                path,
                status: answer.status,
                attempts,
            },
            Failure::Network(source) => VendorError::Unreachable {
                connection,
                path,
                attempts,
                source,
            },
            Failure::Unreadable(what) => unreadable(what),
            Failure::TooLarge => unreadable("a body larger than max_body_bytes"),
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// TLS everywhere, except to this very machine where the settings allow it (contract 3).
fn checked_url(settings: &ConnectionSettings) -> Result<Url, VendorError> {
    let invalid = || VendorError::InvalidUrl {
        connection: settings.name.clone(),
    };
    let url = Url::parse(settings.base_url.trim()).map_err(|_| invalid())?;
    let loopback = match url.host().ok_or_else(invalid)? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback && settings.allow_insecure_loopback => Ok(url),
        "http" => Err(VendorError::InsecureUrl {
            connection: settings.name.clone(),
            url: redact::origin(&url),
        }),
        _ => Err(invalid()),
    }
}
