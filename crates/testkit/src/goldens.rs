//! The machine-readable goldens: figures of the worked examples, for every crate's tests.

use crate::oracle::number::Decimal;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const GOLDENS: &str = include_str!("../fixtures/goldens.json");
const G3_REPAIR_ORDER: &str = include_str!("../fixtures/tekmetric/g3_repair_order.json");

/// A percentage of the goldens in hundredths of a percent point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "serde_json::Number")]
pub struct Percent2(pub i64);

impl TryFrom<serde_json::Number> for Percent2 {
    type Error = String;

    fn try_from(number: serde_json::Number) -> Result<Self, String> {
        let hundredths = Decimal::parse(&number.to_string()).and_then(Decimal::ten_thousandths);
        match hundredths {
            Some(scaled) if scaled % 100 == 0 => Ok(Self(scaled / 100)),
            _ => Err(format!(
                "a percentage with two decimals was expected, not {number}"
            )),
        }
    }
}

/// `[instant, zone, local date]`.
pub type LocalDateGolden = (String, String, String);
/// `[local day, zone, start, end exclusive]`.
pub type DayIntervalGolden = (String, String, String, String);
/// `[quantity, cost, retail, retail_ext, cost_ext, margin]`.
pub type PartGolden = (String, i64, i64, i64, i64, Option<Percent2>);
/// `[hours, rate, technicianId, retail_ext, cost_rate, source, cost_ext]`.
pub type LaborGolden = (String, i64, Option<i64>, i64, i64, String, i64);
/// `[hours, rate, technicianId, shop default, retail_ext, cost_rate, source, cost_ext]`.
pub type RatelessGolden = (String, i64, Option<i64>, Option<i64>, i64, i64, String, i64);
/// `[base, percentage, cap, amount, fee]`.
pub type FeeGolden = (i64, Option<String>, Option<i64>, Option<i64>, i64);
/// `[hours, revenue, cost, profit, GP %, retail per hour, cost per hour, GP per hour, jobs, ROs]`.
pub type TechGolden = (String, i64, i64, i64, Percent2, i64, i64, i64, i64, i64);
/// `[n, d, P(n, d)]`.
pub type PercentGolden = (i64, i64, Option<Percent2>);

/// All goldens; names and columns as in the reference.
#[derive(Clone, Debug, Deserialize)]
pub struct Goldens {
    /// Instants and their shop days.
    #[serde(rename = "D1_local_date")]
    pub local_dates: Vec<LocalDateGolden>,
    /// Shop days and their instants.
    #[serde(rename = "D1_day_interval")]
    pub day_intervals: Vec<DayIntervalGolden>,
    /// Part lines.
    #[serde(rename = "G1_part")]
    pub parts: Vec<PartGolden>,
    /// Labour lines.
    #[serde(rename = "G2_labor")]
    pub labor: LaborGoldens,
    /// The full repair order.
    #[serde(rename = "G3_ro")]
    pub repair_order: RepairOrderGolden,
    /// Fees without a final total.
    #[serde(rename = "G4_fee")]
    pub fees: Vec<FeeGolden>,
    /// Three snapshots of a day.
    #[serde(rename = "G6_day")]
    pub day: DayGolden,
    /// Technicians of a day; key `None` is the unassigned row.
    #[serde(rename = "G10_tech")]
    pub technicians: BTreeMap<String, TechGolden>,
    /// `"numerator/denominator"` and its rounding.
    #[serde(rename = "round")]
    pub rounding: BTreeMap<String, i64>,
    /// Percentages.
    #[serde(rename = "percent")]
    pub percents: Vec<PercentGolden>,
}

/// G2: rates and the lines costed with them.
#[derive(Clone, Debug, Deserialize)]
pub struct LaborGoldens {
    /// Cents per hour by employee.
    pub rates: BTreeMap<i64, i64>,
    /// Employees outside the average.
    pub inactive: Vec<i64>,
    /// The average.
    pub shop_avg: i64,
    /// Lines of a shop with rates.
    pub lines: Vec<LaborGolden>,
    /// Lines of a shop without rates.
    pub no_rates: Vec<RatelessGolden>,
}

/// G3: sums of the full repair order, in cents.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names of the reference's table")]
pub struct RepairOrderGolden {
    pub gross_sales: i64,
    pub net_sales: i64,
    pub invoice_total: i64,
    pub authorized_total: i64,
    pub cost: i64,
    pub profit: i64,
    pub gp_percent: Percent2,
    pub parts: [i64; 2],
    pub labor: [i64; 2],
    pub hours: String,
    pub fees: i64,
    pub discount: i64,
    pub pending: i64,
    pub declined: i64,
    pub potential: i64,
    pub authorization_rate: Percent2,
    pub tax_split: Vec<i64>,
}

/// G6: the day, in cents.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the names of the reference's table")]
pub struct DayGolden {
    pub revenue: i64,
    pub cost: i64,
    pub profit: i64,
    pub gp_percent: Percent2,
    pub avg_ro_value: i64,
    pub avg_ro_profit: i64,
    pub avg_labor_rate: i64,
    pub gp_per_labor_hour: i64,
    pub gp_per_hour: i64,
    pub authorization_rate: Percent2,
}

/// Reads the goldens.
///
/// # Panics
/// When the fixture does not have the documented shape.
pub fn load() -> Goldens {
    serde_json::from_str(GOLDENS).expect("fixtures/goldens.json has the documented shape")
}

/// The full repair order of the worked example G3, as the vendor sends it.
///
/// # Panics
/// When the fixture is not JSON.
pub fn g3_repair_order() -> Value {
    serde_json::from_str(G3_REPAIR_ORDER).expect("fixtures/tekmetric/g3_repair_order.json is JSON")
}
