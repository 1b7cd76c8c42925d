//! The range of days of a request, as its parameters name it.

use crate::App;
use crate::ask::Day;
use crate::error::Problem;
use domain::period::Period;
use domain::range::{Comparison, Range, RangeError};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::read::Spans;
use utoipa::{IntoParams, ToSchema};

/// A named range, in the shop's own days; `custom` needs both dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RangeName {
    /// Today.
    Today,
    /// The day before today.
    Yesterday,
    /// Monday to today.
    Wtd,
    /// Today and the six days before.
    #[serde(rename = "last_7")]
    Last7,
    /// First of the month to today.
    Mtd,
    /// Today and the 29 days before.
    #[serde(rename = "last_30")]
    Last30,
    /// First of January to today.
    Ytd,
    /// `start_date` to `end_date`, both counted; at most 400 days.
    Custom,
}

/// What a range is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CompareName {
    /// The same days of last week, month or year for a range to date, else as many days right before.
    PreviousPeriod,
    /// The same dates a year ago.
    PreviousYear,
    /// As many whole weeks back as clear the range.
    SameWeekdays,
}

impl CompareName {
    pub(super) const fn meant(self) -> Comparison {
        match self {
            Self::PreviousPeriod => Comparison::PreviousPeriod,
            Self::PreviousYear => Comparison::PreviousYear,
            Self::SameWeekdays => Comparison::SameWeekdays,
        }
    }
}

/// A range of the shop's days.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PeriodQuery {
    /// Which days; `custom` where only dates are given.
    #[serde(alias = "range_type")]
    #[param(inline)]
    range: Option<RangeName>,
    /// First day of a custom range, in the shop's zone.
    #[param(value_type = Option<String>, format = Date)]
    start_date: Option<Day>,
    /// Last day of a custom range, counted.
    #[param(value_type = Option<String>, format = Date)]
    end_date: Option<Day>,
}

impl PeriodQuery {
    pub(super) fn asked(&self, default: Period) -> Result<Range, Problem> {
        asked(self.range, (self.start_date, self.end_date), default)
    }

    /// The range for every day that may be today in the shop.
    pub(super) fn spans(&self, app: &App, default: Period) -> Result<(Range, Spans), Problem> {
        let range = self.asked(default)?;
        Ok((range, Spans::new(app.clock.now(), range, None)))
    }
}

/// The range that the parameters name.
pub(super) fn asked(
    name: Option<RangeName>,
    dates: (Option<Day>, Option<Day>),
    default: Period,
) -> Result<Range, Problem> {
    let named = match (name, dates) {
        (None | Some(RangeName::Custom), (Some(from), Some(to))) => {
            return Range::custom(from.0, to.0).map_err(|error| refused(&error));
        }
        (None, (None, None)) => default,
        (Some(RangeName::Custom) | None, _) => {
            return Err(Problem::parameter(
                "range",
                "a custom range needs start_date and end_date",
            ));
        }
        (Some(name), (None, None)) => named(name, default),
        (Some(_), _) => {
            return Err(Problem::parameter(
                "start_date",
                "dates belong to range=custom only",
            ));
        }
    };
    Ok(Range::Named(named))
}

const fn named(name: RangeName, default: Period) -> Period {
    match name {
        RangeName::Today => Period::Today,
        RangeName::Yesterday => Period::Yesterday,
        RangeName::Wtd => Period::WeekToDate,
        RangeName::Last7 => Period::Last7,
        RangeName::Mtd => Period::MonthToDate,
        RangeName::Last30 => Period::Last30,
        RangeName::Ytd => Period::YearToDate,
        RangeName::Custom => default,
    }
}

fn refused(error: &RangeError) -> Problem {
    Problem::parameter("end_date", error.to_string())
}

/// The days an answer is about, both ends counted.
#[derive(Serialize, ToSchema)]
pub(super) struct PeriodTold {
    /// Which range was asked for.
    range: &'static str,
    /// First day, in the shop's zone.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
}

impl PeriodTold {
    pub(super) const fn new(range: &'static str, from: Date, to: Date) -> Self {
        Self { range, from, to }
    }

    /// The range as it stands where today is `today`.
    pub(super) fn of(range: Range, today: Date) -> Self {
        let (from, to) = range.days(today);
        Self::new(range.as_str(), from, to)
    }
}
