-- The textbook's way: lines joined to jobs for the customer's decision, numeric multiplication, one statement over the
-- whole history. It writes the same snapshots and the same shop and technician days; a superuser runs it bare.
set session_replication_role = replica;

with
  parts as (
    select p.shop_id, p.repair_order_id, sum(round(p.quantity * p.retail)) as revenue,
      sum(round(p.quantity * p.cost)) as cost
    from warehouse.job_parts p
    join warehouse.jobs j on j.shop_id = p.shop_id and j.id = p.job_id
    where j.authorization_state = 'AUTHORIZED'
    group by p.shop_id, p.repair_order_id
  ),
  labor as (
    select l.shop_id, l.repair_order_id, sum(round(l.hours * l.rate)) as revenue,
      sum(round(l.hours * l.cost_rate)) as cost, sum(l.hours) as hours, count(*) as lines
    from warehouse.job_labor l
    join warehouse.jobs j on j.shop_id = l.shop_id and j.id = l.job_id
    where j.authorization_state = 'AUTHORIZED'
    group by l.shop_id, l.repair_order_id
  ),
  fees as (
    select f.shop_id, f.repair_order_id, sum(f.total) as total
    from warehouse.job_fees f
    left join warehouse.jobs j on j.shop_id = f.shop_id and j.id = f.job_id
    where f.job_id is null or j.authorization_state = 'AUTHORIZED'
    group by f.shop_id, f.repair_order_id
  ),
  discounts as (
    select d.shop_id, d.repair_order_id, sum(d.total) as total
    from warehouse.job_discounts d
    left join warehouse.jobs j on j.shop_id = d.shop_id and j.id = d.job_id
    where d.job_id is null or j.authorization_state = 'AUTHORIZED'
    group by d.shop_id, d.repair_order_id
  ),
  figures as (
    select o.*, coalesce(p.revenue, 0) as parts, coalesce(p.cost, 0) as parts_cost,
      coalesce(l.revenue, 0) as labor, coalesce(l.cost, 0) as labor_cost, coalesce(l.hours, 0) as hours,
      coalesce(l.lines, 0) as lines, coalesce(f.total, 0) as fees, coalesce(d.total, 0) as discount
    from warehouse.repair_orders o
    left join parts p on p.shop_id = o.shop_id and p.repair_order_id = o.id
    left join labor l on l.shop_id = o.shop_id and l.repair_order_id = o.id
    left join fees f on f.shop_id = o.shop_id and f.repair_order_id = o.id
    left join discounts d on d.shop_id = o.shop_id and d.repair_order_id = o.id
  )
insert into warehouse.ro_snapshots
  (shop_id, repair_order_id, snapshot_date, snapshot_trigger, ro_status, ro_number, service_advisor_id,
   authorized_revenue, authorized_cost, authorized_profit, parts_revenue, parts_cost, labor_revenue, labor_cost,
   labor_hours, labor_line_count, fees_total, discount_total, gross_sales, vendor_net_sales, input_hash, calc_version)
select
  f.shop_id, f.id, t.day, t.trigger, f.status, f.ro_number, f.service_advisor_id,
  f.parts + f.labor + f.fees - f.discount, f.parts_cost + f.labor_cost,
  f.parts + f.labor + f.fees - f.discount - f.parts_cost - f.labor_cost, f.parts, f.parts_cost, f.labor, f.labor_cost,
  f.hours, f.lines, f.fees, f.discount, f.parts + f.labor, f.vendor_total_sales, f.input_hash, f.calc_version
from figures f
cross join lateral (values ('posted', f.posted_date), ('completed', f.completed_date)) as t (trigger, day)
where t.day is not null;

insert into warehouse.daily_shop_metrics
  (shop_id, metric_date, ro_count, ro_posted_count, source_snapshot_count, authorized_revenue, authorized_cost,
   authorized_profit, gross_sales, parts_revenue, parts_cost, labor_revenue, labor_cost, labor_hours, fees_total,
   discount_total)
select shop_id, snapshot_date, count(*), count(*), count(*), sum(authorized_revenue), sum(authorized_cost),
  sum(authorized_profit), sum(gross_sales), sum(parts_revenue), sum(parts_cost), sum(labor_revenue), sum(labor_cost),
  sum(labor_hours), sum(fees_total), sum(discount_total)
from warehouse.ro_snapshots
where snapshot_trigger = 'posted'
group by shop_id, snapshot_date;

insert into warehouse.tech_daily_metrics
  (shop_id, metric_date, technician_id, hours_billed, labor_revenue, labor_cost, jobs_worked, ros_worked,
   labor_lines_assigned)
select l.shop_id, o.posted_date, l.technician_id, sum(l.hours), sum(round(l.hours * l.rate)),
  sum(round(l.hours * l.cost_rate)), count(distinct l.job_id), count(distinct l.repair_order_id), count(*)
from warehouse.job_labor l
join warehouse.jobs j on j.shop_id = l.shop_id and j.id = l.job_id
join warehouse.repair_orders o on o.shop_id = l.shop_id and o.id = l.repair_order_id
where j.authorization_state = 'AUTHORIZED' and o.posted_date is not null
group by l.shop_id, o.posted_date, l.technician_id;

reset session_replication_role;
