//! Letting people and programs in: memberships, service keys, BI logins, break-glass, and the journal of all that.
//!
//! Every change is made as `pitwall_admin`, walled into the organization that the command named, and is entered into
//! `ops.audit_log` in the same transaction. Roles of the database are made as the login itself, which has to be allowed to.
//! Nothing is kept before [`Administration::commit`]: dropping it undoes everything, database roles too.

mod bi;
mod break_glass;
mod keys;
mod members;

pub use bi::{BiLogin, bi_role_name};
pub use break_glass::OpenGlass;
pub use keys::{KeyRow, KeyWish, NewKey};
pub use members::{Member, MemberWish};

use crate::connect::Database;
use crate::error::StoreError;
use crate::session::{Identity, Session, literal};
use jiff::Timestamp;
use postgres_protocol::password::scram_sha_256;
use serde_json::Value;
use uuid::Uuid;

/// A transaction of the administration on one organization.
#[derive(Debug)]
pub struct Administration {
    session: Session,
    organization: String,
}

/// An entry of the journal to be.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    action: &'static str,
    shop: Option<i64>,
    subject: &'a str,
    reason: Option<&'a str>,
    details: Value,
}

/// An entry of the journal.
#[derive(Clone, Debug)]
pub struct JournalEntry {
    /// When.
    pub happened_at: Timestamp,
    /// `user` or `operator`, and which.
    pub actor: (String, String),
    /// What, such as `membership.granted`.
    pub action: String,
    /// Shop concerned; none for the whole organization.
    pub shop: Option<i64>,
    /// To whom or what.
    pub subject: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Administration {
    /// Begins.
    ///
    /// # Errors
    /// [`StoreError`] when the login may not administer, or the database refuses.
    pub async fn begin(database: &Database, organization: &str) -> Result<Self, StoreError> {
        let session = Session::begin(database, &Identity::Login).await?;
        let begun = Self {
            session,
            organization: organization.to_owned(),
        };
        begun.become_admin().await?;
        Ok(begun)
    }

    /// Keeps what was done.
    ///
    /// # Errors
    /// [`StoreError`] when the commit fails.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.session.commit().await
    }

    /// The shops of the organization, in order; none where there is no such organization.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn shops(&self) -> Result<Vec<i64>, StoreError> {
        let rows = self
            .session
            .prepared("select shop_id from warehouse.shops order by 1", &[])
            .await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// The journal, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn journal(&self, limit: i64) -> Result<Vec<JournalEntry>, StoreError> {
        let rows = self
            .session
            .prepared(
                "select happened_at, actor_kind, actor, action, about_shop_id, subject, reason \
                 from ops.audit_log order by audit_id desc limit $1",
                &[&limit],
            )
            .await?;
        let entry = |row: &tokio_postgres::Row| JournalEntry {
            happened_at: row.get(0),
            actor: (row.get(1), row.get(2)),
            action: row.get(3),
            shop: row.get(4),
            subject: row.get(5),
            reason: row.get(6),
        };
        Ok(rows.iter().map(entry).collect())
    }

    async fn become_admin(&self) -> Result<(), StoreError> {
        let become_admin = format!(
            "set local role pitwall_admin; set local pitwall.organization_id = {}",
            literal(&self.organization)
        );
        self.session
            .step("administer an organization", &become_admin)
            .await
    }

    /// Runs statements about roles of the database, as the login.
    async fn as_login(&self, step: &str, statements: &str) -> Result<(), StoreError> {
        self.session
            .step(step, &format!("set local role none; {statements}"))
            .await?;
        self.become_admin().await
    }

    async fn enter(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        self.session
            .prepared(
                "insert into ops.audit_log \
                   (organization_id, about_shop_id, actor_kind, actor, action, subject, reason, details) \
                 values ($1, $2, 'operator', session_user, $3, $4, $5, $6)",
                &[
                    &self.organization,
                    &entry.shop,
                    &entry.action,
                    &entry.subject,
                    &entry.reason,
                    &entry.details,
                ],
            )
            .await?;
        Ok(())
    }

    async fn role_exists(&self, name: &str) -> Result<bool, StoreError> {
        let rows = self
            .session
            .prepared(
                "select exists (select from pg_catalog.pg_roles where rolname = $1)",
                &[&name],
            )
            .await?;
        Ok(rows.first().is_some_and(|row| row.get(0)))
    }
}

/// A secret that nobody guesses: 244 random bits in hexadecimal.
fn secret() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// What the server keeps of a password, as an SQL literal: the password itself never reaches it, nor its log.
fn verifier(password: &str) -> String {
    literal(&scram_sha_256(password.as_bytes()))
}
