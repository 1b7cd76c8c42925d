//! Tokens by client credentials (reference/tekmetric.md A.2).

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::dice::Dice;

/// The application's credentials and the one token that is valid for them.
#[derive(Debug)]
pub(crate) struct Auth {
    client_id: String,
    client_secret: String,
    seed: u64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    generation: u64,
    revoked: bool,
    left: BTreeSet<i64>,
}

impl Auth {
    pub(crate) fn new(client_id: String, client_secret: String, seed: u64) -> Self {
        Self {
            client_id,
            client_secret,
            seed,
            state: Mutex::default(),
        }
    }

    /// The token endpoint's answer; the same token every time until it is voided.
    pub(crate) fn grant(&self, headers: &HeaderMap, form: &str, shops: &[i64]) -> Response {
        if self.state().revoked || !self.knows(headers) {
            return invalid_client();
        }
        if !form
            .split('&')
            .any(|pair| pair == "grant_type=client_credentials")
        {
            let body = json!({"error": "unsupported_grant_type", "error_description": "Unsupported grant type"});
            return (StatusCode::BAD_REQUEST, axum::Json(body)).into_response();
        }
        let scope = shops
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ");
        let body = json!({"access_token": self.token(), "token_type": "bearer", "scope": scope});
        axum::Json(body).into_response()
    }

    /// Whether a request carries the valid token.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = given
            .and_then(|value| value.split_once(' '))
            .map(|(_, token)| token.trim());
        !self.state().revoked && token == Some(self.token().as_str())
    }

    /// Makes the present token void; the next grant gives a new one.
    pub(crate) fn void_token(&self) {
        self.state().generation += 1;
    }

    /// Leaves a shop: it is in no scope any more.
    pub(crate) fn leave(&self, shop: i64) {
        self.state().left.insert(shop);
    }

    /// Whether the application may still see a shop.
    pub(crate) fn sees(&self, shop: i64) -> bool {
        !self.state().left.contains(&shop)
    }

    /// Takes the shops' consent back, or gives it again.
    pub(crate) fn revoke(&self, revoked: bool) {
        let mut state = self.state();
        state.revoked = revoked;
        state.generation += 1;
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let given = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let expected = STANDARD.encode(format!("{}:{}", self.client_id, self.client_secret));
        given.and_then(|value| value.strip_prefix("Basic ")) == Some(expected.as_str())
    }

    fn token(&self) -> String {
        let mut dice = Dice::new(self.seed, 0x70c0 + self.state().generation);
        let (a, b) = (dice.roll(), dice.roll());
        let (top, middle, low) = (a >> 32, a >> 16 & 0xffff, a & 0xfff);
        format!(
            "{top:08x}-{middle:04x}-4{low:03x}-8{:03x}-{:012x}",
            b >> 48 & 0xfff,
            b & 0xffff_ffff_ffff
        )
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn invalid_client() -> Response {
    (
        StatusCode::UNAUTHORIZED,
        axum::Json(json!({"error": "invalid_client"})),
    )
        .into_response()
}
