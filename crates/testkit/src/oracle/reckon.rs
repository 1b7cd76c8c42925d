//! From a repair order's payload to its lines, jobs, sublets and sums.

use super::{
    Misfit, OracleShop, RateBook, RateSource, dates, decode,
    number::{self, Decimal},
    order::{
        AuthorizationState, JobFigures, LaborFigures, OrderFigures, OrderSums, PartFigures,
        SubletFigures, VendorSums, WarrantyClass,
    },
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::Value;

/// What every order of a shop is computed with.
#[derive(Clone, Copy, Debug)]
pub struct OrderContext<'a> {
    /// The shop.
    pub shop: &'a OracleShop,
    /// Its zone.
    pub zone: &'a TimeZone,
    /// Its cost rates.
    pub rates: &'a RateBook<'a>,
    /// Its today.
    pub today: Date,
}

/// Dates of the order that its jobs need.
struct OrderDates {
    /// Shop day of posting, while the order is posted.
    booked_on: Option<Date>,
    /// When the order was written.
    created_at: Option<Timestamp>,
}

/// The vendor's status as our word.
fn status_word(payload: &Value) -> Result<&'static str, Misfit> {
    let id = decode::whole(&payload["repairOrderStatus"], "id")?;
    Ok(match id {
        Some(1) => "ESTIMATE",
        Some(2) => "WORKINPROGRESS",
        Some(3) => "COMPLETE",
        Some(4) => "SAVEDFORLATER",
        Some(5) => "POSTED",
        Some(6) => "ACCRECV",
        Some(7) => "DELETED",
        _ => "UNKNOWN",
    })
}

fn is_posted_status(status: &str) -> bool {
    matches!(status, "POSTED" | "ACCRECV")
}

/// Computes one order.
///
/// # Errors
/// When a figure of the payload does not fit: the order is a reject.
pub fn figures(context: &OrderContext<'_>, payload: &Value) -> Result<OrderFigures, Misfit> {
    let id = decode::id(payload, "repair order")?;
    let status = status_word(payload)?;
    let day_of =
        |field| decode::instant(payload, field).map(|at| dates::local_date(at, context.zone));
    let posted_date = day_of("postedDate");
    let order_dates = OrderDates {
        booked_on: posted_date.filter(|_| is_posted_status(status)),
        created_at: decode::instant(payload, "createdDate"),
    };
    let sublets = decode::list(payload, "sublets")
        .iter()
        .map(|line| sublet(context, status, line))
        .collect::<Result<Vec<_>, _>>()?;
    let jobs = jobs(context, &order_dates, payload, &sublets)?;
    let vendor = vendor_sums(payload)?;
    let base = fee_base(&jobs, &sublets);
    let order_lines = OrderLines {
        fees: fees_total(decode::list(payload, "fees"), base)?,
        discounts: decode::sum_of_totals(decode::list(payload, "discounts"))?,
        taxes: vendor.taxes.unwrap_or(0),
    };
    let mut sums = job_sums(&jobs);
    add_sublets(&mut sums, &sublets);
    finish_sums(&mut sums, &order_lines, is_posted_status(status));
    let mut order = OrderFigures {
        id,
        ro_number: decode::whole(payload, "repairOrderNumber")?,
        status,
        is_deleted: status == "DELETED" || decode::instant(payload, "deletedDate").is_some(),
        service_advisor_id: decode::whole(payload, "serviceWriterId")?,
        posted_date,
        completed_date: day_of("completedDate"),
        vendor,
        jobs,
        sublets,
        sums,
        warranty_class: WarrantyClass::Normal,
        issues: Vec::new(),
    };
    order.warranty_class = warranty_class(context.shop, payload, &order);
    order.issues = issues(&order);
    Ok(order)
}

fn vendor_sums(payload: &Value) -> Result<VendorSums, Misfit> {
    Ok(VendorSums {
        labor_sales: decode::whole(payload, "laborSales")?,
        parts_sales: decode::whole(payload, "partsSales")?,
        sublet_sales: decode::whole(payload, "subletSales")?,
        fee_total: decode::whole(payload, "feeTotal")?,
        discount_total: decode::whole(payload, "discountTotal")?,
        taxes: decode::whole(payload, "taxes")?,
        total_sales: decode::whole(payload, "totalSales")?,
        amount_paid: decode::whole(payload, "amountPaid")?,
    })
}

