-- I6: sold days kept up to date equal the same days worked out anew from jobs and sublets
-- Gives the days that differ; what is queued is left out. Parameter: $1 shop_id. Units: cents, hours.
with
  live as (
    select id from warehouse.repair_orders where shop_id = $1 and not is_deleted
  ),
  sold as (
    select j.sold_date as metric_date, sum(j.parts_total + j.labor_total) as revenue,
      sum(j.parts_cost + j.labor_cost) as cost, sum(j.job_revenue) as net, count(*) as jobs, sum(j.labor_hours) as hours
    from warehouse.jobs j
    where j.shop_id = $1 and j.authorization_state = 'AUTHORIZED' and not j.is_deleted and j.sold_date is not null
      and j.repair_order_id in (select id from live)
    group by j.sold_date
  ),
  sublets as (
    select s.sold_date as metric_date, sum(s.retail) as revenue, sum(coalesce(s.cost, 0)) as cost
    from warehouse.job_sublets s
    where s.shop_id = $1 and s.authorization_state = 'AUTHORIZED' and s.sold_date is not null
      and s.repair_order_id in (select id from live)
    group by s.sold_date
  ),
  compared as (
    select
      coalesce(m.metric_date, j.metric_date, s.metric_date) as metric_date,
      array[
        coalesce(m.revenue, 0) - coalesce(j.revenue, 0) - coalesce(s.revenue, 0),
        coalesce(m.cost, 0) - coalesce(j.cost, 0) - coalesce(s.cost, 0),
        coalesce(m.sold_net, 0) - coalesce(j.net, 0), coalesce(m.job_count, 0) - coalesce(j.jobs, 0),
        coalesce(m.labor_hours, 0) - coalesce(j.hours, 0)
      ]::numeric[] as gaps
    from (select * from warehouse.sold_daily_metrics where shop_id = $1) m
    full join sold j on j.metric_date = m.metric_date
    full join sublets s on s.metric_date = coalesce(m.metric_date, j.metric_date)
  ),
  unsettled as (
    select metric_date from ops.dirty_days where shop_id = $1
    union
    select j.sold_date
    from ops.dirty_orders q
    join warehouse.jobs j on j.shop_id = $1 and j.repair_order_id = q.repair_order_id
    where q.shop_id = $1 and j.sold_date is not null
    union
    select s.sold_date
    from ops.dirty_orders q
    join warehouse.job_sublets s on s.shop_id = $1 and s.repair_order_id = q.repair_order_id
    where q.shop_id = $1 and s.sold_date is not null
  )
select
  format('day %s', c.metric_date) as key,
  (
    select string_agg(format('%s %s', g.name, trim_scale(g.gap)), ', ')
    from unnest(array['revenue', 'cost', 'net', 'jobs', 'hours'], c.gaps) as g (name, gap)
    where g.gap <> 0
  ) as fault
from compared c
where exists (select 1 from unnest(c.gaps) as g (gap) where g.gap <> 0)
  and c.metric_date not in (select metric_date from unsettled)
