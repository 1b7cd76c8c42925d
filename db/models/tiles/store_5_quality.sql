-- What is wrong with a store's data. Every check has a row, also with 0.

create or replace view warehouse.v_data_quality_checks with (security_invoker = true) as
select s.shop_id, k.check_name, k.severity, k.issue_count
from warehouse.v_stores s
cross join lateral (
    values
        ('missing_sales_day', 'CRITICAL', (
            select count(*) from generate_series(s.today::timestamp - interval '7 days', s.today::timestamp - interval '1 day', interval '1 day') as d (day)
            where exists (select 1 from warehouse.sales_metrics_daily m
                          where m.shop_id = s.shop_id and m.metric_date between s.today - 30 and s.today)
              and not exists (select 1 from warehouse.sales_metrics_daily m
                              where m.shop_id = s.shop_id and m.metric_date = d.day::date))),
        ('zero_revenue_with_orders', 'CRITICAL', (
            select count(*) from warehouse.sales_metrics_daily m
            where m.shop_id = s.shop_id and m.metric_date between s.today - 29 and s.today
              and m.total_revenue = 0 and m.order_count > 0)),
        ('future_date', 'CRITICAL', (
            select count(*) from warehouse.sales_metrics_daily m where m.shop_id = s.shop_id and m.metric_date > s.today)),
        ('future_order', 'CRITICAL', (
            select count(*) from warehouse.fulfillment_tracking f
            where f.shop_id = s.shop_id and f.order_created_at > s.now_at)),
        ('stale_inventory', 'CRITICAL', (
            select count(*) from (select 1) one where not exists (
                select 1 from warehouse.inventory_snapshots i
                where i.shop_id = s.shop_id and i.snapshot_date >= s.today - 2 and i.snapshot_date <= s.today))),
        ('negative_inventory', 'HIGH', (
            select count(*) from warehouse.inventory_snapshots i
            where i.shop_id = s.shop_id and i.snapshot_date between s.today - 6 and s.today and i.quantity_available < 0)),
        ('negative_duration', 'HIGH', (
            select count(*) from warehouse.cx_conversations c
            where c.shop_id = s.shop_id and (c.resolved_at < c.created_at or c.first_response_at < c.created_at)) + (
            select count(*) from warehouse.fulfillment_tracking f
            where f.shop_id = s.shop_id and f.fulfillment_completed_at < f.order_created_at)),
        ('fulfilled_without_timestamp', 'MEDIUM', (
            select count(*) from warehouse.fulfillment_tracking f
            where f.shop_id = s.shop_id and f.fulfillment_status = 'fulfilled' and f.fulfillment_completed_at is null)),
        ('orphan_sku', 'LOW', (
            select count(*)
            from (select distinct p.sku_key, p.shopify_variant_id from warehouse.sku_performance p
                  where p.shop_id = s.shop_id and p.metric_date between s.today - 29 and s.today) p
            where p.shopify_variant_id is null or p.shopify_variant_id not in (
                select i.shopify_variant_id from warehouse.inventory_snapshots i
                where i.shop_id = s.shop_id and i.snapshot_date between s.today - 29 and s.today))),
        ('unknown_category', 'LOW', (
            select count(distinct p.sku_key)
            from (select distinct p.sku_key, p.shopify_product_id from warehouse.sku_performance p
                  where p.shop_id = s.shop_id and p.metric_date between s.today - 29 and s.today) p
            where not exists (select 1 from warehouse.product_categories c
                  where c.shop_id = s.shop_id and c.shopify_product_id = p.shopify_product_id)))
) as k (check_name, severity, issue_count)
order by s.shop_id, array_position(array['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'], k.severity), k.issue_count desc, k.check_name;

call ops.store_view('warehouse.v_data_quality_checks', 'Checks of a store''s data, worst first', $$
    severity  CRITICAL, HIGH, MEDIUM or LOW [code]
$$);

