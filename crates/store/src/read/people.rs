//! Advisors, who sell, and technicians, who do the work.

use super::header::{Cells, HEADER_WIDTH, OfShop, Spans, below, header_of, is_null};
use super::{Reading, expand};
use domain::{EmployeeId, ShopDay, ShopId};
use std::sync::LazyLock;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

static ADVISORS: LazyLock<String> = LazyLock::new(|| expand(include_str!("advisors.sql")));
static ADVISOR_DAYS: LazyLock<String> = LazyLock::new(|| expand(include_str!("advisor_days.sql")));
static TECHNICIANS: LazyLock<String> = LazyLock::new(|| expand(include_str!("technicians.sql")));
static TECHNICIAN_DAYS: LazyLock<String> =
    LazyLock::new(|| expand(include_str!("technician_days.sql")));

/// Somebody with figures; nobody is the unassigned share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The vendor's number; none on the unassigned share.
    pub id: Option<EmployeeId>,
    /// Name, where the employee is known.
    pub name: Option<String>,
}

impl Person {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            id: cells.next::<Option<i64>>().map(EmployeeId),
            name: cells.next(),
        }
    }
}

/// Sums of what an advisor sold: cents, counts, hours in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdvisorSums {
    /// Posted orders.
    pub ro_count: i64,
    /// AUTHORIZED jobs.
    pub job_count: i64,
    /// AUTHORIZED net sales.
    pub net_sales: i64,
    /// AUTHORIZED cost.
    pub cost: i64,
    /// AUTHORIZED profit.
    pub profit: i64,
    /// AUTHORIZED parts.
    pub parts: i64,
    /// AUTHORIZED labour.
    pub labor: i64,
    /// AUTHORIZED sublets.
    pub sublets: i64,
    /// AUTHORIZED fees.
    pub fees: i64,
    /// AUTHORIZED discounts.
    pub discounts: i64,
    /// AUTHORIZED billed hours, ten-thousandths.
    pub hours: i64,
}

impl AdvisorSums {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            ro_count: cells.next(),
            job_count: cells.next(),
            net_sales: cells.next(),
            cost: cells.next(),
            profit: cells.next(),
            parts: cells.next(),
            labor: cells.next(),
            sublets: cells.next(),
            fees: cells.next(),
            discounts: cells.next(),
            hours: cells.next(),
        }
    }
}

/// Sums of a technician's labour: cents, counts, hours in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TechnicianSums {
    /// AUTHORIZED billed hours, ten-thousandths.
    pub hours: i64,
    /// AUTHORIZED labour.
    pub labor: i64,
    /// AUTHORIZED cost of labour; none for callers who may not see what an hour costs.
    pub labor_cost: Option<i64>,
    /// Jobs worked on.
    pub jobs: i64,
    /// Orders worked on.
    pub ros: i64,
    /// Labour lines at their own rate; 0 where the cost is none.
    pub lines_assigned: i64,
    /// Labour lines at the shop's average.
    pub lines_shop_avg: i64,
    /// Labour lines at the shop's default.
    pub lines_default: i64,
}

impl TechnicianSums {
    fn read(cells: &mut Cells<'_>) -> Self {
        Self {
            hours: cells.next(),
            labor: cells.next(),
            labor_cost: cells.next(),
            jobs: cells.next(),
            ros: cells.next(),
            lines_assigned: cells.next(),
            lines_shop_avg: cells.next(),
            lines_default: cells.next(),
        }
    }
}

/// One person's sums of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonSums<T> {
    /// Who.
    pub person: Person,
    /// The sums.
    pub sums: T,
}

/// One person's days of a range, earliest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDays<T> {
    /// Who.
    pub person: Person,
    /// The days with figures.
    pub days: Vec<(ShopDay, T)>,
}

fn people<T>(
    rows: &[Row],
    sums: impl Fn(&mut Cells<'_>) -> T,
) -> Option<OfShop<Vec<PersonSums<T>>>> {
    below(rows, |cells| {
        let _key: i64 = cells.next();
        PersonSums {
            person: Person::read(cells),
            sums: sums(cells),
        }
    })
}

fn days_of<T>(rows: &[Row], sums: impl Fn(&mut Cells<'_>) -> T) -> Option<OfShop<PersonDays<T>>> {
    let shop = header_of(rows)?;
    let person = Person::read(&mut Cells::from(rows.first()?, HEADER_WIDTH + 1));
    let days = rows
        .iter()
        .filter(|row| !is_null(row, HEADER_WIDTH))
        .map(|row| {
            let mut after = Cells::from(row, HEADER_WIDTH + 3);
            (row.get(HEADER_WIDTH), sums(&mut after))
        })
        .collect();
    let content = PersonDays { person, days };
    Some(OfShop { shop, content })
}

/// The advisors of a range.
#[derive(Clone, Debug)]
pub struct Advisors {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
}

impl Reading for Advisors {
    type Answer = Option<OfShop<Vec<PersonSums<AdvisorSums>>>>;

    fn sql(&self) -> &'static str {
        &ADVISORS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.spans.parameters(&self.shop.0)
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        people(rows, AdvisorSums::read)
    }
}

/// One advisor's days; none when the shop has no such employee.
#[derive(Clone, Debug)]
pub struct AdvisorDays {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
    /// Who.
    pub advisor: EmployeeId,
}

impl Reading for AdvisorDays {
    type Answer = Option<OfShop<PersonDays<AdvisorSums>>>;

    fn sql(&self) -> &'static str {
        &ADVISOR_DAYS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.spans.parameters(&self.shop.0);
        parameters.push(&self.advisor.0);
        parameters
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        days_of(rows, AdvisorSums::read)
    }
}

/// The technicians of a range.
#[derive(Clone, Debug)]
pub struct Technicians {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
}

impl Reading for Technicians {
    type Answer = Option<OfShop<Vec<PersonSums<TechnicianSums>>>>;

    fn sql(&self) -> &'static str {
        &TECHNICIANS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.spans.parameters(&self.shop.0)
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        people(rows, TechnicianSums::read)
    }
}

/// One technician's days; none when the shop has no such employee.
#[derive(Clone, Debug)]
pub struct TechnicianDays {
    /// Shop.
    pub shop: ShopId,
    /// Which days.
    pub spans: Spans,
    /// Who.
    pub technician: EmployeeId,
}

impl Reading for TechnicianDays {
    type Answer = Option<OfShop<PersonDays<TechnicianSums>>>;

    fn sql(&self) -> &'static str {
        &TECHNICIAN_DAYS
    }

    fn parameters(&self) -> Vec<&(dyn ToSql + Sync)> {
        let mut parameters = self.spans.parameters(&self.shop.0);
        parameters.push(&self.technician.0);
        parameters
    }

    fn answer(&self, rows: &[Row]) -> Self::Answer {
        days_of(rows, TechnicianSums::read)
    }
}

/// The statements, for the tests that prepare and explain them.
pub(super) fn statements() -> [(&'static str, &'static str); 4] {
    [
        ("advisors", &ADVISORS),
        ("advisor_days", &ADVISOR_DAYS),
        ("technicians", &TECHNICIANS),
        ("technician_days", &TECHNICIAN_DAYS),
    ]
}
