//! The way past the wall for an emergency: a login that lasts an hour, says why it was opened, and is journalled first.
//!
//! `pitwall_ops` reads everything and nobody is its member for good. A login made here becomes it on connecting; the
//! server writes every statement of it into its own log.

use super::{Administration, Entry, secret, verifier};
use crate::error::StoreError;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

/// A login that was opened.
#[derive(Clone, Debug)]
pub struct OpenGlass {
    /// Name of the login.
    pub login: String,
    /// Until when its password is accepted.
    pub until: Option<Timestamp>,
    /// Its password, right after opening only.
    pub password: Option<String>,
}

impl Administration {
    /// Opens a login until a time, and journals why.
    ///
    /// # Errors
    /// [`StoreError`] when the login may not make roles, or the database refuses.
    pub async fn open_glass(
        &self,
        reason: &str,
        until: Timestamp,
    ) -> Result<OpenGlass, StoreError> {
        let id = Uuid::new_v4().simple().to_string();
        let login = format!("pitwall_ops_{}", &id[..8]);
        let password = secret();
        self.enter(&Entry {
            action: "break_glass.opened",
            shop: None,
            subject: &login,
            reason: Some(reason),
            details: json!({ "until": until.to_string() }),
        })
        .await?;
        let create = format!(
            "create role {login} login noinherit connection limit 2 valid until '{until}' password {password}; \
             grant pitwall_ops to {login}; \
             alter role {login} set role = 'pitwall_ops'; \
             alter role {login} set default_transaction_read_only = on; \
             do $$ begin \
               alter role {login} set log_statement = 'all'; \
             exception when insufficient_privilege then \
               raise notice 'the server decides what it logs of {login}'; \
             end $$",
            password = verifier(&password)
        );
        self.as_login("open a break-glass login", &create).await?;
        Ok(OpenGlass {
            login,
            until: Some(until),
            password: Some(password),
        })
    }

    /// The logins that are open in this cluster, whoever opened them.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn open_glasses(&self) -> Result<Vec<OpenGlass>, StoreError> {
        let rows = self
            .session
            .prepared(
                "select r.rolname::text, r.rolvaliduntil from pg_catalog.pg_auth_members m \
                 join pg_catalog.pg_roles r on r.oid = m.member \
                 where m.roleid = 'pitwall_ops'::regrole and r.rolname ~ '^pitwall_ops_[0-9a-f]{8}$' order by 1",
                &[],
            )
            .await?;
        let glass = |row: &tokio_postgres::Row| OpenGlass {
            login: row.get(0),
            until: row.get(1),
            password: None,
        };
        Ok(rows.iter().map(glass).collect())
    }

    /// Ends a login and its sessions. False where there is none of that name.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn close_glass(&self, login: &str) -> Result<bool, StoreError> {
        if !self.open_glasses().await?.iter().any(|g| g.login == login) {
            return Ok(false);
        }
        // One of the list above: letters, digits and underscores.
        let close = format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = '{login}'; drop role {login}"
        );
        self.as_login("close a break-glass login", &close).await?;
        self.enter(&Entry {
            action: "break_glass.closed",
            shop: None,
            subject: login,
            reason: None,
            details: json!({}),
        })
        .await?;
        Ok(true)
    }
}
