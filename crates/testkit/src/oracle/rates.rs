//! What an hour of a technician costs on a day: own rate, shop average, shop default.

use super::{Misfit, OracleEmployee, OracleInput, OracleRate, decode, number};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Cost of an hour where neither the technician nor the shop has a rate, in cents.
pub const FALLBACK_COST_RATE: i64 = 2500;

/// The vendor's role id of technicians.
const TECHNICIAN_ROLE: i64 = 3;

/// Where the cost of a labour line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RateSource {
    /// The technician's own rate in force on the reference date.
    Assigned,
    /// The mean of the active technicians' rates in force on the reference date.
    ShopAvg,
    /// The shop's default, or [`FALLBACK_COST_RATE`].
    Default,
}

impl RateSource {
    /// The word stored in `job_labor.rate_source`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "assigned",
            Self::ShopAvg => "shop_avg",
            Self::Default => "default",
        }
    }
}

/// All cost rates of a shop.
#[derive(Debug)]
pub struct RateBook<'a> {
    rates: &'a [OracleRate],
    averaged_technicians: BTreeSet<i64>,
    default_rate: i64,
}

impl<'a> RateBook<'a> {
    /// Reads the technicians who belong to the shop average and keeps the rates at hand.
    ///
    /// # Errors
    /// When an employee's payload has no id or a role id that is not a number.
    pub fn new(input: &'a OracleInput) -> Result<Self, Misfit> {
        let mut averaged_technicians = BTreeSet::new();
        for employee in &input.employees {
            if employee.is_active && role(employee)? == Some(TECHNICIAN_ROLE) {
                averaged_technicians.insert(decode::id(&employee.payload, "employee")?);
            }
        }
        Ok(Self {
            rates: &input.rates,
            averaged_technicians,
            default_rate: input
                .shop
                .default_tech_cost_rate
                .filter(|rate| *rate > 0)
                .unwrap_or(FALLBACK_COST_RATE),
        })
    }

    /// The cost of an hour in cents and where it comes from.
    pub fn cost_rate(&self, technician_id: Option<i64>, on: Date) -> (i64, RateSource) {
        let own = technician_id.and_then(|technician| self.own_rate(technician, on));
        if let Some(rate) = own {
            return (rate, RateSource::Assigned);
        }
        match self.shop_average(on) {
            Some(rate) => (rate, RateSource::ShopAvg),
            None => (self.default_rate, RateSource::Default),
        }
    }

    /// The mean of the active technicians' rates on a day, in cents; `None` when nobody has one.
    pub fn shop_average(&self, on: Date) -> Option<i64> {
        let in_force: Vec<i64> = self
            .averaged_technicians
            .iter()
            .filter_map(|technician| self.own_rate(*technician, on))
            .collect();
        number::average(in_force.iter().sum(), i64::try_from(in_force.len()).ok()?)
    }

    /// A later start ends an earlier rate for good, also where the later one has ended by now.
    fn own_rate(&self, employee_id: i64, on: Date) -> Option<i64> {
        self.rates
            .iter()
            .filter(|rate| rate.employee_id == employee_id && rate.effective_from <= on)
            .max_by_key(|rate| rate.effective_from)
            .filter(|rate| rate.effective_to.is_none_or(|last_day| on <= last_day))
            .map(|rate| rate.hourly_cost)
            .filter(|cost| *cost > 0)
    }
}

fn role(employee: &OracleEmployee) -> Result<Option<i64>, Misfit> {
    let role = &employee.payload["employeeRole"];
    match decode::whole(role, "id")? {
        Some(id) => Ok(Some(id)),
        None => decode::whole(role, "code"),
    }
}
