-- Customers and products of a web shop. No name and no address: customers are numbers here.

create or replace view warehouse.v_customer_segments with (security_invoker = true) as
select
    c.*,
    floor(extract(epoch from s.now_at - c.first_order_at) / 86400)::int as days_since_first_order,
    floor(extract(epoch from s.now_at - c.last_order_at) / 86400)::int as days_since_last_order,
    warehouse.lifecycle_stage(c.first_order_at, c.last_order_at, c.reactivated_at, s.now_at) as lifecycle_stage
from warehouse.v_stores s
join warehouse.customer_segments c on c.shop_id = s.shop_id;

call ops.store_view('warehouse.v_customer_segments', 'Customers with their segment, and what the clock says of them', $$
    total_revenue           net sales of all orders [cents]
    avg_order_value         net sales per order [cents per order]
    first_order_at          first order that counts [UTC]
    last_order_at           last order that counts [UTC]
    reactivated_at          first order after the last pause of 180 days or more [UTC]
    segmented_at            when the row was last changed [UTC]
    total_orders            orders that count [count]
    support_tickets_count   conversations with support [count]
    segment_confidence      how clear the case is [fraction 0-1]
    performance_share_pct   share of performance parts in goods bought [percent 0-100]
    season_share_pct        share of orders in March to September [percent 0-100]
    primary_vehicle_year    model year of the goods most bought [year]
    prefers_performance     half or more of the goods are performance parts [flag]
    prefers_restoration     half or more of the goods are restoration parts [flag]
    top_category_l1         major most bought [text]
    top_category_l2         group most bought [text]
    primary_vehicle_make    make of the goods most bought [text]
    primary_vehicle_model   model of the goods most bought [text]
    days_since_first_order  whole days by now [days]
    days_since_last_order   whole days by now [days]
$$);

create or replace view warehouse.v_customer_segment_summary with (security_invoker = true) as
select
    c.shop_id,
    c.primary_segment,
    c.lifecycle_stage,
    count(*) as customer_count,
    sum(c.total_revenue)::bigint as segment_revenue,
    warehouse.per(sum(c.total_revenue)::bigint, sum(c.total_orders)) as segment_aov,
    round(avg(c.total_orders), 2) as avg_orders_per_customer,
    round(avg(c.days_since_last_order), 2) as avg_days_since_purchase
from warehouse.v_customer_segments c
group by c.shop_id, c.primary_segment, c.lifecycle_stage
order by c.shop_id, segment_revenue desc;

call ops.store_view('warehouse.v_customer_segment_summary', 'Customers by segment and life-cycle stage', $$
    segment_revenue          net sales of all their orders [cents]
    segment_aov              of these, per order [cents per order]
    avg_orders_per_customer  mean [count]
    avg_days_since_purchase  mean [days]
$$);

create or replace view warehouse.v_customer_segment_trends with (security_invoker = true) as
select s.shop_id, k.*
from warehouse.v_stores s
cross join lateral (
    select
        date_trunc('week', h.snapshot_date::timestamp)::date as week_start,
        h.primary_segment,
        h.lifecycle_stage,
        count(*) as customer_count,
        sum(h.total_revenue)::bigint as segment_revenue,
        warehouse.per(sum(h.total_revenue)::bigint, sum(h.total_orders)) as avg_aov
    from (
        select max(d.snapshot_date) as snapshot_date
        from (select distinct x.snapshot_date from warehouse.customer_segment_history x
              where x.shop_id = s.shop_id and x.snapshot_date between s.today - 89 and s.today) d
        group by date_trunc('week', d.snapshot_date::timestamp)
    ) l
    join warehouse.customer_segment_history h on h.shop_id = s.shop_id and h.snapshot_date = l.snapshot_date
    group by date_trunc('week', h.snapshot_date::timestamp), h.primary_segment, h.lifecycle_stage
) k
order by s.shop_id, k.week_start desc, k.segment_revenue desc;

call ops.store_view('warehouse.v_customer_segment_trends', 'Segments week by week as they stood then, over 90 days', $$
    week_start       Monday of the week [shop-local date]
    segment_revenue  net sales up to then [cents]
    avg_aov          of these, per order [cents per order]
$$);

