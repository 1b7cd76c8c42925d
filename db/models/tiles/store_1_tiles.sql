-- Tiles of a web shop: what stands on the screen now. Every view begins at v_stores and looks rows up by the shop, so that
-- a question about one shop reads one shop. "30 days" of a tile are 30 calendar days with today.

create or replace view warehouse.v_sku_30d with (security_invoker = true) as
select s.shop_id, k.*
from warehouse.v_stores s
cross join lateral (
    select
        p.sku_key,
        max(p.shopify_variant_id) as shopify_variant_id,
        max(p.shopify_product_id) as shopify_product_id,
        (array_agg(p.sku order by p.metric_date desc))[1] as sku,
        (array_agg(p.product_title order by p.metric_date desc))[1] as product_title,
        sum(p.revenue)::bigint as revenue_30d,
        sum(p.units_sold)::bigint as units_sold_30d,
        sum(p.order_count)::bigint as orders_30d,
        coalesce(sum(p.units_sold) filter (where p.metric_date > s.today - 7), 0)::bigint as units_sold_7d,
        max(p.metric_date) filter (where p.units_sold > 0) as last_sale_on,
        coalesce(sum(p.units_sold) filter (where p.metric_date > s.today - 7), 0) >= 3
            and 5 * coalesce(sum(p.units_sold) filter (where p.metric_date > s.today - 7), 0)
                >= 6 * coalesce(sum(p.units_sold) filter (where p.metric_date between s.today - 13 and s.today - 7), 0)
            as is_trending
    from warehouse.sku_performance p
    where p.shop_id = s.shop_id and p.metric_date between s.today - 29 and s.today
    group by p.sku_key
) k;

call ops.store_view('warehouse.v_sku_30d', 'Sales of each stock code in 30 days', $$
    orders_30d    orders with it, counted by day [count]
    last_sale_on  last day it sold [shop-local date]
    is_trending   3 units or more in 7 days and a fifth more than in the 7 before [flag]
$$);

create or replace view warehouse.v_sales_pulse_current with (security_invoker = true) as
select
    s.shop_id,
    m.metric_date,
    s.currency,
    m.total_revenue,
    m.order_count,
    warehouse.per(m.total_revenue, m.order_count) as avg_order_value,
    round(100.0 * m.orders_fulfilled / nullif(m.order_count - m.orders_of_day_cancelled, 0), 2) as fulfillment_rate_pct,
    case when w.total_revenue > 0
        then round(100.0 * (m.total_revenue - w.total_revenue) / w.total_revenue, 2) end as revenue_growth_pct,
    case when w.order_count > 0
        then round(100.0 * (m.order_count - w.order_count) / w.order_count, 2) end as order_growth_pct,
    m.orders_pending,
    m.orders_unfulfilled,
    t.top_skus,
    m.metric_date < s.today as is_stale
from warehouse.v_stores s
cross join lateral (
    select m.* from warehouse.sales_metrics_daily m
    where m.shop_id = s.shop_id and m.metric_date <= s.today
    order by m.metric_date desc limit 1
) m
left join warehouse.sales_metrics_daily w on w.shop_id = s.shop_id and w.metric_date = m.metric_date - 7
cross join lateral (
    select coalesce(jsonb_agg(jsonb_build_object(
        'rank', p.rank, 'sku', p.sku, 'title', p.product_title, 'quantity', p.units_sold, 'revenue', p.revenue)
        order by p.rank), '[]') as top_skus
    from (
        select p.*, row_number() over (order by p.revenue desc, p.sku, p.sku_key) as rank
        from warehouse.sku_performance p
        where p.shop_id = s.shop_id and p.metric_date = m.metric_date and p.units_sold > 0
        order by p.revenue desc, p.sku, p.sku_key limit 5
    ) p
) t;

call ops.store_view('warehouse.v_sales_pulse_current', 'Sales of each store''s newest day up to today', $$
    top_skus  at most five of the shop's stock codes of that day: rank, sku, title, quantity, revenue in cents [JSON]
$$);

