//! The shape of what the database builds as JSON below an order: jobs, lines, snapshots, references. These types describe
//! it; a test reads the database's lists through them, so that neither drifts from the other.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A piece of work on an order, accepted or declined as a whole.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JobTold {
    /// The vendor's number.
    id: i64,
    /// What is done.
    name: String,
    /// Category.
    category: Option<String>,
    /// AUTHORIZED, DECLINED or PENDING: the basis of every amount of the job.
    authorization_state: String,
    /// Day it was sold, in the shop's zone.
    #[schema(format = Date)]
    sold_on: Option<String>,
    /// Accepted without a date, sold on the day it was created.
    sold_on_estimated: bool,
    /// Parts, labour and fees less discounts (cents).
    net_sales_cents: i64,
    /// Cost of parts and labour (cents).
    cost_cents: i64,
    /// Net sales less cost (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of net sales.
    gp_percent: Option<f64>,
    /// Parts (cents).
    parts_cents: i64,
    /// Their cost (cents).
    parts_cost_cents: i64,
    /// Labour (cents).
    labor_cents: i64,
    /// Its cost (cents).
    labor_cost_cents: i64,
    /// Fees (cents).
    fees_cents: i64,
    /// Discounts (cents).
    discounts_cents: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// The vendor's own subtotal (cents).
    vendor_subtotal_cents: Option<i64>,
    /// Part lines.
    parts: Vec<PartLine>,
    /// Labour lines; a technician sees his own.
    labor: Vec<LaborLine>,
    /// Sublets of the job.
    sublets: Vec<SubletLine>,
    /// Fees of the job.
    fees: Vec<FeeLine>,
    /// Discounts of the job.
    discounts: Vec<DiscountLine>,
}

/// A part.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PartLine {
    /// Stable key.
    line_key: String,
    /// What it is.
    name: String,
    /// Maker's number.
    part_number: Option<String>,
    /// Brand.
    manufacturer: Option<String>,
    /// Units (decimal text).
    quantity: String,
    /// Price of one (cents).
    retail_cents: i64,
    /// Cost of one (cents); null where unknown.
    unit_cost_cents: Option<i64>,
    /// Quantity times price, rounded once (cents).
    total_cents: i64,
    /// Quantity times cost, rounded once (cents); 0 where the cost is unknown.
    cost_cents: i64,
    /// Total less cost (cents).
    profit_cents: i64,
    /// The cost is unknown or 0.
    missing_cost: bool,
}

/// Labour. What its hours cost is null for callers who may not see pay.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LaborLine {
    /// Stable key.
    line_key: String,
    /// What is done.
    name: String,
    /// Who is credited.
    technician_id: Option<i64>,
    /// His name.
    technician_name: Option<String>,
    /// Billed hours (decimal text).
    hours: String,
    /// Price of an hour (cents).
    rate_cents: i64,
    /// Hours times rate, rounded once (cents).
    total_cents: i64,
    /// Cost of an hour in force (cents).
    cost_rate_cents: Option<i64>,
    /// Hours times cost rate, rounded once (cents).
    cost_cents: Option<i64>,
    /// Total less cost (cents).
    profit_cents: Option<i64>,
    /// `assigned`, `shop_avg` or `default`.
    rate_source: Option<String>,
    /// Day the rate was looked up for.
    #[schema(format = Date)]
    rate_effective_on: Option<String>,
}

/// Work bought from others.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubletLine {
    /// Stable key.
    line_key: String,
    /// What is done.
    name: String,
    /// Who does it.
    vendor_name: Option<String>,
    /// AUTHORIZED, DECLINED or PENDING.
    authorization_state: String,
    /// Day it was sold, in the shop's zone.
    #[schema(format = Date)]
    sold_on: Option<String>,
    /// Price (cents).
    total_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Price less cost (cents).
    profit_cents: i64,
}

/// A fee; it costs nothing.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeLine {
    /// Stable key.
    line_key: String,
    /// What it is called.
    name: String,
    /// `shop_supplies`, environmental, disposal, hazmat or other.
    fee_type: String,
    /// What is charged (cents).
    total_cents: i64,
}

/// A discount.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DiscountLine {
    /// Stable key.
    line_key: String,
    /// What it is called.
    name: String,
    /// What is taken off (cents); negative is a surcharge.
    total_cents: i64,
}

