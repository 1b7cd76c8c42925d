-- Whether people work with a store: sessions and decisions of each day, and what it sold in the 7 days to it.
-- grain: (shop, day) · sources: shop_events, sales_metrics_daily · run: for dirty days; each reaches the 6 days after it
-- parameters: $1 shop_id, $2 days, $3 now
-- decisions: hotrod A.8, B.6: the flags are the day's own, so that the 7 days of v_activation_rate_7d are 7 days; flags of
-- windows would reach back 13.
with
  days as (
    select distinct d.metric_date + n.n as metric_date, s.timezone
    from unnest($2::date[]) as d (metric_date)
    cross join generate_series(0, 6) as n (n)
    join warehouse.shops s on s.shop_id = $1
    where d.metric_date + n.n <= warehouse.shop_day($3, s.timezone)
  ),
  wanted as (
    select
      d.metric_date, e.*, m.*,
      -- Of the window only: what reached further back would have to be rewritten for ever after.
      (select warehouse.shop_day(min(x.happened_at), d.timezone) from warehouse.shop_events x
       where x.shop_id = $1 and x.kind = 'decision'
         and x.happened_at >= warehouse.day_start(d.metric_date - 6, d.timezone)
         and x.happened_at < warehouse.day_start(d.metric_date + 1, d.timezone)) as activation_date,
      (select warehouse.shop_day(max(x.happened_at), d.timezone) from warehouse.shop_events x
       where x.shop_id = $1 and x.kind = 'session'
         and x.happened_at >= warehouse.day_start(d.metric_date - 6, d.timezone)
         and x.happened_at < warehouse.day_start(d.metric_date + 1, d.timezone)) as last_login_date,
      (select max(x.metric_date) from warehouse.sales_metrics_daily x
       where x.shop_id = $1 and x.metric_date between d.metric_date - 6 and d.metric_date and x.order_count > 0)
        as last_order_date
    from days d
    cross join lateral (
      select
        coalesce(bool_or(x.kind = 'session'), false) as is_active,
        coalesce(bool_or(x.kind = 'decision'), false) as is_activated
      from warehouse.shop_events x
      where x.shop_id = $1
        and x.happened_at >= warehouse.day_start(d.metric_date, d.timezone)
        and x.happened_at < warehouse.day_start(d.metric_date + 1, d.timezone)
    ) e
    cross join lateral (
      select coalesce(sum(x.order_count), 0)::int as orders, coalesce(sum(x.total_revenue), 0)::bigint as revenue
      from warehouse.sales_metrics_daily x
      where x.shop_id = $1 and x.metric_date between d.metric_date - 6 and d.metric_date
    ) m
  ),
  written as (
    insert into warehouse.shop_activation_metrics as a
      (shop_id, metric_date, revenue_in_window, orders_in_window, activation_date, last_order_date, last_login_date,
       is_active, is_activated_in_window, created_at, updated_at)
    select $1, w.metric_date, w.revenue, w.orders, w.activation_date, w.last_order_date, w.last_login_date,
      w.is_active, w.is_activated, $3, $3
    from wanted w
    on conflict (shop_id, metric_date) do update set
      revenue_in_window = excluded.revenue_in_window,
      orders_in_window = excluded.orders_in_window,
      activation_date = excluded.activation_date,
      last_order_date = excluded.last_order_date,
      last_login_date = excluded.last_login_date,
      is_active = excluded.is_active,
      is_activated_in_window = excluded.is_activated_in_window,
      updated_at = excluded.updated_at
    where (a.revenue_in_window, a.orders_in_window, a.activation_date, a.last_order_date, a.last_login_date, a.is_active,
           a.is_activated_in_window)
      is distinct from (excluded.revenue_in_window, excluded.orders_in_window, excluded.activation_date,
           excluded.last_order_date, excluded.last_login_date, excluded.is_active, excluded.is_activated_in_window)
    returning 1
  )
select count(*) as changed from written