fn jobs(
    context: &OrderContext<'_>,
    order_dates: &OrderDates,
    payload: &Value,
    sublets: &[SubletFigures],
) -> Result<Vec<JobFigures>, Misfit> {
    let entries = decode::list(payload, "jobs");
    let mut jobs = entries
        .iter()
        .map(|entry| job_without_fees(context, order_dates, entry))
        .collect::<Result<Vec<_>, _>>()?;
    let base = fee_base(&jobs, sublets);
    for (job, entry) in jobs.iter_mut().zip(entries) {
        job.fees_total = fees_total(decode::list(entry, "fees"), base)?;
        job.job_revenue = job.parts_total + job.labor_total + job.fees_total - job.discount_total;
        job.job_profit = job.job_revenue - job.job_cost;
    }
    Ok(jobs)
}

fn job_without_fees(
    context: &OrderContext<'_>,
    order_dates: &OrderDates,
    entry: &Value,
) -> Result<JobFigures, Misfit> {
    let decided_at = decode::instant(entry, "authorizedDate");
    let authorization_state = match (entry["authorized"].as_bool(), decided_at) {
        (Some(true), _) => AuthorizationState::Authorized,
        (_, Some(_)) => AuthorizationState::Declined,
        (_, None) => AuthorizationState::Pending,
    };
    let is_authorized = authorization_state == AuthorizationState::Authorized;
    let sold_at = decided_at
        .or_else(|| decode::instant(entry, "createdDate"))
        .or(order_dates.created_at)
        .filter(|_| is_authorized);
    let sold_date = sold_at.map(|at| dates::local_date(at, context.zone));
    let reference_date = order_dates.booked_on.or(sold_date).unwrap_or(context.today);
    let parts = decode::list(entry, "parts")
        .iter()
        .map(part)
        .collect::<Result<Vec<_>, _>>()?;
    let labor = decode::list(entry, "labor")
        .iter()
        .map(|line| labor_line(context.rates, reference_date, line))
        .collect::<Result<Vec<_>, _>>()?;
    let parts_cost = parts.iter().map(|line| line.cost_total).sum();
    let labor_cost = labor.iter().map(|line| line.labor_cost).sum();
    Ok(JobFigures {
        id: decode::id(entry, "job")?,
        category: decode::text(entry, "jobCategoryName").map(str::to_owned),
        authorization_state,
        sold_date,
        sold_date_estimated: sold_date.is_some() && decided_at.is_none(),
        parts_total: parts.iter().map(|line| line.total).sum(),
        parts_cost,
        labor_total: labor.iter().map(|line| line.total).sum(),
        labor_cost,
        labor_hours: labor.iter().map(|line| line.hours).sum(),
        fees_total: 0,
        discount_total: decode::sum_of_totals(decode::list(entry, "discounts"))?,
        job_revenue: 0,
        job_cost: parts_cost + labor_cost,
        job_profit: 0,
        vendor_subtotal: decode::whole(entry, "subtotal")?,
        parts,
        labor,
    })
}

fn part(line: &Value) -> Result<PartFigures, Misfit> {
    let quantity = decode::ten_thousandths(line, "quantity")?.unwrap_or(10_000);
    let cost = decode::cents(line, "cost")?;
    Ok(PartFigures {
        id: decode::whole(line, "id")?,
        quantity,
        total: number::extend(quantity, decode::cents(line, "retail")?),
        cost_total: number::extend(quantity, cost),
        missing_cost: cost == 0,
    })
}

fn labor_line(
    rates: &RateBook<'_>,
    reference_date: Date,
    line: &Value,
) -> Result<LaborFigures, Misfit> {
    let technician_id = decode::whole(line, "technicianId")?;
    let hours = decode::ten_thousandths(line, "hours")?.unwrap_or(0);
    let (cost_rate, rate_source) = rates.cost_rate(technician_id, reference_date);
    Ok(LaborFigures {
        id: decode::whole(line, "id")?,
        technician_id,
        hours,
        total: number::extend(hours, decode::cents(line, "rate")?),
        cost_rate,
        rate_source,
        reference_date,
        labor_cost: number::extend(hours, cost_rate),
    })
}

