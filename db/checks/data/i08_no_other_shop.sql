-- I8: whoever works on one shop sees no row of another
-- Run as the loader, walled into shop $1: rows of another shop are a hole in the wall. The catalog's side of it is
-- i08_wall_stands and db/checks/schema. Below and above the shop apart: the index then sees the contradiction at once,
-- where "another than" would read every row of the shop.
with seen (key, shop_id) as (
    select 'shops', shop_id from warehouse.shops where shop_id <> $1
    union all select 'employee_records', shop_id from warehouse.employee_records where shop_id < $1
    union all select 'employee_records', shop_id from warehouse.employee_records where shop_id > $1
    union all select 'employee_private', shop_id from warehouse.employee_private where shop_id < $1
    union all select 'employee_private', shop_id from warehouse.employee_private where shop_id > $1
    union all select 'employee_cost_rates', shop_id from warehouse.employee_cost_rates where shop_id < $1
    union all select 'employee_cost_rates', shop_id from warehouse.employee_cost_rates where shop_id > $1
    union all select 'customers', shop_id from warehouse.customers where shop_id < $1
    union all select 'customers', shop_id from warehouse.customers where shop_id > $1
    union all select 'vehicles', shop_id from warehouse.vehicles where shop_id < $1
    union all select 'vehicles', shop_id from warehouse.vehicles where shop_id > $1
    union all select 'repair_orders', shop_id from warehouse.repair_orders where shop_id < $1
    union all select 'repair_orders', shop_id from warehouse.repair_orders where shop_id > $1
    union all select 'jobs', shop_id from warehouse.jobs where shop_id < $1
    union all select 'jobs', shop_id from warehouse.jobs where shop_id > $1
    union all select 'job_labor', shop_id from warehouse.job_labor where shop_id < $1
    union all select 'job_labor', shop_id from warehouse.job_labor where shop_id > $1
    union all select 'ro_snapshots', shop_id from warehouse.ro_snapshots where shop_id < $1
    union all select 'ro_snapshots', shop_id from warehouse.ro_snapshots where shop_id > $1
    union all select 'daily_shop_metrics', shop_id from warehouse.daily_shop_metrics where shop_id < $1
    union all select 'daily_shop_metrics', shop_id from warehouse.daily_shop_metrics where shop_id > $1
    union all select 'tech_daily_metrics', shop_id from warehouse.tech_daily_metrics where shop_id < $1
    union all select 'tech_daily_metrics', shop_id from warehouse.tech_daily_metrics where shop_id > $1
    union all select 'user_shop_access', shop_id from warehouse.user_shop_access where shop_id < $1
    union all select 'user_shop_access', shop_id from warehouse.user_shop_access where shop_id > $1
    union all select 'payloads', shop_id from raw.payloads where shop_id < $1
    union all select 'payloads', shop_id from raw.payloads where shop_id > $1
    union all select 'rejects', shop_id from ops.rejects where shop_id < $1
    union all select 'rejects', shop_id from ops.rejects where shop_id > $1
    union all select 'webhook_inbox', shop_id from ops.webhook_inbox where shop_id < $1
    union all select 'webhook_inbox', shop_id from ops.webhook_inbox where shop_id > $1
)
select key, format('rows of shop %s are visible in shop %s', shop_id, $1::bigint) as fault
from seen
group by key, shop_id;
