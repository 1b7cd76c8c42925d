-- A shop's day: sums of the posted snapshots of that day, with the day's sold figures beside them.
-- grain: (shop, day) · sources: ro_snapshots (not superseded), sold_daily_metrics · units: cents, hours
-- run: for the days in ops.dirty_days, after sold.sql · parameters: $1 shop_id, $2 days, $3 now, $4 version of the rules
-- decisions: D.10; contract 19 (rows of zeros stay; completed snapshots count but add no money). Ratios are generated columns.
with
  days as (
    select
      w.metric_date,
      p.orders as ro_count,
      c.orders as ro_completed_count,
      coalesce(p.authorized_revenue, 0) as authorized_revenue,
      coalesce(p.authorized_cost, 0) as authorized_cost,
      coalesce(p.authorized_profit, 0) as authorized_profit,
      coalesce(p.authorized_job_count, 0) as authorized_job_count,
      coalesce(p.parts_revenue, 0) as parts_revenue,
      coalesce(p.parts_cost, 0) as parts_cost,
      coalesce(p.labor_revenue, 0) as labor_revenue,
      coalesce(p.labor_cost, 0) as labor_cost,
      coalesce(p.labor_hours, 0) as labor_hours,
      coalesce(p.sublet_revenue, 0) as sublet_revenue,
      coalesce(p.sublet_cost, 0) as sublet_cost,
      coalesce(p.fees_total, 0) as fees_total,
      coalesce(p.tax_total, 0) as tax_total,
      coalesce(p.gross_sales, 0) as gross_sales,
      coalesce(p.discount_total, 0) as discount_total,
      coalesce(p.potential_revenue, 0) as potential_revenue,
      coalesce(p.potential_job_count, 0) as potential_job_count,
      coalesce(p.pending_revenue, 0) as pending_revenue,
      coalesce(p.declined_revenue, 0) as declined_revenue,
      coalesce(p.declined_job_count, 0) as declined_job_count,
      coalesce(p.pending_job_count, 0) as pending_job_count,
      coalesce(s.revenue, 0) as sold_revenue,
      coalesce(s.profit, 0) as sold_profit,
      coalesce(s.job_count, 0) as sold_job_count,
      coalesce(s.ro_count, 0) as sold_ro_count,
      m.shop_id is not null as held
    from unnest($2::date[]) as w (metric_date)
    cross join lateral (
      select
        count(*)::int as orders,
        sum(s.authorized_revenue)::bigint as authorized_revenue,
        sum(s.authorized_cost)::bigint as authorized_cost,
        sum(s.authorized_profit)::bigint as authorized_profit,
        sum(s.authorized_job_count)::int as authorized_job_count,
        sum(s.parts_revenue)::bigint as parts_revenue,
        sum(s.parts_cost)::bigint as parts_cost,
        sum(s.labor_revenue)::bigint as labor_revenue,
        sum(s.labor_cost)::bigint as labor_cost,
        sum(s.labor_hours) as labor_hours,
        sum(s.sublet_revenue)::bigint as sublet_revenue,
        sum(s.sublet_cost)::bigint as sublet_cost,
        sum(s.fees_total)::bigint as fees_total,
        sum(s.tax_total)::bigint as tax_total,
        sum(s.gross_sales)::bigint as gross_sales,
        sum(s.discount_total)::bigint as discount_total,
        sum(s.potential_revenue)::bigint as potential_revenue,
        sum(s.potential_job_count)::int as potential_job_count,
        sum(s.pending_revenue)::bigint as pending_revenue,
        sum(s.declined_revenue)::bigint as declined_revenue,
        sum(s.declined_job_count)::int as declined_job_count,
        sum(s.pending_job_count)::int as pending_job_count
      from warehouse.ro_snapshots s
      where s.shop_id = $1 and s.snapshot_date = w.metric_date
        and s.superseded_at is null and s.snapshot_trigger = 'posted'
    ) p
    cross join lateral (
      select count(*)::int as orders
      from warehouse.ro_snapshots s
      where s.shop_id = $1 and s.snapshot_date = w.metric_date
        and s.superseded_at is null and s.snapshot_trigger = 'completed'
    ) c
    -- Fenced off, so that the plan looks days up by key although it was made while there were none.
    left join lateral (
      select s.revenue, s.profit, s.job_count, s.ro_count
      from warehouse.sold_daily_metrics s where s.shop_id = $1 and s.metric_date = w.metric_date
      offset 0
    ) s on true
    left join lateral (
      select m.shop_id
      from warehouse.daily_shop_metrics m where m.shop_id = $1 and m.metric_date = w.metric_date
      offset 0
    ) m on true
    where p.orders > 0 or c.orders > 0 or m.shop_id is not null
  ),
  written as (
    insert into warehouse.daily_shop_metrics (
      shop_id, metric_date, ro_count, ro_posted_count, ro_completed_count,
      authorized_revenue, authorized_cost, authorized_profit, authorized_job_count,
      parts_revenue, parts_cost, labor_revenue, labor_cost, labor_hours, sublet_revenue, sublet_cost,
      fees_total, tax_total, gross_sales, discount_total,
      potential_revenue, potential_job_count, pending_revenue, declined_revenue, declined_job_count, pending_job_count,
      sold_revenue, sold_profit, sold_job_count, sold_ro_count,
      calculation_method, source_snapshot_count, calc_version, created_at, updated_at
    )
    select
      $1, d.metric_date, d.ro_count, d.ro_count, d.ro_completed_count,
      d.authorized_revenue, d.authorized_cost, d.authorized_profit, d.authorized_job_count,
      d.parts_revenue, d.parts_cost, d.labor_revenue, d.labor_cost, d.labor_hours, d.sublet_revenue, d.sublet_cost,
      d.fees_total, d.tax_total, d.gross_sales, d.discount_total,
      d.potential_revenue, d.potential_job_count, d.pending_revenue, d.declined_revenue, d.declined_job_count, d.pending_job_count,
      d.sold_revenue, d.sold_profit, d.sold_job_count, d.sold_ro_count,
      'FROM_RO_SNAPSHOTS', d.ro_count, $4, $3, $3
    from days d
    left join lateral (
      select m.* from warehouse.daily_shop_metrics m where m.shop_id = $1 and m.metric_date = d.metric_date
      offset 0
    ) m on true
    where not d.held or (
      m.ro_count, m.ro_completed_count, m.authorized_revenue, m.authorized_cost, m.authorized_profit,
      m.authorized_job_count, m.parts_revenue, m.parts_cost, m.labor_revenue, m.labor_cost, m.labor_hours,
      m.sublet_revenue, m.sublet_cost, m.fees_total, m.tax_total, m.gross_sales, m.discount_total,
      m.potential_revenue, m.potential_job_count, m.pending_revenue, m.declined_revenue, m.declined_job_count, m.pending_job_count,
      m.sold_revenue, m.sold_profit, m.sold_job_count, m.sold_ro_count
    ) is distinct from (
      d.ro_count, d.ro_completed_count, d.authorized_revenue, d.authorized_cost, d.authorized_profit,
      d.authorized_job_count, d.parts_revenue, d.parts_cost, d.labor_revenue, d.labor_cost, d.labor_hours,
      d.sublet_revenue, d.sublet_cost, d.fees_total, d.tax_total, d.gross_sales, d.discount_total,
      d.potential_revenue, d.potential_job_count, d.pending_revenue, d.declined_revenue, d.declined_job_count, d.pending_job_count,
      d.sold_revenue, d.sold_profit, d.sold_job_count, d.sold_ro_count
    )
    on conflict (shop_id, metric_date) do update set
      ro_count = excluded.ro_count,
      ro_posted_count = excluded.ro_posted_count,
      ro_completed_count = excluded.ro_completed_count,
      authorized_revenue = excluded.authorized_revenue,
      authorized_cost = excluded.authorized_cost,
      authorized_profit = excluded.authorized_profit,
      authorized_job_count = excluded.authorized_job_count,
      parts_revenue = excluded.parts_revenue,
      parts_cost = excluded.parts_cost,
      labor_revenue = excluded.labor_revenue,
      labor_cost = excluded.labor_cost,
      labor_hours = excluded.labor_hours,
      sublet_revenue = excluded.sublet_revenue,
      sublet_cost = excluded.sublet_cost,
      fees_total = excluded.fees_total,
      tax_total = excluded.tax_total,
      gross_sales = excluded.gross_sales,
      discount_total = excluded.discount_total,
      potential_revenue = excluded.potential_revenue,
      potential_job_count = excluded.potential_job_count,
      pending_revenue = excluded.pending_revenue,
      declined_revenue = excluded.declined_revenue,
      declined_job_count = excluded.declined_job_count,
      pending_job_count = excluded.pending_job_count,
      sold_revenue = excluded.sold_revenue,
      sold_profit = excluded.sold_profit,
      sold_job_count = excluded.sold_job_count,
      sold_ro_count = excluded.sold_ro_count,
      source_snapshot_count = excluded.source_snapshot_count,
      calc_version = excluded.calc_version,
      updated_at = excluded.updated_at
    returning metric_date
  )
select count(*) as changed from written
