//! The sums of shop days: what every ratio of a day or a period is computed from.

use super::header::Cells;

/// Sums of `daily_shop_metrics` over one day or many. Cents, counts, and hours in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Days with a posted order.
    pub days_with_data: i64,
    /// Posted orders, the car count.
    pub ro_count: i64,
    /// Completed orders; they bring no money.
    pub completed_count: i64,
    /// AUTHORIZED net sales.
    pub net_sales: i64,
    /// AUTHORIZED cost of parts, labour and sublets.
    pub cost: i64,
    /// AUTHORIZED profit.
    pub profit: i64,
    /// AUTHORIZED parts, labour and sublets before fees, discounts, tax.
    pub gross_sales: i64,
    /// AUTHORIZED parts.
    pub parts: i64,
    /// AUTHORIZED cost of parts.
    pub parts_cost: i64,
    /// AUTHORIZED labour.
    pub labor: i64,
    /// AUTHORIZED cost of labour.
    pub labor_cost: i64,
    /// AUTHORIZED sublets.
    pub sublets: i64,
    /// AUTHORIZED cost of sublets.
    pub sublet_cost: i64,
    /// AUTHORIZED fees.
    pub fees: i64,
    /// AUTHORIZED discounts.
    pub discounts: i64,
    /// AUTHORIZED tax.
    pub tax: i64,
    /// POTENTIAL sales.
    pub potential: i64,
    /// POTENTIAL work not decided yet.
    pub pending: i64,
    /// POTENTIAL work refused.
    pub declined: i64,
    /// AUTHORIZED jobs.
    pub authorized_jobs: i64,
    /// POTENTIAL jobs, whatever their state.
    pub potential_jobs: i64,
    /// POTENTIAL jobs not decided yet.
    pub pending_jobs: i64,
    /// POTENTIAL jobs refused.
    pub declined_jobs: i64,
    /// AUTHORIZED billed hours, ten-thousandths.
    pub hours: i64,
}

/// Columns of `daily_shop_metrics` in the order of [`Sums`], after the count of days.
const COLUMNS: [&str; 23] = [
    "ro_count",
    "ro_completed_count",
    "authorized_revenue",
    "authorized_cost",
    "authorized_profit",
    "gross_sales",
    "parts_revenue",
    "parts_cost",
    "labor_revenue",
    "labor_cost",
    "sublet_revenue",
    "sublet_cost",
    "fees_total",
    "discount_total",
    "tax_total",
    "potential_revenue",
    "pending_revenue",
    "declined_revenue",
    "authorized_job_count",
    "potential_job_count",
    "pending_job_count",
    "declined_job_count",
    "labor_hours * 10000",
];

impl Sums {
    pub(super) fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            days_with_data: cells.next(),
            ro_count: cells.next(),
            completed_count: cells.next(),
            net_sales: cells.next(),
            cost: cells.next(),
            profit: cells.next(),
            gross_sales: cells.next(),
            parts: cells.next(),
            parts_cost: cells.next(),
            labor: cells.next(),
            labor_cost: cells.next(),
            sublets: cells.next(),
            sublet_cost: cells.next(),
            fees: cells.next(),
            discounts: cells.next(),
            tax: cells.next(),
            potential: cells.next(),
            pending: cells.next(),
            declined: cells.next(),
            authorized_jobs: cells.next(),
            potential_jobs: cells.next(),
            pending_jobs: cells.next(),
            declined_jobs: cells.next(),
            hours: cells.next(),
        }
    }

    /// Adds another range's sums.
    pub fn add(&mut self, other: &Self) {
        self.days_with_data += other.days_with_data;
        self.ro_count += other.ro_count;
        self.completed_count += other.completed_count;
        self.net_sales += other.net_sales;
        self.cost += other.cost;
        self.profit += other.profit;
        self.gross_sales += other.gross_sales;
        self.parts += other.parts;
        self.parts_cost += other.parts_cost;
        self.labor += other.labor;
        self.labor_cost += other.labor_cost;
        self.sublets += other.sublets;
        self.sublet_cost += other.sublet_cost;
        self.fees += other.fees;
        self.discounts += other.discounts;
        self.tax += other.tax;
        self.potential += other.potential;
        self.pending += other.pending;
        self.declined += other.declined;
        self.authorized_jobs += other.authorized_jobs;
        self.potential_jobs += other.potential_jobs;
        self.pending_jobs += other.pending_jobs;
        self.declined_jobs += other.declined_jobs;
        self.hours += other.hours;
    }
}

/// The sums over rows of `daily_shop_metrics` under the alias `m`.
pub(super) fn over_days() -> String {
    let sums = COLUMNS
        .iter()
        .map(|column| format!("coalesce(sum(m.{column}), 0)::bigint"));
    std::iter::once("count(*) filter (where m.ro_count > 0)".to_owned())
        .chain(sums)
        .zip(NAMES)
        .map(|(sum, name)| format!("{sum} as {name}"))
        .collect::<Vec<_>>()
        .join(",\n    ")
}

/// One row of `daily_shop_metrics` under the alias `m`, in the same columns.
pub(super) fn of_day() -> String {
    let cells = COLUMNS.iter().map(|column| format!("(m.{column})::bigint"));
    std::iter::once("(m.ro_count > 0)::int::bigint".to_owned())
        .chain(cells)
        .collect::<Vec<_>>()
        .join(",\n    ")
}

/// The same sums from snapshots under the alias `s`, of the posted ones; the two counts of orders are the statement's.
pub(super) fn over_snapshots() -> String {
    COLUMNS
        .iter()
        .zip(&NAMES[1..])
        .skip(2)
        .map(|(column, name)| {
            format!(
                "coalesce(sum(s.{column}) filter (where s.snapshot_trigger = 'posted'), 0)::bigint as {name}"
            )
        })
        .collect::<Vec<_>>()
        .join(",\n    ")
}

/// The sums by name, under an alias.
pub(super) fn named(alias: &str) -> String {
    NAMES
        .iter()
        .map(|name| format!("{alias}.{name}"))
        .collect::<Vec<_>>()
        .join(", ")
}

const NAMES: [&str; 24] = [
    "days_with_data",
    "ro_count",
    "completed_count",
    "net_sales",
    "cost",
    "profit",
    "gross_sales",
    "parts",
    "parts_cost",
    "labor",
    "labor_cost",
    "sublets",
    "sublet_cost",
    "fees",
    "discounts",
    "tax",
    "potential",
    "pending",
    "declined",
    "authorized_jobs",
    "potential_jobs",
    "pending_jobs",
    "declined_jobs",
    "hours",
];