create or replace view warehouse.v_data_quality_comprehensive with (security_invoker = true) as
select c.shop_id, c.check_name, c.severity, c.issue_count, false as is_integrity
from warehouse.v_data_quality_checks c
union all
select s.shop_id, k.check_name, k.severity, k.issue_count, true
from warehouse.v_stores s
cross join lateral (
    values
        ('day_differs_from_ledger', 'CRITICAL', (
            select count(*) from warehouse.sales_metrics_daily m
            where m.shop_id = s.shop_id and m.metric_date between s.today - 29 and s.today
              and m.total_sales + m.gift_cards_sold <> (
                select coalesce(sum(d.ledger_total), 0) from warehouse.store_order_days d
                where d.shop_id = s.shop_id and d.metric_date = m.metric_date))),
        ('orders_differ_from_tracking', 'HIGH', (
            select count(*) from warehouse.sales_metrics_daily m
            where m.shop_id = s.shop_id and m.metric_date between s.today - 29 and s.today and m.order_count <> (
                select count(*) from warehouse.fulfillment_tracking f
                where f.shop_id = s.shop_id and f.order_created_at >= warehouse.day_start(m.metric_date, s.timezone)
                  and f.order_created_at < warehouse.day_start(m.metric_date + 1, s.timezone)))),
        ('revenue_out_of_range', 'MEDIUM', (
            select count(*) from warehouse.sales_metrics_daily m
            where m.shop_id = s.shop_id and m.metric_date between s.today - 29 and s.today and m.total_revenue > 100000000)),
        ('stock_out_of_range', 'LOW', (
            select count(*) from warehouse.v_inventory_current i
            where i.shop_id = s.shop_id and (i.quantity_available > 10000 or i.days_of_cover > 365))),
        ('slow_first_response', 'LOW', (
            select count(*) from warehouse.cx_conversations c
            where c.shop_id = s.shop_id and c.created_at > s.now_at - interval '30 days'
              and c.time_to_first_response_minutes > 1440))
) as k (check_name, severity, issue_count);

call ops.store_view('warehouse.v_data_quality_comprehensive', 'All checks: those of v_data_quality_checks, sums against their parts, and ranges', $$
    severity      CRITICAL, HIGH, MEDIUM or LOW [code]
    is_integrity  compares sums or ranges; not part of the health status [flag]
$$);

create or replace view warehouse.v_data_quality_dashboard with (security_invoker = true) as
select
    c.shop_id,
    count(*) filter (where c.severity = 'CRITICAL' and c.issue_count > 0) as critical_failing,
    count(*) filter (where c.severity = 'HIGH' and c.issue_count > 0) as high_failing,
    count(*) filter (where c.severity = 'MEDIUM' and c.issue_count > 0) as medium_failing,
    count(*) filter (where c.severity = 'LOW' and c.issue_count > 0) as low_failing,
    sum(c.issue_count)::bigint as total_issues,
    case
        when bool_or(c.severity = 'CRITICAL' and c.issue_count > 0) then 'FAILING'
        when bool_or(c.severity = 'HIGH' and c.issue_count > 0) then 'WARNING'
        else 'PASSING'
    end as health_status
from warehouse.v_data_quality_checks c
group by c.shop_id;

call ops.store_view('warehouse.v_data_quality_dashboard', 'How many checks fail', $$
    critical_failing  CRITICAL checks that fail [count]
    high_failing      HIGH checks that fail [count]
    medium_failing    MEDIUM checks that fail [count]
    low_failing       LOW checks that fail [count]
    total_issues      rows at fault over all checks [count]
    health_status     FAILING with a CRITICAL one, WARNING with a HIGH one, else PASSING [code]
$$);

create or replace view warehouse.v_data_quality_alerts with (security_invoker = true) as
select
    c.shop_id, c.check_name, c.severity, c.issue_count,
    case
        when c.severity = 'CRITICAL' then 'IMMEDIATE_ACTION_REQUIRED'
        when c.severity = 'HIGH' and c.issue_count > 10 then 'URGENT'
        when c.severity = 'HIGH' then 'ATTENTION_NEEDED'
        else 'MONITOR'
    end as action
from warehouse.v_data_quality_checks c
where c.issue_count > 0;

call ops.store_view('warehouse.v_data_quality_alerts', 'Checks that fail, and what to do', $$
    severity  CRITICAL, HIGH, MEDIUM or LOW [code]
    action    IMMEDIATE_ACTION_REQUIRED, URGENT, ATTENTION_NEEDED or MONITOR [code]
$$);

create or replace view warehouse.v_data_completeness_metrics with (security_invoker = true) as
select
    s.shop_id, k.table_name, k.total, k.complete,
    round(100.0 * k.complete / nullif(k.total, 0), 2) as completeness_pct,
    k.critical_fields
