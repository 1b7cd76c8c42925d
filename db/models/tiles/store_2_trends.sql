-- Trends and growth of a web shop. A calendar row stands for every day, week and month, also where there are no data;
-- ratios are of sums; "30 complete days" leave today out.

create or replace view warehouse.v_revenue_trends_30d with (security_invoker = true) as
select
    s.shop_id,
    d.day::date as metric_date,
    s.currency,
    coalesce(m.total_revenue, 0) as daily_revenue,
    coalesce(m.order_count, 0) as daily_orders,
    warehouse.per(m.total_revenue, m.order_count) as avg_order_value,
    round(100.0 * m.orders_fulfilled / nullif(m.order_count - m.orders_of_day_cancelled, 0), 2) as fulfillment_rate_pct,
    m.shop_id is not null as has_data
from warehouse.v_stores s
cross join lateral generate_series(s.today::timestamp - interval '29 days', s.today::timestamp, interval '1 day') as d (day)
left join warehouse.sales_metrics_daily m on m.shop_id = s.shop_id and m.metric_date = d.day::date
order by s.shop_id, metric_date desc;

call ops.store_view('warehouse.v_revenue_trends_30d', 'Revenue of 30 days with today, newest first', $$
    daily_revenue  net sales of the day [cents]
    daily_orders   orders placed [count]
$$);

create or replace view warehouse.v_category_trends_30d with (security_invoker = true) as
select
    s.shop_id,
    k.metric_date,
    k.category_l1,
    k.category_l2,
    k.products_sold,
    k.total_units,
    k.total_revenue,
    warehouse.per(k.total_revenue, k.total_units) as avg_price
from warehouse.v_stores s
cross join lateral (
    select
        p.metric_date,
        coalesce(c.category_l1, 'Uncategorised') as category_l1,
        c.category_l2,
        count(*) filter (where p.units_sold > 0) as products_sold,
        sum(p.units_sold)::bigint as total_units,
        sum(p.revenue)::bigint as total_revenue
    from warehouse.sku_performance p
    left join warehouse.product_categories c on c.shop_id = p.shop_id and c.shopify_product_id = p.shopify_product_id
    where p.shop_id = s.shop_id and p.metric_date between s.today - 29 and s.today
    group by p.metric_date, coalesce(c.category_l1, 'Uncategorised'), c.category_l2
) k;

call ops.store_view('warehouse.v_category_trends_30d', 'Sales by category and day over 30 days', $$
    products_sold  stock codes that sold [count]
    total_units    units sold [count]
    total_revenue  net sales [cents]
$$);

create or replace view warehouse.v_inventory_velocity_trends with (security_invoker = true) as
select s.shop_id, k.*
from warehouse.v_stores s
cross join lateral (
    select
        i.snapshot_date,
        i.inventory_velocity,
        coalesce(c.category_l1, 'Uncategorised') as category_l1,
        count(*) as product_count,
        sum(i.quantity_available)::bigint as total_inventory,
        round(avg(i.days_of_cover), 2) as avg_days_of_cover,
        count(*) filter (where i.quantity_available > 0
            and (i.quantity_available <= i.reorder_point or i.days_of_cover <= 7)) as low_stock_count
    from warehouse.inventory_snapshots i
    left join warehouse.product_categories c on c.shop_id = i.shop_id and c.shopify_product_id = i.shopify_product_id
    where i.shop_id = s.shop_id and i.snapshot_date between s.today - 29 and s.today
    group by i.snapshot_date, i.inventory_velocity, coalesce(c.category_l1, 'Uncategorised')
) k;

call ops.store_view('warehouse.v_inventory_velocity_trends', 'Stock by velocity, category and day over 30 days', $$
    product_count      variants [count]
    total_inventory    units that may be sold [count]
    avg_days_of_cover  mean of those that sell [days]
    low_stock_count    in stock and low [count]
$$);

create or replace view warehouse.v_seasonal_patterns with (security_invoker = true) as
select
    s.shop_id,
    k.month_num,
    case when k.month_num between 3 and 9 then 'racing_season' else 'off_season' end as season,
    k.category_l1,
    k.years_observed,
    round(k.avg_revenue)::bigint as avg_monthly_revenue,
    round(k.avg_units, 2) as avg_monthly_units,
    round(k.avg_revenue / nullif(k.category_average, 0), 4) as seasonal_index
from warehouse.v_stores s
cross join lateral (
    select
        y.category_l1,
        extract(month from y.month)::int as month_num,
        count(*) as years_observed,
        avg(y.revenue) as avg_revenue,
        avg(y.units) as avg_units,
        min(y.category_average) as category_average
    from (
        select
            coalesce(c.category_l1, 'Uncategorised') as category_l1,
            date_trunc('month', p.metric_date::timestamp) as month,
            sum(p.revenue) as revenue,
            sum(p.units_sold) as units,
            avg(sum(p.revenue)) over (partition by coalesce(c.category_l1, 'Uncategorised')) as category_average
        from warehouse.sku_performance p
        left join warehouse.product_categories c on c.shop_id = p.shop_id and c.shopify_product_id = p.shopify_product_id
        where p.shop_id = s.shop_id
          and p.metric_date >= (date_trunc('month', s.today::timestamp) - interval '24 months')::date
          and p.metric_date < date_trunc('month', s.today::timestamp)::date
        group by coalesce(c.category_l1, 'Uncategorised'), date_trunc('month', p.metric_date::timestamp)
    ) y
    group by y.category_l1, extract(month from y.month)
) k;

