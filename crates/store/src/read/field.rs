//! Measures of a field-service company over a range of the shop's days, as the views of `analytics` define them.

use super::header::{HEADER_WIDTH, OfShop, Spans, header_of, is_null};
use super::{Reading, expand};
use domain::{ShopDay, ShopId};
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

/// Rows of an answer at most.
pub const ROWS_AT_MOST: usize = 5_000;

/// A measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// M1.
    TechnicianDays,
    /// M2.
    Revenue,
    /// M3, each event on its own day.
    JobFlow,
    /// M3, by the day of booking.
    JobCohorts,
    /// M4.
    OnTime,
    /// M5.
    FirstTimeFix,
    /// M6, at the start of the last day.
    Memberships,
    /// M7, of the last day.
    Capacity,
    /// M8, shares.
    TechnicianRevenue,
    /// M8, conversion.
    Conversion,
    /// M9, at the end of the last day.
    Receivables,
    /// M10.
    GrossProfit,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 12] = [
        Self::TechnicianDays,
        Self::Revenue,
        Self::JobFlow,
        Self::JobCohorts,
        Self::OnTime,
        Self::FirstTimeFix,
        Self::Memberships,
        Self::Capacity,
        Self::TechnicianRevenue,
        Self::Conversion,
        Self::Receivables,
        Self::GrossProfit,
    ];

    /// The word in the address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TechnicianDays => "technician-days",
            Self::Revenue => "revenue",
            Self::JobFlow => "job-flow",
            Self::JobCohorts => "job-cohorts",
            Self::OnTime => "on-time",
            Self::FirstTimeFix => "first-time-fix",
            Self::Memberships => "memberships",
            Self::Capacity => "capacity",
            Self::TechnicianRevenue => "technician-revenue",
            Self::Conversion => "conversion",
            Self::Receivables => "receivables",
            Self::GrossProfit => "gross-profit",
        }
    }

    /// Its rows in a range of days: columns of the view that defines it.
    const fn rows(self) -> &'static str {
        match self {
            Self::TechnicianDays => {
                "select technician_id, local_date, available_s, work_s, work_in_available_s, work_outside_s, drive_s, \
                   booked_s, utilisation_pct, load_pct, booked_pct from lazi.technician_days \
                 where shop_id = $1 and local_date between h.from_on and h.to_on order by local_date, technician_id"
            }
            Self::Revenue => {
                "select business_unit_id, recognised_on, job_cents, adjustment_cents, membership_cents, other_cents, \
                   revenue_cents from analytics.v_revenue_by_business_unit_day \
                 where shop_id = $1 and recognised_on between h.from_on and h.to_on \
                 order by recognised_on, business_unit_id"
            }
            Self::JobFlow => {
                "select business_unit_id, day, booked, completed, cancelled, closed_ok_pct from analytics.v_job_flow_day \
                 where shop_id = $1 and day between h.from_on and h.to_on order by day, business_unit_id"
            }
            Self::JobCohorts => {
                "select business_unit_id, booked_on, booked, completed, cancelled, still_open, cancel_pct \
                 from analytics.v_job_cohort_day where shop_id = $1 and booked_on between h.from_on and h.to_on \
                 order by booked_on, business_unit_id"
            }
            Self::OnTime => {
                "select local_date, early, on_time, late, no_record, pending, on_time_pct, not_late_pct, coverage_pct \
                 from analytics.v_on_time_day where shop_id = $1 and local_date between h.from_on and h.to_on \
                 order by local_date"
            }
            Self::FirstTimeFix => {
                "select f.* from lazi.tenant_settings t \
                 cross join lateral analytics.first_time_fix(t.tenant_id, h.from_on, h.to_on, $2) f \
                 where t.shop_id = $1 order by f.completed_day, f.job_id"
            }
            Self::Memberships => {
                "select m.* from lazi.tenant_settings t \
                 cross join lateral analytics.membership_mrr(t.tenant_id, h.to_on) m \
                 where t.shop_id = $1 order by m.membership_id"
            }
            Self::Capacity => {
                "select c.* from lazi.tenant_settings t \
                 cross join lateral analytics.open_capacity(t.tenant_id, h.to_on) c \
                 where t.shop_id = $1 order by c.window_start, c.technician_id"
            }
            Self::TechnicianRevenue => {
                "select technician_id, recognised_on, count(*) as jobs, sum(revenue_cents)::bigint as revenue_cents \
                 from analytics.v_technician_job_revenue \
                 where shop_id = $1 and recognised_on between h.from_on and h.to_on group by 1, 2 order by 2, 1"
            }
            Self::Conversion => {
                "select business_unit_id, count(*) as completed, count(*) filter (where opportunity) as opportunities, \
                   count(*) filter (where converted) as converted, \
                   analytics.pct(count(*) filter (where converted), count(*) filter (where opportunity)) as conversion_pct \
                 from analytics.v_job_conversion where shop_id = $1 and completed_on between h.from_on and h.to_on \
                 group by 1 order by 1"
            }
            Self::Receivables => {
                "select r.* from lazi.tenant_settings t \
                 cross join lateral analytics.receivables(t.tenant_id, h.to_on) r \
                 where t.shop_id = $1 order by r.days_overdue desc, r.invoice_id"
            }
            Self::GrossProfit => {
                "select job_id, recognised_on, revenue_cents, parts_cents, labour_cents, labour_basis, gross_profit_cents, \
                   margin_pct, complete from analytics.v_job_gross_profit \
                 where shop_id = $1 and recognised_on between h.from_on and h.to_on order by recognised_on, job_id"
            }
        }
    }
}

