//! Days: sums of posted snapshots per shop, technician and advisor, and of sold work.

use super::{
    OracleFigures, SnapshotTrigger, number,
    order::{AuthorizationState, JobFigures, OrderFigures, OrderSums},
};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A row of `daily_shop_metrics`, or the sum of several; cents, ten-thousandths of an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the warehouse's column names; each is described there"
)]
pub struct ShopDay {
    pub ro_count: i64,
    pub ro_posted_count: i64,
    pub ro_completed_count: i64,
    pub source_snapshot_count: i64,
    pub authorized_revenue: i64,
    pub authorized_cost: i64,
    pub authorized_profit: i64,
    pub gross_sales: i64,
    pub fees_total: i64,
    pub discount_total: i64,
    pub tax_total: i64,
    pub parts_revenue: i64,
    pub parts_cost: i64,
    pub parts_profit: i64,
    pub labor_revenue: i64,
    pub labor_cost: i64,
    pub labor_profit: i64,
    pub labor_hours: i64,
    pub sublet_revenue: i64,
    pub sublet_cost: i64,
    pub authorized_job_count: i64,
    pub potential_job_count: i64,
    pub declined_job_count: i64,
    pub potential_revenue: i64,
    pub pending_revenue: i64,
    pub declined_revenue: i64,
    pub sold_revenue: i64,
    pub sold_profit: i64,
    pub sold_job_count: i64,
    pub sold_ro_count: i64,
}

impl ShopDay {
    fn add_posted(&mut self, sums: &OrderSums) {
        self.ro_count += 1;
        self.ro_posted_count += 1;
        self.source_snapshot_count += 1;
        self.authorized_revenue += sums.net_sales;
        self.authorized_cost += sums.authorized_cost;
        self.authorized_profit += sums.authorized_profit;
        self.gross_sales += sums.gross_sales;
        self.fees_total += sums.fees_total;
        self.discount_total += sums.discount_total;
        self.tax_total += sums.tax_total;
        self.parts_revenue += sums.parts_revenue;
        self.parts_cost += sums.parts_cost;
        self.parts_profit += sums.parts_revenue - sums.parts_cost;
        self.labor_revenue += sums.labor_revenue;
        self.labor_cost += sums.labor_cost;
        self.labor_profit += sums.labor_revenue - sums.labor_cost;
        self.labor_hours += sums.labor_hours;
        self.sublet_revenue += sums.sublet_revenue;
        self.sublet_cost += sums.sublet_cost;
        self.authorized_job_count += sums.authorized_job_count;
        self.potential_job_count += sums.potential_job_count;
        self.declined_job_count += sums.declined_job_count;
        self.potential_revenue += sums.potential_total;
        self.pending_revenue += sums.pending_total;
        self.declined_revenue += sums.declined_total;
    }

    /// Profit in percent of revenue, weighted; ten-thousandths of a percent point.
    pub fn authorized_gp_percent(&self) -> Option<i64> {
        number::percent(self.authorized_profit, self.authorized_revenue)
    }

    /// Parts profit in percent of parts revenue.
    pub fn parts_gp_percent(&self) -> Option<i64> {
        number::percent(self.parts_profit, self.parts_revenue)
    }

    /// Labour profit in percent of labour revenue.
    pub fn labor_gp_percent(&self) -> Option<i64> {
        number::percent(self.labor_profit, self.labor_revenue)
    }

    /// Revenue in percent of the potential.
    pub fn authorization_rate(&self) -> Option<i64> {
        number::percent(self.authorized_revenue, self.potential_revenue)
    }

    /// Revenue per posted order, in cents.
    pub fn avg_ro_value(&self) -> Option<i64> {
        number::average(self.authorized_revenue, self.ro_count)
    }

    /// Profit per posted order, in cents.
    pub fn avg_ro_profit(&self) -> Option<i64> {
        number::average(self.authorized_profit, self.ro_count)
    }

    /// Labour revenue per billed hour, in cents.
    pub fn avg_labor_rate(&self) -> Option<i64> {
        number::per_hour(self.labor_revenue, self.labor_hours)
    }

