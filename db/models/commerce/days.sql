-- A store's day: what its orders added to it, and how the orders placed on it fare.
-- grain: (shop, day) · sources: store_order_days, store_orders (state), sku_performance (codes) · units: cents, counts
-- run: for dirty days and, because growth looks a week back, the days a week after them; after skus.sql
-- parameters: $1 shop_id, $2 days, $3 now · decisions: commerce-apis 5.1; a day without orders is a row of zeros
with
  days as (
    select distinct d.metric_date
    from (
      select d.metric_date from unnest($2::date[]) as d (metric_date)
      union all
      select m.metric_date
      from unnest($2::date[]) as d (metric_date)
      cross join lateral (
        select m.metric_date from warehouse.sales_metrics_daily m
        where m.shop_id = $1 and m.metric_date = d.metric_date + 7
        offset 0
      ) m
    ) d
  ),
  wanted as (
    select
      d.metric_date, a.*, o.*, k.unique_skus_sold, s.currency,
      case when b.revenue > 0 then round(100.0 * (a.total_revenue - b.revenue) / b.revenue, 2) end as revenue_growth_pct,
      case when b.orders > 0 then round(100.0 * (o.order_count - b.orders) / b.orders, 2) end as order_growth_pct
    from days d
    join warehouse.shops s on s.shop_id = $1
    cross join lateral (
      select
        coalesce(sum(c.gross_sales - c.discounts - c.returns), 0)::bigint as total_revenue,
        coalesce(sum(c.gross_sales), 0)::bigint as gross_sales,
        coalesce(sum(c.discounts), 0)::bigint as discounts,
        coalesce(sum(c.returns), 0)::bigint as returns,
        coalesce(sum(c.shipping), 0)::bigint as shipping,
        coalesce(sum(c.taxes), 0)::bigint as taxes,
        coalesce(sum(c.duties), 0)::bigint as duties,
        coalesce(sum(c.fees), 0)::bigint as fees,
        coalesce(sum(c.tips), 0)::bigint as tips,
        coalesce(sum(c.gift_cards_sold), 0)::bigint as gift_cards_sold,
        coalesce(sum(c.units_sold), 0)::int as total_units_sold,
        coalesce(sum(c.units_returned), 0)::int as units_returned,
        (count(*) filter (where c.is_cancelled))::int as orders_cancelled
      from warehouse.store_order_days c
      where c.shop_id = $1 and c.metric_date = d.metric_date
    ) a
    cross join lateral (
      select
        count(*)::int as order_count,
        (count(*) filter (where o.kept and o.fulfillment_status = 'fulfilled'))::int as orders_fulfilled,
        (count(*) filter (where o.kept and o.fulfillment_status in ('partial', 'scheduled', 'on_hold')))::int as orders_pending,
        (count(*) filter (where o.kept and o.fulfillment_status = 'unfulfilled'))::int as orders_unfulfilled,
        (count(*) filter (where not o.kept))::int as orders_of_day_cancelled,
        coalesce(sum(c.gross_sales - c.discounts) filter (where o.kept), 0)::bigint as kept_sales,
        (count(*) filter (where o.customer_id is null))::int as orders_guest,
        (count(*) filter (where o.kept and o.customer_id is not null and f.shop_id is null))::int as orders_new_customer,
        (count(*) filter (where o.customer_id is not null and f.shop_id is not null))::int as orders_returning
      from warehouse.store_order_days c
      cross join lateral (
        select o.id, o.fulfillment_status, o.customer_id, o.placed_at,
          o.cancelled_at is null and o.fulfillment_status <> 'cancelled' as kept
        from warehouse.store_orders o where o.shop_id = $1 and o.id = c.order_id
        offset 0
      ) o
      left join lateral (
        select f.shop_id from warehouse.store_orders f
        where f.shop_id = $1 and f.customer_id = o.customer_id and (f.placed_at, f.id) < (o.placed_at, o.id)
          and not f.is_test and not f.is_deleted and f.cancelled_at is null
        limit 1
      ) f on true
      where c.shop_id = $1 and c.metric_date = d.metric_date and c.is_placed
    ) o
    cross join lateral (
      select count(*)::int as unique_skus_sold
      from warehouse.sku_performance p
      where p.shop_id = $1 and p.metric_date = d.metric_date and p.units_sold > 0
    ) k
    cross join lateral (
      select
        sum(c.gross_sales - c.discounts - c.returns) as revenue,
        count(*) filter (where c.is_placed) as orders
      from warehouse.store_order_days c
      where c.shop_id = $1 and c.metric_date = d.metric_date - 7
    ) b
  ),
  written as (
    insert into warehouse.sales_metrics_daily as m
      (shop_id, metric_date, total_revenue, gross_sales, discounts, returns, shipping, taxes, duties, fees, tips,
       gift_cards_sold, kept_sales, order_count, orders_cancelled, orders_fulfilled, orders_pending, orders_unfulfilled,
       orders_of_day_cancelled, unique_skus_sold, total_units_sold, units_returned, orders_new_customer,
       orders_returning, orders_guest, revenue_growth_pct, order_growth_pct, currency, created_at, updated_at)
    select $1, w.metric_date, w.total_revenue, w.gross_sales, w.discounts, w.returns, w.shipping, w.taxes, w.duties, w.fees,
      w.tips, w.gift_cards_sold, w.kept_sales, w.order_count, w.orders_cancelled, w.orders_fulfilled, w.orders_pending,
      w.orders_unfulfilled, w.orders_of_day_cancelled, w.unique_skus_sold, w.total_units_sold, w.units_returned,
      w.orders_new_customer, w.orders_returning, w.orders_guest, w.revenue_growth_pct, w.order_growth_pct, w.currency, $3, $3
    from wanted w
    on conflict (shop_id, metric_date) do update set
      total_revenue = excluded.total_revenue,
      gross_sales = excluded.gross_sales,
      discounts = excluded.discounts,
      returns = excluded.returns,
      shipping = excluded.shipping,
      taxes = excluded.taxes,
      duties = excluded.duties,
      fees = excluded.fees,
      tips = excluded.tips,
      gift_cards_sold = excluded.gift_cards_sold,
      kept_sales = excluded.kept_sales,
      order_count = excluded.order_count,
      orders_cancelled = excluded.orders_cancelled,
      orders_fulfilled = excluded.orders_fulfilled,
      orders_pending = excluded.orders_pending,
      orders_unfulfilled = excluded.orders_unfulfilled,
      orders_of_day_cancelled = excluded.orders_of_day_cancelled,
      unique_skus_sold = excluded.unique_skus_sold,
      total_units_sold = excluded.total_units_sold,
      units_returned = excluded.units_returned,
      orders_new_customer = excluded.orders_new_customer,
      orders_returning = excluded.orders_returning,
      orders_guest = excluded.orders_guest,
      revenue_growth_pct = excluded.revenue_growth_pct,
      order_growth_pct = excluded.order_growth_pct,
      currency = excluded.currency,
      updated_at = excluded.updated_at
    where (m.total_revenue, m.gross_sales, m.discounts, m.returns, m.shipping, m.taxes, m.duties, m.fees, m.tips,
           m.gift_cards_sold, m.kept_sales, m.order_count, m.orders_cancelled, m.orders_fulfilled, m.orders_pending, m.orders_unfulfilled,
           m.orders_of_day_cancelled, m.unique_skus_sold, m.total_units_sold, m.units_returned, m.orders_new_customer,
           m.orders_returning, m.orders_guest, m.revenue_growth_pct, m.order_growth_pct, m.currency)
      is distinct from (excluded.total_revenue, excluded.gross_sales, excluded.discounts, excluded.returns, excluded.shipping,
           excluded.taxes, excluded.duties, excluded.fees, excluded.tips, excluded.gift_cards_sold, excluded.kept_sales, excluded.order_count,
           excluded.orders_cancelled, excluded.orders_fulfilled, excluded.orders_pending, excluded.orders_unfulfilled,
           excluded.orders_of_day_cancelled, excluded.unique_skus_sold, excluded.total_units_sold, excluded.units_returned,
           excluded.orders_new_customer, excluded.orders_returning, excluded.orders_guest, excluded.revenue_growth_pct,
           excluded.order_growth_pct, excluded.currency)
    returning 1
  )
select count(*) as changed from written
