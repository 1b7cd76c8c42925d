-- The days of a range that have a row. One row a day, or one with nulls where there is none.
-- parameters: $1 shop, $2 to $6 the ranges, $7 only business days
{periods}
select {head}, m.metric_date, {day}
from periods h
left join warehouse.daily_shop_metrics m
  on m.shop_id = $1 and m.metric_date between h.from_on and h.to_on
  and (not $7 or extract(isodow from m.metric_date) = any(h.week_days))
where h.kind = 0
order by m.metric_date