call ops.store_view('warehouse.v_seasonal_patterns', 'Sales by calendar month and category, over the complete months of two years', $$
    month_num            calendar month [1-12]
    season               racing_season from March to September, else off_season [code]
    years_observed       months averaged [count]
    avg_monthly_revenue  net sales of such a month, mean [cents]
    avg_monthly_units    units of such a month, mean [count]
    seasonal_index       the month's mean against the category's mean month; 1 is average [ratio]
$$);

create or replace view warehouse.v_growth_milestones with (security_invoker = true) as
select
    s.shop_id,
    m.month_start,
    s.currency,
    m.monthly_revenue,
    m.monthly_orders,
    m.active_shops,
    m.ytd_revenue,
    m.trailing_3mo_avg,
    case
        when m.ytd_revenue >= 1000000000 then '$10MM+'
        when m.ytd_revenue >= 500000000 then '$5MM-$10MM'
        when m.ytd_revenue >= 100000000 then '$1MM-$5MM'
        else 'Pre-$1MM'
    end as milestone_tier,
    round(m.ytd_revenue / 10000000.0, 4) as progress_to_10mm_pct,
    m.month_start = date_trunc('month', s.today::timestamp)::date as is_partial
from warehouse.v_stores s
cross join lateral (
    select
        c.month_start, c.in_year, c.monthly_revenue, c.monthly_orders,
        (c.days > 0)::int as active_shops,
        (sum(c.monthly_revenue) filter (where c.in_year) over (order by c.month_start))::bigint as ytd_revenue,
        round(sum(c.monthly_revenue) over (order by c.month_start rows between 2 preceding and current row) / 3.0)::bigint
            as trailing_3mo_avg
    from (
        select
            g.month::date as month_start,
            g.month >= date_trunc('year', s.today::timestamp) as in_year,
            coalesce(sum(d.total_revenue), 0)::bigint as monthly_revenue,
            coalesce(sum(d.order_count), 0)::bigint as monthly_orders,
            count(d.metric_date) as days
        from generate_series(date_trunc('year', s.today::timestamp) - interval '2 months',
            date_trunc('month', s.today::timestamp), interval '1 month') as g (month)
        left join warehouse.sales_metrics_daily d on d.shop_id = s.shop_id and d.metric_date >= g.month::date
            and d.metric_date < (g.month + interval '1 month')::date and d.metric_date <= s.today
        group by g.month
    ) c
) m
where m.in_year
order by s.shop_id, m.month_start;

call ops.store_view('warehouse.v_growth_milestones', 'Months of this year on the way from one to ten million', $$
    month_start           first day of the month [shop-local date]
    monthly_revenue       net sales of the month [cents]
    monthly_orders        orders of the month [count]
    active_shops          1 where the month has a row, for sums over shops [count]
    ytd_revenue           net sales from January to this month [cents]
    trailing_3mo_avg      mean of this month and the two before it, last year's too [cents per month]
    milestone_tier        tier of the year so far [code]
    progress_to_10mm_pct  year so far, of ten million [percent]
$$);

create or replace view warehouse.v_growth_rates with (security_invoker = true) as
select
    s.shop_id,
    w.week_start,
    s.currency,
    w.weekly_revenue,
    w.weekly_orders,
    warehouse.per(w.weekly_revenue, w.weekly_orders) as avg_aov,
    case when not w.is_partial and w.revenue_before > 0
        then round(100.0 * (w.weekly_revenue - w.revenue_before) / w.revenue_before, 2) end as revenue_growth_pct,
    case when not w.is_partial and w.orders_before > 0
        then round(100.0 * (w.weekly_orders - w.orders_before) / w.orders_before, 2) end as order_growth_pct,
    w.is_partial
from warehouse.v_stores s
cross join lateral (
    select
        c.*,
        c.week_start = date_trunc('week', s.today::timestamp)::date as is_partial,
        lag(c.weekly_revenue) over (order by c.week_start) as revenue_before,
        lag(c.weekly_orders) over (order by c.week_start) as orders_before
    from (
        select
            g.week::date as week_start,
            coalesce(sum(d.total_revenue), 0)::bigint as weekly_revenue,
            coalesce(sum(d.order_count), 0)::bigint as weekly_orders
        from generate_series(date_trunc('week', s.today::timestamp) - interval '14 weeks',
            date_trunc('week', s.today::timestamp), interval '7 days') as g (week)
        left join warehouse.sales_metrics_daily d on d.shop_id = s.shop_id and d.metric_date >= g.week::date
            and d.metric_date < g.week::date + 7 and d.metric_date <= s.today
        group by g.week
    ) c
) w
where w.week_start > s.today - 98
order by s.shop_id, w.week_start desc;

