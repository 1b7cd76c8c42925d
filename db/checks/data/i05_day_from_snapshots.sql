-- I5: a shop's day is the sum of its posted snapshots, per category
-- Gives the days that are not; days on the queue are about to be summed. Parameter: $1 shop_id. Units: cents, hours.
with
  summed as (
    select
      snapshot_date as metric_date,
      count(*) as orders,
      sum(authorized_revenue) as revenue, sum(authorized_cost) as cost, sum(authorized_profit) as profit,
      sum(parts_revenue) as parts, sum(parts_cost) as parts_cost,
      sum(labor_revenue) as labor, sum(labor_cost) as labor_cost, sum(labor_hours) as hours,
      sum(sublet_revenue) as sublets, sum(sublet_cost) as sublet_cost,
      sum(fees_total) as fees, sum(discount_total) as discounts, sum(tax_total) as taxes,
      sum(potential_revenue) as potential, sum(pending_revenue) as pending, sum(declined_revenue) as declined
    from warehouse.ro_snapshots
    where shop_id = $1 and superseded_at is null and snapshot_trigger = 'posted'
    group by snapshot_date
  ),
  compared as (
    select
      coalesce(m.metric_date, s.metric_date) as metric_date,
      array[
        coalesce(m.ro_count, 0) - coalesce(s.orders, 0),
        coalesce(m.authorized_revenue, 0) - coalesce(s.revenue, 0), coalesce(m.authorized_cost, 0) - coalesce(s.cost, 0),
        coalesce(m.authorized_profit, 0) - coalesce(s.profit, 0),
        coalesce(m.parts_revenue, 0) - coalesce(s.parts, 0), coalesce(m.parts_cost, 0) - coalesce(s.parts_cost, 0),
        coalesce(m.labor_revenue, 0) - coalesce(s.labor, 0), coalesce(m.labor_cost, 0) - coalesce(s.labor_cost, 0),
        coalesce(m.labor_hours, 0) - coalesce(s.hours, 0),
        coalesce(m.sublet_revenue, 0) - coalesce(s.sublets, 0), coalesce(m.sublet_cost, 0) - coalesce(s.sublet_cost, 0),
        coalesce(m.fees_total, 0) - coalesce(s.fees, 0), coalesce(m.discount_total, 0) - coalesce(s.discounts, 0),
        coalesce(m.tax_total, 0) - coalesce(s.taxes, 0),
        coalesce(m.potential_revenue, 0) - coalesce(s.potential, 0),
        coalesce(m.pending_revenue, 0) - coalesce(s.pending, 0),
        coalesce(m.declined_revenue, 0) - coalesce(s.declined, 0)
      ]::numeric[] as gaps
    from (select * from warehouse.daily_shop_metrics where shop_id = $1) m
    full join summed s on s.metric_date = m.metric_date
  )
select
  format('day %s', c.metric_date) as key,
  (
    select string_agg(format('%s %s', g.name, trim_scale(g.gap)), ', ')
    from unnest(
      array['orders', 'revenue', 'cost', 'profit', 'parts', 'parts cost', 'labor', 'labor cost', 'hours', 'sublets',
        'sublet cost', 'fees', 'discounts', 'taxes', 'potential', 'pending', 'declined'],
      c.gaps
    ) as g (name, gap)
    where g.gap <> 0
  ) as fault
from compared c
where exists (select 1 from unnest(c.gaps) as g (gap) where g.gap <> 0)
  and not exists (select 1 from ops.dirty_days q where q.shop_id = $1 and q.metric_date = c.metric_date)
