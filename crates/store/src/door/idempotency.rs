//! `ops.idempotency_keys`: a request that came twice is carried out once.

use super::{Door, UserId};
use crate::error::StoreError;
use crate::read::Reading;
use domain::ShopId;
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// A request under its key.
#[derive(Clone, Debug)]
pub struct Keyed {
    /// The shop it is about.
    pub shop: ShopId,
    /// Who sent it.
    pub user: UserId,
    /// The key the client chose.
    pub key: String,
    /// Method and path.
    pub route: String,
    /// SHA-256 of path, query and body.
    pub request_hash: [u8; 32],
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It was not there and is now: carry the request out.
    First,
    /// The same request is being carried out.
    Running,
    /// Another request had the key.
    Another,
    /// It was carried out: status and answer.
    Done(u16, Value),
    /// The caller has no such shop.
    NoShop,
}

struct Enter<'a>(&'a Keyed, &'a [u8]);

impl Reading for Enter<'_> {
    type Answer = Standing;

    // The row that this statement writes is not seen by its own select: what is seen was there before. A key whose day
    // is over is taken over, and one that has waited for its answer for a minute, which is longer than a request lives:
    // its caller went away, or the process did.
    fn sql(&self) -> &'static str {
        "with visible as (select $1::bigint = any((select warehouse.current_shops())::bigint[]) as yes), \
         expired as ( \
           delete from ops.idempotency_keys where shop_id = $1 and user_id = $2 and idempotency_key <> $3 \
             and expires_at < now()), \
         entered as ( \
           insert into ops.idempotency_keys as k (shop_id, user_id, idempotency_key, route, request_hash, expires_at) \
           select $1, $2, $3, $4, $5, now() + interval '24 hours' from visible where yes \
           on conflict (shop_id, user_id, idempotency_key) do update set \
             created_at = now(), expires_at = excluded.expires_at, route = excluded.route, \
             request_hash = excluded.request_hash, status = null, response = null \
           where k.expires_at < now() or (k.status is null and k.created_at < now() - interval '1 minute') \
           returning true as fresh) \
         select visible.yes, coalesce((select fresh from entered), false), \
           k.request_hash = $5 and k.route = $4, k.status, k.response \
         from visible left join ops.idempotency_keys k \
           on k.shop_id = $1 and k.user_id = $2 and k.idempotency_key = $3"
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let keyed = self.0;
        vec![
            &keyed.shop.0,
            &keyed.user.0,
            &keyed.key,
            &keyed.route,
            &self.1,
        ]
    }

    fn answer(&self, rows: &[Row]) -> Standing {
        let Some(row) = rows.first() else {
            return Standing::NoShop;
        };
        let (visible, fresh): (bool, bool) = (row.get(0), row.get(1));
        let same: Option<bool> = row.get(2);
        let status: Option<i16> = row.get(3);
        match (visible, fresh, same, status) {
            (false, ..) => Standing::NoShop,
            (true, true, ..) => Standing::First,
            (true, false, Some(false), _) => Standing::Another,
            (true, false, Some(true), Some(status)) => Standing::Done(
                u16::try_from(status).unwrap_or(500),
                row.get::<_, Option<Value>>(4).unwrap_or(Value::Null),
            ),
            (true, false, _, _) => Standing::Running,
        }
    }
}

struct Leave<'a> {
    keyed: &'a Keyed,
    outcome: Option<(i16, &'a Value)>,
}

impl Reading for Leave<'_> {
    type Answer = ();

    fn sql(&self) -> &'static str {
        match self.outcome {
            Some(_) => {
                "update ops.idempotency_keys set status = $4, response = $5 \
                 where shop_id = $1 and user_id = $2 and idempotency_key = $3"
            }
            None => {
                "delete from ops.idempotency_keys where shop_id = $1 and user_id = $2 and idempotency_key = $3"
            }
        }
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let keyed = self.keyed;
        let mut parameters: Vec<&(dyn ToSql + Sync)> =
            vec![&keyed.shop.0, &keyed.user.0, &keyed.key];
        if let Some((status, response)) = &self.outcome {
            parameters.push(status);
            parameters.push(response);
        }
        parameters
    }

    fn answer(&self, _: &[Row]) {}
}

impl Door {
    /// Takes the key, or says what became of it.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn take_key(&self, keyed: &Keyed) -> Result<Standing, StoreError> {
        self.write(keyed.user, &Enter(keyed, &keyed.request_hash))
            .await
    }

    /// Keeps the answer for the next request of this key; without one the key is given back.
    ///
    /// # Errors
    /// [`StoreError`] when the database refuses.
    pub async fn settle_key(
        &self,
        keyed: &Keyed,
        answer: Option<(u16, &Value)>,
    ) -> Result<(), StoreError> {
        let outcome = answer.map(|(status, value)| (i16::try_from(status).unwrap_or(500), value));
        self.write(keyed.user, &Leave { keyed, outcome }).await
    }
}
