-- An order on its way: which units were shipped, when it became complete, when it is due.
-- grain: one order · sources: store_orders, lines, fulfilments · key: (shop_id, shopify_order_id)
-- run: for dirty orders · parameters: $1 shop_id, $2 order ids, $3 now
-- decisions: commerce-apis 5.4: complete when every line that needs shipping is; the parcel that completes it stops the
-- clock. The state is the vendor's, mapped; an order that needs no shipping is complete when it is placed.
with
  orders as (
    select o.*, s.timezone, s.currency
    from unnest($2::bigint[]) as k (id)
    join warehouse.store_orders o on o.shop_id = $1 and o.id = k.id
    join warehouse.shops s on s.shop_id = $1
    where not o.is_test and not o.is_deleted
  ),
  wanted as (
    select
      o.id, o.customer_id, coalesce(o.current_total, o.total_price) as order_total, o.placed_at, o.order_name,
      o.display_status, o.issue_type, o.issue_description, o.issue_resolved_at, o.currency,
      case when o.cancelled_at is not null then 'cancelled' else o.fulfillment_status end as status,
      o.issue_type is not null as has_issue,
      warehouse.shop_day(o.fulfill_by, o.timezone) as target_ship_date,
      p.started_at,
      case
        when o.cancelled_at is not null or o.fulfillment_status <> 'fulfilled' then null
        when l.units = 0 then coalesce(p.last_shipped_at, o.placed_at)
        when l.complete then l.completed_at
        else p.last_shipped_at
      end as completed_at,
      case when p.all_delivered then p.delivered_at end as delivered_at,
      l.units,
      l.shipped,
      p.carrier,
      p.tracking_number,
      o.timezone
    from orders o
    cross join lateral (
      select
        min(f.shipped_at) as started_at,
        max(f.shipped_at) as last_shipped_at,
        max(f.delivered_at) as delivered_at,
        coalesce(bool_and(f.delivered_at is not null), false) as all_delivered,
        (array_agg(f.carrier order by f.shipped_at desc, f.id desc))[1] as carrier,
        (array_agg(f.tracking_number order by f.shipped_at desc, f.id desc))[1] as tracking_number
      from warehouse.store_fulfillments f
      where f.shop_id = $1 and f.order_id = o.id and f.status = 'success'
    ) p
    cross join lateral (
      select
        coalesce(sum(x.wanted), 0)::int as units,
        coalesce(sum(least(x.shipped, x.wanted)), 0)::int as shipped,
        coalesce(bool_and(x.shipped >= x.wanted), false) as complete,
        max(x.completed_at) as completed_at
      from (
        select
          l.current_quantity as wanted,
          coalesce(max(c.running), 0) as shipped,
          min(c.shipped_at) filter (where c.running >= l.current_quantity) as completed_at
        from warehouse.store_order_lines l
        left join lateral (
          select f.shipped_at, sum(q.quantity) over (order by f.shipped_at, f.id) as running
          from warehouse.store_fulfillment_lines q
          join warehouse.store_fulfillments f
            on f.shop_id = $1 and f.order_id = o.id and f.id = q.fulfillment_id and f.status = 'success'
          where q.shop_id = $1 and q.order_id = o.id and q.order_line_id = l.id
        ) c on true
        where l.shop_id = $1 and l.order_id = o.id
          and l.requires_shipping and not l.is_gift_card and l.current_quantity > 0
        group by l.id, l.current_quantity
      ) x
    ) l
  ),
  gone as (
    delete from warehouse.fulfillment_tracking t
    where t.shop_id = $1 and t.ctid = any(array(
      select h.place
      from unnest($2::bigint[]) as k (id)
      cross join lateral (
        select o.id from warehouse.store_orders o
        where o.shop_id = $1 and o.id = k.id and (o.is_test or o.is_deleted)
        offset 0
      ) o
      cross join lateral (
        select h.ctid as place
        from warehouse.fulfillment_tracking h where h.shop_id = $1 and h.shopify_order_id = o.id
        offset 0
      ) h))
    returning 1
  ),
  written as (
    insert into warehouse.fulfillment_tracking as t
      (shop_id, shopify_order_id, shopify_customer_id, order_total, order_created_at, fulfillment_started_at,
       fulfillment_completed_at, issue_resolved_at, delivered_at, target_ship_date, actual_ship_date, days_to_fulfill,
       units_ordered, units_shipped, has_issue, order_name, fulfillment_status, display_status, issue_type,
       issue_description, carrier, tracking_number, currency, created_at, updated_at)
    select $1, w.id, w.customer_id, w.order_total, w.placed_at, w.started_at, w.completed_at, w.issue_resolved_at,
      w.delivered_at, w.target_ship_date, warehouse.shop_day(w.completed_at, w.timezone),
      floor(extract(epoch from w.completed_at - w.placed_at) / 86400)::int,
      w.units, w.shipped, w.has_issue, w.order_name, w.status, w.display_status, w.issue_type, w.issue_description,
      w.carrier, w.tracking_number, w.currency, $3, $3
    from wanted w
    on conflict (shop_id, shopify_order_id) do update set
      shopify_customer_id = excluded.shopify_customer_id,
      order_total = excluded.order_total,
      order_created_at = excluded.order_created_at,
      fulfillment_started_at = excluded.fulfillment_started_at,
      fulfillment_completed_at = excluded.fulfillment_completed_at,
      issue_resolved_at = excluded.issue_resolved_at,
      delivered_at = excluded.delivered_at,
      target_ship_date = excluded.target_ship_date,
      actual_ship_date = excluded.actual_ship_date,
      days_to_fulfill = excluded.days_to_fulfill,
      units_ordered = excluded.units_ordered,
      units_shipped = excluded.units_shipped,
      has_issue = excluded.has_issue,
      order_name = excluded.order_name,
      fulfillment_status = excluded.fulfillment_status,
      display_status = excluded.display_status,
      issue_type = excluded.issue_type,
      issue_description = excluded.issue_description,
      carrier = excluded.carrier,
      tracking_number = excluded.tracking_number,
      currency = excluded.currency,
      updated_at = excluded.updated_at
    where (t.shopify_customer_id, t.order_total, t.order_created_at, t.fulfillment_started_at, t.fulfillment_completed_at,
           t.issue_resolved_at, t.delivered_at, t.target_ship_date, t.actual_ship_date, t.days_to_fulfill, t.units_ordered,
           t.units_shipped, t.has_issue, t.order_name, t.fulfillment_status, t.display_status, t.issue_type,
           t.issue_description, t.carrier, t.tracking_number, t.currency)
      is distinct from (excluded.shopify_customer_id, excluded.order_total, excluded.order_created_at,
           excluded.fulfillment_started_at, excluded.fulfillment_completed_at, excluded.issue_resolved_at,
           excluded.delivered_at, excluded.target_ship_date, excluded.actual_ship_date, excluded.days_to_fulfill,
           excluded.units_ordered, excluded.units_shipped, excluded.has_issue, excluded.order_name,
           excluded.fulfillment_status, excluded.display_status, excluded.issue_type, excluded.issue_description,
           excluded.carrier, excluded.tracking_number, excluded.currency)
    returning 1
  )
select (select count(*) from gone) + (select count(*) from written) as changed
