//! `ops.tasks` as callers see it: asked for, looked at, cancelled.

use crate::read::Reading;
use domain::ShopId;
use jiff::Timestamp;
use serde_json::Value;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

/// A piece of long work.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its number.
    pub task_id: Uuid,
    /// sync_run, backfill, snapshots_build, metrics_rebuild, order_refresh.
    pub kind: String,
    /// queued, running, done, failed, cancelled.
    pub status: String,
    /// What was asked.
    pub arguments: Value,
    /// When.
    pub requested_at: Timestamp,
    /// When it was last begun.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// When somebody asked to stop it.
    pub cancel_requested_at: Option<Timestamp>,
    /// Units done.
    pub progress_done: i64,
    /// Units in all, where known.
    pub progress_total: Option<i64>,
    /// What it is at.
    pub progress_note: Option<String>,
    /// List of `{stream, done, total}`, for work that reads streams.
    pub progress_streams: Option<Value>,
    /// Why it failed, stable.
    pub error_code: Option<String>,
    /// Why it failed, for people.
    pub error: Option<String>,
    /// What it did.
    pub result: Option<Value>,
}

// A macro, because statements are constants and `concat!` takes literals only.
macro_rules! columns {
    () => {
        "task_id, kind, status, arguments, requested_at, started_at, finished_at, cancel_requested_at, \
         progress_done, progress_total, progress_note, progress_streams, error_code, error, result"
    };
}

fn task(row: &Row) -> Task {
    Task {
        task_id: row.get(0),
        kind: row.get(1),
        status: row.get(2),
        arguments: row.get(3),
        requested_at: row.get(4),
        started_at: row.get(5),
        finished_at: row.get(6),
        cancel_requested_at: row.get(7),
        progress_done: row.get(8),
        progress_total: row.get(9),
        progress_note: row.get(10),
        progress_streams: row.get(11),
        error_code: row.get(12),
        error: row.get(13),
        result: row.get(14),
    }
}

/// Asks for a task in the caller's own name.
#[derive(Clone, Debug)]
pub struct NewTask {
    /// The shop it works on.
    pub shop: ShopId,
    /// Its number.
    pub task_id: Uuid,
    /// What to do.
    pub kind: &'static str,
    /// With what.
    pub arguments: Value,
}

impl Reading for NewTask {
    type Answer = Option<Task>;

    fn sql(&self) -> &'static str {
        concat!(
            "insert into ops.tasks (shop_id, task_id, kind, arguments, requested_by) \
             values ($1, $2, $3, $4, warehouse.current_user_id()) returning ",
            columns!()
        )
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.task_id, &self.kind, &self.arguments]
    }

    fn answer(&self, rows: &[Row]) -> Option<Task> {
        rows.first().map(task)
    }
}

/// One task.
#[derive(Clone, Copy, Debug)]
pub struct TaskOf {
    /// Its shop.
    pub shop: ShopId,
    /// Its number.
    pub task_id: Uuid,
}

impl Reading for TaskOf {
    type Answer = Option<Task>;

    fn sql(&self) -> &'static str {
        concat!(
            "select ",
            columns!(),
            " from ops.tasks where shop_id = $1 and task_id = $2"
        )
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.task_id]
    }

    fn answer(&self, rows: &[Row]) -> Option<Task> {
        rows.first().map(task)
    }
}

/// Asks a task to stop: one that waits ends at once, one that runs at its next safe place. None where it has ended.
#[derive(Clone, Copy, Debug)]
pub struct CancelTask(pub TaskOf);

impl Reading for CancelTask {
    type Answer = Option<Task>;

    fn sql(&self) -> &'static str {
        concat!(
            "update ops.tasks set cancel_requested_at = coalesce(cancel_requested_at, now()), \
               status = case status when 'queued' then 'cancelled' else status end, \
               finished_at = case status when 'queued' then now() end \
             where shop_id = $1 and task_id = $2 and status in ('queued', 'running') returning ",
            columns!()
        )
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.0.shop.0, &self.0.task_id]
    }

    fn answer(&self, rows: &[Row]) -> Option<Task> {
        rows.first().map(task)
    }
}

/// A shop's tasks, newest first; none where the caller does not see the shop.
#[derive(Clone, Copy, Debug)]
pub struct TasksOf {
    /// The shop.
    pub shop: ShopId,
    /// When the last task of the page before was asked for.
    pub after_at: Option<Timestamp>,
    /// Its number.
    pub after_id: Option<Uuid>,
    /// Rows at most.
    pub limit: i64,
}

impl Reading for TasksOf {
    type Answer = Option<Vec<Task>>;

    fn sql(&self) -> &'static str {
        concat!(
            "with seen as (select $1::bigint = any((select warehouse.current_shops())::bigint[]) as yes), \
             page as (select * from ops.tasks where shop_id = $1 \
               and ($2::timestamptz is null or (requested_at, task_id) < ($2, $3::uuid)) \
               order by requested_at desc, task_id desc limit $4) \
             select ",
            columns!(),
            ", seen.yes from seen left join page on true order by requested_at desc, task_id desc"
        )
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![&self.shop.0, &self.after_at, &self.after_id, &self.limit]
    }

    fn answer(&self, rows: &[Row]) -> Option<Vec<Task>> {
        let seen = rows.first().is_some_and(|row| row.get(15));
        let present = |row: &&Row| row.get::<_, Option<Uuid>>(0).is_some();
        let tasks = rows.iter().filter(present).map(task).collect();
        seen.then_some(tasks)
    }
}
