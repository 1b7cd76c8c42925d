//! The lists that can be exported: their columns, and a row as cells. Every row names its shop, zone and currency, every
//! figure its basis and unit.

use super::table::{Cell, Column, Kind, Row, cells, column};
use domain::ShopZone;
use domain::ratio::{Percent, average};
use store::read::alerts::Alert;
use store::read::board::OpenOrder;
use store::read::figures::Day;
use store::read::issues::IssueRow;
use store::read::orders::OrderRow;
use store::read::people::{AdvisorSums, PersonSums, TechnicianSums};
use store::read::sold::SoldDay;
use store::read::{OfShop, ShopHeader};

/// Columns that every list begins with.
const SHOP: [Column; 3] = [
    column("shop_id", Kind::Whole),
    column("timezone", Kind::Text),
    column("currency", Kind::Text),
];

fn under<T>(found: OfShop<Vec<T>>, one: impl Fn(T) -> Row) -> Vec<Row> {
    let ShopHeader {
        shop_id,
        timezone,
        currency,
        ..
    } = found.shop;
    let row = |content: T| {
        let mut row: Row = cells![shop_id.0, timezone.as_str(), currency.as_str()];
        row.extend(one(content));
        row
    };
    found.content.into_iter().map(row).collect()
}

fn percent(part: i64, whole: i64) -> Cell {
    Cell::from(Percent::of(part, whole).map(Percent::hundredths))
}

fn per_hour(cents: i64, hours: i64) -> Cell {
    Cell::from(crate::routes::told::per_hour(cents, hours))
}

pub(super) const DAYS: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("date", Kind::Day),
    column("authorized_car_count", Kind::Whole),
    column("authorized_net_sales_cents", Kind::Cents),
    column("authorized_cost_cents", Kind::Cents),
    column("authorized_gross_profit_cents", Kind::Cents),
    column("authorized_gp_percent", Kind::Percent),
    column("authorized_gp_per_hour_cents", Kind::Cents),
    column("authorized_billed_hours", Kind::Hours),
    column("authorized_aro_cents", Kind::Cents),
    column("authorized_effective_labor_rate_cents", Kind::Cents),
    column("authorized_gross_sales_cents", Kind::Cents),
    column("authorized_parts_cents", Kind::Cents),
    column("authorized_parts_cost_cents", Kind::Cents),
    column("authorized_labor_cents", Kind::Cents),
    column("authorized_labor_cost_cents", Kind::Cents),
    column("authorized_sublets_cents", Kind::Cents),
    column("authorized_sublet_cost_cents", Kind::Cents),
    column("authorized_fees_cents", Kind::Cents),
    column("authorized_discounts_cents", Kind::Cents),
    column("authorized_tax_cents", Kind::Cents),
    column("authorized_job_count", Kind::Whole),
    column("potential_sales_cents", Kind::Cents),
    column("potential_pending_cents", Kind::Cents),
    column("potential_declined_cents", Kind::Cents),
    column("potential_job_count", Kind::Whole),
    column("derived_authorization_rate_percent", Kind::Percent),
];

pub(super) fn days(found: OfShop<Vec<Day>>) -> Vec<Row> {
    under(found, |row| {
        let sums = row.sums;
        cells![
            row.day,
            sums.ro_count,
            sums.net_sales,
            sums.cost,
            sums.profit,
            percent(sums.profit, sums.net_sales),
            per_hour(sums.profit, sums.hours),
            sums.hours,
            average(sums.net_sales, sums.ro_count),
            per_hour(sums.labor, sums.hours),
            sums.gross_sales,
            sums.parts,
            sums.parts_cost,
            sums.labor,
            sums.labor_cost,
            sums.sublets,
            sums.sublet_cost,
            sums.fees,
            sums.discounts,
            sums.tax,
            sums.authorized_jobs,
            sums.potential,
            sums.pending,
            sums.declined,
            sums.potential_jobs,
            percent(sums.net_sales, sums.potential),
        ]
    })
}

pub(super) const SOLD_DAYS: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("date", Kind::Day),
    column("authorized_sold_revenue_cents", Kind::Cents),
    column("authorized_sold_cost_cents", Kind::Cents),
    column("authorized_sold_profit_cents", Kind::Cents),
    column("authorized_sold_gp_percent", Kind::Percent),
    column("authorized_sold_parts_cents", Kind::Cents),
    column("authorized_sold_labor_cents", Kind::Cents),
    column("authorized_sold_sublets_cents", Kind::Cents),
    column("authorized_sold_net_cents", Kind::Cents),
    column("authorized_sold_job_count", Kind::Whole),
    column("authorized_sold_ro_count", Kind::Whole),
    column("authorized_sold_hours", Kind::Hours),
];