create or replace view warehouse.v_sales_pulse_30d with (security_invoker = true) as
select
    s.shop_id,
    d.day::date as metric_date,
    s.currency,
    coalesce(m.total_revenue, 0) as total_revenue,
    coalesce(m.order_count, 0) as order_count,
    warehouse.per(m.total_revenue, m.order_count) as avg_order_value,
    round(100.0 * m.orders_fulfilled / nullif(m.order_count - m.orders_of_day_cancelled, 0), 2) as fulfillment_rate_pct,
    m.shop_id is not null as has_data,
    (select warehouse.per(coalesce(sum(a.total_revenue), 0)::bigint, 7) from warehouse.sales_metrics_daily a
     where a.shop_id = s.shop_id and a.metric_date between d.day::date - 6 and d.day::date) as revenue_7d_avg,
    case when w.total_revenue > 0
        then round(100.0 * (m.total_revenue - w.total_revenue) / w.total_revenue, 2) end as revenue_growth_pct
from warehouse.v_stores s
cross join lateral generate_series(s.today::timestamp - interval '29 days', s.today::timestamp, interval '1 day') as d (day)
left join warehouse.sales_metrics_daily m on m.shop_id = s.shop_id and m.metric_date = d.day::date
left join warehouse.sales_metrics_daily w on w.shop_id = s.shop_id and w.metric_date = d.day::date - 7
order by s.shop_id, metric_date desc;

call ops.store_view('warehouse.v_sales_pulse_30d', 'Sales of 30 days with their moving average, newest first', $$
    revenue_7d_avg  mean of the day and the 6 before it [cents per day]
$$);

create or replace view warehouse.v_inventory_current with (security_invoker = true) as
select
    s.shop_id,
    i.snapshot_date,
    i.snapshot_date < s.today as is_stale,
    i.shopify_variant_id,
    i.shopify_product_id,
    i.sku,
    i.product_title,
    i.quantity_available,
    i.quantity_committed,
    i.quantity_on_hand,
    i.quantity_incoming,
    i.units_sold_7d,
    i.units_sold_30d,
    i.avg_daily_sales,
    i.days_of_cover,
    i.inventory_velocity,
    i.lead_time_days,
    i.reorder_point,
    i.optimal_stock_level,
    i.unit_cost,
    coalesce(c.category_l1, 'Uncategorised') as category_l1,
    c.category_l2,
    case
        when i.quantity_available <= 0 then 'OUT_OF_STOCK'
        when i.quantity_available <= i.reorder_point or i.days_of_cover <= 7 then 'LOW_STOCK'
        when i.days_of_cover > 90 or i.units_sold_30d <= 0 then 'OVERSTOCK'
        else 'NORMAL'
    end as alert_type,
    case
        when i.quantity_available <= 0 or i.days_of_cover < 3 then 'critical'
        when i.days_of_cover < 7 then 'high'
        when i.quantity_available <= i.reorder_point or i.days_of_cover <= 7 then 'medium'
        when i.days_of_cover > 90 or i.units_sold_30d <= 0 then 'low'
    end as severity
from warehouse.v_stores s
cross join lateral (
    select i.snapshot_date from warehouse.inventory_snapshots i
    where i.shop_id = s.shop_id and i.snapshot_date <= s.today
    order by i.snapshot_date desc limit 1
) n
join warehouse.inventory_snapshots i on i.shop_id = s.shop_id and i.snapshot_date = n.snapshot_date
left join warehouse.product_categories c on c.shop_id = s.shop_id and c.shopify_product_id = i.shopify_product_id;

call ops.store_view('warehouse.v_inventory_current', 'Stock of each store''s newest day, judged', $$
    quantity_committed   sold and not shipped [count]
    quantity_on_hand     in the house [count]
    avg_daily_sales      units a day over the 30 days before [units per day]
    lead_time_days       days from ordering to having it [days]
    reorder_point        units at which to reorder [count]
    optimal_stock_level  reorder point plus the economic order quantity [count]
    unit_cost            cost of one [cents]
    alert_type           OUT_OF_STOCK, LOW_STOCK, OVERSTOCK or NORMAL, worked out from the quantities [code]
    severity             critical below 3 days of cover, high below 7, medium at the reorder point, low overstocked, else null [code]
$$);

