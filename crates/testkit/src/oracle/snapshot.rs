//! Snapshots: the order at its posted and its completed day.

use super::{
    order::{OrderFigures, OrderSums},
    variance::{self, Cause},
};
use jiff::civil::Date;

/// What made the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SnapshotTrigger {
    /// Closed to the books; the only one that counts money on a day.
    Posted,
    /// The work is done.
    Completed,
}

impl SnapshotTrigger {
    /// The word stored in `ro_snapshots.snapshot_trigger`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Completed => "completed",
        }
    }
}

/// The identity of a snapshot within its shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotKey {
    /// The order's vendor id.
    pub repair_order_id: i64,
    /// Shop day.
    pub snapshot_date: Date,
    /// Trigger.
    pub trigger: SnapshotTrigger,
}

/// A current snapshot.
#[derive(Clone, Debug)]
pub struct SnapshotFigures {
    /// Status of the order.
    pub ro_status: &'static str,
    /// Number of the order.
    pub ro_number: Option<i64>,
    /// Advisor's employee id.
    pub service_advisor_id: Option<i64>,
    /// The order's sums.
    pub sums: OrderSums,
    /// The vendor's `totalSales − taxes` in cents.
    pub vendor_net_sales: Option<i64>,
    /// Ours − the vendor's, in cents; `None` on a completed snapshot.
    pub revenue_variance: Option<i64>,
    /// Named parts of `revenue_variance`.
    pub variance_causes: Vec<Cause>,
    /// Name of a loss.
    pub loss_code: Option<&'static str>,
}

/// The snapshots an order has now; a deleted order has none.
pub fn snapshots_of(order: &OrderFigures) -> Vec<(SnapshotKey, SnapshotFigures)> {
    let posted_on = order.posted_date.filter(|_| order.is_closed_to_books());
    let may_complete = !matches!(order.status, "DELETED" | "SAVEDFORLATER");
    let completed_on = order.completed_date.filter(|_| may_complete);
    let days = [
        (SnapshotTrigger::Posted, posted_on),
        (SnapshotTrigger::Completed, completed_on),
    ];
    days.into_iter()
        .filter(|_| !order.is_deleted)
        .filter_map(|(trigger, day)| Some((key(order, trigger, day?), figures(order, trigger))))
        .collect()
}

fn key(order: &OrderFigures, trigger: SnapshotTrigger, snapshot_date: Date) -> SnapshotKey {
    SnapshotKey {
        repair_order_id: order.id,
        snapshot_date,
        trigger,
    }
}

fn figures(order: &OrderFigures, trigger: SnapshotTrigger) -> SnapshotFigures {
    let is_posted = trigger == SnapshotTrigger::Posted;
    SnapshotFigures {
        ro_status: order.status,
        ro_number: order.ro_number,
        service_advisor_id: order.service_advisor_id,
        sums: order.sums.clone(),
        vendor_net_sales: order.vendor.net_sales(),
        revenue_variance: variance::revenue_variance(order).filter(|_| is_posted),
        variance_causes: if is_posted {
            variance::revenue_causes(order)
        } else {
            Vec::new()
        },
        loss_code: order.sums.loss_code(),
    }
}
