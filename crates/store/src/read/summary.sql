-- The sums of a range and of the range it is compared with. One row a range.
-- parameters: $1 shop, $2 to $6 the ranges, $7 only business days
{periods}
select {head}, h.kind, h.from_on, h.to_on, {named}
from periods h
cross join lateral (
  select
    {sums}
  from warehouse.daily_shop_metrics m
  where m.shop_id = $1 and m.metric_date between h.from_on and h.to_on
    and (not $7 or extract(isodow from m.metric_date) = any(h.week_days))
) t
order by h.kind
