//! Who may see which shop, in which role.

use super::{Administration, Entry};
use crate::error::StoreError;
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;

/// A membership to be.
#[derive(Clone, Debug)]
pub struct MemberWish<'a> {
    /// Subject of the sign-in token.
    pub user: Uuid,
    /// `owner`, `manager`, `advisor`, `technician`, `analyst` or `viewer`.
    pub role: &'a str,
    /// The vendor's employee who this user is; a technician sees that one's figures.
    pub employee: Option<i64>,
}

/// A membership.
#[derive(Clone, Debug)]
pub struct Member {
    /// Shop.
    pub shop: i64,
    /// Subject of the sign-in token.
    pub user: Uuid,
    /// Role in the shop.
    pub role: String,
    /// The vendor's employee who this user is.
    pub employee: Option<i64>,
    /// What the identity provider called him, as far as we know.
    pub email: Option<String>,
    /// Name of the service key, where the user is one.
    pub key: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

impl Administration {
    /// Everybody who may see a shop of the organization.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn members(&self) -> Result<Vec<Member>, StoreError> {
        let rows = self
            .session
            .prepared(
                "select a.shop_id, a.user_id, a.role, a.employee_id, u.email, k.name, a.created_at \
                 from warehouse.user_shop_access a \
                 left join warehouse.users u on u.user_id = a.user_id \
                 left join ops.service_keys k on k.key_id = a.user_id \
                 order by a.shop_id, a.created_at, a.user_id",
                &[],
            )
            .await?;
        let member = |row: &tokio_postgres::Row| Member {
            shop: row.get(0),
            user: row.get(1),
            role: row.get(2),
            employee: row.get(3),
            email: row.get(4),
            key: row.get(5),
            since: row.get(6),
        };
        Ok(rows.iter().map(member).collect())
    }

    /// Gives a user a role in shops, or changes it; an equal one is left alone. Returns the shops where something changed.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses, for one because a shop is another organization's.
    pub async fn grant(
        &self,
        shops: &[i64],
        wish: &MemberWish<'_>,
    ) -> Result<Vec<i64>, StoreError> {
        let rows = self
            .session
            .prepared(
                "insert into warehouse.user_shop_access as held (shop_id, user_id, role, employee_id) \
                 select wanted, $2, $3, $4 from unnest($1::bigint[]) as wanted \
                 on conflict (shop_id, user_id) do update set role = excluded.role, employee_id = excluded.employee_id \
                 where (held.role, held.employee_id) is distinct from (excluded.role, excluded.employee_id) \
                 returning shop_id, xmax = 0",
                &[&shops, &wish.user, &wish.role, &wish.employee],
            )
            .await?;
        let mut changed = Vec::with_capacity(rows.len());
        for row in &rows {
            let (shop, new): (i64, bool) = (row.get(0), row.get(1));
            self.enter(&Entry {
                action: if new {
                    "membership.granted"
                } else {
                    "membership.changed"
                },
                shop: Some(shop),
                subject: &wish.user.to_string(),
                reason: None,
                details: json!({ "role": wish.role, "employee_id": wish.employee }),
            })
            .await?;
            changed.push(shop);
        }
        Ok(changed)
    }

    /// Takes a user's role in these shops away; he sees nothing of them from the next statement on. Returns where he had one.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn revoke(&self, shops: &[i64], user: Uuid) -> Result<Vec<i64>, StoreError> {
        let rows = self
            .session
            .prepared(
                "delete from warehouse.user_shop_access where shop_id = any($1) and user_id = $2 \
                 returning shop_id, role",
                &[&shops, &user],
            )
            .await?;
        let mut changed = Vec::with_capacity(rows.len());
        for row in &rows {
            let (shop, role): (i64, &str) = (row.get(0), row.get(1));
            self.enter(&Entry {
                action: "membership.revoked",
                shop: Some(shop),
                subject: &user.to_string(),
                reason: None,
                details: json!({ "role": role }),
            })
            .await?;
            changed.push(shop);
        }
        Ok(changed)
    }

    /// Signs a user out everywhere: tokens and sessions from before count no more. False where the organization has no
    /// such user.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn sign_out(&self, user: Uuid) -> Result<bool, StoreError> {
        let rows = self
            .session
            .prepared(
                "insert into ops.sign_outs (user_id) \
                 select distinct user_id from warehouse.user_shop_access where user_id = $1 \
                 on conflict (user_id) do update set signed_out_at = now() returning 1",
                &[&user],
            )
            .await?;
        if rows.is_empty() {
            return Ok(false);
        }
        self.enter(&Entry {
            action: "user.signed_out",
            shop: None,
            subject: &user.to_string(),
            reason: None,
            details: json!({}),
        })
        .await?;
        Ok(true)
    }
}
