-- Sales by stock code and day, from the ledger's product bookings.
-- grain: (shop, day, sku_key) · sources: store_order_days (which orders), store_ledger, store_order_lines · units: cents, units
-- run: for dirty days, before days.sql · parameters: $1 shop_id, $2 days, $3 now
-- decisions: commerce-apis 5.2: by variant; without one by the line's stock code. Goodwill has no goods and no row here.
with
  bookings as (
    select
      d.metric_date,
      e.order_id,
      case
        when l.variant_id is not null then l.variant_id::text
        else 'line:' || coalesce(nullif(l.sku, ''), l.title, 'UNKNOWN')
      end as sku_key,
      l.variant_id, l.product_id, l.sku, l.title,
      e.happened_at, e.entry_key,
      e.action_type = 'order' or e.action_type = 'update' and e.amount - e.tax >= 0 as is_sale,
      e.amount - e.tax as net, e.discount, e.quantity
    from unnest($2::date[]) as d (metric_date)
    join warehouse.shops s on s.shop_id = $1
    -- Only orders that count have a row here.
    cross join lateral (
      select c.order_id from warehouse.store_order_days c where c.shop_id = $1 and c.metric_date = d.metric_date
      offset 0
    ) o
    cross join lateral (
      select e.*
      from warehouse.store_ledger e
      where e.shop_id = $1 and e.order_id = o.order_id and e.line_type = 'product'
        and e.happened_at >= warehouse.day_start(d.metric_date, s.timezone)
        and e.happened_at < warehouse.day_start(d.metric_date + 1, s.timezone)
      offset 0
    ) e
    left join lateral (
      select l.variant_id, l.product_id, l.sku, l.title
      from warehouse.store_order_lines l
      where l.shop_id = $1 and l.order_id = e.order_id and l.id = e.order_line_id
      offset 0
    ) l on true
  ),
  sums as (
    select
      b.metric_date,
      b.sku_key,
      (array_agg(b.variant_id order by b.happened_at desc, b.entry_key))[1] as variant_id,
      (array_agg(b.product_id order by b.happened_at desc, b.entry_key))[1] as product_id,
      coalesce((array_agg(b.sku order by b.happened_at desc, b.entry_key))[1], '') as sku,
      coalesce((array_agg(b.title order by b.happened_at desc, b.entry_key))[1], 'UNKNOWN') as title,
      coalesce(sum(b.net + b.discount) filter (where b.is_sale), 0)::bigint as gross_sales,
      coalesce(sum(b.discount) filter (where b.is_sale), 0)::bigint as discounts,
      coalesce(-sum(b.net) filter (where not b.is_sale), 0)::bigint as returns,
      coalesce(sum(b.quantity) filter (where b.is_sale), 0)::int as units_sold,
      coalesce(-sum(b.quantity) filter (where not b.is_sale), 0)::int as units_returned,
      (count(distinct b.order_id) filter (where b.is_sale))::int as order_count
    from bookings b
    group by b.metric_date, b.sku_key
  ),
  wanted as (
    select s.*, s.gross_sales - s.discounts - s.returns as revenue,
      (row_number() over (partition by s.metric_date
        order by s.gross_sales - s.discounts - s.returns desc, s.sku, s.sku_key))::int as revenue_rank,
      (row_number() over (partition by s.metric_date order by s.units_sold desc, s.sku, s.sku_key))::int as velocity_rank
    from sums s
  ),
  gone as (
    delete from warehouse.sku_performance p
    where p.shop_id = $1 and p.ctid = any(array(
      select h.place
      from unnest($2::date[]) as d (metric_date)
      cross join lateral (
        select h.ctid as place, h.metric_date, h.sku_key
        from warehouse.sku_performance h where h.shop_id = $1 and h.metric_date = d.metric_date
        offset 0
      ) h
      where (h.metric_date, h.sku_key) not in (select w.metric_date, w.sku_key from wanted w)))
    returning 1
  ),
  written as (
    insert into warehouse.sku_performance as p
      (shop_id, metric_date, sku_key, shopify_product_id, shopify_variant_id, sku, product_title, revenue, gross_sales,
       discounts, returns, units_sold, units_returned, order_count, revenue_rank, velocity_rank, created_at, updated_at)
    select $1, w.metric_date, w.sku_key, w.product_id, w.variant_id, w.sku, w.title, w.revenue, w.gross_sales,
      w.discounts, w.returns, w.units_sold, w.units_returned, w.order_count, w.revenue_rank, w.velocity_rank, $3, $3
    from wanted w
    on conflict (shop_id, metric_date, sku_key) do update set
      shopify_product_id = excluded.shopify_product_id,
      shopify_variant_id = excluded.shopify_variant_id,
      sku = excluded.sku,
      product_title = excluded.product_title,
      revenue = excluded.revenue,
      gross_sales = excluded.gross_sales,
      discounts = excluded.discounts,
      returns = excluded.returns,
      units_sold = excluded.units_sold,
      units_returned = excluded.units_returned,
      order_count = excluded.order_count,
      revenue_rank = excluded.revenue_rank,
      velocity_rank = excluded.velocity_rank,
      updated_at = excluded.updated_at
    where (p.shopify_product_id, p.shopify_variant_id, p.sku, p.product_title, p.revenue, p.gross_sales, p.discounts,
           p.returns, p.units_sold, p.units_returned, p.order_count, p.revenue_rank, p.velocity_rank)
      is distinct from (excluded.shopify_product_id, excluded.shopify_variant_id, excluded.sku, excluded.product_title,
           excluded.revenue, excluded.gross_sales, excluded.discounts, excluded.returns, excluded.units_sold,
           excluded.units_returned, excluded.order_count, excluded.revenue_rank, excluded.velocity_rank)
    returning 1
  )
select (select count(*) from gone) + (select count(*) from written) as changed
