-- What kind of customer each is, from his orders and what he bought.
-- grain: one customer · sources: store_orders, store_order_days, lines, product_categories, conversations
-- run: for dirty customers · parameters: $1 shop_id, $2 customer ids, $3 now · units: cents, counts
-- decisions: hotrod A.2 [P]: professional (5 orders of 500.00, or tax exempt), racing (70 % performance parts, 60 % of
-- orders March to September), collector (3 orders of 200.00), diy (2 orders), else first-time. Orders count unless test,
-- deleted or cancelled. Confidence: 0.90 when every test is passed by half as much again, 0.75 when met, 0.60 at the end.
with
  wanted as (
    select k.id, o.*, g.*, t.tickets,
      coalesce(c.is_tax_exempt, false) or coalesce(c.tags && array['tax-exempt', 'tax_exempt'], false) as tax_exempt,
      coalesce(o.total_revenue::numeric / nullif(o.total_orders, 0), 0) as aov
    from unnest($2::bigint[]) as k (id)
    left join lateral (
      select c.is_tax_exempt, c.tags from warehouse.store_customers c where c.shop_id = $1 and c.id = k.id
      offset 0
    ) c on true
    cross join lateral (
      select
        count(*)::int as total_orders,
        coalesce(sum(x.revenue), 0)::bigint as total_revenue,
        min(x.placed_at) as first_order_at,
        max(x.placed_at) as last_order_at,
        max(x.placed_at) filter (where x.placed_at - x.before >= interval '180 days') as reactivated_at,
        round(100.0 * count(*) filter (where extract(month from x.local) between 3 and 9) / nullif(count(*), 0), 4) as season_share
      from (
        select o.placed_at, o.placed_at at time zone s.timezone as local, d.revenue,
          lag(o.placed_at) over (order by o.placed_at, o.id) as before
        from warehouse.store_orders o
        join warehouse.shops s on s.shop_id = $1
        cross join lateral (
          select coalesce(sum(d.gross_sales - d.discounts - d.returns), 0) as revenue
          from warehouse.store_order_days d where d.shop_id = $1 and d.order_id = o.id
        ) d
        where o.shop_id = $1 and o.customer_id = k.id and not o.is_test and not o.is_deleted and o.cancelled_at is null
      ) x
    ) o
    cross join lateral (
      select
        round(100.0 * sum(x.amount) filter (where x.is_performance_part) / nullif(sum(x.amount), 0), 4) as performance_share,
        coalesce(2 * sum(x.amount) filter (where x.is_performance_part) >= sum(x.amount), false) as prefers_performance,
        coalesce(2 * sum(x.amount) filter (where x.is_restoration_part) >= sum(x.amount), false) as prefers_restoration,
        (array_agg(x.category_l1 order by x.l1_amount desc, x.category_l1) filter (where x.category_l1 is not null))[1] as top_l1,
        (array_agg(x.category_l2 order by x.l2_amount desc, x.category_l2) filter (where x.category_l2 is not null))[1] as top_l2,
        (array_agg(x.fits_vehicle_years[1] order by x.amount desc, x.product_id)
          filter (where cardinality(x.fits_vehicle_years) > 0))[1] as vehicle_year,
        (array_agg(x.fits_makes[1] order by x.amount desc, x.product_id) filter (where cardinality(x.fits_makes) > 0))[1] as vehicle_make,
        (array_agg(x.fits_models[1] order by x.amount desc, x.product_id) filter (where cardinality(x.fits_models) > 0))[1] as vehicle_model
      from (
        select y.*, p.category_l1, p.category_l2, p.is_performance_part, p.is_restoration_part,
          p.fits_vehicle_years, p.fits_makes, p.fits_models,
          sum(y.amount) over (partition by p.category_l1) as l1_amount,
          sum(y.amount) over (partition by p.category_l2) as l2_amount
        from (
          select l.product_id, sum(l.unit_price * l.quantity - l.discount) as amount
          from warehouse.store_orders o
          cross join lateral (
            select l.* from warehouse.store_order_lines l
            where l.shop_id = $1 and l.order_id = o.id and not l.is_gift_card
            offset 0
          ) l
          where o.shop_id = $1 and o.customer_id = k.id and not o.is_test and not o.is_deleted and o.cancelled_at is null
          group by l.product_id
        ) y
        left join lateral (
          select p.* from warehouse.product_categories p where p.shop_id = $1 and p.shopify_product_id = y.product_id
          offset 0
        ) p on true
      ) x
    ) g
    cross join lateral (
      select count(*)::int as tickets
      from warehouse.cx_conversations v where v.shop_id = $1 and v.shopify_customer_id = k.id
    ) t
    where o.total_orders > 0
  ),
  judged as (
    select w.*, j.segment,
      case
        when j.segment = 'professional_shop' and (w.total_orders >= 7.5 and w.aov >= 75000) then 0.90
        when j.segment = 'racing_enthusiast' and w.total_orders >= 3 and w.performance_share >= 100 and w.season_share >= 90 then 0.90
        when j.segment = 'enthusiast_collector' and w.total_orders >= 4.5 and w.aov >= 30000 then 0.90
        when j.segment = 'diy_builder' and w.total_orders >= 3 then 0.90
        when j.segment = 'first_time_builder' then 0.60
        else 0.75
      end as confidence
    from wanted w
    cross join lateral (
      select case
        when w.total_orders >= 5 and w.aov >= 50000 or w.tax_exempt then 'professional_shop'
        when w.total_orders >= 2 and w.performance_share >= 70 and w.season_share >= 60 then 'racing_enthusiast'
        when w.total_orders >= 3 and w.aov >= 20000 then 'enthusiast_collector'
        when w.total_orders >= 2 then 'diy_builder'
        else 'first_time_builder'
      end as segment
    ) j
  ),
  gone as (
    delete from warehouse.customer_segments c
    where c.shop_id = $1 and c.ctid = any(array(
      select h.place
      from unnest($2::bigint[]) as k (id)
      cross join lateral (
        select h.ctid as place
        from warehouse.customer_segments h where h.shop_id = $1 and h.shopify_customer_id = k.id
        offset 0
      ) h
      where k.id not in (select w.id from wanted w)))
    returning 1
  ),
  written as (
    insert into warehouse.customer_segments as c
      (shop_id, shopify_customer_id, total_revenue, first_order_at, last_order_at, reactivated_at, total_orders,
       support_tickets_count, segment_confidence, performance_share_pct, season_share_pct, primary_vehicle_year,
       prefers_performance, prefers_restoration, primary_segment, top_category_l1, top_category_l2,
       primary_vehicle_make, primary_vehicle_model, segmented_at)
    select $1, j.id, j.total_revenue, j.first_order_at, j.last_order_at, j.reactivated_at, j.total_orders, j.tickets,
      j.confidence, j.performance_share, j.season_share, j.vehicle_year, j.prefers_performance, j.prefers_restoration,
      j.segment, j.top_l1, j.top_l2, j.vehicle_make, j.vehicle_model, $3
    from judged j
    on conflict (shop_id, shopify_customer_id) do update set
      total_revenue = excluded.total_revenue,
      first_order_at = excluded.first_order_at,
      last_order_at = excluded.last_order_at,
      reactivated_at = excluded.reactivated_at,
      total_orders = excluded.total_orders,
      support_tickets_count = excluded.support_tickets_count,
      segment_confidence = excluded.segment_confidence,
      performance_share_pct = excluded.performance_share_pct,
      season_share_pct = excluded.season_share_pct,
      primary_vehicle_year = excluded.primary_vehicle_year,
      prefers_performance = excluded.prefers_performance,
      prefers_restoration = excluded.prefers_restoration,
      primary_segment = excluded.primary_segment,
      top_category_l1 = excluded.top_category_l1,
      top_category_l2 = excluded.top_category_l2,
      primary_vehicle_make = excluded.primary_vehicle_make,
      primary_vehicle_model = excluded.primary_vehicle_model,
      segmented_at = excluded.segmented_at
    where (c.total_revenue, c.first_order_at, c.last_order_at, c.reactivated_at, c.total_orders, c.support_tickets_count,
           c.segment_confidence, c.performance_share_pct, c.season_share_pct, c.primary_vehicle_year, c.prefers_performance,
           c.prefers_restoration, c.primary_segment, c.top_category_l1, c.top_category_l2, c.primary_vehicle_make,
           c.primary_vehicle_model)
      is distinct from (excluded.total_revenue, excluded.first_order_at, excluded.last_order_at, excluded.reactivated_at,
           excluded.total_orders, excluded.support_tickets_count, excluded.segment_confidence, excluded.performance_share_pct,
           excluded.season_share_pct, excluded.primary_vehicle_year, excluded.prefers_performance,
           excluded.prefers_restoration, excluded.primary_segment, excluded.top_category_l1, excluded.top_category_l2,
           excluded.primary_vehicle_make, excluded.primary_vehicle_model)
    returning 1
  )
select (select count(*) from gone) + (select count(*) from written) as changed