fn sublet(context: &OrderContext<'_>, status: &str, line: &Value) -> Result<SubletFigures, Misfit> {
    let decided_at = decode::instant(line, "authorizedDate");
    let authorized = line["authorized"].as_bool();
    let closed = matches!(status, "COMPLETE" | "POSTED" | "ACCRECV");
    let state = match authorized {
        Some(true) => AuthorizationState::Authorized,
        None if closed => AuthorizationState::Authorized,
        Some(false) if decided_at.is_some() => AuthorizationState::Declined,
        Some(false) | None => AuthorizationState::Pending,
    };
    let items = decode::list(line, "items");
    let revenue = match decode::whole(line, "price")? {
        Some(price) => price,
        None => sum_of(items, "price")?.unwrap_or(0),
    };
    let cost = match sum_of(items, "cost")? {
        Some(cost) => cost,
        None => decode::cents(line, "cost")?,
    };
    let sold_at = decided_at.filter(|_| authorized == Some(true));
    Ok(SubletFigures {
        id: decode::whole(line, "id")?,
        state,
        sold_date: sold_at.map(|at| dates::local_date(at, context.zone)),
        revenue,
        cost,
    })
}

/// The sum of a field over the items that have it; `None` when none has.
fn sum_of(items: &[Value], field: &'static str) -> Result<Option<i64>, Misfit> {
    let mut sum = None;
    for item in items {
        if let Some(amount) = decode::whole(item, field)? {
            sum = Some(sum.unwrap_or(0) + amount);
        }
    }
    Ok(sum)
}

/// What percentage fees are taken of: authorized parts, labour and sublets less job discounts.
fn fee_base(jobs: &[JobFigures], sublets: &[SubletFigures]) -> i64 {
    let of_jobs: i64 = jobs
        .iter()
        .filter(|job| job.authorization_state == AuthorizationState::Authorized)
        .map(|job| job.parts_total + job.labor_total - job.discount_total)
        .sum();
    let of_sublets: i64 = sublets
        .iter()
        .filter(|sublet| sublet.state == AuthorizationState::Authorized)
        .map(|sublet| sublet.revenue)
        .sum();
    of_jobs + of_sublets
}

fn fees_total(lines: &[Value], base: i64) -> Result<i64, Misfit> {
    let mut sum = 0;
    for line in lines {
        sum += match decode::whole(line, "total")? {
            Some(total) => total,
            None => fee_amount(
                base,
                decode::exact(line, "percentage")?,
                decode::whole(line, "cap")?,
                decode::whole(line, "amount")?,
            ),
        };
    }
    Ok(sum)
}

/// The amount of a fee without a final total, in cents: a capped percentage, else the fixed amount.
pub fn fee_amount(
    base: i64,
    percentage: Option<Decimal>,
    cap: Option<i64>,
    amount: Option<i64>,
) -> i64 {
    let Some(percentage) = percentage.filter(|share| share.is_positive() && base > 0) else {
        return amount.unwrap_or(0);
    };
    let fee = percentage.hundredth().times(base);
    match cap.filter(|cap| *cap > 0) {
        Some(cap) => fee.min(cap),
        None => fee,
    }
}

/// Fees, discounts and taxes that hang on the order itself, in cents.
struct OrderLines {
    fees: i64,
    discounts: i64,
    taxes: i64,
}

fn job_sums(jobs: &[JobFigures]) -> OrderSums {
    let mut sums = OrderSums::default();
    for job in jobs {
        sums.potential_job_count += 1;
        sums.potential_parts_total += job.parts_total;
        sums.potential_labor_total += job.labor_total;
        sums.potential_fees_total += job.fees_total;
        sums.potential_discount += job.discount_total;
        match job.authorization_state {
            AuthorizationState::Authorized => add_authorized(&mut sums, job),
            AuthorizationState::Declined => {
                sums.declined_job_count += 1;
                sums.declined_total += job.job_revenue;
            }
            AuthorizationState::Pending => {
                sums.pending_job_count += 1;
                sums.pending_total += job.job_revenue;
            }
        }
    }
    sums
}

