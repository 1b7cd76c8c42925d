//! Keys of programs. A key is a user of its shops; its text is shown once and stored nowhere.

use super::{Administration, Entry, MemberWish, secret};
use crate::error::StoreError;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Every key begins like this, so that scanners for leaked secrets know it.
const PREFIX: &str = "pwk_";

/// Characters of a key that are kept to recognize it by.
const HINT: usize = 8;

/// A key to be.
#[derive(Clone, Debug)]
pub struct KeyWish<'a> {
    /// What it is for.
    pub name: &'a str,
    /// Role in each of its shops.
    pub role: &'a str,
    /// `read`, `write`, `tasks`.
    pub scopes: &'a [String],
    /// Its shops.
    pub shops: &'a [i64],
    /// When it ends; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A key just made.
#[derive(Clone, Debug)]
pub struct NewKey {
    /// Its number, and the user it is.
    pub key_id: Uuid,
    /// The text that the program sends; never seen again.
    pub text: String,
}

/// A key as stored.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Its number, and the user it is.
    pub key_id: Uuid,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub hint: String,
    /// Role in each of its shops.
    pub role: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Shops it was issued for.
    pub shops: Vec<i64>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

impl Administration {
    /// Issues a key; `None` where a living key has the name.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn create_key(&self, wish: &KeyWish<'_>) -> Result<Option<NewKey>, StoreError> {
        let text = format!("{PREFIX}{}", secret());
        let key_id = Uuid::new_v4();
        let hash = Sha256::digest(text.as_bytes());
        let hint = &text[..HINT];
        let rows = self
            .session
            .prepared(
                "insert into ops.service_keys (organization_id, key_id, name, hint, role, created_by, scopes, shops, \
                   key_hash, expires_at) \
                 values ($1, $2, $3, $4, $5, session_user, $6, $7, $8, $9) \
                 on conflict do nothing returning 1",
                &[
                    &self.organization,
                    &key_id,
                    &wish.name,
                    &hint,
                    &wish.role,
                    &wish.scopes,
                    &wish.shops,
                    &hash.as_slice(),
                    &wish.expires_at,
                ],
            )
            .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let member = MemberWish {
            user: key_id,
            role: wish.role,
            employee: None,
        };
        self.grant(wish.shops, &member).await?;
        self.enter(&Entry {
            action: "key.created",
            shop: None,
            subject: &key_id.to_string(),
            reason: None,
            details: json!({ "name": wish.name, "role": wish.role, "scopes": wish.scopes, "shops": wish.shops }),
        })
        .await?;
        Ok(Some(NewKey { key_id, text }))
    }

    /// The organization's keys, the revoked ones too.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        let rows = self
            .session
            .prepared(
                "select key_id, name, hint, role, scopes, shops, created_at, expires_at, revoked_at, last_used_at \
                 from ops.service_keys order by created_at, key_id",
                &[],
            )
            .await?;
        let key = |row: &tokio_postgres::Row| KeyRow {
            key_id: row.get(0),
            name: row.get(1),
            hint: row.get(2),
            role: row.get(3),
            scopes: row.get(4),
            shops: row.get(5),
            created_at: row.get(6),
            expires_at: row.get(7),
            revoked_at: row.get(8),
            last_used_at: row.get(9),
        };
        Ok(rows.iter().map(key).collect())
    }

    /// Takes a living key back, by its name or number: it opens nothing from the next request on. Returns its number.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn revoke_key(&self, key: &str) -> Result<Option<Uuid>, StoreError> {
        let rows = self
            .session
            .prepared(
                "update ops.service_keys set revoked_at = now() \
                 where revoked_at is null and (name = $1 or key_id::text = $1) returning key_id",
                &[&key],
            )
            .await?;
        let Some(key_id) = rows.first().map(|row| row.get::<_, Uuid>(0)) else {
            return Ok(None);
        };
        let shops = self.shops().await?;
        self.revoke(&shops, key_id).await?;
        self.enter(&Entry {
            action: "key.revoked",
            shop: None,
            subject: &key_id.to_string(),
            reason: None,
            details: json!({}),
        })
        .await?;
        Ok(Some(key_id))
    }
}
