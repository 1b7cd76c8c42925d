//! The crate's one error: variants by what the caller does next.

use jiff::Timestamp;
use thiserror::Error;

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Run again later; nothing needs doing.
    Transient,
    /// A person must renew or grant something: exit code 5.
    NeedsPerson,
    /// Running again will not help.
    Permanent,
}

/// Why a vendor could not be read.
///
/// Texts name the connection and the path, never a token, a query value or anything out of a body.
#[derive(Debug, Error)]
pub enum VendorError {
    /// The URL is not `https://` and not an allowed loopback address.
    #[error("connection {connection}: refusing to talk to {url} without TLS")]
    InsecureUrl {
        /// Connection.
        connection: String,
        /// Scheme and host.
        url: String,
    },
    /// The URL cannot be used.
    #[error("connection {connection}: base_url is not an http(s) URL with a host")]
    InvalidUrl {
        /// Connection.
        connection: String,
    },
    /// The HTTP client could not be built.
    #[error("connection {connection}: could not set up the HTTP client")]
    Setup {
        /// Connection.
        connection: String,
        /// Cause.
        #[source]
        source: reqwest::Error,
    },
    /// Client id or secret are refused.
    #[error("connection {connection}: the vendor refused the client id or secret")]
    CredentialsRefused {
        /// Connection.
        connection: String,
    },
    /// A fresh token is refused, too.
    #[error("connection {connection}: credentials revoked, a fresh token was refused at {path}")]
    CredentialsRevoked {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
    },
    /// The web session that figures are compared through has ended.
    #[error("connection {connection}: the web session's token was refused")]
    SessionRefused {
        /// Connection.
        connection: String,
    },
    /// The credential may not read this.
    #[error("connection {connection}: access to {path} denied")]
    Forbidden {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
    },
    /// The application was not granted this part of the API; its other parts may answer.
    #[error("connection {connection}: the application has no access to {path}")]
    ScopeMissing {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
    },
    /// The endpoint does not know this parameter; the vendor would have ignored it without a word.
    #[error("stream {stream}: the endpoint has no parameter {parameter}")]
    UnknownParameter {
        /// Stream.
        stream: &'static str,
        /// Parameter.
        parameter: &'static str,
    },
    /// The vendor asks to stay away for longer than we wait.
    #[error("connection {connection}: rate limited at {path} until {until}")]
    RateLimited {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
        /// When to come back.
        until: Timestamp,
    },
    /// The vendor answered with a fault, again and again.
    #[error("connection {connection}: {path} answered {status} {attempts} times")]
    Unavailable {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
        /// Last status.
        status: u16,
        /// Tries made.
        attempts: u32,
    },
    /// No answer at all, again and again: name, connection, TLS, time.
    #[error("connection {connection}: no answer from {path} in {attempts} tries")]
    Unreachable {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
        /// Tries made.
        attempts: u32,
        /// Last cause.
        #[source]
        source: reqwest::Error,
    },
    /// An answer that is not what the API promises, again and again.
    #[error("connection {connection}: {path} gave {what} in {attempts} tries")]
    Unreadable {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
        /// What came instead.
        what: &'static str,
        /// Tries made.
        attempts: u32,
    },
    /// The vendor does not accept the request.
    #[error("connection {connection}: {path} refused the request with {status}")]
    Refused {
        /// Connection.
        connection: String,
        /// Path asked for.
        path: String,
        /// Status.
        status: u16,
        /// The answer speaks of a limited history window (quirk B-27).
        history_window: bool,
    },
    /// A stored cursor cannot be read.
    #[error("stream {stream}: the stored cursor cannot be read")]
    Cursor {
        /// Stream.
        stream: &'static str,
        /// Cause.
        #[source]
        source: serde_json::Error,
    },
}

impl VendorError {
    /// What the caller does next.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::RateLimited { .. }
            | Self::Unavailable { .. }
            | Self::Unreachable { .. }
            | Self::Unreadable { .. } => Kind::Transient,
            Self::CredentialsRefused { .. }
            | Self::CredentialsRevoked { .. }
            | Self::SessionRefused { .. }
            | Self::Forbidden { .. }
            | Self::ScopeMissing { .. } => Kind::NeedsPerson,
            Self::InsecureUrl { .. }
            | Self::InvalidUrl { .. }
            | Self::Setup { .. }
            | Self::UnknownParameter { .. }
            | Self::Refused { .. }
            | Self::Cursor { .. } => Kind::Permanent,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::InsecureUrl { .. } => "use an https:// base_url; for a simulator on this machine set allow_insecure_loopback = true".to_owned(),
            Self::InvalidUrl { .. } => "write base_url like https://shop.tekmetric.com".to_owned(),
            Self::Setup { .. } => "install the system's CA certificates (package ca-certificates)".to_owned(),
            Self::CredentialsRefused { connection } => format!("check client_id and client_secret of connection {connection}"),
            Self::CredentialsRevoked { connection, .. } => format!("renew the API credentials of connection {connection} at the vendor"),
            Self::SessionRefused { connection } => format!("sign in at the vendor and renew the token that comparison of connection {connection} names, or leave comparison out"),
            Self::Forbidden { connection, .. } => format!("have the shop grant read access to the API client of connection {connection}"),
            Self::ScopeMissing { connection, .. } => format!("grant the scope to the application of connection {connection} in the vendor's developer portal, or leave the stream out"),
            Self::RateLimited { until, .. } => format!("run again after {until}; the vendor limits this credential"),
            Self::Unavailable { .. } | Self::Unreachable { .. } | Self::Unreadable { .. } => "run again later: the run resumes where it stopped".to_owned(),
            Self::Refused { .. } | Self::UnknownParameter { .. } => "report it: the connector sent a request that the vendor does not accept".to_owned(),
            Self::Cursor { stream, .. } => format!("read the stream again from the start: sync run --full --stream {stream}"),
        }
    }

    /// Whether other streams of the shop would fail alike.
    #[must_use]
    pub const fn ends_shop(&self) -> bool {
        matches!(self.kind(), Kind::NeedsPerson) && !matches!(self, Self::ScopeMissing { .. })
    }

    /// The kind in a word, for `raw.sync_state.error_class`.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self.kind() {
            Kind::Transient => "transient",
            Kind::NeedsPerson => "needs_person",
            Kind::Permanent => "permanent",
        }
    }

    /// A 400 that says the asked history is too old (quirk B-27).
    pub(crate) const fn is_history_window(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                history_window: true,
                ..
            }
        )
    }

    pub(crate) const fn is_forbidden(&self) -> bool {
        matches!(self, Self::Forbidden { .. })
    }
}
