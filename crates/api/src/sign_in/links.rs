//! One-time sign-in links. Only the demo makes any, for its own users; they live in the process and end with it.

use crate::auth::gate::sha256;
use crate::sign_in::random_text;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::door::{Hash, UserId};

/// Links that were given out and not used yet.
#[derive(Clone, Default)]
pub struct SignInLinks(Arc<Mutex<HashMap<Hash, UserId>>>);

impl SignInLinks {
    /// Makes a link for a user; gives its path and query.
    #[must_use]
    pub fn issue(&self, user: UserId) -> String {
        let text = random_text();
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        links.insert(sha256(text.as_bytes()), user);
        format!("/sign-in?link={text}")
    }

    /// Whose link it is; after this it is nobody's.
    pub(super) fn take(&self, text: &str) -> Option<UserId> {
        let mut links = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        links.remove(&sha256(text.as_bytes()))
    }
}