fn add_authorized(sums: &mut OrderSums, job: &JobFigures) {
    sums.authorized_job_count += 1;
    sums.authorized_total += job.job_revenue;
    sums.parts_revenue += job.parts_total;
    sums.parts_cost += job.parts_cost;
    sums.labor_revenue += job.labor_total;
    sums.labor_cost += job.labor_cost;
    sums.labor_hours += job.labor_hours;
    sums.fees_total += job.fees_total;
    sums.discount_total += job.discount_total;
    for line in &job.labor {
        *sums
            .rate_sources
            .entry(line.rate_source.as_str())
            .or_default() += 1;
    }
}

fn add_sublets(sums: &mut OrderSums, sublets: &[SubletFigures]) {
    for sublet in sublets {
        sums.potential_sublet_total += sublet.revenue;
        match sublet.state {
            AuthorizationState::Authorized => {
                sums.authorized_total += sublet.revenue;
                sums.sublet_revenue += sublet.revenue;
                sums.sublet_cost += sublet.cost;
            }
            AuthorizationState::Declined => sums.declined_total += sublet.revenue,
            AuthorizationState::Pending => sums.pending_total += sublet.revenue,
        }
    }
}

fn finish_sums(sums: &mut OrderSums, lines: &OrderLines, is_posted: bool) {
    sums.potential_fees_total += lines.fees;
    sums.potential_discount += lines.discounts;
    let order_lines_count = is_posted || sums.authorized_job_count > 0;
    let left_out = if order_lines_count {
        sums.fees_total += lines.fees;
        sums.discount_total += lines.discounts;
        0
    } else {
        lines.fees - lines.discounts
    };
    sums.tax_total = lines.taxes;
    sums.gross_sales = sums.parts_revenue + sums.labor_revenue + sums.sublet_revenue;
    sums.net_sales = sums.gross_sales + sums.fees_total - sums.discount_total;
    sums.invoice_total = sums.net_sales + lines.taxes;
    sums.authorized_cost = sums.parts_cost + sums.labor_cost + sums.sublet_cost;
    sums.authorized_profit = sums.net_sales - sums.authorized_cost;
    sums.potential_total = sums.net_sales + sums.pending_total + sums.declined_total + left_out;
}

fn warranty_class(shop: &OracleShop, payload: &Value, order: &OrderFigures) -> WarrantyClass {
    let sums = &order.sums;
    if sums.net_sales <= 0 && sums.authorized_job_count > 0 {
        return WarrantyClass::NoCharge;
    }
    if sums
        .authorized_gp_percent()
        .is_some_and(|percent| percent <= shop.low_margin_percent)
    {
        return WarrantyClass::LowMargin;
    }
    let label = decode::text(&payload["repairOrderCustomLabel"], "name");
    let categories = order.jobs.iter().filter_map(|job| job.category.as_deref());
    let on_list = |word: &str| {
        shop.warranty_labels
            .iter()
            .any(|listed| listed.eq_ignore_ascii_case(word))
    };
    if label.into_iter().chain(categories).any(on_list) {
        WarrantyClass::Label
    } else {
        WarrantyClass::Normal
    }
}

fn issues(order: &OrderFigures) -> Vec<&'static str> {
    let mut codes = Vec::new();
    let is_authorized =
        |job: &&JobFigures| job.authorization_state == AuthorizationState::Authorized;
    let authorized_labor = || {
        order
            .jobs
            .iter()
            .filter(is_authorized)
            .flat_map(|job| &job.labor)
    };
    if authorized_labor().any(|line| line.technician_id.is_none()) {
        codes.push("missing_tech");
    }
    if authorized_labor()
        .any(|line| line.technician_id.is_some() && line.rate_source != RateSource::Assigned)
    {
        codes.push("missing_rate");
    }
    if order
        .jobs
        .iter()
        .flat_map(|job| &job.parts)
        .any(|line| line.missing_cost)
    {
        codes.push("missing_cost");
    }
    if order.jobs.iter().any(|job| {
        job.vendor_subtotal
            .is_some_and(|stated| stated != job.job_revenue)
    }) {
        codes.push("vendor_sum_mismatch");
    }
    let difference = order
        .vendor
        .net_sales()
        .map_or(0, |stated| order.sums.net_sales - stated);
    if order.is_closed_to_books() && difference.abs() >= 100 {
        codes.push("sum_mismatch");
    }
    codes.extend(order.sums.loss_code().map(|_| "negative_profit"));
    codes.sort_unstable();
    codes
}
