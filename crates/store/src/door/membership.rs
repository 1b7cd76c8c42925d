//! The caller's own memberships.

use crate::read::Reading;
use domain::ShopId;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// A shop that the caller may see, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The shop.
    pub shop: ShopId,
    /// owner, manager, advisor, technician, analyst or viewer.
    pub role: String,
    /// The vendor's employee who is this user.
    pub employee_id: Option<i64>,
}

/// The caller's memberships after a shop, by number.
#[derive(Clone, Copy, Debug)]
pub struct Memberships {
    /// Last shop of the page before; 0 for the first page.
    pub after: i64,
    /// Rows at most.
    pub limit: i64,
}

impl Reading for Memberships {
    type Answer = Vec<Membership>;

    fn sql(&self) -> &'static str {
        "select shop_id, role, employee_id from warehouse.user_shop_access \
         where user_id = (select warehouse.current_user_id()) and shop_id > $1 order by shop_id limit $2"
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.after, &self.limit]
    }

    fn answer(&self, rows: &[Row]) -> Vec<Membership> {
        let one = |row: &Row| Membership {
            shop: ShopId(row.get(0)),
            role: row.get(1),
            employee_id: row.get(2),
        };
        rows.iter().map(one).collect()
    }
}

/// The caller's role in one shop; none where he has none, as in a shop that does not exist.
#[derive(Clone, Copy, Debug)]
pub struct RoleIn(pub ShopId);

impl Reading for RoleIn {
    type Answer = Option<String>;

    fn sql(&self) -> &'static str {
        "select role from warehouse.user_shop_access \
         where shop_id = $1 and user_id = (select warehouse.current_user_id())"
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.0.0]
    }

    fn answer(&self, rows: &[Row]) -> Option<String> {
        rows.first().map(|row| row.get(0))
    }
}
