-- I6: days kept up to date equal the same days worked out anew from the lines
-- A different path on purpose: quantities times prices, straight to the day, past jobs' sums and snapshots.
-- Gives the days that differ; what is queued is left out. Parameter: $1 shop_id. Units: cents, hours.
with
  posted as (
    select o.id, o.posted_date as metric_date
    from warehouse.repair_orders o
    where o.shop_id = $1 and o.status in ('POSTED', 'ACCRECV') and not o.is_deleted and o.posted_date is not null
  ),
  accepted as (
    select p.metric_date, p.id as repair_order_id, j.id as job_id
    from posted p
    join warehouse.jobs j on j.shop_id = $1 and j.repair_order_id = p.id
    where j.authorization_state = 'AUTHORIZED' and not j.is_deleted
  ),
  lines as (
    select
      a.metric_date, round(l.quantity * l.retail) as parts, round(l.quantity * coalesce(l.cost, 0)) as parts_cost,
      0::numeric as labor, 0::numeric as labor_cost, 0::numeric as hours, 0::numeric as sublets,
      0::numeric as sublet_cost, 0::numeric as fees, 0::numeric as discounts
    from accepted a
    join warehouse.job_parts l on l.shop_id = $1 and l.repair_order_id = a.repair_order_id and l.job_id = a.job_id
    union all
    -- What the vendor states has no product to be worked out anew.
    select
      a.metric_date, 0, 0, case when l.rate_source = 'stated' then l.total else round(l.hours * l.rate) end,
      case when l.rate_source = 'stated' then l.labor_cost else round(l.hours * l.cost_rate) end, l.hours, 0, 0, 0, 0
    from accepted a
    join warehouse.job_labor l on l.shop_id = $1 and l.repair_order_id = a.repair_order_id and l.job_id = a.job_id
    union all
    select p.metric_date, 0, 0, 0, 0, 0, l.retail, coalesce(l.cost, 0), 0, 0
    from posted p
    join warehouse.job_sublets l on l.shop_id = $1 and l.repair_order_id = p.id
    where l.authorization_state = 'AUTHORIZED'
    union all
    select p.metric_date, 0, 0, 0, 0, 0, 0, 0, l.total, 0
    from posted p
    join warehouse.job_fees l on l.shop_id = $1 and l.repair_order_id = p.id
    left join accepted a on a.repair_order_id = p.id and a.job_id = l.job_id
    where l.job_id is null or a.job_id is not null
    union all
    select p.metric_date, 0, 0, 0, 0, 0, 0, 0, 0, l.total
    from posted p
    join warehouse.job_discounts l on l.shop_id = $1 and l.repair_order_id = p.id
    left join accepted a on a.repair_order_id = p.id and a.job_id = l.job_id
    where l.job_id is null or a.job_id is not null
  ),
  summed as (
    select
      metric_date, sum(parts) as parts, sum(parts_cost) as parts_cost, sum(labor) as labor,
      sum(labor_cost) as labor_cost, sum(hours) as hours, sum(sublets) as sublets, sum(sublet_cost) as sublet_cost,
      sum(fees) as fees, sum(discounts) as discounts
    from lines
    group by metric_date
  ),
  counted as (
    select metric_date, count(*) as orders from posted group by metric_date
  ),
  unsettled as (
    select metric_date from ops.dirty_days where shop_id = $1
    union
    select s.snapshot_date
    from ops.dirty_orders q
    join warehouse.ro_snapshots s on s.shop_id = $1 and s.repair_order_id = q.repair_order_id
    where q.shop_id = $1
    union
    select p.metric_date from ops.dirty_orders q join posted p on p.id = q.repair_order_id where q.shop_id = $1
  ),
  compared as (
    select
      coalesce(m.metric_date, c.metric_date) as metric_date,
      array[
        coalesce(m.ro_count, 0) - coalesce(c.orders, 0),
        coalesce(m.parts_revenue, 0) - coalesce(s.parts, 0), coalesce(m.parts_cost, 0) - coalesce(s.parts_cost, 0),
        coalesce(m.labor_revenue, 0) - coalesce(s.labor, 0), coalesce(m.labor_cost, 0) - coalesce(s.labor_cost, 0),
        coalesce(m.labor_hours, 0) - coalesce(s.hours, 0),
        coalesce(m.sublet_revenue, 0) - coalesce(s.sublets, 0), coalesce(m.sublet_cost, 0) - coalesce(s.sublet_cost, 0),
        coalesce(m.fees_total, 0) - coalesce(s.fees, 0), coalesce(m.discount_total, 0) - coalesce(s.discounts, 0),
        coalesce(m.authorized_revenue, 0) - coalesce(s.parts + s.labor + s.sublets + s.fees - s.discounts, 0),
        coalesce(m.authorized_cost, 0) - coalesce(s.parts_cost + s.labor_cost + s.sublet_cost, 0)
      ]::numeric[] as gaps
    from (select * from warehouse.daily_shop_metrics where shop_id = $1) m
    full join counted c on c.metric_date = m.metric_date
    left join summed s on s.metric_date = coalesce(m.metric_date, c.metric_date)
  )
select
  format('day %s', c.metric_date) as key,
  (
    select string_agg(format('%s %s', g.name, trim_scale(g.gap)), ', ')
    from unnest(
      array['orders', 'parts', 'parts cost', 'labor', 'labor cost', 'hours', 'sublets', 'sublet cost', 'fees',
        'discounts', 'revenue', 'cost'],
      c.gaps
    ) as g (name, gap)
    where g.gap <> 0
  ) as fault
from compared c
where exists (select 1 from unnest(c.gaps) as g (gap) where g.gap <> 0)
  and c.metric_date not in (select metric_date from unsettled)
