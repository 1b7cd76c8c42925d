-- Segments as they stand, kept once a week (Monday to Sunday of the shop), because a trend needs the past.
-- grain: (shop, day, customer) · source: customer_segments · run: daily; writes when the week has none yet
-- parameters: $1 shop_id, $2 now
with
  today as (
    select warehouse.shop_day($2, s.timezone) as day from warehouse.shops s where s.shop_id = $1
  ),
  written as (
    insert into warehouse.customer_segment_history
      (shop_id, snapshot_date, shopify_customer_id, total_revenue, total_orders, primary_segment, lifecycle_stage)
    select $1, t.day, c.shopify_customer_id, c.total_revenue, c.total_orders, c.primary_segment,
      warehouse.lifecycle_stage(c.first_order_at, c.last_order_at, c.reactivated_at, $2)
    from today t
    join warehouse.customer_segments c on c.shop_id = $1
    where c.last_order_at is not null
      and not exists (
        select 1 from warehouse.customer_segment_history h
        where h.shop_id = $1 and h.snapshot_date between date_trunc('week', t.day::timestamp)::date and t.day)
    on conflict (shop_id, snapshot_date, shopify_customer_id) do nothing
    returning 1
  )
select count(*) as changed from written