create or replace view warehouse.v_customer_lifetime_value with (security_invoker = true) as
select
    k.shop_id,
    k.primary_segment,
    k.customers,
    k.avg_revenue,
    round(k.aov)::bigint as aov,
    round(k.orders_per_year, 2) as orders_per_year,
    round(100 * k.churned, 2) as churned_pct,
    round(k.lifetime_years, 2) as lifetime_years,
    round(k.aov * k.orders_per_year * k.lifetime_years * 0.35)::bigint as predicted_clv_margin
from (
    select
        c.shop_id,
        c.primary_segment,
        count(*) as customers,
        round(avg(c.total_revenue))::bigint as avg_revenue,
        sum(c.total_revenue) / nullif(sum(c.total_orders), 0)::numeric as aov,
        avg(c.total_orders * 365.0 / greatest(c.days_since_first_order, 30)) as orders_per_year,
        avg(case when c.days_since_last_order >= 180 then 1.0 else 0 end) as churned,
        least(5, 1 / greatest(avg(case when c.days_since_last_order >= 180 then 1.0 else 0 end), 0.2)) as lifetime_years
    from warehouse.v_customer_segments c
    where c.total_orders > 0
    group by c.shop_id, c.primary_segment
) k;

call ops.store_view('warehouse.v_customer_lifetime_value', 'What a customer of a segment is worth over his life', $$
    avg_revenue           net sales per customer so far [cents]
    aov                   net sales per order [cents per order]
    orders_per_year       mean over the customers, each over at least 30 days [count per year]
    churned_pct           180 days without an order [percent 0-100]
    lifetime_years        one over the share of the churned, at most 5 [years]
    predicted_clv_margin  aov x orders per year x lifetime x a margin of 35 percent: a forecast [cents]
$$);

create or replace view warehouse.v_customer_cohorts with (security_invoker = true) as
select
    s.shop_id,
    date_trunc('month', c.first_order_at at time zone s.timezone)::date as cohort_month,
    count(*) as cohort_size,
    count(*) filter (where c.total_orders >= 2) as repeat_customers,
    round(100.0 * count(*) filter (where c.total_orders >= 2) / count(*), 2) as repeat_rate_pct,
    count(*) filter (where c.last_order_at > s.now_at - interval '90 days') as active_90d,
    round(100.0 * count(*) filter (where c.last_order_at > s.now_at - interval '90 days') / count(*), 2) as retention_pct,
    sum(c.total_revenue)::bigint as revenue
from warehouse.v_stores s
join warehouse.customer_segments c on c.shop_id = s.shop_id and c.first_order_at is not null
group by s.shop_id, date_trunc('month', c.first_order_at at time zone s.timezone)
order by s.shop_id, cohort_month;

call ops.store_view('warehouse.v_customer_cohorts', 'Customers by the month of their first order', $$
    cohort_month      first day of the month of the first order [shop-local date]
    cohort_size       customers [count]
    repeat_customers  of these, with two orders or more [count]
    repeat_rate_pct   of these, in percent [percent 0-100]
    active_90d        with an order in the last 90 days [count]
    retention_pct     of these, in percent [percent 0-100]
    revenue           net sales of all their orders [cents]
$$);

create or replace view warehouse.v_revenue_by_segment with (security_invoker = true) as
select
    k.shop_id,
    k.customer_segment,
    k.customers,
    k.revenue,
    round(100.0 * k.revenue / nullif(sum(k.revenue) over (partition by k.shop_id), 0), 2) as revenue_share_pct
from (
    select
        s.shop_id,
        coalesce(c.primary_segment, 'unknown') as customer_segment,
        count(distinct d.customer_id) as customers,
        sum(d.gross_sales - d.discounts - d.returns)::bigint as revenue
    from warehouse.v_stores s
    join warehouse.store_order_days d on d.shop_id = s.shop_id and d.metric_date between s.today - 29 and s.today
    left join warehouse.customer_segments c on c.shop_id = s.shop_id and c.shopify_customer_id = d.customer_id
    group by s.shop_id, coalesce(c.primary_segment, 'unknown')
) k
order by k.shop_id, k.revenue desc;

call ops.store_view('warehouse.v_revenue_by_segment', 'Revenue of 30 days by segment', $$
    customers  different customers; guests are none [count]
    revenue    net sales of 30 days with today [cents]
$$);