    /// Labour profit per billed hour, in cents.
    pub fn gp_per_labor_hour(&self) -> Option<i64> {
        number::per_hour(self.labor_profit, self.labor_hours)
    }

    /// Total profit per billed hour, in cents.
    pub fn gp_per_hour(&self) -> Option<i64> {
        number::per_hour(self.authorized_profit, self.labor_hours)
    }
}

/// A row of `tech_daily_metrics`; cents, ten-thousandths of an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the warehouse's column names; each is described there"
)]
pub struct TechDay {
    pub hours_billed: i64,
    pub labor_revenue: i64,
    pub labor_cost: i64,
    pub labor_profit: i64,
    pub jobs_worked: i64,
    pub ros_worked: i64,
    pub rate_sources: BTreeMap<&'static str, i64>,
}

impl TechDay {
    /// Profit in percent of revenue, in ten-thousandths of a percent point.
    pub fn labor_gp_percent(&self) -> Option<i64> {
        number::percent(self.labor_profit, self.labor_revenue)
    }

    /// Retail per hour, in cents.
    pub fn hourly_rate(&self) -> Option<i64> {
        number::per_hour(self.labor_revenue, self.hours_billed)
    }

    /// Cost per hour, in cents.
    pub fn hourly_cost(&self) -> Option<i64> {
        number::per_hour(self.labor_cost, self.hours_billed)
    }

    /// Profit per hour, in cents.
    pub fn gp_per_hour(&self) -> Option<i64> {
        number::per_hour(self.labor_profit, self.hours_billed)
    }
}

/// A row of `advisor_daily_metrics`; cents, ten-thousandths of an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the warehouse's column names; each is described there"
)]
pub struct AdvisorDay {
    pub ro_count: i64,
    pub job_count: i64,
    pub net_sales: i64,
    pub cost: i64,
    pub profit: i64,
    pub parts_revenue: i64,
    pub labor_revenue: i64,
    pub sublet_revenue: i64,
    pub fees_total: i64,
    pub labor_hours: i64,
}

impl AdvisorDay {
    fn add(&mut self, sums: &OrderSums) {
        self.ro_count += 1;
        self.job_count += sums.authorized_job_count;
        self.net_sales += sums.net_sales;
        self.cost += sums.authorized_cost;
        self.profit += sums.authorized_profit;
        self.parts_revenue += sums.parts_revenue;
        self.labor_revenue += sums.labor_revenue;
        self.sublet_revenue += sums.sublet_revenue;
        self.fees_total += sums.fees_total;
        self.labor_hours += sums.labor_hours;
    }

    /// Profit in percent of sales, in ten-thousandths of a percent point.
    pub fn gp_percent(&self) -> Option<i64> {
        number::percent(self.profit, self.net_sales)
    }

    /// Sales per order, in cents.
    pub fn aro(&self) -> Option<i64> {
        number::average(self.net_sales, self.ro_count)
    }

    /// Sales per authorized job, in cents.
    pub fn avg_job_value(&self) -> Option<i64> {
        number::average(self.net_sales, self.job_count)
    }

    /// Profit per billed hour, in cents.
    pub fn gp_per_hour(&self) -> Option<i64> {
        number::per_hour(self.profit, self.labor_hours)
    }
}

/// A row of `sold_daily_metrics`; cents, ten-thousandths of an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the warehouse's column names; each is described there"
)]
pub struct SoldDay {
    pub revenue: i64,
    pub cost: i64,
    pub profit: i64,
    pub parts_revenue: i64,
    pub labor_revenue: i64,
    pub sublet_revenue: i64,
    pub sold_net: i64,
    pub job_count: i64,
    pub ro_count: i64,
    pub labor_hours: i64,
}

impl SoldDay {
    fn add_job(&mut self, job: &JobFigures) {
        self.parts_revenue += job.parts_total;
        self.labor_revenue += job.labor_total;
        self.revenue += job.parts_total + job.labor_total;
        self.cost += job.job_cost;
        self.sold_net += job.job_revenue;
        self.labor_hours += job.labor_hours;
        self.job_count += 1;
    }

