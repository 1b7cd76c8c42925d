-- The sums of a range for every shop the caller sees. One row a shop, each with its own today.
-- parameters: $1 to $5 the ranges
with
  periods as (
    select
      v.shop_id, v.name, v.timezone, v.currency, p.today, v.as_of, v.week_days, p.from_on, p.to_on
    from warehouse.v_shop_header v
    join unnest($2::date[], $3::smallint[], $4::date[], $5::date[]) as p (today, kind, from_on, to_on)
      on p.today = warehouse.shop_day($1, v.timezone) and p.kind = 0
  )
select {head}, h.from_on, h.to_on, {named}
from periods h
cross join lateral (
  select
    {sums}
  from warehouse.daily_shop_metrics m
  where m.shop_id = h.shop_id and m.metric_date between h.from_on and h.to_on
) t
order by h.shop_id