create or replace view warehouse.v_inventory_alerts with (security_invoker = true) as
select
    i.shop_id,
    i.shopify_variant_id,
    i.sku,
    i.product_title as title,
    i.quantity_available,
    i.reorder_point as threshold,
    i.days_of_cover,
    i.inventory_velocity,
    i.category_l1,
    i.category_l2,
    i.alert_type,
    i.severity,
    i.units_sold_30d,
    i.is_stale,
    warehouse.clock_now() as generated_at
from warehouse.v_inventory_current i
where i.alert_type <> 'NORMAL'
order by i.shop_id, array_position(array['critical', 'high', 'medium', 'low'], i.severity), i.days_of_cover, i.sku;

call ops.store_view('warehouse.v_inventory_alerts', 'Stock that asks for somebody, worst first', $$
    threshold     reorder point [count]
    alert_type    OUT_OF_STOCK, LOW_STOCK or OVERSTOCK [code]
    generated_at  the time that views go by [UTC]
$$);

create or replace view warehouse.v_fulfillment_state with (security_invoker = true) as
select
    s.shop_id,
    f.shopify_order_id,
    f.order_name,
    f.fulfillment_status,
    f.display_status,
    f.order_created_at,
    f.fulfillment_completed_at,
    f.delivered_at,
    f.target_ship_date,
    f.sla_threshold_days,
    d.sla_deadline,
    f.fulfillment_status in ('unfulfilled', 'partial', 'on_hold', 'scheduled') as is_open,
    case
        when f.fulfillment_status in ('unfulfilled', 'partial', 'on_hold', 'scheduled') then s.now_at > d.sla_deadline
        when f.fulfillment_status = 'fulfilled' then coalesce(
            f.fulfillment_completed_at > f.order_created_at + make_interval(days => f.sla_threshold_days), false)
        else false
    end as sla_breached,
    floor(extract(epoch from coalesce(f.fulfillment_completed_at, s.now_at) - f.order_created_at) / 86400)::int as age_days,
    round(extract(epoch from f.fulfillment_completed_at - f.order_created_at) / 86400, 4) as fulfillment_days,
    f.has_issue,
    f.has_issue and f.issue_resolved_at is null as open_issue,
    f.issue_type,
    f.issue_description,
    f.shopify_customer_id,
    coalesce(c.primary_segment, 'unknown') as customer_segment,
    f.order_total,
    f.currency::text as currency,
    f.carrier,
    f.units_ordered,
    f.units_shipped
from warehouse.v_stores s
join warehouse.fulfillment_tracking f on f.shop_id = s.shop_id
left join warehouse.customer_segments c on c.shop_id = s.shop_id and c.shopify_customer_id = f.shopify_customer_id
cross join lateral (
    select case
        when f.fulfillment_status = 'scheduled' and f.target_ship_date is not null
            then warehouse.day_start(f.target_ship_date + 1, s.timezone)
        else f.order_created_at + make_interval(days => f.sla_threshold_days)
    end as sla_deadline
) d;

call ops.store_view('warehouse.v_fulfillment_state', 'Orders on their way with what the clock says of them', $$
    order_created_at          when it was placed [UTC]
    fulfillment_completed_at  when it was complete [UTC]
    delivered_at              when the last parcel arrived [UTC]
    target_ship_date          day it is due to leave, where one was set [shop-local date]
    sla_deadline              due: days allowed after it was placed; the end of the target day while scheduled [UTC]
    is_open                   neither complete nor cancelled [flag]
    age_days                  whole days from placed to complete, or to now [days]
    fulfillment_days          placed to complete [days]
    open_issue                its issue is not put right [flag]
    carrier                   carrier of the last parcel [text]
    units_ordered             units that need shipping [count]
    units_shipped             of these, shipped [count]
$$);

