-- What an order added to which day: THE rule by which a booking becomes revenue.
-- grain: (shop, day, order) · sources: store_orders, store_ledger · units: cents, units
-- run: for dirty orders, after ledger.sql; marks the days, customers and variants that this touches
-- parameters: $1 shop_id, $2 order ids, $3 now
-- decisions: commerce-apis 5.1. A booking counts on its own shop-local day: a sale on the order's, a refund on the
-- refund's. Positive product bookings are sales, all others of goods are returns. Test and deleted orders count nowhere.
with
  shop as (
    select s.timezone from warehouse.shops s where s.shop_id = $1
  ),
  orders as (
    select o.id, o.customer_id, o.is_test or o.is_deleted as left_out,
      warehouse.shop_day(o.placed_at, shop.timezone) as placed_on,
      warehouse.shop_day(o.cancelled_at, shop.timezone) as cancelled_on
    from unnest($2::bigint[]) as k (id)
    join warehouse.store_orders o on o.shop_id = $1 and o.id = k.id
    cross join shop
  ),
  wanted as (
    select o.id as order_id, o.customer_id, d.*,
      d.metric_date = o.placed_on as is_placed,
      d.metric_date is not distinct from o.cancelled_on as is_cancelled
    from orders o
    cross join shop
    cross join lateral (
      select
        b.metric_date,
        coalesce(sum(b.net + b.discount) filter (where b.is_sale), 0)::bigint as gross_sales,
        coalesce(sum(b.discount) filter (where b.is_sale), 0)::bigint as discounts,
        coalesce(-sum(b.net) filter (where b.line_type in ('product', 'adjustment') and not b.is_sale), 0)::bigint as returns,
        coalesce(sum(b.net) filter (where b.line_type = 'shipping'), 0)::bigint as shipping,
        coalesce(sum(b.tax) filter (where b.line_type <> 'gift_card'), 0)::bigint as taxes,
        coalesce(sum(b.net) filter (where b.line_type = 'duty'), 0)::bigint as duties,
        coalesce(sum(b.net) filter (where b.line_type in ('fee', 'additional_fee', 'unknown')), 0)::bigint as fees,
        coalesce(sum(b.net) filter (where b.line_type = 'tip'), 0)::bigint as tips,
        coalesce(sum(b.amount) filter (where b.line_type = 'gift_card'), 0)::bigint as gift_cards_sold,
        coalesce(sum(b.amount), 0)::bigint as ledger_total,
        coalesce(sum(b.quantity) filter (where b.is_sale), 0)::int as units_sold,
        coalesce(-sum(b.quantity) filter (where b.line_type = 'product' and not b.is_sale), 0)::int as units_returned
      from (
        select warehouse.shop_day(e.happened_at, shop.timezone) as metric_date, e.line_type, e.amount, e.tax, e.discount,
          e.quantity, e.amount - e.tax as net,
          e.line_type = 'product' and (e.action_type = 'order' or e.action_type = 'update' and e.amount - e.tax >= 0) as is_sale
        from warehouse.store_ledger e
        where e.shop_id = $1 and e.order_id = o.id
        -- Days without a booking: the order's own, and that of its cancellation.
        union all select o.placed_on, null, null, null, null, null, null, false
        union all select o.cancelled_on, null, null, null, null, null, null, false where o.cancelled_on is not null
      ) b
      group by b.metric_date
    ) d
    where not o.left_out
  ),
  held as (
    select h.place, h.metric_date, h.order_id, h.customer_id
    from unnest($2::bigint[]) as k (id)
    cross join lateral (
      select h.ctid as place, h.metric_date, h.order_id, h.customer_id
      from warehouse.store_order_days h where h.shop_id = $1 and h.order_id = k.id
      offset 0
    ) h
  ),
  gone as (
    delete from warehouse.store_order_days h
    where h.shop_id = $1 and h.ctid = any(array(
      select held.place from held
      where (held.order_id, held.metric_date) not in (select w.order_id, w.metric_date from wanted w)))
    returning h.metric_date
  ),
  written as (
    insert into warehouse.store_order_days as h
      (shop_id, metric_date, order_id, customer_id, gross_sales, discounts, returns, shipping, taxes, duties, fees, tips,
       gift_cards_sold, ledger_total, units_sold, units_returned, is_placed, is_cancelled)
    select $1, w.metric_date, w.order_id, w.customer_id, w.gross_sales, w.discounts, w.returns, w.shipping, w.taxes,
      w.duties, w.fees, w.tips, w.gift_cards_sold, w.ledger_total, w.units_sold, w.units_returned, w.is_placed, w.is_cancelled
    from wanted w
    on conflict (shop_id, metric_date, order_id) do update set
      customer_id = excluded.customer_id,
      gross_sales = excluded.gross_sales,
      discounts = excluded.discounts,
      returns = excluded.returns,
      shipping = excluded.shipping,
      taxes = excluded.taxes,
      duties = excluded.duties,
      fees = excluded.fees,
      tips = excluded.tips,
      gift_cards_sold = excluded.gift_cards_sold,
      ledger_total = excluded.ledger_total,
      units_sold = excluded.units_sold,
      units_returned = excluded.units_returned,
      is_placed = excluded.is_placed,
      is_cancelled = excluded.is_cancelled
    where (h.customer_id, h.gross_sales, h.discounts, h.returns, h.shipping, h.taxes, h.duties, h.fees, h.tips,
           h.gift_cards_sold, h.ledger_total, h.units_sold, h.units_returned, h.is_placed, h.is_cancelled)
      is distinct from (excluded.customer_id, excluded.gross_sales, excluded.discounts, excluded.returns, excluded.shipping,
           excluded.taxes, excluded.duties, excluded.fees, excluded.tips, excluded.gift_cards_sold, excluded.ledger_total,
           excluded.units_sold, excluded.units_returned, excluded.is_placed, excluded.is_cancelled)
    returning h.metric_date
  ),
  customers as (
    select o.customer_id as id from orders o where o.customer_id is not null
    union
    select h.customer_id from held h where h.customer_id is not null
  ),
  -- Whether an order is a customer's first hangs on the others: his two earliest may change their day.
  first_days as (
    select warehouse.shop_day(f.placed_at, shop.timezone) as metric_date
    from customers c
    cross join shop
    cross join lateral (
      select o.placed_at from warehouse.store_orders o
      where o.shop_id = $1 and o.customer_id = c.id and not o.is_test and not o.is_deleted and o.cancelled_at is null
      order by o.placed_at, o.id limit 2
    ) f
  ),
  marked_days as (
    insert into ops.dirty_store_days (shop_id, metric_date, marked_at)
    select $1, d.metric_date, $3
    from (select metric_date from wanted union select metric_date from held union select metric_date from first_days) d
    on conflict (shop_id, metric_date) do nothing
  ),
  marked_keys as (
    insert into ops.dirty_store_keys (shop_id, kind, key, marked_at)
    select $1, m.kind, m.id, $3
    from (
      select 'customer' as kind, c.id from customers c
      union
      select 'variant', l.variant_id
      from unnest($2::bigint[]) as k (id)
      join warehouse.store_order_lines l on l.shop_id = $1 and l.order_id = k.id
      where l.variant_id is not null
    ) m
    on conflict (shop_id, kind, key) do nothing
  )
select (select count(*) from gone) + (select count(*) from written) as changed
