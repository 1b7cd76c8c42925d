//! One-time sign-in links. Only the demo makes any, for its own users; they live in the process and end with it.

use crate::auth::gate::sha256;
use crate::sign_in::random_text;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use store::door::{Hash, UserId};

/// Links that were given out and not used yet.
#[derive(Clone, Default)]
pub struct SignInLinks {
    unused: Arc<Mutex<HashMap<Hash, UserId>>>,
    guest: Option<UserId>,
}

impl SignInLinks {
    /// No links yet; the first page shows whoever has not signed in what `guest` sees.
    #[must_use]
    pub fn with_guest(guest: UserId) -> Self {
        Self {
            unused: Arc::default(),
            guest: Some(guest),
        }
    }

    pub(crate) const fn guest(&self) -> Option<UserId> {
        self.guest
    }

    /// Makes a link for a user; gives its path and query.
    #[must_use]
    pub fn issue(&self, user: UserId) -> String {
        let text = random_text();
        let mut links = self.unused.lock().unwrap_or_else(PoisonError::into_inner);
        links.insert(sha256(text.as_bytes()), user);
        format!("/sign-in?link={text}")
    }

    /// Whose link it is; after this it is nobody's.
    pub(super) fn take(&self, text: &str) -> Option<UserId> {
        let mut links = self.unused.lock().unwrap_or_else(PoisonError::into_inner);
        links.remove(&sha256(text.as_bytes()))
    }
}
