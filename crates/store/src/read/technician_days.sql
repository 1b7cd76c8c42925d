-- One technician's days in a range. One row a day, or one with nulls where there is none; no row for an unknown one.
-- As in technicians.sql, the cost is null for callers who may not see it.
-- parameters: $1 shop, $2 to $6 the ranges, $7 technician
{periods},
  days as (
    select d.*
    from periods h
    cross join lateral warehouse.technician_days($1, h.from_on, h.to_on) d
    where h.kind = 0 and d.technician_id = $7
  )
select
  {head}, d.metric_date, e.id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), '') as name,
  (d.hours_billed * 10000)::bigint, d.labor_revenue, m.labor_cost, d.jobs_worked::bigint, d.ros_worked::bigint,
  coalesce(m.labor_lines_assigned, 0)::bigint, coalesce(m.labor_lines_shop_avg, 0)::bigint,
  coalesce(m.labor_lines_default, 0)::bigint
from header h
join warehouse.employees e on e.shop_id = $1 and e.id = $7
left join days d on true
left join warehouse.tech_daily_metrics m
  on m.shop_id = $1 and m.metric_date = d.metric_date and m.technician_key = $7
order by d.metric_date
