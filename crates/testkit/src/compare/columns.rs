//! The warehouse's columns as the oracle would fill them, table by table.

use crate::oracle::{
    AdvisorDay, JobFigures, OrderFigures, OrderSums, ShopDay, SnapshotFigures, SnapshotKey,
    SnapshotTrigger, SoldDay, TechDay,
};
use jiff::civil::Date;
use serde_json::{Value, json};

/// A value the warehouse must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Whole number: cents, a count, an id.
    Whole(Option<i64>),
    /// Hours or a percentage, in ten-thousandths.
    FourDecimals(Option<i64>),
    /// Text, flag, list or object, as JSON.
    Json(Value),
}

pub type Columns = Vec<(&'static str, Cell)>;

pub fn snapshot_key(key: &SnapshotKey) -> String {
    format!(
        "{}/{}/{}",
        key.repair_order_id,
        key.snapshot_date,
        key.trigger.as_str()
    )
}

pub fn person_key((day, person): &(Date, Option<i64>)) -> String {
    format!(
        "{day}/{}",
        person.map_or_else(|| "null".to_owned(), |id| id.to_string())
    )
}

fn whole(value: i64) -> Cell {
    Cell::Whole(Some(value))
}

fn hours(value: i64) -> Cell {
    Cell::FourDecimals(Some(value))
}

fn day(value: Option<Date>) -> Cell {
    Cell::Json(json!(value.map(|day| day.to_string())))
}

fn text(value: &str) -> Cell {
    Cell::Json(json!(value))
}

pub fn order(order: &OrderFigures) -> Columns {
    let mut columns = vec![
        ("status", text(order.status)),
        ("is_deleted", Cell::Json(json!(order.is_deleted))),
    ];
    if order.is_deleted {
        return columns;
    }
    columns.extend([
        ("ro_number", Cell::Whole(order.ro_number)),
        ("service_advisor_id", Cell::Whole(order.service_advisor_id)),
        ("posted_date", day(order.posted_date)),
        ("completed_date", day(order.completed_date)),
    ]);
    columns.extend(order_sum_columns(&order.sums));
    columns
}

fn order_sum_columns(sums: &OrderSums) -> Columns {
    vec![
        ("gross_sales", whole(sums.gross_sales)),
        ("net_sales", whole(sums.net_sales)),
        ("invoice_total", whole(sums.invoice_total)),
        ("authorized_total", whole(sums.authorized_total)),
        ("authorized_revenue", whole(sums.net_sales)),
        ("authorized_cost", whole(sums.authorized_cost)),
        ("authorized_profit", whole(sums.authorized_profit)),
        (
            "authorized_gp_percent",
            Cell::FourDecimals(sums.authorized_gp_percent()),
        ),
        ("authorized_fees_total", whole(sums.fees_total)),
        ("authorized_discount", whole(sums.discount_total)),
        ("authorized_job_count", whole(sums.authorized_job_count)),
        ("authorized_parts_total", whole(sums.parts_revenue)),
        ("authorized_labor_total", whole(sums.labor_revenue)),
        ("authorized_sublet_total", whole(sums.sublet_revenue)),
        ("authorized_labor_hours", hours(sums.labor_hours)),
        ("pending_total", whole(sums.pending_total)),
        ("declined_total", whole(sums.declined_total)),
        ("pending_job_count", whole(sums.pending_job_count)),
        ("declined_job_count", whole(sums.declined_job_count)),
        ("potential_total", whole(sums.potential_total)),
        ("potential_tax", whole(sums.tax_total)),
        ("potential_discount", whole(sums.potential_discount)),
        ("potential_job_count", whole(sums.potential_job_count)),
        ("potential_parts_total", whole(sums.potential_parts_total)),
        ("potential_labor_total", whole(sums.potential_labor_total)),
        ("potential_sublet_total", whole(sums.potential_sublet_total)),
        ("potential_fees_total", whole(sums.potential_fees_total)),
    ]
}

pub fn job(order: &OrderFigures, job: &JobFigures) -> Columns {
    let mut columns = vec![
        (
            "authorization_state",
            text(job.authorization_state.as_str()),
        ),
        ("sold_date", day(job.sold_date)),
        (
            "sold_date_estimated",
            Cell::Json(json!(job.sold_date_estimated)),
        ),
        ("parts_total", whole(job.parts_total)),
        ("parts_cost", whole(job.parts_cost)),
        ("labor_total", whole(job.labor_total)),
        ("labor_hours", hours(job.labor_hours)),
        ("fees_total", whole(job.fees_total)),
        ("discount_total", whole(job.discount_total)),
        ("job_revenue", whole(job.job_revenue)),
    ];
    let booked = order.is_closed_to_books() && order.posted_date.is_some();
    if booked || job.sold_date.is_some() {
        columns.extend([
            ("labor_cost", whole(job.labor_cost)),
            ("job_cost", whole(job.job_cost)),
            ("job_profit", whole(job.job_profit)),
        ]);
    }
    columns
}

pub fn snapshot(key: &SnapshotKey, row: &SnapshotFigures) -> Columns {
    let sums = &row.sums;
    let mut columns = vec![
        ("ro_status", text(row.ro_status)),
        ("ro_number", Cell::Whole(row.ro_number)),
        ("service_advisor_id", Cell::Whole(row.service_advisor_id)),
        ("authorized_revenue", whole(sums.net_sales)),
        ("authorized_cost", whole(sums.authorized_cost)),
        ("authorized_profit", whole(sums.authorized_profit)),
        (
            "authorized_gp_percent",
            Cell::FourDecimals(sums.authorized_gp_percent()),
        ),
        ("authorized_job_count", whole(sums.authorized_job_count)),
        ("parts_revenue", whole(sums.parts_revenue)),
        ("parts_cost", whole(sums.parts_cost)),
        ("parts_profit", whole(sums.parts_revenue - sums.parts_cost)),
        ("labor_revenue", whole(sums.labor_revenue)),
        ("labor_cost", whole(sums.labor_cost)),
        ("labor_profit", whole(sums.labor_revenue - sums.labor_cost)),
        ("labor_hours", hours(sums.labor_hours)),
        ("sublet_revenue", whole(sums.sublet_revenue)),
        ("sublet_cost", whole(sums.sublet_cost)),
        ("fees_total", whole(sums.fees_total)),
        ("discount_total", whole(sums.discount_total)),
        ("tax_total", whole(sums.tax_total)),
        ("gross_sales", whole(sums.gross_sales)),
        ("invoice_total", whole(sums.invoice_total)),
        ("potential_revenue", whole(sums.potential_total)),
        ("potential_job_count", whole(sums.potential_job_count)),
        ("pending_revenue", whole(sums.pending_total)),
        ("declined_revenue", whole(sums.declined_total)),
        ("rate_sources", Cell::Json(json!(sums.rate_sources))),
        ("vendor_net_sales", Cell::Whole(row.vendor_net_sales)),
    ];
    if key.trigger == SnapshotTrigger::Posted {
        let causes = row.variance_causes.iter().map(|(code, _)| *code);
        let codes: Vec<&str> = causes.chain(row.loss_code).collect();
        columns.push(("revenue_variance", Cell::Whole(row.revenue_variance)));
        columns.push(("variance_codes", Cell::Json(json!(codes))));
    }
    columns
}

pub fn shop(row: &ShopDay) -> Columns {
    let mut columns = shop_sum_columns(row);
    columns.extend([
        (
            "authorized_gp_percent",
            Cell::FourDecimals(row.authorized_gp_percent()),
        ),
        (
            "parts_gp_percent",
            Cell::FourDecimals(row.parts_gp_percent()),
        ),
        (
            "labor_gp_percent",
            Cell::FourDecimals(row.labor_gp_percent()),
        ),
        (
            "authorization_rate",
            Cell::FourDecimals(row.authorization_rate()),
        ),
        ("avg_ro_value", Cell::Whole(row.avg_ro_value())),
        ("avg_ro_profit", Cell::Whole(row.avg_ro_profit())),
        ("avg_labor_rate", Cell::Whole(row.avg_labor_rate())),
        ("gp_per_labor_hour", Cell::Whole(row.gp_per_labor_hour())),
        ("gp_per_hour", Cell::Whole(row.gp_per_hour())),
    ]);
    columns
}

fn shop_sum_columns(row: &ShopDay) -> Columns {
    vec![
        ("ro_count", whole(row.ro_count)),
        ("ro_posted_count", whole(row.ro_posted_count)),
        ("ro_completed_count", whole(row.ro_completed_count)),
        ("source_snapshot_count", whole(row.source_snapshot_count)),
        ("authorized_revenue", whole(row.authorized_revenue)),
        ("authorized_cost", whole(row.authorized_cost)),
        ("authorized_profit", whole(row.authorized_profit)),
        ("gross_sales", whole(row.gross_sales)),
        ("fees_total", whole(row.fees_total)),
        ("discount_total", whole(row.discount_total)),
        ("tax_total", whole(row.tax_total)),
        ("parts_revenue", whole(row.parts_revenue)),
        ("parts_cost", whole(row.parts_cost)),
        ("parts_profit", whole(row.parts_profit)),
        ("labor_revenue", whole(row.labor_revenue)),
        ("labor_cost", whole(row.labor_cost)),
        ("labor_profit", whole(row.labor_profit)),
        ("labor_hours", hours(row.labor_hours)),
        ("sublet_revenue", whole(row.sublet_revenue)),
        ("sublet_cost", whole(row.sublet_cost)),
        ("authorized_job_count", whole(row.authorized_job_count)),
        ("potential_job_count", whole(row.potential_job_count)),
        ("declined_job_count", whole(row.declined_job_count)),
        ("potential_revenue", whole(row.potential_revenue)),
        ("pending_revenue", whole(row.pending_revenue)),
        ("declined_revenue", whole(row.declined_revenue)),
        ("sold_revenue", whole(row.sold_revenue)),
        ("sold_profit", whole(row.sold_profit)),
        ("sold_job_count", whole(row.sold_job_count)),
        ("sold_ro_count", whole(row.sold_ro_count)),
    ]
}

pub fn tech(row: &TechDay) -> Columns {
    vec![
        ("hours_billed", hours(row.hours_billed)),
        ("labor_revenue", whole(row.labor_revenue)),
        ("labor_cost", whole(row.labor_cost)),
        ("labor_profit", whole(row.labor_profit)),
        (
            "labor_gp_percent",
            Cell::FourDecimals(row.labor_gp_percent()),
        ),
        ("hourly_rate", Cell::Whole(row.hourly_rate())),
        ("hourly_cost", Cell::Whole(row.hourly_cost())),
        ("gp_per_hour", Cell::Whole(row.gp_per_hour())),
        ("jobs_worked", whole(row.jobs_worked)),
        ("ros_worked", whole(row.ros_worked)),
        ("rate_sources", Cell::Json(json!(row.rate_sources))),
    ]
}

pub fn advisor(row: &AdvisorDay) -> Columns {
    vec![
        ("ro_count", whole(row.ro_count)),
        ("job_count", whole(row.job_count)),
        ("net_sales", whole(row.net_sales)),
        ("cost", whole(row.cost)),
        ("profit", whole(row.profit)),
        ("parts_revenue", whole(row.parts_revenue)),
        ("labor_revenue", whole(row.labor_revenue)),
        ("sublet_revenue", whole(row.sublet_revenue)),
        ("fees_total", whole(row.fees_total)),
        ("labor_hours", hours(row.labor_hours)),
        ("gp_percent", Cell::FourDecimals(row.gp_percent())),
        ("aro", Cell::Whole(row.aro())),
        ("gp_per_hour", Cell::Whole(row.gp_per_hour())),
    ]
}

pub fn sold(row: &SoldDay) -> Columns {
    vec![
        ("revenue", whole(row.revenue)),
        ("cost", whole(row.cost)),
        ("profit", whole(row.profit)),
        ("parts_revenue", whole(row.parts_revenue)),
        ("labor_revenue", whole(row.labor_revenue)),
        ("sublet_revenue", whole(row.sublet_revenue)),
        ("sold_net", whole(row.sold_net)),
        ("job_count", whole(row.job_count)),
        ("ro_count", whole(row.ro_count)),
        ("labor_hours", hours(row.labor_hours)),
    ]
}
