-- What the API answers from: {orders} orders of {shops} shops over {days} days that end at {last}, their snapshots, and
-- the days summed from these. Every fifth shop has its orders' jobs and lines, for the drill-down. All random choices
-- are hashes of the order's number. A superuser runs it without row checks.
set session_replication_role = replica;

create temporary table o on commit drop as
select
  i,
  (i - 1) % {shops} + 1 as shop,
  date '{last}' - {days} + 1
    + (((i - 1) / {shops}) * {days} / greatest(({orders} + {shops} - 1) / {shops}, 1))::int as day,
  8000 + (hashint8(i) & 65535)::bigint as parts,
  3000 + (hashint8(i + 1) & 16383)::bigint as parts_cost,
  12000 + (hashint8(i + 2) & 65535)::bigint as labor,
  4000 + (hashint8(i + 3) & 8191)::bigint as labor_cost,
  1 + (hashint8(i + 4) & 7) as hours
from generate_series(1::bigint, {orders}) i;

insert into warehouse.repair_orders
  (shop_id, id, ro_number, status, service_advisor_id, customer_id, created_date, posted_at, posted_date, completed_at,
   completed_date, gross_sales, net_sales, invoice_total, potential_total, authorized_total, authorized_parts_total,
   authorized_parts_cost, authorized_labor_total, authorized_labor_cost, authorized_fees_total, authorized_cost,
   authorized_profit, authorized_labor_hours, authorized_job_count, potential_job_count, vendor_total_sales,
   vendor_taxes, amount_paid)
select
  shop, i, i, 'POSTED', 100 + (i & 1), 1 + (i % 200), day + interval '12 hours', day + interval '21 hours', day,
  day + interval '20 hours', day, parts + labor, parts + labor + 2640, parts + labor + 2640, parts + labor + 2640,
  parts + labor, parts, parts_cost, labor, labor_cost, 2640, parts_cost + labor_cost,
  parts + labor + 2640 - parts_cost - labor_cost, hours, 3, 3, parts + labor + 2640, 0, parts + labor + 2640
from o;

insert into warehouse.ro_snapshots
  (shop_id, repair_order_id, ro_number, service_advisor_id, authorized_revenue, authorized_cost, authorized_profit,
   gross_sales, parts_revenue, parts_cost, labor_revenue, labor_cost, fees_total, invoice_total, potential_revenue,
   vendor_net_sales, revenue_variance, snapshot_date, authorized_job_count, potential_job_count, labor_line_count,
   labor_lines_assigned, snapshot_trigger, ro_status, labor_hours, warranty_class, vehicle_description)
select
  shop, i, i, 100 + (i & 1), parts + labor + 2640, parts_cost + labor_cost,
  parts + labor + 2640 - parts_cost - labor_cost, parts + labor, parts, parts_cost, labor, labor_cost, 2640,
  parts + labor + 2640, parts + labor + 2640, parts + labor + 2640, 0, day, 3, 3, 6, 6, 'posted', 'POSTED', hours,
  'normal', '2019 Maker Model'
from o;

insert into warehouse.daily_shop_metrics
  (shop_id, metric_date, authorized_revenue, authorized_cost, authorized_profit, gross_sales, parts_revenue, parts_cost,
   labor_revenue, labor_cost, fees_total, potential_revenue, ro_count, ro_posted_count, authorized_job_count,
   potential_job_count, source_snapshot_count, labor_hours)
select
  shop, day, sum(parts + labor + 2640), sum(parts_cost + labor_cost),
  sum(parts + labor + 2640 - parts_cost - labor_cost), sum(parts + labor), sum(parts), sum(parts_cost), sum(labor),
  sum(labor_cost), sum(2640), sum(parts + labor + 2640), count(*), count(*), 3 * count(*), 3 * count(*), count(*),
  sum(hours)
from o group by shop, day;

create temporary table j on commit drop as
select o.shop, o.i, n, o.i * 4 + n as job, o.day, (o.parts / 3)::bigint as parts, (o.labor / 3)::bigint as labor
from o cross join generate_series(1, 3) n
where o.shop % 5 = 1;

insert into warehouse.jobs
  (shop_id, id, repair_order_id, name, authorized, authorization_state, sold_date, parts_total, labor_total,
   job_revenue, job_profit, labor_line_count, labor_lines_assigned, part_line_count, vendor_subtotal)
select shop, job, i, 'Job', true, 'AUTHORIZED', day, parts, labor, parts + labor, parts + labor, 2, 2, 3, parts + labor
from j;

insert into warehouse.job_parts
  (shop_id, repair_order_id, job_id, line_key, id, name, quantity, retail, cost, total, cost_total, authorized)
select shop, i, job, k::text, job * 4 + k, 'Part', 1, parts / 3, parts / 6, parts / 3, parts / 6, true
from j cross join generate_series(1, 3) k;

insert into warehouse.job_labor
  (shop_id, repair_order_id, job_id, line_key, id, name, hours, rate, total, technician_id, cost_rate, labor_cost,
   rate_source, rate_effective_on, authorized)
select shop, i, job, k::text, job * 4 + k, 'Labour', 1, labor / 2, labor / 2, k, 2800, 2800, 'assigned', day, true
from j cross join generate_series(1, 2) k;

insert into warehouse.job_fees (shop_id, repair_order_id, job_id, scope, line_key, id, name, fee_type, total)
select shop, i, null, 'ro', '1', i, 'Shop Supplies', 'shop_supplies', 2640 from o where shop % 5 = 1;

insert into warehouse.employee_records (shop_id, id, first_name, role, status)
select shop, 100 + n, 'Advisor', 2, 'ACTIVE'
from generate_series(1::bigint, {shops}) shop cross join generate_series(0, 1) n
union all
select shop, n, 'Technician', 3, 'ACTIVE'
from generate_series(1::bigint, {shops}) shop cross join generate_series(1, 8) n;

insert into warehouse.customers (shop_id, id, first_name, last_name)
select shop, n, 'Ivo', 'Sample ' || n
from generate_series(1::bigint, {shops}) shop cross join generate_series(1, 200) n;

-- Users 1 to {users}, five shops each; three more who see 5, 50 and all shops.
insert into warehouse.user_shop_access (user_id, shop_id, role)
select format('00000000-0000-4000-8000-%s', lpad(u::text, 12, '0'))::uuid, 5 * (u - 1) + n, 'owner'
from generate_series(1::bigint, {users}) u cross join generate_series(1, 5) n
union all
select format('00000000-0000-4000-8000-%s', lpad((900000 + width)::text, 12, '0'))::uuid, shop, 'owner'
from unnest(array[5, 50, {shops}]::bigint[]) width cross join lateral generate_series(1::bigint, width) shop;

reset session_replication_role;