create or replace view warehouse.v_fulfillment_by_segment with (security_invoker = true) as
select
    s.shop_id,
    f.customer_segment,
    count(*) as orders,
    count(*) filter (where f.sla_breached) as breaches,
    round(100.0 * count(*) filter (where f.sla_breached) / count(*), 2) as breach_rate_pct,
    round(avg(f.fulfillment_days), 2) as avg_days
from warehouse.v_stores s
join warehouse.v_fulfillment_state f on f.shop_id = s.shop_id and f.fulfillment_status <> 'cancelled'
    and f.order_created_at > s.now_at - interval '30 days' and f.order_created_at <= s.now_at
group by s.shop_id, f.customer_segment;

call ops.store_view('warehouse.v_fulfillment_by_segment', 'How the orders of the last 30 days fare, by segment', $$
    orders           orders that are not cancelled [count]
    breaches         late, open or complete [count]
    breach_rate_pct  of these, in percent [percent 0-100]
    avg_days         placed to complete, mean [days]
$$);

create or replace view warehouse.v_product_performance with (security_invoker = true) as
select
    s.shop_id,
    c.category_l1,
    c.category_l2,
    count(*) as products_in_category,
    count(*) filter (where v.velocity = 'fast') as fast_movers,
    count(*) filter (where v.velocity = 'medium') as medium_movers,
    count(*) filter (where v.velocity = 'slow') as slow_movers,
    count(*) filter (where v.velocity = 'stagnant') as stagnant_movers,
    coalesce(sum(k.units), 0)::bigint as units_sold_30d,
    coalesce(sum(k.revenue), 0)::bigint as revenue_30d,
    warehouse.per(sum(k.revenue)::bigint, sum(k.orders)) as avg_category_aov,
    round(avg(c.margin_pct), 2) as avg_category_margin
from warehouse.v_stores s
join warehouse.product_categories c on c.shop_id = s.shop_id
left join lateral (
    select p.shopify_product_id, sum(p.units_sold) as units, sum(p.revenue) as revenue, sum(p.order_count) as orders
    from warehouse.sku_performance p
    where p.shop_id = s.shop_id and p.metric_date between s.today - 29 and s.today
    group by p.shopify_product_id
) k on k.shopify_product_id = c.shopify_product_id
cross join lateral (
    select warehouse.stock_velocity(coalesce(k.units, 0)::int) as velocity
) v
group by s.shop_id, c.category_l1, c.category_l2
order by s.shop_id, fast_movers desc;

call ops.store_view('warehouse.v_product_performance', 'Products by category: how fast they move and what they bring in 30 days', $$
    products_in_category  products [count]
    fast_movers           a unit a day or more [count]
    medium_movers         a quarter unit a day or more [count]
    slow_movers           less [count]
    stagnant_movers       no unit in 30 days [count]
    avg_category_aov      net sales per order and stock code [cents per order]
    avg_category_margin   mean margin of the products with known costs [percent 0-100]
$$);

create or replace view warehouse.v_category_profitability with (security_invoker = true) as
select
    k.shop_id,
    k.category_l1,
    k.revenue,
    k.gross_profit,
    round(100.0 * k.gross_profit / nullif(k.revenue_known, 0), 2) as margin_pct,
    round(100.0 * k.revenue / nullif(sum(k.revenue) over (partition by k.shop_id), 0), 2) as revenue_share_pct
from (
    select
        s.shop_id,
        coalesce(c.category_l1, 'Uncategorised') as category_l1,
        sum(p.revenue)::bigint as revenue,
        round(sum(p.revenue * c.margin_pct / 100))::bigint as gross_profit,
        sum(p.revenue) filter (where c.margin_pct is not null) as revenue_known
    from warehouse.v_stores s
    join warehouse.sku_performance p on p.shop_id = s.shop_id and p.metric_date between s.today - 29 and s.today
    left join warehouse.product_categories c on c.shop_id = s.shop_id and c.shopify_product_id = p.shopify_product_id
    group by s.shop_id, coalesce(c.category_l1, 'Uncategorised')
) k
order by k.shop_id, k.revenue desc;

