//! What the oracle knows of one repair order: lines, jobs, sublets, sums.

use super::{RateSource, number};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The customer's decision on a job or a sublet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthorizationState {
    /// Accepted.
    Authorized,
    /// Refused: a decision with a date that is no acceptance.
    Declined,
    /// Undecided.
    Pending,
}

impl AuthorizationState {
    /// The word stored in `jobs.authorization_state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorized => "AUTHORIZED",
            Self::Declined => "DECLINED",
            Self::Pending => "PENDING",
        }
    }
}

/// How an order stands to warranty and free work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarrantyClass {
    /// Authorized work, nothing charged.
    NoCharge,
    /// Charged, with a margin up to the shop's threshold.
    LowMargin,
    /// Named so by a custom label or a job category of the shop's list.
    Label,
    /// None of these.
    Normal,
}

impl WarrantyClass {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoCharge => "no_charge",
            Self::LowMargin => "low_margin",
            Self::Label => "label",
            Self::Normal => "normal",
        }
    }
}

/// A part line of a job.
#[derive(Clone, Debug)]
pub struct PartFigures {
    /// Vendor id, `None` for an unsaved line.
    pub id: Option<i64>,
    /// Ten-thousandths of a unit.
    pub quantity: i64,
    /// Extended retail in cents.
    pub total: i64,
    /// Extended cost in cents.
    pub cost_total: i64,
    /// The vendor sent no cost, or 0.
    pub missing_cost: bool,
}

/// A labour line of a job.
#[derive(Clone, Debug)]
pub struct LaborFigures {
    /// Vendor id, `None` for an unsaved line.
    pub id: Option<i64>,
    /// Who is credited.
    pub technician_id: Option<i64>,
    /// Ten-thousandths of an hour.
    pub hours: i64,
    /// Extended retail in cents.
    pub total: i64,
    /// Cents per hour.
    pub cost_rate: i64,
    /// Where `cost_rate` comes from.
    pub rate_source: RateSource,
    /// The day whose rates were used.
    pub reference_date: Date,
    /// Extended cost in cents.
    pub labor_cost: i64,
}

/// A job of an order; money in cents, hours in ten-thousandths.
#[derive(Clone, Debug)]
pub struct JobFigures {
    /// Vendor id.
    pub id: i64,
    /// Job category, for the warranty list.
    pub category: Option<String>,
    /// The customer's decision.
    pub authorization_state: AuthorizationState,
    /// Shop day of the authorization.
    pub sold_date: Option<Date>,
    /// The created day stands in for a missing authorization date.
    pub sold_date_estimated: bool,
    /// Part lines.
    pub parts: Vec<PartFigures>,
    /// Labour lines.
    pub labor: Vec<LaborFigures>,
    /// Σ extended retail of parts.
    pub parts_total: i64,
    /// Σ extended cost of parts.
    pub parts_cost: i64,
    /// Σ extended retail of labour.
    pub labor_total: i64,
    /// Σ extended cost of labour.
    pub labor_cost: i64,
    /// Σ hours.
    pub labor_hours: i64,
    /// Σ job fees.
    pub fees_total: i64,
    /// Σ job discounts, sign kept.
    pub discount_total: i64,
    /// Parts + labour + fees − discounts.
    pub job_revenue: i64,
    /// Parts and labour cost.
    pub job_cost: i64,
    /// Revenue − cost.
    pub job_profit: i64,
    /// The vendor's own subtotal.
    pub vendor_subtotal: Option<i64>,
}

impl JobFigures {
    /// `jobs.gross_profit_percent` in ten-thousandths of a percent point.
    pub fn gross_profit_percent(&self) -> Option<i64> {
        number::percent(self.job_profit, self.job_revenue)
    }
}

/// A sublet of an order, in cents.
#[derive(Clone, Debug)]
pub struct SubletFigures {
    /// Vendor id, `None` for an unsaved line.
    pub id: Option<i64>,
    /// The decision, after the rule for closed orders.
    pub state: AuthorizationState,
    /// Shop day of the authorization; `None` where the order's closing stands in for it.
    pub sold_date: Option<Date>,
    /// What the customer pays.
    pub revenue: i64,
    /// What it costs.
    pub cost: i64,
}