create or replace view warehouse.v_fulfillment_issues with (security_invoker = true) as
select
    f.shop_id,
    f.shopify_order_id,
    f.order_name,
    f.display_status,
    f.fulfillment_status,
    f.order_created_at as created_at,
    f.age_days as days_to_fulfill,
    f.sla_threshold_days,
    f.sla_breached,
    f.has_issue,
    f.issue_type,
    f.issue_description,
    f.customer_segment,
    f.order_total,
    f.currency,
    case when f.sla_breached then 'critical' when f.open_issue then 'high' else 'medium' end as priority
from warehouse.v_fulfillment_state f
where f.fulfillment_status in ('unfulfilled', 'partial', 'on_hold', 'scheduled')
  and (f.sla_breached or f.open_issue or f.fulfillment_status = 'on_hold')
order by f.shop_id, case when f.sla_breached then 1 when f.open_issue then 2 else 3 end, f.order_created_at;

call ops.store_view('warehouse.v_fulfillment_issues', 'Open orders that are late, have an open issue or are on hold, worst and oldest first', $$
    created_at       when it was placed [UTC]
    days_to_fulfill  whole days since it was placed [days]
    priority         late critical, open issue high, on hold medium [code]
$$);

create or replace view warehouse.v_fulfillment_health_summary with (security_invoker = true) as
select
    s.shop_id,
    a.total,
    a.fulfilled,
    a.unfulfilled,
    a.partial,
    a.on_hold,
    a.scheduled,
    a.cancelled,
    a.open_issues,
    a.breached,
    a.avg_days,
    a.median_days,
    a.p90_days,
    round(100.0 * a.fulfilled / nullif(a.total, 0), 2) as fulfillment_rate_pct,
    round(100.0 * a.breached / nullif(a.total, 0), 2) as breach_rate_pct
from warehouse.v_stores s
cross join lateral (
    select
        count(*) filter (where f.fulfillment_status <> 'cancelled') as total,
        count(*) filter (where f.fulfillment_status = 'fulfilled') as fulfilled,
        count(*) filter (where f.fulfillment_status = 'unfulfilled') as unfulfilled,
        count(*) filter (where f.fulfillment_status = 'partial') as partial,
        count(*) filter (where f.fulfillment_status = 'on_hold') as on_hold,
        count(*) filter (where f.fulfillment_status = 'scheduled') as scheduled,
        count(*) filter (where f.fulfillment_status = 'cancelled') as cancelled,
        count(*) filter (where f.is_open and f.open_issue) as open_issues,
        count(*) filter (where f.sla_breached) as breached,
        round(avg(f.fulfillment_days) filter (where f.fulfillment_status = 'fulfilled'), 2) as avg_days,
        round((percentile_cont(0.5) within group (order by f.fulfillment_days)
            filter (where f.fulfillment_status = 'fulfilled'))::numeric, 2) as median_days,
        round((percentile_cont(0.9) within group (order by f.fulfillment_days)
            filter (where f.fulfillment_status = 'fulfilled'))::numeric, 2) as p90_days
    from warehouse.v_fulfillment_state f
    where f.shop_id = s.shop_id and f.order_created_at > s.now_at - interval '30 days' and f.order_created_at <= s.now_at
) a;

call ops.store_view('warehouse.v_fulfillment_health_summary', 'How the orders of the last 30 days fare', $$
    total            orders that are not cancelled [count]
    fulfilled        complete [count]
    unfulfilled      nothing shipped [count]
    partial          some shipped [count]
    on_hold          on hold [count]
    scheduled        due on a later day [count]
    cancelled        cancelled; in no denominator [count]
    open_issues      open orders with an issue that is not put right [count]
    breached         late, open or complete [count]
    avg_days         placed to complete, mean [days]
    median_days      placed to complete, median [days]
    p90_days         placed to complete, nine in ten are as fast [days]
    breach_rate_pct  late, of those not cancelled [percent 0-100]
$$);

