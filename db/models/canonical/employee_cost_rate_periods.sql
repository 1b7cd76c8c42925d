-- The cost rates as they apply: a rate that starts on a later day ends the earlier one (contract.md 9).
-- Grain: one rate of one employee. Source: employee_cost_rates. Key: shop_id, employee_id, effective_from. Read live.
-- Periods of one employee never overlap; days between two closed rates have none.

create or replace view warehouse.employee_cost_rate_periods with (security_invoker = true) as
select
    r.shop_id,
    r.employee_id,
    r.effective_from,
    least(
        r.effective_to,
        lead(r.effective_from) over (partition by r.shop_id, r.employee_id order by r.effective_from) - 1
    ) as effective_to,
    r.hourly_cost,
    r.source
from warehouse.employee_cost_rates r;

alter view warehouse.employee_cost_rate_periods owner to pitwall_owner;

grant select on warehouse.employee_cost_rate_periods to authenticated, pitwall_sync, pitwall_ops;

call ops.describe('warehouse.employee_cost_rate_periods', 'Cost rates with the days they really apply; they never overlap', $$
    shop_id         shop [id]
    employee_id     the vendor's employee number [vendor id]
    effective_from  first day of the rate [shop-local date]
    effective_to    last day of the rate, null while open [shop-local date]
    hourly_cost     cost of one hour; 0 counts as no rate [cents per hour]
    source          manual, csv, internal_api or simulator [code]
$$);
