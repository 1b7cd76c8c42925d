//! Pay rates: what is entered, what the labour costs were last computed with, and re-pricing after a change.

use crate::error::StoreError;
use crate::session::Session;
use domain::rate::{RateSource, RateUsed};
use domain::record::CostRate;
use domain::{Cents, EmployeeId, Hours, ShopDay, ShopId};
use jiff::Timestamp;
use tokio_postgres::Row;

/// Stands for nobody in particular: its rate is the shop's default.
pub const NOBODY: EmployeeId = EmployeeId(0);

/// Rates as entered, with the shop's default standing in as the rate of employee 0.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn entered(session: &Session, shop: ShopId) -> Result<Vec<CostRate>, StoreError> {
    let mut rates = read(session, shop, "warehouse.employee_cost_rates").await?;
    let rows = session
        .prepared(
            "select default_tech_cost_rate from warehouse.shops where shop_id = $1",
            &[&shop.0],
        )
        .await?;
    rates.extend(rows.iter().map(|row| CostRate {
        employee_id: NOBODY,
        effective_from: jiff::civil::date(1, 1, 1),
        effective_to: None,
        hourly_cost: Cents(row.get(0)),
    }));
    rates.sort_by_key(|r| (r.employee_id, r.effective_from));
    Ok(rates)
}

/// Rates as last applied.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn applied(session: &Session, shop: ShopId) -> Result<Vec<CostRate>, StoreError> {
    read(session, shop, "ops.applied_cost_rates").await
}

async fn read(session: &Session, shop: ShopId, table: &str) -> Result<Vec<CostRate>, StoreError> {
    let select = format!(
        "select employee_id, effective_from, effective_to, hourly_cost from {table} where shop_id = $1 \
         order by employee_id, effective_from"
    );
    let rows = session.prepared(&select, &[&shop.0]).await?;
    let one = |row: &Row| CostRate {
        employee_id: EmployeeId(row.get(0)),
        effective_from: row.get(1),
        effective_to: row.get(2),
        hourly_cost: Cents(row.get(3)),
    };
    Ok(rows.iter().map(one).collect())
}

/// Remembers that the rates entered now have been applied.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn set_applied(session: &Session, shop: ShopId) -> Result<(), StoreError> {
    session
        .prepared(
            "delete from ops.applied_cost_rates where shop_id = $1",
            &[&shop.0],
        )
        .await?;
    session
        .prepared(
            "insert into ops.applied_cost_rates (shop_id, employee_id, effective_from, effective_to, hourly_cost) \
             select shop_id, employee_id, effective_from, effective_to, hourly_cost \
             from warehouse.employee_cost_rates where shop_id = $1 \
             union all select shop_id, 0, '0001-01-01', null, default_tech_cost_rate \
             from warehouse.shops where shop_id = $1",
            &[&shop.0],
        )
        .await?;
    Ok(())
}

/// Who makes the shop average: role Technician, ACTIVE today; and the shop's default rate.
#[derive(Clone, Debug)]
pub struct RateSettings {
    /// Employees whose rates are averaged.
    pub averaged: Vec<EmployeeId>,
    /// The shop's default.
    pub default: Option<Cents>,
}

/// Reads them.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn settings(session: &Session, shop: ShopId) -> Result<RateSettings, StoreError> {
    let rows = session
        .prepared(
            "select e.id from warehouse.employee_records e where e.shop_id = $1 and e.status = 'ACTIVE' and e.role = 3",
            &[&shop.0],
        )
        .await?;
    let averaged = rows.iter().map(|row| EmployeeId(row.get(0))).collect();
    let rows = session
        .prepared(
            "select default_tech_cost_rate from warehouse.shops where shop_id = $1",
            &[&shop.0],
        )
        .await?;
    let default = rows
        .first()
        .and_then(|row| row.get::<_, Option<i64>>(0))
        .map(Cents);
    Ok(RateSettings { averaged, default })
}

/// A labour line as far as its cost goes.
#[derive(Clone, Debug)]
pub struct PricedLine {
    /// Order it stands on.
    pub repair_order_id: i64,
    /// Job.
    pub job_id: i64,
    /// Key within the job.
    pub line_key: String,
    /// Who is credited.
    pub technician_id: Option<EmployeeId>,
    /// Billed hours.
    pub hours: Hours,
    /// What it was priced with.
    pub rate: RateUsed,
    /// The day its rate is looked up for.
    pub reference: ShopDay,
}

/// The labour lines whose reference day lies in a range, with the day; `today` stands for work neither posted nor sold.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn lines_in(
    session: &Session,
    shop: ShopId,
    (from, to): (ShopDay, ShopDay),
    today: ShopDay,
) -> Result<Vec<PricedLine>, StoreError> {
    let rows = session
        .prepared(
            include_str!("rates_lines.sql"),
            &[&shop.0, &from, &to, &today],
        )
        .await?;
    rows.iter().map(|row| Ok(priced_line(row))).collect()
}

