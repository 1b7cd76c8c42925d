-- An advisor's day: posted snapshots by the order's advisor.
-- grain: (shop, day, advisor; no advisor = the unassigned row) · source: ro_snapshots · units: cents, hours
-- run: for the days in ops.dirty_days · parameters: $1 shop_id, $2 days, $3 now
-- decisions: D.12 (sums over advisors equal the shop's day)
with
  days as (
    select w.metric_date, d.*
    from unnest($2::date[]) as w (metric_date)
    cross join lateral (
      select
        s.service_advisor_id,
        count(*)::int as orders,
        sum(s.authorized_job_count)::int as jobs,
        sum(s.authorized_revenue)::bigint as net_sales,
        sum(s.authorized_cost)::bigint as cost,
        sum(s.parts_revenue)::bigint as parts,
        sum(s.labor_revenue)::bigint as labor,
        sum(s.sublet_revenue)::bigint as sublets,
        sum(s.fees_total)::bigint as fees,
        sum(s.discount_total)::bigint as discounts,
        sum(s.labor_hours) as hours
      from warehouse.ro_snapshots s
      where s.shop_id = $1 and s.snapshot_date = w.metric_date
        and s.superseded_at is null and s.snapshot_trigger = 'posted'
      group by s.service_advisor_id
    ) d
  ),
  emptied as (
    delete from warehouse.advisor_daily_metrics m
    where m.shop_id = $1 and m.metric_date = any($2)
      and (m.metric_date, m.service_advisor_key) not in (
        select d.metric_date, coalesce(d.service_advisor_id, 0) from days d
      )
    returning m.metric_date
  ),
  written as (
    insert into warehouse.advisor_daily_metrics (
      shop_id, metric_date, service_advisor_id, ro_count, job_count, net_sales, cost, profit,
      parts_revenue, labor_revenue, sublet_revenue, fees_total, discount_total, labor_hours, created_at, updated_at
    )
    select
      $1, d.metric_date, d.service_advisor_id, d.orders, d.jobs, d.net_sales, d.cost, d.net_sales - d.cost,
      d.parts, d.labor, d.sublets, d.fees, d.discounts, d.hours, $3, $3
    from days d
    -- Fenced off, so that the plan looks days up by key although it was made while there were none.
    left join lateral (
      select m.*
      from warehouse.advisor_daily_metrics m
      where m.shop_id = $1 and m.metric_date = d.metric_date
        and m.service_advisor_key = coalesce(d.service_advisor_id, 0)
      offset 0
    ) m on true
    where m.shop_id is null or (
      m.ro_count, m.job_count, m.net_sales, m.cost, m.parts_revenue, m.labor_revenue, m.sublet_revenue,
      m.fees_total, m.discount_total, m.labor_hours
    ) is distinct from (
      d.orders, d.jobs, d.net_sales, d.cost, d.parts, d.labor, d.sublets, d.fees, d.discounts, d.hours
    )
    on conflict (shop_id, metric_date, service_advisor_key) do update set
      ro_count = excluded.ro_count,
      job_count = excluded.job_count,
      net_sales = excluded.net_sales,
      cost = excluded.cost,
      profit = excluded.profit,
      parts_revenue = excluded.parts_revenue,
      labor_revenue = excluded.labor_revenue,
      sublet_revenue = excluded.sublet_revenue,
      fees_total = excluded.fees_total,
      discount_total = excluded.discount_total,
      labor_hours = excluded.labor_hours,
      updated_at = excluded.updated_at
    returning metric_date
  )
select (select count(*) from written) + (select count(*) from emptied) as changed
