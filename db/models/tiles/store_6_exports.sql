-- Lists to take away, without names and addresses. Column order is part of what they promise.

create or replace view warehouse.v_export_daily_performance with (security_invoker = true) as
select
    m.shop_id, m.metric_date, m.currency::text as currency, m.total_revenue, m.gross_sales, m.discounts, m.returns, m.shipping,
    m.taxes, m.total_sales, m.order_count, m.avg_order_value, m.unique_skus_sold, m.total_units_sold, m.orders_fulfilled,
    m.orders_pending, m.orders_unfulfilled, round(m.fulfillment_rate, 2) as fulfillment_rate_pct, m.revenue_growth_pct,
    m.order_growth_pct
from warehouse.v_stores s
join warehouse.sales_metrics_daily m on m.shop_id = s.shop_id and m.metric_date between s.today - 364 and s.today
order by m.shop_id, m.metric_date desc;

call ops.store_view('warehouse.v_export_daily_performance', 'Daily sales of a year, newest first', $$
    gross_sales       goods before discounts and tax [cents]
    discounts         discounts on them [cents]
    returns           given back that day [cents]
    shipping          shipping, signed [cents]
    taxes             tax, signed [cents]
    total_sales       revenue, shipping, taxes, duties, fees and tips [cents]
    unique_skus_sold  different stock codes sold [count]
    total_units_sold  units sold [count]
    orders_fulfilled  of the day's orders: complete [count]
$$);

create or replace view warehouse.v_export_customer_segments with (security_invoker = true) as
select
    c.shop_id, c.shopify_customer_id, c.primary_segment, c.segment_confidence, c.lifecycle_stage, c.total_orders,
    c.total_revenue, c.avg_order_value, c.days_since_first_order, c.days_since_last_order, c.top_category_l1,
    c.top_category_l2, c.prefers_performance, c.prefers_restoration, c.primary_vehicle_year, c.primary_vehicle_make,
    c.primary_vehicle_model, c.support_tickets_count
from warehouse.v_customer_segments c;

call ops.store_view('warehouse.v_export_customer_segments', 'Customers by number with their segment', $$
    segment_confidence      how clear the case is [fraction 0-1]
    total_orders            orders that count [count]
    total_revenue           net sales of all orders [cents]
    avg_order_value         net sales per order [cents per order]
    days_since_first_order  whole days by now [days]
    days_since_last_order   whole days by now [days]
    top_category_l1         major most bought [text]
    top_category_l2         group most bought [text]
    prefers_performance     half or more of the goods are performance parts [flag]
    prefers_restoration     half or more of the goods are restoration parts [flag]
    primary_vehicle_year    model year of the goods most bought [year]
    primary_vehicle_make    make of the goods most bought [text]
    primary_vehicle_model   model of the goods most bought [text]
    support_tickets_count   conversations with support [count]
$$);

create or replace view warehouse.v_export_product_performance with (security_invoker = true) as
select
    k.shop_id, k.sku_key, k.sku, k.product_title, c.category_l1, c.category_l2, k.revenue_30d, k.units_sold_30d,
    k.orders_30d, k.is_trending, c.margin_pct
from warehouse.v_sku_30d k
left join warehouse.product_categories c on c.shop_id = k.shop_id and c.shopify_product_id = k.shopify_product_id;

call ops.store_view('warehouse.v_export_product_performance', 'Stock codes over 30 days with their category', $$
    orders_30d   orders with it, counted by day [count]
    is_trending  3 units or more in 7 days and a fifth more than in the 7 before [flag]
    margin_pct   margin at today's prices and costs [percent 0-100]
$$);

create or replace view warehouse.v_export_operator_performance with (security_invoker = true) as
select
    r.shop_id, r.rank, r.operator_email, r.operator_name, r.efficiency_score, r.resolution_rate_pct,
    r.median_minutes_to_action, r.performance_tier
from warehouse.v_operator_rankings r;

call ops.store_view('warehouse.v_export_operator_performance', 'Operators over 7 days', $$
    rank  place, 1 is best [rank]
$$);

create or replace view warehouse.v_export_growth_metrics with (security_invoker = true) as
select
    m.shop_id, m.month_start, m.currency, m.monthly_revenue, m.monthly_orders, m.ytd_revenue, m.trailing_3mo_avg,
    m.milestone_tier, m.progress_to_10mm_pct, m.is_partial
from warehouse.v_growth_milestones m;

call ops.store_view('warehouse.v_export_growth_metrics', 'Months of this year', $$
    month_start           first day of the month [shop-local date]
    monthly_revenue       net sales of the month [cents]
    monthly_orders        orders of the month [count]
    ytd_revenue           net sales from January to this month [cents]
    trailing_3mo_avg      mean of this month and the two before it [cents per month]
    milestone_tier        tier of the year so far [code]
    progress_to_10mm_pct  year so far, of ten million [percent]
$$);
