-- What only the passing of time changed: days without a row up to today, stock of a day just begun, replies overdue.
-- grain: one shop · run: every few minutes, before the queue is drained · parameters: $1 shop_id, $2 now
-- A day without an order has a row of zeros, so that a missing row means missing data.
with
  today as (
    select warehouse.shop_day($2, s.timezone) as day from warehouse.shops s where s.shop_id = $1
  ),
  days as (
    insert into ops.dirty_store_days (shop_id, metric_date, marked_at)
    select $1, d.day::date, $2
    from today t
    cross join lateral (
      select least(
        (select min(o.metric_date) from warehouse.store_order_days o where o.shop_id = $1),
        (select warehouse.shop_day(min(e.happened_at), z.timezone) from warehouse.shop_events e, warehouse.shops z
         where e.shop_id = $1 and z.shop_id = $1 group by z.timezone)) as first_day
    ) f
    cross join lateral generate_series(f.first_day::timestamp, t.day::timestamp, interval '1 day') as d (day)
    where not exists (
      select 1 from warehouse.sales_metrics_daily m where m.shop_id = $1 and m.metric_date = d.day::date)
    on conflict (shop_id, metric_date) do nothing
    returning 1
  ),
  variants as (
    insert into ops.dirty_store_keys (shop_id, kind, key, marked_at)
    select $1, 'variant', v.id, $2
    from today t
    join warehouse.store_variants v on v.shop_id = $1 and v.is_tracked and not v.is_deleted
    where not exists (
      select 1 from warehouse.inventory_snapshots i where i.shop_id = $1 and i.snapshot_date = t.day)
    on conflict (shop_id, kind, key) do nothing
    returning 1
  ),
  overdue as (
    insert into ops.dirty_store_keys (shop_id, kind, key, marked_at)
    select $1, 'conversation', c.chatwoot_conversation_id, $2
    from warehouse.cx_conversations c
    where c.shop_id = $1 and c.status in ('open', 'pending', 'snoozed') and c.first_response_at is null
      and coalesce(c.response_clock_from, c.created_at) + make_interval(mins => c.sla_target_minutes) < $2
      and not exists (
        select 1 from warehouse.operator_sla_resolution r
        where r.shop_id = $1 and r.chatwoot_conversation_id = c.chatwoot_conversation_id)
    on conflict (shop_id, kind, key) do nothing
    returning 1
  )
select (select count(*) from days) + (select count(*) from variants) + (select count(*) from overdue) as marked
