-- One advisor's days in a range. One row a day, or one with nulls where there is none; no row for an unknown advisor.
-- parameters: $1 shop, $2 to $6 the ranges, $7 advisor
{periods}
select
  {head}, m.metric_date, e.id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), '') as name,
  m.ro_count::bigint, m.job_count::bigint, m.net_sales, m.cost, m.profit, m.parts_revenue, m.labor_revenue,
  m.sublet_revenue, m.fees_total, m.discount_total, (m.labor_hours * 10000)::bigint
from periods h
join warehouse.employees e on e.shop_id = $1 and e.id = $7
left join warehouse.advisor_daily_metrics m
  on m.shop_id = $1 and m.metric_date between h.from_on and h.to_on and m.service_advisor_key = $7
where h.kind = 0
order by m.metric_date
