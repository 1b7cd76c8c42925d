-- A ledger for orders whose vendor has none: sales on the order's instant, refunds on theirs.
-- grain: one booking · sources: store_orders, lines, refunds · key: (shop_id, order_id, entry_key) · units: cents, units
-- run: for dirty orders, before orders.sql · parameters: $1 shop_id, $2 order ids
-- decisions: commerce-apis 5.1 (fallback without ledger), 5.2 (prices with tax inside). An edit leaves no dated trace
-- without a ledger, so units taken off by an edit stay sold here; only the ledger knows better.
with
  orders as (
    select o.id, o.placed_at, o.taxes_included, o.shipping_total, o.shipping_tax
    from unnest($2::bigint[]) as k (id)
    join warehouse.store_orders o on o.shop_id = $1 and o.id = k.id
    where not o.has_ledger
  ),
  lines as (
    select
      o.id as order_id,
      o.placed_at as happened_at,
      l.id,
      l.quantity,
      case when l.is_gift_card then 'gift_card' else 'product' end as line_type,
      l.unit_price * l.quantity - l.discount + case when o.taxes_included then 0 else l.tax end as amount,
      l.tax,
      -- With tax inside, the discount is brought down to what it was without: discount x net / paid, rounded once.
      case
        when not o.taxes_included or l.unit_price * l.quantity - l.discount = 0 then l.discount
        else round(l.discount::numeric * (l.unit_price * l.quantity - l.discount - l.tax)
                   / (l.unit_price * l.quantity - l.discount))::bigint
      end as discount
    from orders o
    join warehouse.store_order_lines l on l.shop_id = $1 and l.order_id = o.id
  ),
  wanted as (
    select order_id, 'd:line:' || id as entry_key, id as order_line_id, amount, tax, discount, happened_at, quantity,
      'order' as reason, 'order' as action_type, line_type
    from lines
    union all
    select o.id, 'd:shipping', null, o.shipping_total + o.shipping_tax, o.shipping_tax, 0, o.placed_at, 0,
      'order', 'order', 'shipping'
    from orders o
    where o.shipping_total <> 0 or o.shipping_tax <> 0
    union all
    select o.id, 'd:refund:' || r.id || ':' || r.line_key, r.order_line_id, -(r.subtotal + r.tax), -r.tax, 0,
      f.refunded_at, -r.quantity, 'refund', 'return', case when l.is_gift_card then 'gift_card' else 'product' end
    from orders o
    join warehouse.store_refunds f on f.shop_id = $1 and f.order_id = o.id
    join lateral (
      select r.refund_id as id, r.line_key, r.order_line_id, r.subtotal, r.tax, r.quantity
      from warehouse.store_refund_lines r where r.shop_id = $1 and r.order_id = o.id and r.refund_id = f.id
    ) r on true
    left join warehouse.store_order_lines l on l.shop_id = $1 and l.order_id = o.id and l.id = r.order_line_id
    union all
    select o.id, 'd:refund:' || f.id || ':shipping', null, -(f.shipping_amount + f.shipping_tax), -f.shipping_tax, 0,
      f.refunded_at, 0, 'refund', 'return', 'shipping'
    from orders o
    join warehouse.store_refunds f on f.shop_id = $1 and f.order_id = o.id
    where f.shipping_amount <> 0 or f.shipping_tax <> 0
    union all
    select o.id, 'd:refund:' || f.id || ':adjustment', null, f.discrepancy, 0, 0,
      f.refunded_at, 0, 'refund', 'return', 'adjustment'
    from orders o
    join warehouse.store_refunds f on f.shop_id = $1 and f.order_id = o.id
    where f.discrepancy <> 0
  ),
  gone as (
    delete from warehouse.store_ledger e
    where e.shop_id = $1 and e.ctid = any(array(
      select h.place
      from unnest($2::bigint[]) as k (id)
      cross join lateral (
        select h.ctid as place, h.order_id, h.entry_key
        from warehouse.store_ledger h where h.shop_id = $1 and h.order_id = k.id and h.is_derived
        offset 0
      ) h
      where (h.order_id, h.entry_key) not in (select w.order_id, w.entry_key from wanted w)))
    returning e.order_id
  ),
  written as (
    insert into warehouse.store_ledger as e
      (shop_id, order_id, entry_key, order_line_id, amount, tax, discount, happened_at, quantity, is_derived, reason,
       action_type, line_type)
    select $1, w.order_id, w.entry_key, w.order_line_id, w.amount, w.tax, w.discount, w.happened_at, w.quantity, true,
      w.reason, w.action_type, w.line_type
    from wanted w
    on conflict (shop_id, order_id, entry_key) do update set
      order_line_id = excluded.order_line_id,
      amount = excluded.amount,
      tax = excluded.tax,
      discount = excluded.discount,
      happened_at = excluded.happened_at,
      quantity = excluded.quantity,
      line_type = excluded.line_type
    where (e.order_line_id, e.amount, e.tax, e.discount, e.happened_at, e.quantity, e.line_type) is distinct from
      (excluded.order_line_id, excluded.amount, excluded.tax, excluded.discount, excluded.happened_at, excluded.quantity, excluded.line_type)
    returning e.order_id
  )
select (select count(*) from gone) + (select count(*) from written) as changed