create or replace view warehouse.v_cx_state with (security_invoker = true) as
select
    s.shop_id,
    c.chatwoot_conversation_id,
    c.inbox_id,
    c.contact_id,
    c.shopify_customer_id,
    c.shopify_order_id,
    coalesce(g.primary_segment, 'unknown') as customer_segment,
    c.status,
    c.created_at,
    d.due_at,
    case
        when c.first_response_at is not null then c.first_response_at > d.due_at
        when c.status in ('open', 'pending', 'snoozed') then s.now_at > d.due_at
        else coalesce(c.resolved_at, s.now_at) > d.due_at
    end as sla_breached,
    c.first_response_at,
    c.resolved_at,
    c.last_message_at,
    c.time_to_first_response_minutes,
    c.time_to_resolution_minutes,
    c.open_minutes,
    c.is_escalation,
    c.escalated_at,
    c.escalation_reason,
    c.sentiment,
    c.priority,
    c.category,
    c.operator_email,
    c.csat_rating,
    c.is_survey_sent,
    c.tags
from warehouse.v_stores s
join warehouse.cx_conversations c on c.shop_id = s.shop_id
left join warehouse.customer_segments g on g.shop_id = s.shop_id and g.shopify_customer_id = c.shopify_customer_id
cross join lateral (
    select coalesce(c.response_clock_from, c.created_at) + make_interval(mins => c.sla_target_minutes) as due_at
) d;

call ops.store_view('warehouse.v_cx_state', 'Conversations with what the clock says of them', $$
    inbox_id                        inbox [vendor id]
    contact_id                      who wrote [vendor id]
    status                          open, pending, snoozed, resolved or closed [code]
    created_at                      when it began [UTC]
    due_at                          when the first reply was promised [UTC]
    sla_breached                    the first reply came late, or has not come and is late [flag]
    first_response_at               first public reply of a person [UTC]
    resolved_at                     when it was last resolved [UTC]
    last_message_at                 last message that is no note [UTC]
    time_to_first_response_minutes  time to the first reply [minutes]
    time_to_resolution_minutes      last resolution less the beginning [minutes]
    open_minutes                    time not resolved, added up [minutes]
    is_escalation                   labelled or reported as escalated [flag]
    escalated_at                    when it was escalated [UTC]
    escalation_reason               what escalated it [text]
    sentiment                       positive, neutral, negative, very_negative [code]
    priority                        low, medium, high, urgent [code]
    category                        what it is about [code]
    csat_rating                     answer to the survey, 1 to 5 [points]
    is_survey_sent                  a survey was sent [flag]
    tags                            labels [list of text]
$$);

create or replace view warehouse.v_cx_escalations with (security_invoker = true) as
select
    c.shop_id,
    c.chatwoot_conversation_id,
    c.inbox_id,
    p.name as customer_name,
    c.shopify_order_id,
    c.status,
    c.created_at,
    case when c.sla_breached then c.due_at end as breached_at,
    c.last_message_at,
    c.sla_breached,
    c.is_escalation,
    c.escalation_reason,
    c.escalated_at,
    c.sentiment,
    c.priority,
    c.tags,
    c.category,
    c.time_to_first_response_minutes,
    c.customer_segment,
    v.severity
from warehouse.v_cx_state c
left join warehouse.contacts p on p.shop_id = c.shop_id and p.id = c.contact_id
cross join lateral (
    select case
        when c.sla_breached and c.first_response_at is null then 'critical'
        when c.priority = 'urgent' or c.sentiment = 'very_negative' then 'high'
        when c.is_escalation or c.sla_breached or c.priority = 'high' then 'medium'
        else 'low'
    end as severity
) v
where c.status in ('open', 'pending')
  and (c.sla_breached or c.is_escalation or c.priority in ('high', 'urgent') or c.sentiment = 'very_negative')
order by c.shop_id, array_position(array['critical', 'high', 'medium', 'low'], v.severity), c.created_at;

