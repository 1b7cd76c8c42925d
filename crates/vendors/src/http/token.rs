//! A token of one credential, fetched once for all who need it.

use crate::error::VendorError;
use crate::settings::Secret;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// What a sign-in gave.
pub(crate) struct Grant {
    /// The token.
    pub(crate) text: Secret,
    /// How long it is good for a request; `None` until it is refused.
    pub(crate) usable_for: Option<Duration>,
}

/// A token and what is needed to tell it from the next one.
#[derive(Clone)]
pub(crate) struct Token {
    /// The token.
    pub(crate) text: Arc<Secret>,
    generation: u64,
    refresh_at: Option<Instant>,
}

/// The token in use. The lock is held while one is fetched, so that twenty workers with a stale token fetch one
/// (trust A11).
#[derive(Default)]
pub(crate) struct Tokens(Mutex<Option<Token>>);

impl Tokens {
    /// The token in use; signs in where there is none, or it is near its end.
    pub(crate) async fn get(
        &self,
        sign_in: impl Future<Output = Result<Grant, VendorError>>,
    ) -> Result<Token, VendorError> {
        let mut held = self.0.lock().await;
        let usable = |t: &&Token| t.refresh_at.is_none_or(|at| Instant::now() < at);
        if let Some(token) = held.as_ref().filter(usable) {
            return Ok(token.clone());
        }
        let generation = held.as_ref().map_or(0, |t| t.generation) + 1;
        let grant = sign_in.await?;
        let token = Token {
            text: Arc::new(grant.text),
            generation,
            refresh_at: grant.usable_for.map(|life| Instant::now() + life),
        };
        *held = Some(token.clone());
        Ok(token)
    }

    /// Forgets a token that was refused, unless somebody has replaced it already.
    pub(crate) async fn discard(&self, refused: &Token) {
        let mut held = self.0.lock().await;
        if let Some(token) = held.as_mut().filter(|t| t.generation == refused.generation) {
            token.refresh_at = Some(Instant::now());
        }
    }
}
