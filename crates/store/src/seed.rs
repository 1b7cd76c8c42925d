//! What the demo enters by hand where a real shop's people would: pay rates.

use crate::error::StoreError;
use crate::session::Session;
use domain::record::CostRate;
use domain::{ShopDay, ShopId};
use jiff::Timestamp;

/// Enters pay rates as simulated ones; an equal rate is left alone, and so is one that somebody corrected.
///
/// # Errors
/// [`StoreError`] when the database refuses.
pub async fn enter_rates(
    session: &Session,
    shop: ShopId,
    rates: &[CostRate],
    now: Timestamp,
) -> Result<(), StoreError> {
    let employees: Vec<i64> = rates.iter().map(|r| r.employee_id.0).collect();
    let from: Vec<ShopDay> = rates.iter().map(|r| r.effective_from).collect();
    let to: Vec<Option<ShopDay>> = rates.iter().map(|r| r.effective_to).collect();
    let costs: Vec<i64> = rates.iter().map(|r| r.hourly_cost.0).collect();
    session
        .prepared(
            "insert into warehouse.employee_cost_rates \
               (shop_id, employee_id, effective_from, effective_to, hourly_cost, source, created_at) \
             select $1, r.employee_id, r.effective_from, r.effective_to, r.cost, 'simulator', $6 \
             from unnest($2::bigint[], $3::date[], $4::date[], $5::bigint[]) \
               as r (employee_id, effective_from, effective_to, cost) \
             on conflict (shop_id, employee_id, effective_from) do nothing",
            &[&shop.0, &employees, &from, &to, &costs, &now],
        )
        .await?;
    Ok(())
}
