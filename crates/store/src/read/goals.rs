//! Goals: read by everybody in the shop, set by owners and managers.

use super::header::{OfShop, below};
use super::sums::Sums;
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use jiff::Timestamp;
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static GOALS: LazyLock<String> = LazyLock::new(|| expand(include_str!("goals.sql")));
const PUT: &str = include_str!("goals_put.sql");
const DELETE: &str = "delete from warehouse.goals where shop_id = $1 and scope = $2 \
    and subject_key = coalesce($3::bigint, 0) and metric = $4 and period = $5 and period_start = $6 returning 1";

/// The goals of periods that begin in a range.
#[derive(Clone, Debug)]
pub struct Goals {
    /// Shop.
    pub shop: ShopId,
    /// Whose "today" the header names.
    pub now: Timestamp,
    /// First beginning.
    pub from: ShopDay,
    /// Last beginning.
    pub to: ShopDay,
    /// shop, advisor or technician; none for all.
    pub scope: Option<String>,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// shop, advisor or technician.
    pub scope: String,
    /// Who; none for the whole shop.
    pub subject_id: Option<i64>,
    /// His name.
    pub subject_name: Option<String>,
    /// Key of the metric catalogue.
    pub metric: String,
    /// day, week or month.
    pub period: String,
    /// First day of the period.
    pub period_start: ShopDay,
    /// Its last day.
    pub period_end: ShopDay,
    /// Decimal text in the metric's own unit; money in cents.
    pub target: String,
    /// When it was last set.
    pub updated_at: Timestamp,
    /// AUTHORIZED work sold from the first day to today or the last (cents); for a goal of sold work.
    pub sold: i64,
    /// AUTHORIZED profit of it (cents).
    pub sold_profit: i64,
    /// What the goal's subject has posted from the first day to today or the last; what is not measured of it is 0.
    pub sums: Sums,
}

impl Reading for Goals {
    type Answer = Option<OfShop<Vec<Goal>>>;

    fn sql(&self) -> &'static str {
        &GOALS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.now, &self.from, &self.to, &self.scope]
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        below(rows, |cells| Goal {
            scope: cells.next(),
            subject_id: cells.next(),
            subject_name: cells.next(),
            metric: cells.next(),
            period: cells.next(),
            period_start: cells.next(),
            period_end: cells.next(),
            target: cells.next(),
            updated_at: cells.next(),
            sold: cells.next(),
            sold_profit: cells.next(),
            sums: Sums::read(cells),
        })
    }
}

/// Which goal: its key.
#[derive(Clone, Debug)]
pub struct GoalKey {
    /// Shop.
    pub shop: ShopId,
    /// shop, advisor or technician.
    pub scope: String,
    /// Who; none for the whole shop.
    pub subject_id: Option<i64>,
    /// Key of the metric catalogue.
    pub metric: String,
    /// day, week or month.
    pub period: String,
    /// First day of the period.
    pub period_start: ShopDay,
}

/// A goal to set.
#[derive(Clone, Debug)]
pub struct PutGoal {
    /// Which.
    pub key: GoalKey,
    /// Decimal text in the metric's own unit; money in cents.
    pub target: String,
    /// Now.
    pub now: Timestamp,
}

impl GoalKey {
    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.shop.0,
            &self.scope,
            &self.subject_id,
            &self.metric,
            &self.period,
            &self.period_start,
        ]
    }
}

impl Reading for PutGoal {
    /// Whether it is new; none when nothing was written.
    type Answer = Option<bool>;

    fn sql(&self) -> &'static str {
        PUT
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.key.parameters();
        parameters.push(&self.target);
        parameters.push(&self.now);
        parameters
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        rows.first().map(|row| row.get(0))
    }
}

/// A goal to take back.
#[derive(Clone, Debug)]
pub struct DeleteGoal {
    /// Which.
    pub key: GoalKey,
}

impl Reading for DeleteGoal {
    /// Whether there was one.
    type Answer = bool;

    fn sql(&self) -> &'static str {
        DELETE
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.key.parameters()
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        !rows.is_empty()
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 3] {
    [
        ("goals", &GOALS),
        ("goals_put", PUT),
        ("goals_delete", DELETE),
    ]
}