from warehouse.v_stores s
cross join lateral (
    select 'store_products' as table_name, count(*) as total, count(c.shop_id) as complete, 'category_l1' as critical_fields
    from warehouse.store_products p
    left join warehouse.product_categories c on c.shop_id = p.shop_id and c.shopify_product_id = p.id
    where p.shop_id = s.shop_id and not p.is_deleted and not p.is_gift_card
    union all
    select 'sales_metrics_daily', 30, count(*) filter (where m.total_revenue <> 0 or m.order_count = 0), 'revenue, orders'
    from warehouse.sales_metrics_daily m
    where m.shop_id = s.shop_id and m.metric_date between s.today - 30 and s.today - 1
    union all
    select 'store_variants', count(*), count(i.shop_id), 'quantity'
    from warehouse.store_variants v
    left join warehouse.v_inventory_current i on i.shop_id = v.shop_id and i.shopify_variant_id = v.id
      and i.snapshot_date > s.today - 7
    where v.shop_id = s.shop_id and v.is_tracked and not v.is_deleted
    union all
    select 'cx_conversations', count(*),
        count(*) filter (where c.first_response_at is not null or c.status in ('open', 'pending', 'snoozed')),
        'first response or open'
    from warehouse.cx_conversations c where c.shop_id = s.shop_id
) k;

call ops.store_view('warehouse.v_data_completeness_metrics', 'How much of what must be there is there', $$
    table_name        what is looked at [text]
    total             rows, or days, that there should be [count]
    complete          of these, with the critical fields [count]
    completeness_pct  of these, in percent [percent 0-100]
    critical_fields   what has to be there [text]
$$);

create or replace view warehouse.v_data_freshness with (security_invoker = true) as
select
    s.shop_id,
    k.table_name,
    k.last_at,
    -- greatest() passes nulls over: an empty table would be fresh.
    case when k.last_at is not null
        then round((greatest(0, extract(epoch from s.now_at - k.last_at)) / 3600)::numeric, 2) end as age_hours,
    case
        when k.last_at is null then 'EMPTY'
        when s.now_at - k.last_at <= k.fresh then 'FRESH'
        when s.now_at - k.last_at <= k.acceptable then 'ACCEPTABLE'
        else 'STALE'
    end as freshness_status
from warehouse.v_stores s
cross join lateral (
    values
        ('sales_metrics_daily', (select warehouse.day_start(max(m.metric_date) + 1, s.timezone)
            from warehouse.sales_metrics_daily m where m.shop_id = s.shop_id and m.metric_date <= s.today),
            interval '24 hours', interval '48 hours'),
        ('sku_performance', (select warehouse.day_start(max(m.metric_date) + 1, s.timezone)
            from warehouse.sku_performance m where m.shop_id = s.shop_id and m.metric_date <= s.today),
            interval '24 hours', interval '48 hours'),
        ('inventory_snapshots', (select warehouse.day_start(max(m.snapshot_date) + 1, s.timezone)
            from warehouse.inventory_snapshots m where m.shop_id = s.shop_id and m.snapshot_date <= s.today),
            interval '24 hours', interval '48 hours'),
        ('shop_activation_metrics', (select warehouse.day_start(max(m.metric_date) + 1, s.timezone)
            from warehouse.shop_activation_metrics m where m.shop_id = s.shop_id and m.metric_date <= s.today),
            interval '24 hours', interval '48 hours'),
        ('fulfillment_tracking', (select max(f.order_created_at) from warehouse.fulfillment_tracking f
            where f.shop_id = s.shop_id and f.order_created_at <= s.now_at), interval '1 hour', interval '24 hours'),
        ('cx_conversations', (select max(c.created_at) from warehouse.cx_conversations c
            where c.shop_id = s.shop_id and c.created_at <= s.now_at), interval '1 hour', interval '24 hours'),
        ('operator_sla_resolution', (select max(r.sla_breach_detected_at) from warehouse.operator_sla_resolution r
            where r.shop_id = s.shop_id), interval '1 hour', interval '24 hours'),
        ('product_categories', (select max(c.updated_at) from warehouse.product_categories c
            where c.shop_id = s.shop_id), interval '7 days', interval '14 days'),
        ('customer_segments', (select max(c.segmented_at) from warehouse.customer_segments c
            where c.shop_id = s.shop_id), interval '7 days', interval '14 days')
) as k (table_name, last_at, fresh, acceptable);

call ops.store_view('warehouse.v_data_freshness', 'How old the newest row of each of the nine tables is', $$
    table_name        table [text]
    last_at           end of its newest day that is not in the future, or its newest event [UTC]
    age_hours         since then [hours]
    freshness_status  EMPTY, FRESH, ACCEPTABLE or STALE: 24 and 48 hours for days, 1 and 24 for events, a week and two for classifications [code]
$$);
