//! The API: sign-in, one page of a feed or a list (reference A1, A2).

use crate::error::VendorError;
use crate::http::{Answer, Authorization, Call, Grant, Http, Outcome, Tokens};
use crate::servicetitan::query::Query;
use crate::servicetitan::streams::{Spec, Way};
use crate::settings::{ConnectionSettings, Secret};
use domain::Clock;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::time::Duration;

/// Token host where the settings name none: it goes with the API's.
const AUTH_PRODUCTION: &str = "https://auth.servicetitan.io";
const AUTH_INTEGRATION: &str = "https://auth-integration.servicetitan.io";
/// A token is renewed this long before its end, or after four fifths of its life, whichever comes first.
const SPARE: Duration = Duration::from_secs(60);

/// One answer: a page of a list or of a feed.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Elements, each as its JSON text.
    pub(crate) rows: Vec<String>,
    /// More follows at once.
    pub(crate) more: bool,
    /// Token of a feed.
    pub(crate) token: Option<String>,
    /// Rows of the list, where it was asked for.
    pub(crate) total: Option<u64>,
}

/// The signed-in client of one credential.
pub(crate) struct Client {
    api: Http,
    auth: Http,
    id: String,
    secret: Secret,
    app_key: Secret,
    tokens: Tokens,
}

impl Client {
    pub(crate) fn new(settings: ConnectionSettings, clock: Clock) -> Result<Self, VendorError> {
        let beside = if settings.base_url.contains("api-integration.") {
            AUTH_INTEGRATION
        } else {
            AUTH_PRODUCTION
        };
        let auth = ConnectionSettings {
            base_url: settings
                .auth_url
                .clone()
                .unwrap_or_else(|| beside.to_owned()),
            ..settings.clone()
        };
        Ok(Self {
            api: Http::new(&settings, clock.clone())?,
            auth: Http::new(&auth, clock)?,
            id: settings.client_id,
            secret: settings.client_secret,
            app_key: settings.app_key.unwrap_or_else(|| Secret::new("")),
            tokens: Tokens::default(),
        })
    }

    /// Reads one page of a stream. `None` where the vendor refuses the token of a feed (it may have aged).
    pub(crate) async fn page(
        &self,
        tenant: i64,
        spec: &Spec,
        query: &Query,
    ) -> Result<Option<Batch>, VendorError> {
        let (module, name) = (spec.module, spec.name);
        let path = match spec.way {
            Way::Feed { path, .. } => format!("/{module}/v2/tenant/{tenant}/export/{path}"),
            Way::List { path, .. } => format!("/{module}/v2/tenant/{tenant}/{path}"),
        };
        let feed = matches!(spec.way, Way::Feed { .. });
        let went_on = query.pairs().iter().any(|(name, _)| *name == "from");
        match self.get(&path, query, |a| read(a, feed)).await? {
            Outcome::Read(batch) => Ok(Some(batch)),
            Outcome::Status(answer) if went_on && answer.status == 400 => {
                tracing::debug!(stream = name, "the vendor refused the token of a feed");
                Ok(None)
            }
            Outcome::Status(answer) => Err(self.refusal(path, &answer)),
        }
    }

    /// A signed-in GET. A 401 renews the token once and repeats once (quirk Q35).
    async fn get<T>(
        &self,
        path: &str,
        query: &Query,
        read: impl Fn(&Answer) -> Result<T, &'static str>,
    ) -> Result<Outcome<T>, VendorError> {
        for _ in 0..2 {
            let token = self.tokens.get(self.sign_in()).await?;
            let call = Call {
                path,
                query: query.pairs(),
                form: None,
                authorization: Authorization::Application {
                    token: &token.text,
                    key: &self.app_key,
                },
            };
            match self.api.send(&call, &read).await? {
                Outcome::Status(answer) if answer.status == 401 => {
                    self.tokens.discard(&token).await;
                }
                outcome => return Ok(outcome),
            }
        }
        Err(VendorError::CredentialsRevoked {
            connection: self.api.connection().to_owned(),
            path: path.to_owned(),
        })
    }

    async fn sign_in(&self) -> Result<Grant, VendorError> {
        #[derive(Deserialize)]
        struct Wire {
            access_token: String,
            expires_in: Option<u64>,
        }
        let path = "/connect/token";
        let call = Call {
            path,
            query: &[],
            form: Some(&[
                ("grant_type", "client_credentials"),
                ("client_id", &self.id),
                ("client_secret", self.secret.expose()),
            ]),
            authorization: Authorization::InForm,
        };
        let read = |answer: &Answer| {
            serde_json::from_slice::<Wire>(answer.json()?)
                .map_err(|_| "a token that cannot be parsed")
        };
        match self.auth.send(&call, read).await? {
            Outcome::Read(grant) => Ok(Grant {
                text: Secret::new(grant.access_token),
                usable_for: grant.expires_in.map(|seconds| {
                    let life = Duration::from_secs(seconds);
                    (life * 4 / 5).min(life.saturating_sub(SPARE).max(life / 2))
                }),
            }),
            Outcome::Status(answer) if matches!(answer.status, 400 | 401 | 403) => {
                Err(VendorError::CredentialsRefused {
                    connection: self.auth.connection().to_owned(),
                })
            }
            Outcome::Status(answer) => Err(self.refusal(path.to_owned(), &answer)),
        }
    }

    /// A missing scope answers 403, sometimes 404; it says nothing about the other modules.
    fn refusal(&self, path: String, answer: &Answer) -> VendorError {
        let connection = self.api.connection().to_owned();
        match answer.status {
            403 | 404 => VendorError::ScopeMissing { connection, path },
            status => VendorError::Refused {
                connection,
                path,
                status,
                history_window: false,
            },
        }
    }
}

/// An answer that is no page fails the run, it never ends it (quirk Q33).
fn read(answer: &Answer, feed: bool) -> Result<Batch, &'static str> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Wire<'a> {
        #[serde(borrow)]
        data: Vec<&'a RawValue>,
        has_more: bool,
        continue_from: Option<String>,
        total_count: Option<u64>,
    }
    let text = String::from_utf8_lossy(answer.json()?);
    let wire: Wire<'_> = serde_json::from_str(&text).map_err(|_| "a page that cannot be parsed")?;
    if feed && wire.continue_from.as_deref().is_none_or(str::is_empty) {
        return Err("a feed without a token to go on from");
    }
    Ok(Batch {
        rows: wire.data.iter().map(|row| row.get().to_owned()).collect(),
        more: wire.has_more,
        token: wire.continue_from,
        total: wire.total_count,
    })
}
