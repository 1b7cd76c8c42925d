-- The days of a range on which work was sold. One row a day, or one with nulls where there is none.
-- parameters: $1 shop, $2 to $6 the ranges
{periods}
select
  {head}, m.metric_date, m.revenue, m.cost, m.profit, m.parts_revenue, m.labor_revenue, m.sublet_revenue, m.sold_net,
  m.job_count::bigint, m.ro_count::bigint, (m.labor_hours * 10000)::bigint
from periods h
left join warehouse.sold_daily_metrics m
  on m.shop_id = $1 and m.metric_date between h.from_on and h.to_on
where h.kind = 0
order by m.metric_date
