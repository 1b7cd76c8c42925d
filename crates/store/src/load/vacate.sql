-- The orders that jobs were moved away from have to be summed again, and the days those jobs were sold on.
-- parameters: $1 shop_id, $2 job ids
with
  moved as (
    select distinct j.repair_order_id, j.sold_date from warehouse.jobs j where j.shop_id = $1 and j.id = any($2)
  ),
  orders as (
    insert into ops.dirty_orders (shop_id, repair_order_id, reason)
    select distinct $1, repair_order_id, 'vendor_edit' from moved
    on conflict (shop_id, repair_order_id) do nothing
  ),
  -- What is left of such an order is not what its payload said: its snapshot is revised, and its next payload is news.
  unsettled as (
    update warehouse.repair_orders o
    set payload_hash = null, figures_hash = null, input_hash = null
    from (select distinct repair_order_id from moved) m
    where o.shop_id = $1 and o.id = m.repair_order_id
  )
insert into ops.dirty_days (shop_id, metric_date)
select distinct $1, sold_date from moved where sold_date is not null
on conflict (shop_id, metric_date) do nothing
