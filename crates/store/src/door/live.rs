//! What a live feed looks at: a few words that change when a shop's data does.

use crate::read::Reading;
use domain::ShopId;
use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// The state of a shop, as far as somebody who watches it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveState {
    /// When its orders were last read to their end.
    pub as_of: Option<Timestamp>,
    /// When a figure of its days last changed.
    pub figures_at: Option<Timestamp>,
    /// Its newest alert.
    pub last_alert: Option<i64>,
    /// Alerts that nobody has taken charge of.
    pub open_alerts: i64,
    /// Tasks that wait or run.
    pub open_tasks: i64,
}

/// Reads it; none where the caller does not (or no longer) see the shop.
#[derive(Clone, Copy, Debug)]
pub struct Live(pub ShopId);

impl Reading for Live {
    type Answer = Option<LiveState>;

    fn sql(&self) -> &'static str {
        "select v.as_of, \
           (select max(d.updated_at) from warehouse.daily_shop_metrics d \
             where d.shop_id = $1 and d.metric_date > current_date - 35), \
           (select max(a.alert_id) from warehouse.alerts a where a.shop_id = $1), \
           (select count(*) from warehouse.alerts a \
             where a.shop_id = $1 and a.acknowledged_at is null and a.resolved_at is null), \
           (select count(*) from ops.tasks t where t.shop_id = $1 and t.status in ('queued', 'running')) \
         from warehouse.v_shop_header v where v.shop_id = $1"
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.0.0]
    }

    fn answer(&self, rows: &[Row]) -> Option<LiveState> {
        rows.first().map(|row| LiveState {
            as_of: row.get(0),
            figures_at: row.get(1),
            last_alert: row.get(2),
            open_alerts: row.get(3),
            open_tasks: row.get(4),
        })
    }
}
