-- A technician's day: authorized labour lines of the orders posted that day, by the line's own technician.
-- grain: (shop, day, technician; no technician = the unassigned row) · sources: ro_snapshots, job_labor · units: cents, hours
-- run: for the days in ops.dirty_days · parameters: $1 shop_id, $2 days, $3 now
-- decisions: D.11 (sums over technicians equal the shop's labour figures); quirks B-10, B-67
with
  days as (
    select w.metric_date, d.*
    from unnest($2::date[]) as w (metric_date)
    cross join lateral (
      select
        l.technician_id,
        sum(l.hours) as hours,
        sum(l.total)::bigint as revenue,
        sum(l.labor_cost)::bigint as cost,
        count(distinct l.job_id)::int as jobs,
        count(distinct l.repair_order_id)::int as orders,
        (count(*) filter (where l.rate_source in ('assigned', 'stated')))::int as assigned,
        (count(*) filter (where l.rate_source = 'shop_avg'))::int as shop_avg,
        (count(*) filter (where l.rate_source = 'default'))::int as by_default
      from warehouse.ro_snapshots s
      join warehouse.job_labor l on l.shop_id = $1 and l.repair_order_id = s.repair_order_id
      where s.shop_id = $1 and s.snapshot_date = w.metric_date
        and s.superseded_at is null and s.snapshot_trigger = 'posted'
        and l.authorized
      group by l.technician_id
    ) d
  ),
  emptied as (
    delete from warehouse.tech_daily_metrics m
    where m.shop_id = $1 and m.metric_date = any($2)
      and (m.metric_date, m.technician_key) not in (select d.metric_date, coalesce(d.technician_id, 0) from days d)
    returning m.metric_date
  ),
  written as (
    insert into warehouse.tech_daily_metrics (
      shop_id, metric_date, technician_id, hours_billed, labor_revenue, labor_cost, jobs_worked, ros_worked,
      labor_lines_assigned, labor_lines_shop_avg, labor_lines_default, created_at, updated_at
    )
    select
      $1, d.metric_date, d.technician_id, d.hours, d.revenue, d.cost, d.jobs, d.orders,
      d.assigned, d.shop_avg, d.by_default, $3, $3
    from days d
    -- Fenced off, so that the plan looks days up by key although it was made while there were none.
    left join lateral (
      select m.*
      from warehouse.tech_daily_metrics m
      where m.shop_id = $1 and m.metric_date = d.metric_date and m.technician_key = coalesce(d.technician_id, 0)
      offset 0
    ) m on true
    where m.shop_id is null or (
      m.hours_billed, m.labor_revenue, m.labor_cost, m.jobs_worked, m.ros_worked,
      m.labor_lines_assigned, m.labor_lines_shop_avg, m.labor_lines_default
    ) is distinct from (
      d.hours, d.revenue, d.cost, d.jobs, d.orders, d.assigned, d.shop_avg, d.by_default
    )
    on conflict (shop_id, metric_date, technician_key) do update set
      hours_billed = excluded.hours_billed,
      labor_revenue = excluded.labor_revenue,
      labor_cost = excluded.labor_cost,
      jobs_worked = excluded.jobs_worked,
      ros_worked = excluded.ros_worked,
      labor_lines_assigned = excluded.labor_lines_assigned,
      labor_lines_shop_avg = excluded.labor_lines_shop_avg,
      labor_lines_default = excluded.labor_lines_default,
      updated_at = excluded.updated_at
    returning metric_date
  )
select (select count(*) from written) + (select count(*) from emptied) as changed