call ops.store_view('warehouse.v_growth_rates', 'This week and the 13 before it, newest first', $$
    week_start      Monday of the week [shop-local date]
    weekly_revenue  net sales of the week [cents]
    weekly_orders   orders of the week [count]
    avg_aov         revenue per order, from sums [cents per order]
$$);

create or replace view warehouse.v_kpi_summary with (security_invoker = true) as
select
    s.shop_id,
    s.currency,
    m.mtd_revenue,
    m.ytd_revenue,
    warehouse.per(m.revenue_30d, 30) as avg_daily_revenue_30d,
    m.mtd_orders,
    m.revenue_30d,
    m.orders_30d,
    warehouse.per(m.revenue_30d, m.orders_30d) as avg_order_value_30d,
    m.orders_fulfilled_7d,
    m.orders_7d,
    round(100.0 * m.orders_fulfilled_7d / nullif(m.orders_7d, 0), 2) as avg_fulfillment_rate_7d,
    (select count(*) from warehouse.v_fulfillment_issues f where f.shop_id = s.shop_id) as current_fulfillment_issues,
    i.critical_inventory_alerts,
    i.avg_days_of_cover,
    (select count(*) from warehouse.v_cx_escalations c where c.shop_id = s.shop_id) as current_escalations,
    (select h.avg_first_response_minutes from warehouse.v_cx_health_summary h where h.shop_id = s.shop_id)
        as avg_first_response_minutes,
    round(m.ytd_revenue / 10000000.0, 4) as progress_to_10mm_pct,
    case when m.year_before > 0 then round(100.0 * (m.last_month - m.year_before) / m.year_before, 2) end as revenue_yoy_pct
from warehouse.v_stores s
cross join lateral (
    select date_trunc('month', s.today::timestamp)::date as month, date_trunc('year', s.today::timestamp)::date as year
) t
cross join lateral (
    select
        coalesce(sum(d.total_revenue) filter (where d.metric_date >= t.month), 0)::bigint as mtd_revenue,
        coalesce(sum(d.total_revenue) filter (where d.metric_date >= t.year), 0)::bigint as ytd_revenue,
        coalesce(sum(d.order_count) filter (where d.metric_date >= t.month), 0)::bigint as mtd_orders,
        coalesce(sum(d.total_revenue) filter (where d.metric_date between s.today - 30 and s.today - 1), 0)::bigint as revenue_30d,
        coalesce(sum(d.order_count) filter (where d.metric_date between s.today - 30 and s.today - 1), 0)::bigint as orders_30d,
        coalesce(sum(d.orders_fulfilled) filter (where d.metric_date between s.today - 7 and s.today - 1), 0)::bigint
            as orders_fulfilled_7d,
        coalesce(sum(d.order_count - d.orders_of_day_cancelled)
            filter (where d.metric_date between s.today - 7 and s.today - 1), 0)::bigint as orders_7d,
        sum(d.total_revenue) filter (where d.metric_date >= (t.month - interval '1 month')::date and d.metric_date < t.month)
            as last_month,
        sum(d.total_revenue) filter (where d.metric_date < (t.month - interval '12 months')::date) as year_before
    from warehouse.sales_metrics_daily d
    where d.shop_id = s.shop_id and d.metric_date <= s.today
      and (d.metric_date >= least(t.year, (t.month - interval '1 month')::date, s.today - 30)
           or d.metric_date >= (t.month - interval '13 months')::date and d.metric_date < (t.month - interval '12 months')::date)
) m
cross join lateral (
    select
        count(*) filter (where v.severity in ('critical', 'high')) as critical_inventory_alerts,
        round(avg(v.days_of_cover) filter (where v.quantity_available > 0), 2) as avg_days_of_cover
    from warehouse.v_inventory_current v
    where v.shop_id = s.shop_id
) i;

call ops.store_view('warehouse.v_kpi_summary', 'Key figures of a store; the sums stand beside the ratios, so that shops of one currency can be added', $$
    mtd_revenue                 net sales of this month up to today [cents]
    ytd_revenue                 net sales of this year up to today [cents]
    avg_daily_revenue_30d       net sales a day over 30 complete days [cents per day]
    mtd_orders                  orders of this month up to today [count]
    revenue_30d                 net sales of 30 complete days [cents]
    orders_30d                  orders of 30 complete days [count]
    avg_order_value_30d         revenue_30d per order [cents per order]
    orders_fulfilled_7d         of the orders of 7 complete days: complete [count]
    orders_7d                   orders of 7 complete days that are not cancelled [count]
    avg_fulfillment_rate_7d     orders_fulfilled_7d of orders_7d [percent 0-100]
    current_fulfillment_issues  rows of v_fulfillment_issues [count]
    critical_inventory_alerts   variants whose stock is critical or high [count]
    avg_days_of_cover           mean over the variants in stock that sell [days]
    current_escalations         rows of v_cx_escalations [count]
    avg_first_response_minutes  time to the first reply over 7 days, mean [minutes]
    progress_to_10mm_pct        year so far, of ten million [percent]
    revenue_yoy_pct             last complete month against the same month a year before; null without it [percent]
$$);
