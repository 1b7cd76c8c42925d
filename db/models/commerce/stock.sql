-- Stock of variants today: quantities over all places and what was sold of each in the days before.
-- grain: (shop, today, variant) · sources: store_variants, store_inventory_levels, sku_performance
-- run: for dirty variants, and for all at the first run of a day · parameters: $1 shop_id, $2 variant ids, $3 now
-- decisions: hotrod A.5. Sales of complete days only, so that the figure does not sag every morning. An earlier day's row
-- is what stood there at its end and is never written again. Untracked and deleted variants have no row.
with
  wanted as (
    select
      warehouse.shop_day($3, s.timezone) as snapshot_date,
      v.id, v.product_id, v.unit_cost, v.lead_time_days,
      coalesce(v.sku, '') as sku,
      coalesce(p.title, v.title, 'UNKNOWN') as title,
      l.available, l.committed, l.on_hand, l.reserved, l.incoming,
      u.units_7d, u.units_30d,
      coalesce(v.reorder_point, r.reorder_point) as reorder_point,
      coalesce(v.reorder_point, r.reorder_point) + coalesce(
        ceil(sqrt(2 * (u.units_30d / 30.0) * 365 * 5000 / nullif(v.unit_cost * 0.25, 0))), 0)::int as optimal_stock_level
    from unnest($2::bigint[]) as k (id)
    join warehouse.shops s on s.shop_id = $1
    join warehouse.store_variants v on v.shop_id = $1 and v.id = k.id and v.is_tracked and not v.is_deleted
    left join lateral (
      select p.title from warehouse.store_products p where p.shop_id = $1 and p.id = v.product_id
      offset 0
    ) p on true
    cross join lateral (
      select
        coalesce(sum(l.available), 0)::int as available,
        coalesce(sum(l.committed), 0)::int as committed,
        coalesce(sum(l.on_hand), 0)::int as on_hand,
        coalesce(sum(l.reserved), 0)::int as reserved,
        coalesce(sum(l.incoming), 0)::int as incoming
      from warehouse.store_inventory_levels l
      where l.shop_id = $1 and l.variant_id = v.id
    ) l
    cross join lateral (
      select
        coalesce(sum(q.units_sold) filter (where q.metric_date >= t.today - 7), 0)::int as units_7d,
        coalesce(sum(q.units_sold), 0)::int as units_30d
      from (select warehouse.shop_day($3, s.timezone) as today) t
      cross join generate_series(1, 30) as n (n)
      left join lateral (
        select q.units_sold, q.metric_date from warehouse.sku_performance q
        where q.shop_id = $1 and q.metric_date = t.today - n.n and q.sku_key = v.id::text
        offset 0
      ) q on true
    ) u
    -- Demand of the lead time plus what a bad week costs: 1.6 times the sales over a week more.
    cross join lateral (
      select (ceil(u.units_30d / 30.0 * v.lead_time_days)
        + greatest(0, ceil(u.units_30d / 30.0 * (1.6 * (v.lead_time_days + 7) - v.lead_time_days))))::int as reorder_point
    ) r
  ),
  gone as (
    delete from warehouse.inventory_snapshots i
    where i.shop_id = $1 and i.ctid = any(array(
      select h.place
      from unnest($2::bigint[]) as k (id)
      join warehouse.shops s on s.shop_id = $1
      cross join lateral (
        select h.ctid as place
        from warehouse.inventory_snapshots h
        where h.shop_id = $1 and h.snapshot_date = warehouse.shop_day($3, s.timezone) and h.shopify_variant_id = k.id
        offset 0
      ) h
      where k.id not in (select w.id from wanted w)))
    returning 1
  ),
  written as (
    insert into warehouse.inventory_snapshots as i
      (shop_id, snapshot_date, shopify_variant_id, shopify_product_id, unit_cost, quantity_available, quantity_committed,
       quantity_on_hand, quantity_reserved, quantity_incoming, units_sold_7d, units_sold_30d, lead_time_days,
       reorder_point, optimal_stock_level, sku, product_title, created_at, updated_at)
    select $1, w.snapshot_date, w.id, w.product_id, w.unit_cost, w.available, w.committed, w.on_hand, w.reserved,
      w.incoming, w.units_7d, w.units_30d, w.lead_time_days, w.reorder_point, w.optimal_stock_level, w.sku, w.title, $3, $3
    from wanted w
    on conflict (shop_id, snapshot_date, shopify_variant_id) do update set
      shopify_product_id = excluded.shopify_product_id,
      unit_cost = excluded.unit_cost,
      quantity_available = excluded.quantity_available,
      quantity_committed = excluded.quantity_committed,
      quantity_on_hand = excluded.quantity_on_hand,
      quantity_reserved = excluded.quantity_reserved,
      quantity_incoming = excluded.quantity_incoming,
      units_sold_7d = excluded.units_sold_7d,
      units_sold_30d = excluded.units_sold_30d,
      lead_time_days = excluded.lead_time_days,
      reorder_point = excluded.reorder_point,
      optimal_stock_level = excluded.optimal_stock_level,
      sku = excluded.sku,
      product_title = excluded.product_title,
      updated_at = excluded.updated_at
    where (i.shopify_product_id, i.unit_cost, i.quantity_available, i.quantity_committed, i.quantity_on_hand,
           i.quantity_reserved, i.quantity_incoming, i.units_sold_7d, i.units_sold_30d, i.lead_time_days, i.reorder_point,
           i.optimal_stock_level, i.sku, i.product_title)
      is distinct from (excluded.shopify_product_id, excluded.unit_cost, excluded.quantity_available,
           excluded.quantity_committed, excluded.quantity_on_hand, excluded.quantity_reserved, excluded.quantity_incoming,
           excluded.units_sold_7d, excluded.units_sold_30d, excluded.lead_time_days, excluded.reorder_point,
           excluded.optimal_stock_level, excluded.sku, excluded.product_title)
    returning 1
  )
select (select count(*) from gone) + (select count(*) from written) as changed
