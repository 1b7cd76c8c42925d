-- What was sold in a range beside what was posted in it. One row a range.
-- An order may be sold on several days: orders are counted over the range, not summed over its days (D.6).
-- parameters: $1 shop, $2 to $6 the ranges
{periods}
select
  {head}, h.kind, h.from_on, h.to_on,
  s.revenue, s.cost, s.profit, s.parts, s.labor, s.sublets, s.net, s.job_count, o.ro_count, s.hours,
  {named}
from periods h
cross join lateral (
  select
    coalesce(sum(m.revenue), 0)::bigint as revenue,
    coalesce(sum(m.cost), 0)::bigint as cost,
    coalesce(sum(m.profit), 0)::bigint as profit,
    coalesce(sum(m.parts_revenue), 0)::bigint as parts,
    coalesce(sum(m.labor_revenue), 0)::bigint as labor,
    coalesce(sum(m.sublet_revenue), 0)::bigint as sublets,
    coalesce(sum(m.sold_net), 0)::bigint as net,
    coalesce(sum(m.job_count), 0)::bigint as job_count,
    coalesce(sum(m.labor_hours * 10000), 0)::bigint as hours
  from warehouse.sold_daily_metrics m
  where m.shop_id = $1 and m.metric_date between h.from_on and h.to_on
) s
cross join lateral (
  select count(*) as ro_count
  from (
    select distinct j.repair_order_id
    from warehouse.jobs j
    where j.shop_id = $1 and j.sold_date between h.from_on and h.to_on
      and j.authorization_state = 'AUTHORIZED' and not j.is_deleted
  ) sold
  -- offset 0 keeps this a look-up by key: merged, all orders of the shop would be read for those of a few days.
  cross join lateral (
    select r.is_deleted from warehouse.repair_orders r where r.shop_id = $1 and r.id = sold.repair_order_id offset 0
  ) r
  where not r.is_deleted
) o
cross join lateral (
  select
    {sums}
  from warehouse.daily_shop_metrics m
  where m.shop_id = $1 and m.metric_date between h.from_on and h.to_on
) t
order by h.kind
