-- Technicians of a range, from the sums of their days. One row a technician; unassigned labour is the row of key 0.
-- An order is posted on one day, so jobs and orders of the days add up. What their hours cost is null for callers who may
-- not see pay: the first source is the door that leaves it out, the second is walled (docs/access.md).
-- parameters: $1 shop, $2 to $6 the ranges
{periods},
  people as (
    select
      coalesce(d.technician_id, 0) as key,
      max(d.technician_id) as id,
      sum(d.hours_billed * 10000)::bigint as hours,
      sum(d.labor_revenue)::bigint as labor,
      case when count(m.labor_cost) = count(*) then sum(m.labor_cost)::bigint end as labor_cost,
      sum(d.jobs_worked)::bigint as jobs,
      sum(d.ros_worked)::bigint as ros,
      coalesce(sum(m.labor_lines_assigned), 0)::bigint as assigned,
      coalesce(sum(m.labor_lines_shop_avg), 0)::bigint as shop_avg,
      coalesce(sum(m.labor_lines_default), 0)::bigint as by_default
    from periods h
    cross join lateral warehouse.technician_days($1, h.from_on, h.to_on) d
    left join warehouse.tech_daily_metrics m
      on m.shop_id = $1 and m.metric_date = d.metric_date and m.technician_key = coalesce(d.technician_id, 0)
    where h.kind = 0
    group by 1
  )
select
  {head}, t.key, t.id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), '') as name,
  t.hours, t.labor, t.labor_cost, t.jobs, t.ros, t.assigned, t.shop_avg, t.by_default
from header h
left join people t on true
left join warehouse.employees e on e.shop_id = $1 and e.id = t.id
order by t.key