    /// Profit in percent of revenue, in ten-thousandths of a percent point.
    pub fn gp_percent(&self) -> Option<i64> {
        number::percent(self.profit, self.revenue)
    }

    /// Revenue per sold job, in cents.
    pub fn avg_job_value(&self) -> Option<i64> {
        number::average(self.revenue, self.job_count)
    }
}

/// Fills the days from the orders and snapshots that are there.
pub(super) fn fill(figures: &mut OracleFigures) {
    fill_sold(figures);
    fill_from_snapshots(figures);
    for (day, shop_day) in &mut figures.daily_shop {
        let sold = figures.sold_daily.get(day).cloned().unwrap_or_default();
        shop_day.sold_revenue = sold.revenue;
        shop_day.sold_profit = sold.profit;
        shop_day.sold_job_count = sold.job_count;
        shop_day.sold_ro_count = sold.ro_count;
    }
}

fn fill_sold(figures: &mut OracleFigures) {
    let sold_daily = &mut figures.sold_daily;
    for order in figures.orders.values().filter(|order| !order.is_deleted) {
        let mut days_of_order = BTreeSet::new();
        for job in &order.jobs {
            if let Some(day) = job.sold_date {
                sold_daily.entry(day).or_default().add_job(job);
                days_of_order.insert(day);
            }
        }
        for sublet in &order.sublets {
            if let Some(day) = sublet.sold_date {
                let row = sold_daily.entry(day).or_default();
                row.sublet_revenue += sublet.revenue;
                row.revenue += sublet.revenue;
                row.cost += sublet.cost;
            }
        }
        for day in days_of_order {
            sold_daily.entry(day).or_default().ro_count += 1;
        }
    }
    for row in sold_daily.values_mut() {
        row.profit = row.revenue - row.cost;
    }
}

fn fill_from_snapshots(figures: &mut OracleFigures) {
    let mut tech_days = TechDays::default();
    for (key, snapshot) in &figures.snapshots {
        let shop_day = figures.daily_shop.entry(key.snapshot_date).or_default();
        match key.trigger {
            SnapshotTrigger::Completed => shop_day.ro_completed_count += 1,
            SnapshotTrigger::Posted => {
                shop_day.add_posted(&snapshot.sums);
                let advisor = (key.snapshot_date, snapshot.service_advisor_id);
                figures
                    .advisor_daily
                    .entry(advisor)
                    .or_default()
                    .add(&snapshot.sums);
                tech_days.add(key.snapshot_date, &figures.orders[&key.repair_order_id]);
            }
        }
    }
    figures.tech_daily = tech_days.finish();
}

/// Technician days while they are filled: distinct jobs and orders are still sets.
#[derive(Default)]
struct TechDays(BTreeMap<(Date, Option<i64>), OpenTechDay>);

#[derive(Default)]
struct OpenTechDay {
    row: TechDay,
    jobs: BTreeSet<(i64, i64)>,
    orders: BTreeSet<i64>,
}

impl TechDays {
    fn add(&mut self, day: Date, order: &OrderFigures) {
        let authorized = order
            .jobs
            .iter()
            .filter(|job| job.authorization_state == AuthorizationState::Authorized);
        for job in authorized {
            for line in &job.labor {
                let open = self.0.entry((day, line.technician_id)).or_default();
                open.row.hours_billed += line.hours;
                open.row.labor_revenue += line.total;
                open.row.labor_cost += line.labor_cost;
                *open
                    .row
                    .rate_sources
                    .entry(line.rate_source.as_str())
                    .or_default() += 1;
                open.jobs.insert((order.id, job.id));
                open.orders.insert(order.id);
            }
        }
    }

    fn finish(self) -> BTreeMap<(Date, Option<i64>), TechDay> {
        let count = |len: usize| i64::try_from(len).expect("a day has fewer than 2^63 jobs");
        let finish_row = |open: OpenTechDay| TechDay {
            labor_profit: open.row.labor_revenue - open.row.labor_cost,
            jobs_worked: count(open.jobs.len()),
            ros_worked: count(open.orders.len()),
            ..open.row
        };
        self.0
            .into_iter()
            .map(|(key, open)| (key, finish_row(open)))
            .collect()
    }
}
