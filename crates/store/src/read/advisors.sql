-- Advisors of a range, from the sums of their days. One row an advisor; no advisor is the unassigned row, key 0.
-- parameters: $1 shop, $2 to $6 the ranges
{periods}
select
  {head}, a.key, a.id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), '') as name,
  a.ro_count, a.job_count, a.net_sales, a.cost, a.profit, a.parts, a.labor, a.sublets, a.fees, a.discounts, a.hours
from periods h
left join lateral (
  select
    m.service_advisor_key as key,
    max(m.service_advisor_id) as id,
    sum(m.ro_count)::bigint as ro_count,
    sum(m.job_count)::bigint as job_count,
    sum(m.net_sales)::bigint as net_sales,
    sum(m.cost)::bigint as cost,
    sum(m.profit)::bigint as profit,
    sum(m.parts_revenue)::bigint as parts,
    sum(m.labor_revenue)::bigint as labor,
    sum(m.sublet_revenue)::bigint as sublets,
    sum(m.fees_total)::bigint as fees,
    sum(m.discount_total)::bigint as discounts,
    sum(m.labor_hours * 10000)::bigint as hours
  from warehouse.advisor_daily_metrics m
  where m.shop_id = $1 and m.metric_date between h.from_on and h.to_on
  group by m.service_advisor_key
) a on true
left join warehouse.employees e on e.shop_id = $1 and e.id = a.id
where h.kind = 0
order by a.key
