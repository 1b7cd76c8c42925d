-- Shop days again from the instants, in the zone as configured now; old and new days and the orders become dirty.
-- parameters: $1 shop_id, $2 zone, $3 now
with
  orders as (
    update warehouse.repair_orders o
    set
      posted_date = (o.posted_at at time zone $2)::date,
      completed_date = (o.completed_at at time zone $2)::date,
      -- The payload has to be priced again: its fingerprint holds the old days.
      payload_hash = null
    where o.shop_id = $1
      and (o.posted_date, o.completed_date) is distinct from
        ((o.posted_at at time zone $2)::date, (o.completed_at at time zone $2)::date)
    returning o.id
  ),
  jobs as (
    select j.id, j.repair_order_id, j.sold_date as was,
      (coalesce(j.authorized_date, j.created_date) at time zone $2)::date as is_now
    from warehouse.jobs j
    where j.shop_id = $1 and j.sold_date is not null
      and j.sold_date is distinct from (coalesce(j.authorized_date, j.created_date) at time zone $2)::date
  ),
  moved_jobs as (
    update warehouse.jobs j set sold_date = m.is_now
    from jobs m
    where j.shop_id = $1 and j.id = m.id and m.is_now is not null
  ),
  dirty_days as (
    insert into ops.dirty_days (shop_id, metric_date, marked_at)
    select $1, d.day, $3 from (select was as day from jobs union select is_now from jobs) d where d.day is not null
    on conflict (shop_id, metric_date) do nothing
  ),
  dirty_orders as (
    insert into ops.dirty_orders (shop_id, repair_order_id, reason, marked_at)
    select $1, d.id, 'manual', $3 from (select id from orders union select repair_order_id from jobs) d
    on conflict (shop_id, repair_order_id) do nothing
  )
select count(*) from orders
