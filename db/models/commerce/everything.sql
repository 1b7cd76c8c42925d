-- Marks everything of a shop, for a rebuild: every record, and every day from the first order or event to today.
-- grain: one shop · run: by hand, and when a rule changed · parameters: $1 shop_id, $2 now
with
  keys as (
    insert into ops.dirty_store_keys (shop_id, kind, key, marked_at)
    select $1, k.kind, k.id, $2
    from (
      select 'order' as kind, o.id from warehouse.store_orders o where o.shop_id = $1
      union select 'order', d.order_id from warehouse.store_order_days d where d.shop_id = $1
      union select 'product', p.id from warehouse.store_products p where p.shop_id = $1
      union select 'variant', v.id from warehouse.store_variants v where v.shop_id = $1
      union select 'customer', o.customer_id from warehouse.store_orders o where o.shop_id = $1 and o.customer_id is not null
      union select 'customer', c.shopify_customer_id from warehouse.customer_segments c where c.shop_id = $1
      union select 'conversation', c.id from warehouse.conversations c where c.shop_id = $1
      union select 'conversation', c.chatwoot_conversation_id from warehouse.cx_conversations c where c.shop_id = $1
    ) k
    on conflict (shop_id, kind, key) do nothing
    returning 1
  ),
  days as (
    insert into ops.dirty_store_days (shop_id, metric_date, marked_at)
    select $1, d.day, $2
    from (
      select m.metric_date as day from warehouse.sales_metrics_daily m where m.shop_id = $1
      union
      select generate_series(min(warehouse.shop_day(e.happened_at, s.timezone))::timestamp,
        warehouse.shop_day($2, s.timezone)::timestamp, interval '1 day')::date
      from warehouse.shops s
      join (
        select o.placed_at as happened_at from warehouse.store_orders o
        where o.shop_id = $1 and not o.is_test and not o.is_deleted
        union all select e.happened_at from warehouse.shop_events e where e.shop_id = $1
      ) e on true
      where s.shop_id = $1
      group by s.timezone
    ) d
    on conflict (shop_id, metric_date) do nothing
    returning 1
  )
select (select count(*) from keys) + (select count(*) from days) as marked
