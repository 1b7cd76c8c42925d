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
pub fn revenue_causes(order: &OrderFigures) -> Vec<Cause> {
    let Some(variance) = revenue_variance(order) else {
        return Vec::new();
    };
    let mut causes = Vec::new();
    let mut rest = variance;
    let own_gap = vendor_gap(order);
    if own_gap != 0 {
        causes.push(("vendor_sum_mismatch", own_gap));
        rest -= own_gap;
    }
    let declined = order.sums.declined_total;
    if rest != 0 && rest == -declined {
        causes.push(("declined_included", rest));
        rest = 0;
    }
    let sublet_gap = open_sublet_gap(order);
    if rest != 0 && sublet_gap != 0 {
        causes.push(("sublet_unattributed", sublet_gap));
        rest -= sublet_gap;
    }
    let part_lines = order.jobs.iter().map(|job| job.parts.len()).sum::<usize>();
    let noise = i64::try_from(part_lines).expect("an order has fewer than 2^63 lines");
    if rest != 0 {
        causes.push((
            if rest.abs() <= noise {
                "rounding"
            } else {
                "unknown"
            },
            rest,
        ));
    }
    causes
}

/// The vendor's categories against the vendor's own total, in cents.
fn vendor_gap(order: &OrderFigures) -> i64 {
    let vendor = &order.vendor;
    let (Some(labor), Some(parts), Some(stated)) =
        (vendor.labor_sales, vendor.parts_sales, vendor.net_sales())
    else {
        return 0;
    };
    let others = vendor.sublet_sales.unwrap_or(0) + vendor.fee_total.unwrap_or(0)
        - vendor.discount_total.unwrap_or(0);
    labor + parts + others - stated
}

/// Sublets that only one side counts, in cents.
fn open_sublet_gap(order: &OrderFigures) -> i64 {
    let all: i64 = order.sublets.iter().map(|sublet| sublet.revenue).sum();
    let authorized =
        |sublet: &&super::order::SubletFigures| sublet.state == AuthorizationState::Authorized;
    let ours: i64 = order
        .sublets
        .iter()
        .filter(authorized)
        .map(|sublet| sublet.revenue)
        .sum();
    match order.vendor.sublet_sales {
        Some(stated) if stated == all || stated == 0 => ours - stated,
        Some(_) | None => 0,
    }
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
