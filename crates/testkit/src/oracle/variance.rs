//! Ours against the vendor's own figures: every difference has a name.

use super::number;
use super::order::{AuthorizationState, OrderFigures};

/// A part of a difference: a code and its cents.
pub type Cause = (&'static str, i64);

/// Net sales − (`totalSales` − `taxes`), in cents; `None` where the vendor states no total.
pub fn revenue_variance(order: &OrderFigures) -> Option<i64> {
    order
        .vendor
        .net_sales()
        .map(|stated| order.sums.net_sales - stated)
}

/// The causes of the revenue variance, in the order of the rule; they add up to it exactly.
///
/// Three gaps make up the variance: our lines against the vendor's sums, our sublets against the
/// vendor's, and the vendor's sums against its own total. The first is named by what explains it.
pub fn revenue_causes(order: &OrderFigures) -> Vec<Cause> {
    let Some(stated) = order.vendor.net_sales() else {
        return Vec::new();
    };
    let vendor = VendorParts::of(order);
    let sums = &order.sums;
    let line_gap = sums.net_sales - sums.sublet_revenue - vendor.lines;
    let sublet_gap = sums.sublet_revenue - vendor.sublets;
    let own_gap = vendor.lines + vendor.sublets - stated;
    let (mut mismatch, mut declined, mut rounding) = (own_gap, 0, 0);
    if line_gap == -declined_jobs(order) {
        declined = line_gap;
    } else if line_gap.abs() <= authorized_part_lines(order) {
        rounding = line_gap;
    } else {
        mismatch += line_gap;
    }
    let causes = [
        ("vendor_sum_mismatch", mismatch),
        ("declined_included", declined),
        ("sublet_unattributed", sublet_gap),
        ("rounding", rounding),
    ];
    causes
        .into_iter()
        .filter(|(_, cents)| *cents != 0)
        .collect()
}

/// The vendor's categories, in cents.
struct VendorParts {
    lines: i64,
    sublets: i64,
}

impl VendorParts {
    fn of(order: &OrderFigures) -> Self {
        let vendor = &order.vendor;
        let sold = vendor.labor_sales.unwrap_or(0) + vendor.parts_sales.unwrap_or(0);
        let adjusted = vendor.fee_total.unwrap_or(0) - vendor.discount_total.unwrap_or(0);
        Self {
            lines: sold + adjusted,
            sublets: vendor.sublet_sales.unwrap_or(0),
        }
    }
}

fn declined_jobs(order: &OrderFigures) -> i64 {
    let declined = order
        .jobs
        .iter()
        .filter(|job| job.authorization_state == AuthorizationState::Declined);
    declined.map(|job| job.job_revenue).sum()
}

fn authorized_part_lines(order: &OrderFigures) -> i64 {
    let authorized = order
        .jobs
        .iter()
        .filter(|job| job.authorization_state == AuthorizationState::Authorized);
    let lines: usize = authorized.map(|job| job.parts.len()).sum();
    i64::try_from(lines).expect("an order has fewer than 2^63 lines")
}

/// Revenue, cost and fees of one side of a comparison, in cents.
#[derive(Clone, Debug)]
pub struct OurProfit {
    /// Net sales.
    pub net_sales: i64,
    /// Authorized cost.
    pub cost: i64,
    /// Fees in net sales.
    pub fees: i64,
    /// Discounts in net sales.
    pub discounts: i64,
    /// Extra cost against the vendor by code, above zero where ours is higher.
    pub extra_cost: Vec<Cause>,
}

/// The vendor's profit figure, in cents.
#[derive(Clone, Copy, Debug)]
pub struct VendorProfit {
    /// Its revenue.
    pub retail: i64,
    /// Its cost.
    pub cost: i64,
}

/// Our GP % − the vendor's, in hundredths of a percent point; `None` where a base is not above zero.
pub fn variance_percent(ours: &OurProfit, vendor: VendorProfit) -> Option<i64> {
    let our_percent = number::percent_2(ours.net_sales - ours.cost, ours.net_sales)?;
    let vendor_percent = number::percent_2(vendor.retail - vendor.cost, vendor.retail)?;
    Some(our_percent - vendor_percent)
}

/// The bridge from the vendor's profit to ours; empty up to half a point, else it adds up exactly.
pub fn profit_bridge(ours: &OurProfit, vendor: VendorProfit) -> Vec<Cause> {
    if variance_percent(ours, vendor).is_none_or(|points| points.abs() <= 50) {
        return Vec::new();
    }
    let mut causes = vec![
        ("fees_included", ours.fees),
        ("discount_treatment", -ours.discounts),
    ];
    causes.extend(ours.extra_cost.iter().map(|(code, cents)| (*code, -cents)));
    causes.retain(|(_, cents)| *cents != 0);
    let explained: i64 = causes.iter().map(|(_, cents)| cents).sum();
    let difference = (ours.net_sales - ours.cost) - (vendor.retail - vendor.cost);
    if explained != difference {
        causes.push(("other", difference - explained));
    }
    causes
}
