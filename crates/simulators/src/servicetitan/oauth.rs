//! Tokens by client credentials: a form, 900 seconds, no refreshing (reference/servicetitan.md A1).

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::params::unescaped;
use crate::Stamp;
use crate::dice::Dice;

/// The application's credentials and the tokens that are valid for them.
#[derive(Debug)]
pub(crate) struct Auth {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) app_key: String,
    pub(crate) token_seconds: i64,
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    granted: u64,
    revoked: bool,
    /// Token and the instant at which it ends.
    valid: Vec<(String, Stamp)>,
}

impl Auth {
    pub(crate) fn new(
        (client_id, client_secret): (String, String),
        app_key: String,
        token_seconds: i64,
        seed: u64,
    ) -> Self {
        Self {
            client_id,
            client_secret,
            app_key,
            token_seconds,
            seed,
            state: Mutex::default(),
        }
    }

    /// The token endpoint's answer; a new token every time, the old ones stay valid until they end.
    pub(crate) fn grant(&self, form: &str, now: Stamp) -> Response {
        let field = |wanted: &str| {
            let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| unescaped(value))
        };
        if field("grant_type").as_deref() != Some("client_credentials") {
            return refused("unsupported_grant_type");
        }
        let known = field("client_id").as_deref() == Some(&self.client_id)
            && field("client_secret").as_deref() == Some(&self.client_secret);
        let mut state = self.state();
        if state.revoked || !known {
            return refused("invalid_client");
        }
        state.granted += 1;
        let mut dice = Dice::new(self.seed, 0x70c0 + state.granted);
        let token: String = (0..4).map(|_| format!("{:016x}", dice.roll())).collect();
        let token = format!("eyJhbGciOiJub25lIn0.{token}.");
        state.valid.retain(|(_, ends)| *ends > now);
        state
            .valid
            .push((token.clone(), now.plus(self.token_seconds)));
        axum::Json(json!({
            "access_token": token,
            "expires_in": self.token_seconds,
            "token_type": "Bearer",
            "scope": "tn.acc.invoices:r tn.crm.customers:r tn.jpm.jobs:r",
        }))
        .into_response()
    }

    /// Whether a request carries a valid token; its application key is another question.
    pub(crate) fn admits(&self, headers: &HeaderMap, now: Stamp) -> bool {
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let Some(token) = given.and_then(|value| value.strip_prefix("Bearer ")) else {
            return false;
        };
        let state = self.state();
        !state.revoked
            && state
                .valid
                .iter()
                .any(|(known, ends)| known == token && *ends > now)
    }

    /// Whether a request names the application, in its header or, as the vendor allows too, in its query.
    pub(crate) fn knows_application(&self, headers: &HeaderMap, query: &str) -> bool {
        let given = headers
            .get("st-app-key")
            .and_then(|value| value.to_str().ok());
        let asked = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("servicetitanapplicationkey="));
        given.or(asked) == Some(&self.app_key)
    }

    /// Makes every token void.
    pub(crate) fn void_tokens(&self) {
        self.state().valid.clear();
    }

    /// Takes the tenant's consent back, or gives it again.
    pub(crate) fn revoke(&self, revoked: bool) {
        let mut state = self.state();
        state.revoked = revoked;
        state.valid.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the vendor's identity service says no.
pub(crate) fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, axum::Json(json!({"error": error}))).into_response()
}