fn priced_line(row: &Row) -> PricedLine {
    let reference: ShopDay = row.get(8);
    let word: &str = row.get(6);
    let rate = RateUsed {
        hourly_cost: Cents(row.get(5)),
        source: RateSource::from_word(word).unwrap_or(RateSource::Default),
        effective_on: row.get::<_, Option<ShopDay>>(7).unwrap_or(reference),
    };
    PricedLine {
        repair_order_id: row.get(0),
        job_id: row.get(1),
        line_key: row.get(2),
        technician_id: row.get::<_, Option<i64>>(3).map(EmployeeId),
        hours: Hours::from_ten_thousandths(row.get(4)),
        rate,
        reference,
    }
}

/// The oldest day a stored labour line was priced for; `None` when there is no line.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn oldest_reference(
    session: &Session,
    shop: ShopId,
) -> Result<Option<ShopDay>, StoreError> {
    let rows = session
        .prepared(
            "select min(rate_effective_on) from warehouse.job_labor where shop_id = $1",
            &[&shop.0],
        )
        .await?;
    Ok(rows.first().and_then(|row| row.get(0)))
}

/// Writes new costs of labour lines, brings their jobs' sums up to date and marks their orders dirty.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn reprice(
    session: &Session,
    shop: ShopId,
    lines: &[PricedLine],
    now: Timestamp,
) -> Result<(), StoreError> {
    let orders: Vec<i64> = lines.iter().map(|l| l.repair_order_id).collect();
    let jobs: Vec<i64> = lines.iter().map(|l| l.job_id).collect();
    let keys: Vec<&str> = lines.iter().map(|l| l.line_key.as_str()).collect();
    let rates: Vec<i64> = lines.iter().map(|l| l.rate.hourly_cost.0).collect();
    let costs: Vec<i64> = lines
        .iter()
        .map(|l| l.hours.extend(l.rate.hourly_cost).0)
        .collect();
    let sources: Vec<&str> = lines.iter().map(|l| l.rate.source.as_str()).collect();
    let days: Vec<ShopDay> = lines.iter().map(|l| l.rate.effective_on).collect();
    session
        .prepared(
            "update warehouse.job_labor l set cost_rate = n.rate, labor_cost = n.cost, rate_source = n.source, \
               rate_effective_on = n.day, last_synced_at = $9 \
             from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::date[]) \
               as n (repair_order_id, job_id, line_key, rate, cost, source, day) \
             where l.shop_id = $1 and l.repair_order_id = n.repair_order_id and l.job_id = n.job_id \
               and l.line_key = n.line_key",
            &[&shop.0, &orders, &jobs, &keys, &rates, &costs, &sources, &days, &now],
        )
        .await?;
    session
        .prepared(
            "update warehouse.jobs j set labor_cost = s.cost, job_cost = j.parts_cost + s.cost, \
               job_profit = j.job_revenue - j.parts_cost - s.cost, labor_lines_assigned = s.assigned, \
               labor_lines_shop_avg = s.shop_avg, labor_lines_default = s.by_default, updated_at = $3 \
             from (select job_id, sum(labor_cost)::bigint as cost, \
                 (count(*) filter (where rate_source in ('assigned', 'stated')))::int as assigned, \
                 (count(*) filter (where rate_source = 'shop_avg'))::int as shop_avg, \
                 (count(*) filter (where rate_source = 'default'))::int as by_default \
               from warehouse.job_labor where shop_id = $1 and repair_order_id = any($4) and job_id = any($2) \
               group by job_id) s \
             where j.shop_id = $1 and j.id = s.job_id",
            &[&shop.0, &jobs, &now, &orders],
        )
        .await?;
    rehash(session, shop, &orders).await?;
    crate::queue::mark_orders(
        session,
        shop,
        &dedup(orders),
        crate::queue::Reason::RateChange,
        now,
    )
    .await
}

fn dedup(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A changed rate is an input of the snapshot: the fingerprint is made again from the stored lines.
async fn rehash(session: &Session, shop: ShopId, orders: &[i64]) -> Result<(), StoreError> {
    let orders = dedup(orders.to_vec());
    let headers = session
        .prepared(
            "select id, figures_hash from warehouse.repair_orders where shop_id = $1 and id = any($2)",
            &[&shop.0, &orders],
        )
        .await?;
    let kept = crate::load::orders::kept_rates(session, shop, &orders).await?;
    let mut ids = Vec::new();
    let mut hashes: Vec<Vec<u8>> = Vec::new();
    for row in &headers {
        let figures = row
            .get::<_, Option<&[u8]>>(1)
            .and_then(|h| domain::figures::Digest::try_from(h).ok());
        let Some(figures) = figures else { continue };
        let rates = kept.get(&row.get::<_, i64>(0));
        let lines = rates
            .into_iter()
            .flatten()
            .map(|((job, key), rate)| (job.0, key.as_str(), *rate));
        ids.push(row.get::<_, i64>(0));
        hashes.push(domain::figures::rated_hash(&figures, lines).to_vec());
    }
    session
        .prepared(
            "update warehouse.repair_orders o set input_hash = n.hash \
             from unnest($2::bigint[], $3::bytea[]) as n (id, hash) \
             where o.shop_id = $1 and o.id = n.id and o.input_hash is distinct from n.hash",
            &[&shop.0, &ids, &hashes],
        )
        .await?;
    Ok(())
}
