-- A shop as a first load leaves it: 3,000 orders over 300 days, nothing summed yet.
set session_replication_role = replica;

insert into warehouse.customers (shop_id, id) select 901, n from generate_series(1, 2000) n;

insert into warehouse.vehicles (shop_id, id) select 901, n from generate_series(1, 3000) n;

insert into warehouse.employee_records (shop_id, id) select 901, n from generate_series(1, 200) n;

insert into warehouse.repair_orders (shop_id, id, ro_number, status, posted_date, vehicle_id)
select 901, n, n, 'POSTED', date '2026-01-01' + n / 10, n from generate_series(1, 3000) n;

insert into warehouse.jobs (shop_id, id, repair_order_id, authorization_state, name, sold_date)
select 901, n, n / 3 + 1, 'AUTHORIZED', 'Job', date '2026-01-01' + n / 30 from generate_series(1, 9000) n;

insert into warehouse.job_labor
    (shop_id, repair_order_id, job_id, line_key, name, cost_rate, labor_cost, rate_source, authorized)
select 901, n / 3 + 1, n, '1', 'Labour', 2500, 2500, 'default', true from generate_series(1, 9000) n;

insert into warehouse.job_sublets (shop_id, repair_order_id, line_key, name, authorization_state, sold_date)
select 901, n, '1', 'Sublet', 'AUTHORIZED', date '2026-01-01' + n / 10 from generate_series(1, 3000) n;

insert into warehouse.job_fees (shop_id, repair_order_id, scope, line_key, name)
select 901, n, 'ro', '1', 'Fee' from generate_series(1, 3000) n;

insert into warehouse.job_discounts (shop_id, repair_order_id, scope, line_key, name)
select 901, n, 'ro', '1', 'Discount' from generate_series(1, 3000) n;

insert into ops.dirty_orders (shop_id, repair_order_id, reason) select 901, n, 'manual' from generate_series(1, 3000) n;

reset session_replication_role;