/// An order's profit at one trigger. AUTHORIZED, but for the potential sales.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnapshotTold {
    /// Day it stands for, in the shop's zone.
    #[schema(format = Date)]
    snapshot_on: String,
    /// posted, completed or manual; only posted ones bring money to a day.
    trigger: String,
    /// Grows by one per change of its inputs.
    revision: i64,
    /// Version of the rules.
    calc_version: i64,
    /// Last changed.
    #[schema(format = DateTime)]
    updated_at: String,
    /// When it stopped counting; null while it counts.
    #[schema(format = DateTime)]
    superseded_at: Option<String>,
    /// Why: unposted, reposted, uncompleted, recompleted, deleted.
    superseded_reason: Option<String>,
    /// Committed sales (cents).
    net_sales_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
    /// Gross profit in percent of committed sales.
    gp_percent: Option<f64>,
    /// Parts, labour and sublets (cents).
    gross_sales_cents: i64,
    /// Fees (cents).
    fees_cents: i64,
    /// Discounts (cents).
    discounts_cents: i64,
    /// Tax (cents).
    tax_cents: i64,
    /// POTENTIAL: everything on the estimate (cents).
    potential_sales_cents: i64,
    /// Billed hours (decimal text).
    billed_hours: String,
    /// Labour lines by where their cost rate came from (count).
    rate_sources: BTreeMap<String, i64>,
    /// `no_charge`, `low_margin`, `label` or `normal`.
    warranty_class: Option<String>,
    /// The difference to the vendor's figures, with its causes.
    variance: VarianceTold,
    /// What it said before.
    revisions: Vec<RevisionTold>,
}

/// The difference to the vendor's figures.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VarianceTold {
    /// The vendor's total less its taxes (cents).
    vendor_net_sales_cents: Option<i64>,
    /// Our committed sales less the vendor's (cents); expected 0.
    revenue_variance_cents: Option<i64>,
    /// Causes of any difference.
    codes: Vec<String>,
    /// Cause to amount in cents, from the vendor's figure to ours; adds up exactly.
    #[schema(value_type = Option<serde_json::Value>)]
    bridge: Option<Value>,
    /// The vendor's own gross profit in percent, where it gives one.
    vendor_gp_percent: Option<f64>,
    /// Ours less the vendor's (percentage points).
    variance_points: Option<f64>,
    /// Causes in words.
    reason: Option<String>,
}

/// What a snapshot said before an edit.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevisionTold {
    /// Its number.
    revision: i64,
    /// When it was replaced.
    #[schema(format = DateTime)]
    replaced_at: String,
    /// `vendor_edit`, `rate_change`, `calc_version` or `manual`.
    reason: String,
    /// Committed sales then (cents).
    net_sales_cents: Option<i64>,
    /// Cost then (cents).
    cost_cents: Option<i64>,
    /// Gross profit then (cents).
    gross_profit_cents: Option<i64>,
}

/// An open issue of an order.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderIssue {
    /// What is odd.
    code: String,
    /// info, warning, error or critical.
    severity: String,
    /// Figures that show it.
    #[schema(value_type = Option<serde_json::Value>)]
    details: Option<Value>,
    /// Since when.
    #[schema(format = DateTime)]
    first_seen_at: String,
}

/// What the vendor sent, without the record itself.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PayloadReference {
    /// When it was received.
    #[schema(format = DateTime)]
    fetched_at: String,
    /// Path it came from.
    endpoint: Option<String>,
    /// Fingerprint.
    fingerprint: String,
}