pub(super) fn sold_days(found: OfShop<Vec<SoldDay>>) -> Vec<Row> {
    under(found, |row| {
        let sums = row.sums;
        cells![
            row.day,
            sums.revenue,
            sums.cost,
            sums.profit,
            percent(sums.profit, sums.revenue),
            sums.parts,
            sums.labor,
            sums.sublets,
            sums.net,
            sums.job_count,
            sums.ro_count,
            sums.hours,
        ]
    })
}

pub(super) const ORDERS: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("id", Kind::Whole),
    column("ro_number", Kind::Whole),
    column("status", Kind::Text),
    column("posted_on", Kind::Day),
    column("created_at", Kind::Instant),
    column("updated_at", Kind::Instant),
    column("advisor_id", Kind::Whole),
    column("advisor_name", Kind::Text),
    column("customer_id", Kind::Whole),
    column("customer_name", Kind::Text),
    column("vehicle", Kind::Text),
    column("class", Kind::Text),
    column("authorized_net_sales_cents", Kind::Cents),
    column("authorized_cost_cents", Kind::Cents),
    column("authorized_gross_profit_cents", Kind::Cents),
    column("authorized_gp_percent", Kind::Percent),
    column("authorized_gp_per_hour_cents", Kind::Cents),
    column("authorized_gross_sales_cents", Kind::Cents),
    column("authorized_fees_cents", Kind::Cents),
    column("authorized_discounts_cents", Kind::Cents),
    column("authorized_billed_hours", Kind::Hours),
    column("authorized_job_count", Kind::Whole),
    column("potential_sales_cents", Kind::Cents),
    column("potential_pending_cents", Kind::Cents),
    column("potential_declined_cents", Kind::Cents),
    column("potential_job_count", Kind::Whole),
    column("missing_cost_count", Kind::Whole),
    column("revenue_variance_cents", Kind::Cents),
];

pub(super) fn orders(found: OfShop<Vec<OrderRow>>) -> Vec<Row> {
    under(found, |row| {
        cells![
            row.id.0,
            row.number,
            row.status,
            row.posted_on,
            row.created_at,
            row.updated_at,
            row.advisor_id.map(|id| id.0),
            row.advisor_name,
            row.customer_id.map(|id| id.0),
            row.customer_name,
            row.vehicle,
            row.class,
            row.net_sales,
            row.cost,
            row.profit,
            percent(row.profit, row.net_sales),
            per_hour(row.profit, row.hours),
            row.gross_sales,
            row.fees,
            row.discounts,
            row.hours,
            row.authorized_jobs,
            row.potential,
            row.pending,
            row.declined,
            row.potential_jobs,
            row.missing_costs,
            row.revenue_variance,
        ]
    })
}

pub(super) const BOARD: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("id", Kind::Whole),
    column("ro_number", Kind::Whole),
    column("status", Kind::Text),
    column("label", Kind::Text),
    column("custom_label", Kind::Text),
    column("advisor_name", Kind::Text),
    column("technician_name", Kind::Text),
    column("customer_name", Kind::Text),
    column("vehicle", Kind::Text),
    column("created_at", Kind::Instant),
    column("updated_at", Kind::Instant),
    column("promised_at", Kind::Instant),
    column("completed_at", Kind::Instant),
    column("authorized_net_sales_cents", Kind::Cents),
    column("authorized_gross_profit_cents", Kind::Cents),
    column("authorized_billed_hours", Kind::Hours),
    column("authorized_job_count", Kind::Whole),
    column("potential_sales_cents", Kind::Cents),
    column("potential_pending_cents", Kind::Cents),
    column("potential_declined_cents", Kind::Cents),
];

pub(super) fn board(found: OfShop<Vec<OpenOrder>>) -> Vec<Row> {
    under(found, |row| {
        cells![
            row.id,
            row.number,
            row.status,
            row.label,
            row.custom_label,
            row.advisor_name,
            row.technician_name,
            row.customer_name,
            row.vehicle,
            row.created_at,
            row.updated_at,
            row.promised_at,
            row.completed_at,
            row.net_sales,
            row.profit,
            row.hours,
            row.authorized_jobs,
            row.potential,
            row.pending,
            row.declined,
        ]
    })
}