/// The sums of an order; money in cents, hours in ten-thousandths of an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderSums {
    /// Authorized parts, labour and sublets before fees, discounts, tax.
    pub gross_sales: i64,
    /// `authorized_revenue`: gross sales + fees − discounts; the base of GP %.
    pub net_sales: i64,
    /// Job fees of authorized jobs and, where they count, fees of the order.
    pub fees_total: i64,
    /// Job discounts of authorized jobs and, where they count, discounts of the order.
    pub discount_total: i64,
    /// The vendor's taxes.
    pub tax_total: i64,
    /// Net sales + taxes.
    pub invoice_total: i64,
    /// Σ job revenue of authorized jobs + authorized sublets.
    pub authorized_total: i64,
    /// Cost of authorized parts, labour, sublets.
    pub authorized_cost: i64,
    /// Net sales − authorized cost.
    pub authorized_profit: i64,
    /// Undecided jobs and sublets.
    pub pending_total: i64,
    /// Refused jobs and sublets.
    pub declined_total: i64,
    /// Net sales + pending + declined (+ fees and discounts of the order that net sales lacks).
    pub potential_total: i64,
    /// Authorized jobs.
    pub authorized_job_count: i64,
    /// Undecided jobs.
    pub pending_job_count: i64,
    /// Refused jobs.
    pub declined_job_count: i64,
    /// All jobs.
    pub potential_job_count: i64,
    /// Authorized parts, retail.
    pub parts_revenue: i64,
    /// Authorized parts, cost.
    pub parts_cost: i64,
    /// Authorized labour, retail.
    pub labor_revenue: i64,
    /// Authorized labour, cost.
    pub labor_cost: i64,
    /// Authorized billed hours.
    pub labor_hours: i64,
    /// Authorized sublets, retail.
    pub sublet_revenue: i64,
    /// Authorized sublets, cost.
    pub sublet_cost: i64,
    /// Parts of all jobs, retail.
    pub potential_parts_total: i64,
    /// Labour of all jobs, retail.
    pub potential_labor_total: i64,
    /// All sublets, retail.
    pub potential_sublet_total: i64,
    /// Fees of all jobs and of the order.
    pub potential_fees_total: i64,
    /// Discounts of all jobs and of the order.
    pub potential_discount: i64,
    /// Authorized labour lines per source of the cost rate.
    pub rate_sources: BTreeMap<&'static str, i64>,
}

impl OrderSums {
    /// `authorized_gp_percent` in ten-thousandths of a percent point.
    pub fn authorized_gp_percent(&self) -> Option<i64> {
        number::percent(self.authorized_profit, self.net_sales)
    }

    /// Net sales in percent of the potential.
    pub fn authorization_rate(&self) -> Option<i64> {
        number::percent(self.net_sales, self.potential_total)
    }

    /// Net sales in percent of the decided work.
    pub fn close_rate(&self) -> Option<i64> {
        number::percent(self.net_sales, self.net_sales + self.declined_total)
    }

    /// Labour revenue per billed hour, in cents.
    pub fn effective_labor_rate(&self) -> Option<i64> {
        number::per_hour(self.labor_revenue, self.labor_hours)
    }

    /// Labour profit per billed hour, in cents.
    pub fn gp_per_labor_hour(&self) -> Option<i64> {
        number::per_hour(self.labor_revenue - self.labor_cost, self.labor_hours)
    }

    /// Total profit per billed hour, in cents.
    pub fn gp_per_hour(&self) -> Option<i64> {
        number::per_hour(self.authorized_profit, self.labor_hours)
    }

    /// A loss has a name: with revenue, or without it (perhaps warranty).
    pub fn loss_code(&self) -> Option<&'static str> {
        match (self.authorized_profit < 0, self.net_sales <= 0) {
            (false, _) => None,
            (true, true) => Some("negative_profit_possible_warranty"),
            (true, false) => Some("negative_profit"),
        }
    }
}

/// The sums the vendor states itself, in cents; `None` where it sends none.
#[derive(Clone, Debug, Default)]
pub struct VendorSums {
    /// `laborSales`.
    pub labor_sales: Option<i64>,
    /// `partsSales`.
    pub parts_sales: Option<i64>,
    /// `subletSales`.
    pub sublet_sales: Option<i64>,
    /// `feeTotal`.
    pub fee_total: Option<i64>,
    /// `discountTotal`.
    pub discount_total: Option<i64>,
    /// `taxes`.
    pub taxes: Option<i64>,
    /// `totalSales`.
    pub total_sales: Option<i64>,
    /// `amountPaid`.
    pub amount_paid: Option<i64>,
}

impl VendorSums {
    /// `totalSales − taxes`.
    pub fn net_sales(&self) -> Option<i64> {
        Some(self.total_sales? - self.taxes.unwrap_or(0))
    }
}

/// A repair order as the warehouse must hold it.
#[derive(Clone, Debug)]
pub struct OrderFigures {
    /// Vendor id.
    pub id: i64,
    /// Number printed for the customer.
    pub ro_number: Option<i64>,
    /// Our word for the vendor's status.
    pub status: &'static str,
    /// Status 7 or a deletion date: counts nowhere.
    pub is_deleted: bool,
    /// Advisor's employee id.
    pub service_advisor_id: Option<i64>,
    /// Shop day of `postedDate`.
    pub posted_date: Option<Date>,
    /// Shop day of `completedDate`.
    pub completed_date: Option<Date>,
    /// The vendor's own sums.
    pub vendor: VendorSums,
    /// Jobs in the payload's order.
    pub jobs: Vec<JobFigures>,
    /// Sublets in the payload's order.
    pub sublets: Vec<SubletFigures>,
    /// Our sums.
    pub sums: OrderSums,
    /// Warranty class.
    pub warranty_class: WarrantyClass,
    /// Codes of data-quality issues, sorted, each once.
    pub issues: Vec<&'static str>,
}

impl OrderFigures {
    /// Closed to the books: posted or on account.
    pub fn is_closed_to_books(&self) -> bool {
        matches!(self.status, "POSTED" | "ACCRECV")
    }
}