static STATEMENTS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let one = |measure: Measure| {
        expand(&format!(
            "{{periods}}\nselect {{head}}, h.from_on, h.to_on, m.row\nfrom periods h\nleft join lateral (\n  \
             select row_to_json(x)::text as row from ({}\n  limit {}) x\n) m on true\nwhere h.kind = 0",
            measure.rows(),
            ROWS_AT_MOST + 1
        ))
    };
    Measure::ALL.into_iter().map(one).collect()
});

/// A measure over a range.
#[derive(Clone, Debug)]
pub struct FieldMeasure {
    /// Shop.
    pub shop: ShopId,
    /// Which.
    pub measure: Measure,
    /// Which days.
    pub spans: Spans,
}

/// A measure's rows.
#[derive(Clone, Debug)]
pub struct MeasureRows {
    /// First day.
    pub from: ShopDay,
    /// Last day.
    pub to: ShopDay,
    /// One JSON object each; at most [`ROWS_AT_MOST`].
    pub rows: Vec<String>,
    /// There are more.
    pub truncated: bool,
}

impl Reading for FieldMeasure {
    type Answer = Option<OfShop<MeasureRows>>;

    fn sql(&self) -> &'static str {
        let at = Measure::ALL.iter().position(|m| *m == self.measure);
        &STATEMENTS[at.unwrap_or(0)]
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.spans.parameters(&self.shop.0)
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        let shop = header_of(rows)?;
        let first = rows.first()?;
        let there = |row: &&Row| !is_null(row, HEADER_WIDTH + 2);
        let mut texts: Vec<String> = rows
            .iter()
            .filter(there)
            .map(|row| row.get(HEADER_WIDTH + 2))
            .collect();
        let truncated = texts.len() > ROWS_AT_MOST;
        texts.truncate(ROWS_AT_MOST);
        let content = MeasureRows {
            from: first.get(HEADER_WIDTH),
            to: first.get(HEADER_WIDTH + 1),
            rows: texts,
            truncated,
        };
        Some(OfShop { shop, content })
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> Vec<(&'static str, &'static str)> {
    let named = Measure::ALL.into_iter().zip(STATEMENTS.iter());
    named.map(|(m, text)| (m.as_str(), text.as_str())).collect()
}