pub(super) const ADVISORS: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("advisor_id", Kind::Whole),
    column("advisor_name", Kind::Text),
    column("authorized_ro_count", Kind::Whole),
    column("authorized_job_count", Kind::Whole),
    column("authorized_net_sales_cents", Kind::Cents),
    column("authorized_cost_cents", Kind::Cents),
    column("authorized_gross_profit_cents", Kind::Cents),
    column("authorized_gp_percent", Kind::Percent),
    column("authorized_aro_cents", Kind::Cents),
    column("authorized_parts_cents", Kind::Cents),
    column("authorized_labor_cents", Kind::Cents),
    column("authorized_sublets_cents", Kind::Cents),
    column("authorized_fees_cents", Kind::Cents),
    column("authorized_discounts_cents", Kind::Cents),
    column("authorized_billed_hours", Kind::Hours),
    column("authorized_gp_per_hour_cents", Kind::Cents),
];

pub(super) fn advisors(found: OfShop<Vec<PersonSums<AdvisorSums>>>) -> Vec<Row> {
    under(found, |row| {
        let sums = row.sums;
        cells![
            row.person.id.map(|id| id.0),
            row.person.name,
            sums.ro_count,
            sums.job_count,
            sums.net_sales,
            sums.cost,
            sums.profit,
            percent(sums.profit, sums.net_sales),
            average(sums.net_sales, sums.ro_count),
            sums.parts,
            sums.labor,
            sums.sublets,
            sums.fees,
            sums.discounts,
            sums.hours,
            per_hour(sums.profit, sums.hours),
        ]
    })
}

pub(super) const TECHNICIANS: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("technician_id", Kind::Whole),
    column("technician_name", Kind::Text),
    column("authorized_billed_hours", Kind::Hours),
    column("authorized_labor_cents", Kind::Cents),
    column("authorized_labor_cost_cents", Kind::Cents),
    column("authorized_effective_rate_cents", Kind::Cents),
    column("authorized_job_count", Kind::Whole),
    column("authorized_ro_count", Kind::Whole),
];

pub(super) fn technicians(found: OfShop<Vec<PersonSums<TechnicianSums>>>) -> Vec<Row> {
    under(found, |row| {
        let sums = row.sums;
        cells![
            row.person.id.map(|id| id.0),
            row.person.name,
            sums.hours,
            sums.labor,
            sums.labor_cost,
            per_hour(sums.labor, sums.hours),
            sums.jobs,
            sums.ros,
        ]
    })
}

pub(super) const ISSUES: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("entity_type", Kind::Text),
    column("entity_id", Kind::Whole),
    column("ro_number", Kind::Whole),
    column("code", Kind::Text),
    column("severity", Kind::Text),
    column("details", Kind::Text),
    column("first_seen_at", Kind::Instant),
    column("first_seen_on", Kind::Day),
    column("last_seen_at", Kind::Instant),
    column("resolved_at", Kind::Instant),
    column("open", Kind::Flag),
];

pub(super) fn issues(found: OfShop<Vec<IssueRow>>) -> Vec<Row> {
    let zone = ShopZone::new(&found.shop.timezone).ok();
    under(found, |row| {
        cells![
            row.entity_type,
            row.entity_id,
            row.ro_number,
            row.code,
            row.severity,
            row.details.map(|details| details.to_string()),
            row.first_seen_at,
            zone.as_ref().map(|zone| zone.day_of(row.first_seen_at)),
            row.last_seen_at,
            row.resolved_at,
            row.resolved_at.is_none(),
        ]
    })
}

pub(super) const ALERTS: &[Column] = &[
    SHOP[0],
    SHOP[1],
    SHOP[2],
    column("alert_id", Kind::Whole),
    column("rule", Kind::Text),
    column("severity", Kind::Text),
    column("metric", Kind::Text),
    column("date", Kind::Day),
    column("subject_id", Kind::Whole),
    column("value", Kind::Text),
    column("threshold", Kind::Text),
    column("message", Kind::Text),
    column("fired_at", Kind::Instant),
    column("acknowledged_at", Kind::Instant),
    column("resolved_at", Kind::Instant),
];

pub(super) fn alerts(found: OfShop<Vec<Alert>>) -> Vec<Row> {
    under(found, |row| {
        cells![
            row.id,
            row.rule,
            row.severity,
            row.metric,
            row.day,
            row.subject_id,
            row.value,
            row.threshold,
            row.message,
            row.fired_at,
            row.acknowledged_at,
            row.resolved_at,
        ]
    })
}
