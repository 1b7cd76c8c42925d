-- A history of {orders} orders over {shops} shops, {per_day} a shop and day, ending 2026-06-29. All random choices are
-- hashes of the order's number, so that the same size is the same data. A superuser runs it without row checks.
set session_replication_role = replica;

create temporary table o on commit drop as
select
  i,
  (i - 1) % {shops} + 1 as shop,
  date '2026-06-30' - (({orders} - 1) / ({shops} * {per_day}) + 1)::int + ((i - 1) / ({shops} * {per_day}))::int as day,
  case
    when hashint8(i) & 255 < 236 then 'POSTED'
    when hashint8(i) & 255 < 246 then 'WORKINPROGRESS'
    else 'ESTIMATE'
  end as status
from generate_series(1::bigint, {orders}) i;

create temporary table j on commit drop as
select
  o.i, o.shop, o.day, n, o.i * 8 + n as job,
  case
    when (hashint8(o.i * 8 + n) & 1023) < 870 then 'AUTHORIZED'
    when (hashint8(o.i * 8 + n) & 1023) < 957 then 'DECLINED'
    else 'PENDING'
  end as state
from o cross join lateral generate_series(1, 2 + (hashint8(o.i * 3) & 2147483647) % 3) n;

insert into warehouse.job_parts
  (shop_id, repair_order_id, job_id, line_key, id, name, quantity, retail, cost, total, cost_total, authorized)
select
  shop, i, job, k::text, job * 8 + k, 'Part', hundredths / 100.0, retail, cost,
  (hundredths * retail + 50) / 100, (hundredths * cost + 50) / 100, state = 'AUTHORIZED'
from j
cross join lateral generate_series(1, 2 + (hashint8(job * 5) & 2147483647) % 3) k
cross join lateral (
  select
    100 + 50 * (hashint8(job * 8 + k) & 7)::bigint as hundredths,
    1000 + (hashint8(job * 8 + k + 1) & 8191)::bigint as retail,
    500 + (hashint8(job * 8 + k + 2) & 4095)::bigint as cost
) x;

insert into warehouse.job_labor
  (shop_id, repair_order_id, job_id, line_key, id, name, hours, rate, total, technician_id, cost_rate, labor_cost,
   rate_source, rate_effective_on, authorized)
select
  shop, i, job, k::text, job * 8 + k, 'Labour', tenths / 10.0, 16500, (tenths * 16500 + 5) / 10,
  technician, 2600 + 100 * technician, (tenths * (2600 + 100 * technician) + 5) / 10,
  'assigned', day, state = 'AUTHORIZED'
from j
cross join lateral generate_series(1, 1 + (hashint8(job * 7) & 2147483647) % 3) k
cross join lateral (
  select
    1 + (hashint8(job * 16 + k) & 31)::bigint as tenths,
    1 + (hashint8(job * 16 + k + 1) & 7)::bigint as technician
) x;

insert into warehouse.job_fees (shop_id, repair_order_id, job_id, scope, line_key, id, name, fee_type, total)
select shop, i, job, 'job', '1', job, 'Oil disposal', 'other', 350 from j where hashint8(job * 11) & 1 = 0
union all
select shop, i, null, 'ro', '1', i, 'Shop Supplies', 'shop_supplies', 2640 from o;

insert into warehouse.job_discounts (shop_id, repair_order_id, job_id, scope, line_key, id, name, total)
select shop, i, job, 'job', '1', job, 'Special', 1500 from j where hashint8(job * 13) & 3 = 0;

create temporary table s on commit drop as
select
  j.shop, j.i, j.job, j.day, j.n, j.state,
  p.total as parts, p.cost as parts_cost, p.lines as part_lines,
  l.total as labor, l.cost as labor_cost, l.hours, l.lines as labor_lines,
  coalesce(f.total, 0) as fees, coalesce(d.total, 0) as discount
from j
join (
  select job_id, sum(total)::bigint as total, sum(cost_total)::bigint as cost, count(*) as lines
  from warehouse.job_parts group by job_id
) p on p.job_id = j.job
join (
  select job_id, sum(total)::bigint as total, sum(labor_cost)::bigint as cost, sum(hours) as hours, count(*) as lines
  from warehouse.job_labor group by job_id
) l on l.job_id = j.job
left join warehouse.job_fees f on f.job_id = j.job
left join warehouse.job_discounts d on d.job_id = j.job;

insert into warehouse.jobs
  (shop_id, id, repair_order_id, name, authorized, authorization_state, declined, sold_date, created_date,
   parts_total, parts_cost, labor_total, labor_cost, labor_hours, fees_total, discount_total,
   job_revenue, job_cost, job_profit, labor_line_count, labor_lines_assigned, part_line_count, vendor_subtotal)
select
  shop, job, i, 'Job', state = 'AUTHORIZED', state, state = 'DECLINED',
  case when state = 'AUTHORIZED' then day - n end, day + interval '12 hours',
  parts, parts_cost, labor, labor_cost, hours, fees, discount,
  parts + labor + fees - discount, parts_cost + labor_cost,
  parts + labor + fees - discount - parts_cost - labor_cost,
  labor_lines, labor_lines, part_lines, parts + labor + fees - discount
from s;

insert into warehouse.repair_orders
  (shop_id, id, ro_number, status, service_advisor_id, created_date, posted_at, posted_date, completed_at,
   completed_date, vendor_parts_sales, vendor_labor_sales, vendor_sublet_sales, vendor_fee_total,
   vendor_discount_total, vendor_taxes, vendor_total_sales, amount_paid, payload_hash, figures_hash, input_hash,
   calc_version)
select
  o.shop, o.i, o.i, o.status, 100 + (hashint8(o.i) & 1), o.day + interval '12 hours',
  case when o.status = 'POSTED' then o.day + interval '21 hours' end, case when o.status = 'POSTED' then o.day end,
  case when o.status = 'POSTED' then o.day + interval '20 hours' end, case when o.status = 'POSTED' then o.day end,
  coalesce(t.parts, 0), coalesce(t.labor, 0), 0, coalesce(t.fees, 0) + 2640, coalesce(t.discount, 0), 0,
  coalesce(t.parts + t.labor + t.fees - t.discount, 0) + 2640, 0,
  decode(md5(o.i::text), 'hex'), decode(md5(o.i::text), 'hex'), decode(md5(o.i::text), 'hex'), {version}
from o
left join (
  select i, sum(parts)::bigint as parts, sum(labor)::bigint as labor, sum(fees)::bigint as fees,
    sum(discount)::bigint as discount
  from s where state = 'AUTHORIZED' group by i
) t on t.i = o.i;

insert into warehouse.employee_records (shop_id, id, first_name, role, status)
select shop, 100 + n, 'Advisor', 2, 'ACTIVE'
from generate_series(1::bigint, {shops}) shop cross join generate_series(0, 1) n
union all
select shop, n, 'Technician', 3, 'ACTIVE'
from generate_series(1::bigint, {shops}) shop cross join generate_series(1, 8) n;

reset session_replication_role;
