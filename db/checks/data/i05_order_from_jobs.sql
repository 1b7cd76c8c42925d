-- I5: an order is the sum of its authorized jobs, its sublets and its own lines, per category
-- Gives the orders that are not; those on the queue are about to be summed. Parameter: $1 shop_id. Units: cents, hours.
with
  jobs as (
    select
      repair_order_id,
      count(*) as jobs,
      sum(parts_total) as parts, sum(parts_cost) as parts_cost,
      sum(labor_total) as labor, sum(labor_cost) as labor_cost, sum(labor_hours) as hours,
      sum(fees_total) as fees, sum(discount_total) as discounts
    from warehouse.jobs
    where shop_id = $1 and not is_deleted and authorization_state = 'AUTHORIZED'
    group by repair_order_id
  ),
  sublets as (
    select repair_order_id, sum(retail) as total, sum(coalesce(cost, 0)) as cost
    from warehouse.job_sublets
    where shop_id = $1 and authorization_state = 'AUTHORIZED'
    group by repair_order_id
  ),
  order_lines as (
    select repair_order_id, sum(fee) as fees, sum(discount) as discounts
    from (
      select repair_order_id, total as fee, 0 as discount from warehouse.job_fees where shop_id = $1 and job_id is null
      union all
      select repair_order_id, 0, total from warehouse.job_discounts where shop_id = $1 and job_id is null
    ) l
    group by repair_order_id
  ),
  -- Order-level lines count once a job is authorized or the order is posted (D.4).
  expected as (
    select
      o.*,
      coalesce(j.parts, 0) as x_parts, coalesce(j.parts_cost, 0) as x_parts_cost,
      coalesce(j.labor, 0) as x_labor, coalesce(j.labor_cost, 0) as x_labor_cost, coalesce(j.hours, 0) as x_hours,
      coalesce(s.total, 0) as x_sublets, coalesce(s.cost, 0) as x_sublet_cost,
      coalesce(j.fees, 0) + case when w.opens then coalesce(l.fees, 0) else 0 end as x_fees,
      coalesce(j.discounts, 0) + case when w.opens then coalesce(l.discounts, 0) else 0 end as x_discounts,
      coalesce(j.jobs, 0) as x_jobs
    from warehouse.repair_orders o
    left join jobs j on j.repair_order_id = o.id
    left join sublets s on s.repair_order_id = o.id
    left join order_lines l on l.repair_order_id = o.id
    cross join lateral (select j.jobs is not null or o.status in ('POSTED', 'ACCRECV') as opens) w
    where o.shop_id = $1
      and not exists (select 1 from ops.dirty_orders q where q.shop_id = $1 and q.repair_order_id = o.id)
  ),
  compared as (
    select
      e.id,
      array[
        e.authorized_parts_total - e.x_parts, e.authorized_parts_cost - e.x_parts_cost,
        e.authorized_labor_total - e.x_labor, e.authorized_labor_cost - e.x_labor_cost,
        e.authorized_labor_hours - e.x_hours,
        e.authorized_sublet_total - e.x_sublets, e.authorized_sublet_cost - e.x_sublet_cost,
        e.authorized_fees_total - e.x_fees, e.authorized_discount - e.x_discounts,
        e.net_sales - (e.x_parts + e.x_labor + e.x_sublets + e.x_fees - e.x_discounts),
        e.authorized_revenue - e.net_sales,
        e.authorized_cost - (e.x_parts_cost + e.x_labor_cost + e.x_sublet_cost),
        e.authorized_profit - (e.net_sales - e.authorized_cost),
        e.authorized_job_count - e.x_jobs
      ]::numeric[] as gaps
    from expected e
  )
select
  format('order %s', c.id) as key,
  (
    select string_agg(format('%s %s', g.name, trim_scale(g.gap)), ', ')
    from unnest(
      array['parts', 'parts cost', 'labor', 'labor cost', 'hours', 'sublets', 'sublet cost', 'fees', 'discounts',
        'net sales', 'revenue', 'cost', 'profit', 'jobs'],
      c.gaps
    ) as g (name, gap)
    where g.gap <> 0
  ) as fault
from compared c
where exists (select 1 from unnest(c.gaps) as g (gap) where g.gap <> 0)
