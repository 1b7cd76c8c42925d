-- Category, vehicle fit and margin of products: tags first, then the shop's rules, then a product type that is a major.
-- grain: one product · sources: store_products, store_variants, category_rules · key: (shop_id, shopify_product_id)
-- run: for dirty products; marks the customers who bought them · parameters: $1 shop_id, $2 product ids, $3 now
-- decisions: hotrod E.2, G.9. What a person set stays; of such a row only the margin follows. A product that nothing
-- matches has no row: v_product_review_queue lists it.
with
  products as (
    select
      p.id, p.product_type, g.*,
      (select round(100.0 * (sum(v.price) - sum(v.unit_cost)) / nullif(sum(v.price), 0), 4)
       from warehouse.store_variants v
       where v.shop_id = $1 and v.product_id = p.id and not v.is_deleted and v.unit_cost is not null and v.price > 0
      ) as margin_pct,
      r.id is not null as has_rule,
      r.category_l1 as rule_l1, r.category_l2 as rule_l2, r.category_l3 as rule_l3,
      coalesce(r.is_performance_part, false) or g.tag_performance as is_performance_part,
      coalesce(r.is_restoration_part, false) or g.tag_restoration as is_restoration_part,
      coalesce(r.is_custom_fabrication, false) or g.tag_custom as is_custom_fabrication
    from unnest($2::bigint[]) as k (id)
    join warehouse.store_products p on p.shop_id = $1 and p.id = k.id and not p.is_deleted and not p.is_gift_card
    cross join lateral (
      select
        min(substr(t.tag, 4)) filter (where t.tag ~* '^l1:') as tag_l1,
        min(substr(t.tag, 4)) filter (where t.tag ~* '^l2:') as tag_l2,
        min(substr(t.tag, 4)) filter (where t.tag ~* '^l3:') as tag_l3,
        coalesce(array_agg(distinct substr(t.tag, 6)::int order by substr(t.tag, 6)::int)
          filter (where t.tag ~* '^year:\d{4}$'), '{}') as years,
        coalesce(array_agg(distinct substr(t.tag, 6) order by substr(t.tag, 6)) filter (where t.tag ~* '^make:.'), '{}') as makes,
        coalesce(array_agg(distinct substr(t.tag, 7) order by substr(t.tag, 7)) filter (where t.tag ~* '^model:.'), '{}') as models,
        coalesce(bool_or(lower(t.tag) = 'performance'), false) as tag_performance,
        coalesce(bool_or(lower(t.tag) = 'restoration'), false) as tag_restoration,
        coalesce(bool_or(lower(t.tag) = 'custom'), false) as tag_custom
      from unnest(p.tags) as t (tag)
    ) g
    left join lateral (
      select r.*
      from warehouse.category_rules r
      where r.shop_id = $1
        and case r.field
          when 'product_type' then p.product_type ilike r.pattern
          when 'title' then p.title ilike r.pattern
          when 'brand' then p.brand ilike r.pattern
          else exists (select 1 from unnest(p.tags) as t (tag) where t.tag ilike r.pattern)
        end
      order by r.precedence, r.id limit 1
    ) r on true
  ),
  wanted as (
    select
      p.*,
      coalesce(p.tag_l1, p.rule_l1, m.major) as l1,
      case when p.tag_l1 is not null then p.tag_l2 when p.has_rule then p.rule_l2 end as l2,
      case when p.tag_l1 is not null then p.tag_l3 when p.has_rule then p.rule_l3 end as l3,
      case when p.tag_l1 is not null then 'tag' when p.has_rule then 'rule' else 'type' end as source
    from products p
    left join unnest(array[
      'Engine & Drivetrain', 'Suspension & Steering', 'Brakes & Wheels', 'Exterior & Body', 'Interior & Trim',
      'Electrical & Lighting', 'Exhaust & Intake', 'Fuel & Ignition', 'Tools & Equipment', 'Accessories & Apparel']) as m (major)
      on lower(m.major) = lower(btrim(p.product_type))
    where coalesce(p.tag_l1, p.rule_l1, m.major) is not null
  ),
  held as (
    select k.id, h.place, h.source, h.margin_pct
    from unnest($2::bigint[]) as k (id)
    cross join lateral (
      select h.ctid as place, h.source, h.margin_pct
      from warehouse.product_categories h where h.shop_id = $1 and h.shopify_product_id = k.id
      offset 0
    ) h
  ),
  gone as (
    delete from warehouse.product_categories c
    where c.shop_id = $1 and c.ctid = any(array(
      select h.place from held h where h.source <> 'operator' and h.id not in (select w.id from wanted w)))
    returning c.shopify_product_id
  ),
  margins as (
    update warehouse.product_categories c
    set margin_pct = p.margin_pct, updated_at = $3
    from held h
    join products p on p.id = h.id
    where c.shop_id = $1 and c.ctid = h.place and h.source = 'operator' and h.margin_pct is distinct from p.margin_pct
    returning c.shopify_product_id
  ),
  written as (
    insert into warehouse.product_categories as c
      (shop_id, shopify_product_id, margin_pct, fits_vehicle_years, fits_makes, fits_models, is_performance_part,
       is_restoration_part, is_custom_fabrication, category_l1, category_l2, category_l3, source, created_at, updated_at)
    select $1, w.id, w.margin_pct, w.years, w.makes, w.models, w.is_performance_part, w.is_restoration_part,
      w.is_custom_fabrication, w.l1, w.l2, w.l3, w.source, $3, $3
    from wanted w
    on conflict (shop_id, shopify_product_id) do update set
      margin_pct = excluded.margin_pct,
      fits_vehicle_years = excluded.fits_vehicle_years,
      fits_makes = excluded.fits_makes,
      fits_models = excluded.fits_models,
      is_performance_part = excluded.is_performance_part,
      is_restoration_part = excluded.is_restoration_part,
      is_custom_fabrication = excluded.is_custom_fabrication,
      category_l1 = excluded.category_l1,
      category_l2 = excluded.category_l2,
      category_l3 = excluded.category_l3,
      source = excluded.source,
      updated_at = excluded.updated_at
    where c.source <> 'operator'
      and (c.margin_pct, c.fits_vehicle_years, c.fits_makes, c.fits_models, c.is_performance_part, c.is_restoration_part,
           c.is_custom_fabrication, c.category_l1, c.category_l2, c.category_l3, c.source)
        is distinct from (excluded.margin_pct, excluded.fits_vehicle_years, excluded.fits_makes, excluded.fits_models,
           excluded.is_performance_part, excluded.is_restoration_part, excluded.is_custom_fabrication,
           excluded.category_l1, excluded.category_l2, excluded.category_l3, excluded.source)
    returning c.shopify_product_id
  ),
  marked as (
    insert into ops.dirty_store_keys (shop_id, kind, key, marked_at)
    select distinct $1, 'customer', o.customer_id, $3
    from (select shopify_product_id as id from gone union select shopify_product_id from written) c
    cross join lateral (
      select distinct l.order_id from warehouse.store_order_lines l where l.shop_id = $1 and l.product_id = c.id
      offset 0
    ) l
    cross join lateral (
      select o.customer_id from warehouse.store_orders o
      where o.shop_id = $1 and o.id = l.order_id and o.customer_id is not null
      offset 0
    ) o
    on conflict (shop_id, kind, key) do nothing
  )
select (select count(*) from gone) + (select count(*) from margins) + (select count(*) from written) as changed
