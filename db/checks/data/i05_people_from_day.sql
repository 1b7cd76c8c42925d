-- I5: technicians' labour adds up to the shop's day, and so do the advisors' figures
-- Gives the days where it does not; what is queued is left out. Parameter: $1 shop_id. Units: cents, hours.
with
  technicians as (
    select
      metric_date, sum(labor_revenue) as labor, sum(labor_cost) as labor_cost, sum(hours_billed) as hours
    from warehouse.tech_daily_metrics
    where shop_id = $1
    group by metric_date
  ),
  advisors as (
    select
      metric_date, sum(ro_count) as orders, sum(net_sales) as revenue, sum(cost) as cost, sum(profit) as profit,
      sum(labor_hours) as hours
    from warehouse.advisor_daily_metrics
    where shop_id = $1
    group by metric_date
  ),
  unsettled as (
    select metric_date from ops.dirty_days where shop_id = $1
    union
    select s.snapshot_date
    from ops.dirty_orders q
    join warehouse.ro_snapshots s on s.shop_id = $1 and s.repair_order_id = q.repair_order_id
    where q.shop_id = $1
  ),
  compared as (
    select
      coalesce(m.metric_date, t.metric_date, a.metric_date) as metric_date,
      array[
        coalesce(m.labor_revenue, 0) - coalesce(t.labor, 0), coalesce(m.labor_cost, 0) - coalesce(t.labor_cost, 0),
        coalesce(m.labor_hours, 0) - coalesce(t.hours, 0), coalesce(m.ro_count, 0) - coalesce(a.orders, 0),
        coalesce(m.authorized_revenue, 0) - coalesce(a.revenue, 0),
        coalesce(m.authorized_cost, 0) - coalesce(a.cost, 0),
        coalesce(m.authorized_profit, 0) - coalesce(a.profit, 0), coalesce(m.labor_hours, 0) - coalesce(a.hours, 0)
      ]::numeric[] as gaps
    from (select * from warehouse.daily_shop_metrics where shop_id = $1) m
    full join technicians t on t.metric_date = m.metric_date
    full join advisors a on a.metric_date = coalesce(m.metric_date, t.metric_date)
  )
select
  format('day %s', c.metric_date) as key,
  (
    select string_agg(format('%s %s', g.name, trim_scale(g.gap)), ', ')
    from unnest(
      array['technicians'' labor', 'technicians'' labor cost', 'technicians'' hours', 'advisors'' orders',
        'advisors'' revenue', 'advisors'' cost', 'advisors'' profit', 'advisors'' hours'],
      c.gaps
    ) as g (name, gap)
    where g.gap <> 0
  ) as fault
from compared c
where exists (select 1 from unnest(c.gaps) as g (gap) where g.gap <> 0)
  and c.metric_date not in (select metric_date from unsettled)
