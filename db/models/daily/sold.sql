-- What was sold on a shop day: authorized jobs by the day of the decision, whatever became of the order.
-- grain: (shop, sold day) · sources: jobs, job_sublets, repair_orders (deleted?) · units: cents, hours
-- run: for the days in ops.dirty_days · parameters: $1 shop_id, $2 days, $3 now
-- decisions: D.6 (no fees, discounts, tax in revenue; sold_net and the counts are of jobs only); contract 12, 19, 24
with
  days as (
    select w.metric_date, d.*
    from unnest($2::date[]) as w (metric_date)
    cross join lateral (
      select
        sum(s.parts + s.labor + s.sublets)::bigint as revenue,
        sum(s.cost)::bigint as cost,
        sum(s.parts)::bigint as parts,
        sum(s.labor)::bigint as labor,
        sum(s.sublets)::bigint as sublets,
        sum(s.net)::bigint as net,
        sum(s.jobs)::int as jobs,
        count(distinct s.repair_order_id)::int as orders,
        sum(s.hours) as hours
      from (
        select
          j.repair_order_id, 1 as jobs, j.parts_total as parts, j.labor_total as labor,
          0::bigint as sublets, j.parts_cost + j.labor_cost as cost, j.job_revenue as net, j.labor_hours as hours
        from warehouse.jobs j
        join warehouse.repair_orders o on o.shop_id = $1 and o.id = j.repair_order_id
        where j.shop_id = $1 and j.sold_date = w.metric_date
          and j.authorization_state = 'AUTHORIZED' and not j.is_deleted and not o.is_deleted
        union all
        select
          null, 0, 0, 0, s.retail, coalesce(s.cost, 0), 0, 0
        from warehouse.job_sublets s
        join warehouse.repair_orders o on o.shop_id = $1 and o.id = s.repair_order_id
        where s.shop_id = $1 and s.sold_date = w.metric_date
          and s.authorization_state = 'AUTHORIZED' and not o.is_deleted
      ) s
      having count(*) > 0
    ) d
  ),
  emptied as (
    delete from warehouse.sold_daily_metrics m
    where m.shop_id = $1 and m.metric_date = any($2)
      and m.metric_date not in (select d.metric_date from days d)
    returning m.metric_date
  ),
  written as (
    insert into warehouse.sold_daily_metrics (
      shop_id, metric_date, revenue, cost, profit, parts_revenue, labor_revenue, sublet_revenue, sold_net,
      job_count, ro_count, labor_hours, created_at, updated_at
    )
    select
      $1, d.metric_date, d.revenue, d.cost, d.revenue - d.cost, d.parts, d.labor, d.sublets, d.net,
      d.jobs, d.orders, d.hours, $3, $3
    from days d
    -- Fenced off, so that the plan looks days up by key although it was made while there were none.
    left join lateral (
      select m.* from warehouse.sold_daily_metrics m where m.shop_id = $1 and m.metric_date = d.metric_date
      offset 0
    ) m on true
    where m.shop_id is null or (
      m.revenue, m.cost, m.parts_revenue, m.labor_revenue, m.sublet_revenue, m.sold_net, m.job_count, m.ro_count,
      m.labor_hours
    ) is distinct from (
      d.revenue, d.cost, d.parts, d.labor, d.sublets, d.net, d.jobs, d.orders, d.hours
    )
    on conflict (shop_id, metric_date) do update set
      revenue = excluded.revenue,
      cost = excluded.cost,
      profit = excluded.profit,
      parts_revenue = excluded.parts_revenue,
      labor_revenue = excluded.labor_revenue,
      sublet_revenue = excluded.sublet_revenue,
      sold_net = excluded.sold_net,
      job_count = excluded.job_count,
      ro_count = excluded.ro_count,
      labor_hours = excluded.labor_hours,
      updated_at = excluded.updated_at
    returning metric_date
  )
select (select count(*) from written) + (select count(*) from emptied) as changed
