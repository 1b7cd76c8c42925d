//! The functions by which the API's login finds out who is asking, before it becomes anyone.

use super::{Door, UserId};
use crate::error::StoreError;
use jiff::Timestamp;

/// SHA-256 of a secret; the secret itself is stored nowhere.
pub type Hash = [u8; 32];

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// Who is signed in.
    pub user: UserId,
    /// Fingerprint of the token that writing requests carry.
    pub csrf_hash: Vec<u8>,
}

/// A service key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceKey {
    /// The user that the key is in `user_shop_access`.
    pub user: UserId,
    /// read, write, tasks.
    pub scopes: Vec<String>,
}

/// A browser session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    /// Who signs in.
    pub user: UserId,
    /// Fingerprint of the cookie.
    pub session_hash: Hash,
    /// Fingerprint of the CSRF token.
    pub csrf_hash: Hash,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Who vouched for him.
    pub issuer: Option<&'a str>,
    /// The browser's own name.
    pub user_agent: Option<&'a str>,
}

impl Door {
    /// The session of a cookie; none for one that ended.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn session_of(&self, hash: &Hash) -> Result<Option<BrowserSession>, StoreError> {
        let rows = self
            .call(
                "select user_id, csrf_hash from warehouse.session_of($1)",
                &[&hash.as_slice()],
            )
            .await?;
        Ok(rows.first().map(|row| BrowserSession {
            user: UserId(row.get(0)),
            csrf_hash: row.get(1),
        }))
    }

    /// Opens a session.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn open_session(&self, new: &NewSession<'_>) -> Result<(), StoreError> {
        self.call(
            "select warehouse.open_session($1, $2, $3, $4, $5, $6)",
            &[
                &new.session_hash.as_slice(),
                &new.csrf_hash.as_slice(),
                &new.user.0,
                &new.expires_at,
                &new.issuer,
                &new.user_agent,
            ],
        )
        .await?;
        Ok(())
    }

    /// Ends a session; false where there was none.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn close_session(&self, hash: &Hash) -> Result<bool, StoreError> {
        let rows = self
            .call("select warehouse.close_session($1)", &[&hash.as_slice()])
            .await?;
        Ok(rows.first().is_some_and(|row| row.get(0)))
    }

    /// The service key of a text; none for one that was revoked or has run out.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn service_key_of(&self, hash: &Hash) -> Result<Option<ServiceKey>, StoreError> {
        let rows = self
            .call(
                "select key_id, scopes from warehouse.service_key_of($1)",
                &[&hash.as_slice()],
            )
            .await?;
        Ok(rows.first().map(|row| ServiceKey {
            user: UserId(row.get(0)),
            scopes: row.get(1),
        }))
    }

    /// When a user was signed out everywhere: what was issued before counts no more.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn signed_out_at(&self, user: UserId) -> Result<Option<Timestamp>, StoreError> {
        let rows = self
            .call("select warehouse.signed_out_at($1)", &[&user.0])
            .await?;
        Ok(rows.first().and_then(|row| row.get(0)))
    }

    /// Remembers what the issuer says of a user, for people to recognize him by.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn note_user(
        &self,
        user: UserId,
        email: Option<&str>,
        name: Option<&str>,
    ) -> Result<(), StoreError> {
        self.call(
            "select warehouse.note_user($1, $2, $3)",
            &[&user.0, &email, &name],
        )
        .await?;
        Ok(())
    }
}