call ops.store_view('warehouse.v_cx_escalations', 'Open conversations that ask for somebody, worst and oldest first', $$
    inbox_id                        inbox [vendor id]
    customer_name                   who wrote: for owners and managers, null for others [text]
    status                          open or pending [code]
    created_at                      when it began [UTC]
    breached_at                     when the promised time was over [UTC]
    last_message_at                 last message that is no note [UTC]
    sla_breached                    the first reply came late, or has not come and is late [flag]
    is_escalation                   labelled or reported as escalated [flag]
    escalation_reason               what escalated it [text]
    escalated_at                    when it was escalated [UTC]
    sentiment                       positive, neutral, negative, very_negative [code]
    priority                        low, medium, high, urgent [code]
    tags                            labels [list of text]
    category                        what it is about [code]
    time_to_first_response_minutes  time to the first reply [minutes]
    severity                        critical: late and unanswered; high: urgent or very negative; medium: the rest [code]
$$);

create or replace view warehouse.v_cx_health_summary with (security_invoker = true) as
select
    s.shop_id,
    a.total, a.open, a.pending, a.snoozed, a.resolved, a.breached, a.escalations,
    a.avg_first_response_minutes, a.median_first_response_minutes, a.p90_first_response_minutes,
    a.avg_resolution_minutes, a.avg_open_minutes,
    round(100.0 * a.resolved / nullif(a.total, 0), 2) as resolution_rate_pct,
    round(100.0 * a.breached / nullif(a.total, 0), 2) as breach_rate_pct,
    round(100.0 * a.negative / nullif(a.judged, 0), 2) as negative_pct,
    round(100.0 * a.satisfied / nullif(a.rated, 0), 2) as csat_pct,
    round(100.0 * a.rated / nullif(a.surveys, 0), 2) as csat_response_pct
from warehouse.v_stores s
cross join lateral (
    select
        count(*) as total,
        count(*) filter (where c.status = 'open') as open,
        count(*) filter (where c.status = 'pending') as pending,
        count(*) filter (where c.status = 'snoozed') as snoozed,
        count(*) filter (where c.status in ('resolved', 'closed')) as resolved,
        count(*) filter (where c.sla_breached) as breached,
        count(*) filter (where c.is_escalation) as escalations,
        round(avg(c.time_to_first_response_minutes), 2) as avg_first_response_minutes,
        round((percentile_cont(0.5) within group (order by c.time_to_first_response_minutes))::numeric, 2)
            as median_first_response_minutes,
        round((percentile_cont(0.9) within group (order by c.time_to_first_response_minutes))::numeric, 2)
            as p90_first_response_minutes,
        round(avg(c.time_to_resolution_minutes), 2) as avg_resolution_minutes,
        round(avg(c.open_minutes), 2) as avg_open_minutes,
        count(*) filter (where c.sentiment in ('negative', 'very_negative')) as negative,
        count(c.sentiment) as judged,
        count(*) filter (where c.csat_rating >= 4) as satisfied,
        count(c.csat_rating) as rated,
        count(*) filter (where c.is_survey_sent) as surveys
    from warehouse.v_cx_state c
    where c.shop_id = s.shop_id and c.created_at > s.now_at - interval '7 days' and c.created_at <= s.now_at
) a;

call ops.store_view('warehouse.v_cx_health_summary', 'How the conversations of the last 7 days fare', $$
    total                          conversations [count]
    open                           open [count]
    pending                        pending [count]
    snoozed                        snoozed [count]
    resolved                       resolved or closed [count]
    breached                       answered late, or not and late [count]
    escalations                    labelled or reported as escalated [count]
    avg_first_response_minutes     time to the first reply, mean [minutes]
    median_first_response_minutes  time to the first reply, median [minutes]
    p90_first_response_minutes     time to the first reply, nine in ten are as fast [minutes]
    avg_resolution_minutes         last resolution less the beginning, mean [minutes]
    avg_open_minutes               time not resolved, mean of the resolved ones [minutes]
    breach_rate_pct                late, of all [percent 0-100]
    negative_pct                   negative or very negative, of those judged [percent 0-100]
    csat_pct                       ratings of 4 and 5, of the answers [percent 0-100]
    csat_response_pct              answers, of the surveys sent [percent 0-100]
$$);