call ops.store_view('warehouse.v_category_profitability', 'Profit by category over 30 days, at the margin of today''s prices and costs', $$
    revenue       net sales of 30 days with today [cents]
    gross_profit  revenue x margin of the products with known costs; null without any [cents]
    margin_pct    gross profit of the revenue with known costs [percent]
$$);

create or replace view warehouse.v_inventory_turnover with (security_invoker = true) as
select
    i.shop_id,
    i.shopify_variant_id,
    i.sku,
    i.product_title,
    i.quantity_available,
    i.units_sold_30d,
    round(i.units_sold_30d * 365 / 30.0 / nullif(greatest(i.quantity_available, 0), 0), 2) as annual_turnover,
    case
        when i.quantity_available <= 0 then null
        when i.units_sold_30d * 365 >= 8 * 30 * i.quantity_available then 'high'
        when i.units_sold_30d * 365 >= 4 * 30 * i.quantity_available then 'normal'
        when i.units_sold_30d * 365 >= 30 * i.quantity_available then 'low'
        else 'very_low'
    end as turnover_class
from warehouse.v_inventory_current i;

call ops.store_view('warehouse.v_inventory_turnover', 'How often stock turns over in a year at the present sales', $$
    annual_turnover  sales of a year, of the units in stock; null without stock [ratio]
    turnover_class   high from 8, normal from 4, low from 1, very_low [code]
$$);

create or replace view warehouse.v_vehicle_compatibility_analysis with (security_invoker = true) as
select
    k.shop_id,
    k.make,
    k.decade,
    count(*) as product_count,
    count(*) filter (where k.is_performance_part) as performance_count,
    count(*) filter (where k.is_restoration_part) as restoration_count,
    -- The n-th of m shares is what n shares make less what n - 1 make: the shares add up to the cent.
    sum(k.revenue * k.place / k.pairs - k.revenue * (k.place - 1) / k.pairs)::bigint as revenue_30d
from (
    select
        s.shop_id, c.shopify_product_id, c.is_performance_part, c.is_restoration_part, f.make, f.decade,
        row_number() over (partition by s.shop_id, c.shopify_product_id order by f.make, f.decade) as place,
        count(*) over (partition by s.shop_id, c.shopify_product_id) as pairs,
        c.revenue
    from warehouse.v_stores s
    cross join lateral (
        select c.*, coalesce(k.revenue, 0)::bigint as revenue
        from warehouse.product_categories c
        left join (
            select p.shopify_product_id, sum(p.revenue) as revenue
            from warehouse.sku_performance p
            where p.shop_id = s.shop_id and p.metric_date between s.today - 29 and s.today
            group by p.shopify_product_id
        ) k on k.shopify_product_id = c.shopify_product_id
        where c.shop_id = s.shop_id
        offset 0
    ) c
    cross join lateral (
        select distinct m.make, y.year / 10 * 10 as decade
        from unnest(c.fits_makes) as m (make) cross join unnest(c.fits_vehicle_years) as y (year)
    ) f
) k
group by k.shop_id, k.make, k.decade;

call ops.store_view('warehouse.v_vehicle_compatibility_analysis', 'Products by make and decade they fit', $$
    make               make [text]
    decade             first year of the decade [year]
    product_count      products that fit [count]
    performance_count  of these, performance parts [count]
    restoration_count  of these, restoration parts [count]
    revenue_30d        net sales of 30 days, a product's split evenly over what it fits [cents]
$$);

create or replace view warehouse.v_product_review_queue with (security_invoker = true) as
select
    p.shop_id,
    p.id as shopify_product_id,
    p.title,
    p.brand,
    p.product_type,
    p.tags,
    case when c.shop_id is null then 'no_category' else 'no_fit' end as reason
from warehouse.v_stores s
join warehouse.store_products p on p.shop_id = s.shop_id and not p.is_deleted and not p.is_gift_card
left join warehouse.product_categories c on c.shop_id = p.shop_id and c.shopify_product_id = p.id
where c.shop_id is null or cardinality(c.fits_makes) = 0 and cardinality(c.fits_vehicle_years) = 0;

call ops.store_view('warehouse.v_product_review_queue', 'Products that nothing gave a category or a vehicle fit', $$
    brand         maker [text]
    product_type  the shop's own classification [text]
    tags          labels [list of text]
    reason        no_category or no_fit [code]
$$);