/// An order behind a day.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditedOrder {
    /// The vendor's number in its database.
    id: i64,
    /// Number printed for the customer.
    ro_number: i64,
    /// State.
    status: String,
    /// Who sold the work.
    advisor_id: Option<i64>,
    /// His name.
    advisor_name: Option<String>,
    /// Year, make, model.
    vehicle: Option<String>,
    /// Customer; null for callers who may not see personal data.
    customer_name: Option<String>,
    /// AUTHORIZED committed sales (cents).
    net_sales_cents: i64,
    /// AUTHORIZED cost (cents).
    cost_cents: i64,
    /// AUTHORIZED gross profit (cents).
    gross_profit_cents: i64,
    /// AUTHORIZED gross profit in percent of committed sales.
    gp_percent: Option<f64>,
    /// POTENTIAL: everything on the estimate (cents).
    potential_sales_cents: i64,
    /// POTENTIAL: work not decided yet (cents).
    pending_cents: i64,
    /// POTENTIAL: work refused (cents).
    declined_cents: i64,
    /// AUTHORIZED billed hours (decimal text).
    billed_hours: String,
    /// AUTHORIZED jobs (count).
    authorized_job_count: i64,
    /// POTENTIAL: jobs on the estimate (count).
    potential_job_count: i64,
    /// The vendor's total less its taxes (cents).
    vendor_net_sales_cents: Option<i64>,
    /// Our committed sales less the vendor's (cents); expected 0.
    revenue_variance_cents: Option<i64>,
    /// Causes of any difference.
    variance_codes: Vec<String>,
    /// Revision of the snapshot.
    revision: i64,
    /// Its jobs.
    jobs: Vec<AuditedJob>,
    /// Codes of its open issues.
    issues: Vec<String>,
}

/// A job of an order behind a day.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditedJob {
    /// The vendor's number.
    id: i64,
    /// What is done.
    name: String,
    /// AUTHORIZED, DECLINED or PENDING: the basis of every amount of the job.
    authorization_state: String,
    /// Day it was sold, in the shop's zone.
    #[schema(format = Date)]
    sold_on: Option<String>,
    /// Parts (cents).
    parts_cents: i64,
    /// Labour (cents).
    labor_cents: i64,
    /// Fees (cents).
    fees_cents: i64,
    /// Discounts (cents).
    discounts_cents: i64,
    /// Net sales (cents).
    net_sales_cents: i64,
    /// Cost (cents).
    cost_cents: i64,
    /// Gross profit (cents).
    gross_profit_cents: i64,
}

#[cfg(test)]
mod tests {
    use super::{
        AuditedOrder, DiscountLine, FeeLine, JobTold, OrderIssue, PayloadReference, SnapshotTold,
        SubletLine,
    };
    use domain::OrderId;
    use jiff::civil::date;
    use serde::de::DeserializeOwned;
    use store::read::audit::Audit;
    use store::read::order::Order;
    use store::read::run;
    use store::{Identity, Session};
    use testkit::loaded::{Loaded, ROLES};
    use testkit::worlds;

    const NOW: &str = "2026-07-20T16:00:00Z";

    fn read<T: DeserializeOwned>(list: &str) -> usize {
        let lines: Vec<T> = serde_json::from_str(list).unwrap_or_else(|e| panic!("{e}: {list}"));
        lines.len()
    }

    #[tokio::test]
    async fn the_database_builds_what_the_description_says() {
        let loaded = Loaded::new("lines_shape", NOW, &worlds::g3()).await;
        for (role, user) in ROLES {
            let claims = format!("{{\"sub\":\"{user}\",\"role\":\"authenticated\"}}");
            let session = Session::begin(&loaded.database, &Identity::User(claims))
                .await
                .expect("a session");
            let reading = Order {
                shop: loaded.shop,
                now: NOW.parse().expect("an instant"),
                order: OrderId(310_045_001),
            };
            let order = run(&session, &reading).await.expect("an answer");
            let order = order.expect("the order").content;
            assert_eq!(read::<JobTold>(&order.jobs), 4, "{role}");
            assert_eq!(read::<SubletLine>(&order.sublets), 1, "{role}");
            assert_eq!(read::<FeeLine>(&order.fees), 1, "{role}");
            assert_eq!(read::<DiscountLine>(&order.discounts), 1, "{role}");
            assert_eq!(read::<SnapshotTold>(&order.snapshots), 2, "{role}");
            read::<OrderIssue>(&order.issues);
            read::<PayloadReference>(&order.payloads);
            let reading = Audit {
                shop: loaded.shop,
                now: NOW.parse().expect("an instant"),
                day: date(2026, 7, 10),
            };
            let day = run(&session, &reading).await.expect("an answer");
            let day = day.expect("the shop").content;
            assert_eq!(read::<AuditedOrder>(&day.lines), 1, "{role}");
        }
    }
}
