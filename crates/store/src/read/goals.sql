-- What a shop and its people aim at, newest period first, with the sums of the period so far. One row a goal.
-- A technician's days come through their door, which gives a technician his own; unmeasured columns are 0 (F18).
-- parameters: $1 shop, $2 now, $3 first day, $4 last day of the periods' beginnings, $5 scope
{header}
select
  {head}, g.scope, g.subject_id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), ''), g.metric, g.period,
  g.period_start, p.period_end, trim_scale(g.target)::text, g.updated_at, sold.revenue, sold.profit, {named}
from header h
left join warehouse.goals g
  on g.shop_id = $1 and g.period_start between $3 and $4 and ($5::text is null or g.scope = $5)
left join warehouse.employees e on e.shop_id = $1 and e.id = g.subject_id
cross join lateral (
  select case g.period
    when 'week' then g.period_start + 6
    when 'month' then (g.period_start + interval '1 month')::date - 1
    else g.period_start
  end as period_end
) p
cross join lateral (
  select coalesce(sum(d.revenue), 0)::bigint as revenue, coalesce(sum(d.profit), 0)::bigint as profit
  from warehouse.sold_daily_metrics d
  where g.metric = any('{work_sold,sold_profit}') and d.shop_id = $1
    and d.metric_date between g.period_start and least(p.period_end, h.today)
) sold
cross join lateral (
  select
    {sums}
  from (
    select
      d.ro_count, d.ro_completed_count, d.authorized_revenue, d.authorized_cost, d.authorized_profit, d.gross_sales,
      d.parts_revenue, d.parts_cost, d.labor_revenue, d.labor_cost, d.sublet_revenue, d.sublet_cost, d.fees_total,
      d.discount_total, d.tax_total, d.potential_revenue, d.pending_revenue, d.declined_revenue,
      d.authorized_job_count, d.potential_job_count, d.pending_job_count, d.declined_job_count, d.labor_hours
    from warehouse.daily_shop_metrics d
    where g.scope = 'shop' and d.shop_id = $1
      and d.metric_date between g.period_start and least(p.period_end, h.today)
    union all
    select
      a.ro_count, 0, a.net_sales, a.cost, a.profit, 0, a.parts_revenue, 0, a.labor_revenue, 0, a.sublet_revenue, 0,
      a.fees_total, a.discount_total, 0, 0, 0, 0, a.job_count, 0, 0, 0, a.labor_hours
    from warehouse.advisor_daily_metrics a
    where g.scope = 'advisor' and a.shop_id = $1 and a.service_advisor_key = g.subject_key
      and a.metric_date between g.period_start and least(p.period_end, h.today)
    union all
    select
      t.ros_worked, 0, 0, 0, 0, 0, 0, 0, t.labor_revenue, 0, 0, 0, 0, 0, 0, 0, 0, 0, t.jobs_worked, 0, 0, 0,
      t.hours_billed
    from warehouse.technician_days($1, g.period_start, least(p.period_end, h.today)) t
    where g.scope = 'technician' and t.technician_id = g.subject_id
  ) m
) t
order by g.period_start desc, g.period, g.scope, g.subject_id, g.metric
