//! Logins of BI tools: each reads the shops of one organization, without personal data and pay.
//!
//! Which organization a login reads follows from the name it logged in with (`warehouse.bi_shops`), never from a setting.

use super::{Administration, Entry, secret, verifier};
use crate::error::StoreError;
use jiff::Timestamp;
use serde_json::json;

/// A BI login.
#[derive(Clone, Debug)]
pub struct BiLogin {
    /// Name of the role.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether the cluster still has the role.
    pub exists: bool,
}

/// The role's name for a wish such as the organization's name: lower case, no odd characters.
#[must_use]
pub fn bi_role_name(wish: &str) -> String {
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9') => letter,
        _ => '_',
    };
    let mut name: String = "pitwall_bi_"
        .chars()
        .chain(wish.chars().map(plain))
        .collect();
    // PostgreSQL cuts longer names.
    name.truncate(63);
    name
}

/// A role's name as an SQL identifier.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Administration {
    /// Makes a login and gives its password, which is stored nowhere; `None` where the cluster has such a role already.
    ///
    /// # Errors
    /// [`StoreError`] when the login may not make roles, or the database refuses.
    pub async fn create_bi_login(&self, name: &str) -> Result<Option<String>, StoreError> {
        if self.role_exists(name).await? {
            return Ok(None);
        }
        let password = secret();
        self.session
            .prepared(
                "insert into ops.bi_roles (organization_id, role_name) values ($1, $2)",
                &[&self.organization, &name],
            )
            .await?;
        let role = quoted(name);
        let create = format!(
            "create role {role} login connection limit 20 password {password}; \
             grant pitwall_bi to {role}; \
             alter role {role} set search_path = warehouse; \
             alter role {role} set default_transaction_read_only = on; \
             alter role {role} set statement_timeout = '5min'",
            password = verifier(&password)
        );
        self.as_login("make a BI login", &create).await?;
        self.enter(&Entry {
            action: "bi_role.created",
            shop: None,
            subject: name,
            reason: None,
            details: json!({}),
        })
        .await?;
        Ok(Some(password))
    }

    /// The organization's BI logins.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn bi_logins(&self) -> Result<Vec<BiLogin>, StoreError> {
        let rows = self
            .session
            .prepared(
                "select b.role_name, b.created_at, r.rolname is not null from ops.bi_roles b \
                 left join pg_catalog.pg_roles r on r.rolname = b.role_name order by b.role_name",
                &[],
            )
            .await?;
        let login = |row: &tokio_postgres::Row| BiLogin {
            name: row.get(0),
            created_at: row.get(1),
            exists: row.get(2),
        };
        Ok(rows.iter().map(login).collect())
    }

    /// Removes a login of this organization; sessions still open read nothing from the next statement on. False where the
    /// organization has none of that name.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn drop_bi_login(&self, name: &str) -> Result<bool, StoreError> {
        let rows = self
            .session
            .prepared(
                "delete from ops.bi_roles where role_name = $1 returning 1",
                &[&name],
            )
            .await?;
        if rows.is_empty() {
            return Ok(false);
        }
        self.as_login(
            "drop a BI login",
            &format!("drop role if exists {}", quoted(name)),
        )
        .await?;
        self.enter(&Entry {
            action: "bi_role.dropped",
            shop: None,
            subject: name,
            reason: None,
            details: json!({}),
        })
        .await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::bi_role_name;

    #[test]
    fn a_role_name_needs_no_quotes() {
        assert_eq!(bi_role_name("acme"), "pitwall_bi_acme");
        assert_eq!(bi_role_name("O'Brien & Søns"), "pitwall_bi_o_brien___s_ns");
        assert_eq!(bi_role_name(&"x".repeat(99)).len(), 63);
    }
}
