-- The sums of a range and of the range it is compared with, and the shop's goals for the range. One row a range.
-- parameters: $1 shop, $2 to $6 the ranges, $7 only business days, $8 the goals' period: day, week, month
{periods}
select {head}, h.kind, h.from_on, h.to_on, goal.metrics, goal.targets, {named}
from periods h
cross join lateral (
  select
    {sums}
  from warehouse.daily_shop_metrics m
  where m.shop_id = $1 and m.metric_date between h.from_on and h.to_on
    and (not $7 or extract(isodow from m.metric_date) = any(h.week_days))
) t
cross join lateral (
  select array_agg(g.metric order by g.metric) as metrics,
    array_agg(trim_scale(g.target)::text order by g.metric) as targets
  from warehouse.goals g
  where h.kind = 0 and g.shop_id = $1 and g.scope = 'shop' and g.subject_key = 0 and g.period = $8
    and g.period_start = h.from_on
) goal
order by h.kind
