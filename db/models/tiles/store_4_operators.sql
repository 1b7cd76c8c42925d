-- Operators of a web shop: how breaches of the reply time are dealt with, and whether people work with their stores.
-- "7 days" are today and the 6 days before it.

create or replace view warehouse.v_activation_rate_7d with (security_invoker = true) as
select
    s.organization_id,
    count(*) filter (where a.active) as total_active_shops,
    count(*) filter (where a.active and a.activated) as activated_shops,
    round(count(*) filter (where a.active and a.activated)::numeric / nullif(count(*) filter (where a.active), 0), 4)
        as activation_rate,
    min(s.today) - 6 as window_start,
    max(s.today) as window_end
from warehouse.v_stores s
cross join lateral (
    select coalesce(bool_or(m.is_active), false) as active,
        coalesce(bool_or(m.is_active and m.is_activated_in_window), false) as activated
    from warehouse.shop_activation_metrics m
    where m.shop_id = s.shop_id and m.metric_date between s.today - 6 and s.today
) a
group by s.organization_id;

call ops.store_view('warehouse.v_activation_rate_7d', 'Stores of an organization that people work with', $$
    total_active_shops  stores whose page somebody opened [count]
    activated_shops     of these, stores where somebody took a decision [count]
    activation_rate     activated of active; null where none is active [fraction 0-1]
$$);

create or replace view warehouse.v_sla_resolution_7d with (security_invoker = true) as
select s.shop_id, a.*, s.today - 6 as window_start, s.today as window_end
from warehouse.v_stores s
cross join lateral (
    select
        count(*) as sample_size,
        count(*) filter (where r.operator_action_at is null) as open_breaches,
        round(avg(r.minutes_to_action), 2) as mean_minutes,
        round((percentile_cont(0.5) within group (order by r.minutes_to_action))::numeric, 2) as median_minutes,
        round((percentile_cont(0.9) within group (order by r.minutes_to_action))::numeric, 2) as p90_minutes,
        round((percentile_cont(0.95) within group (order by r.minutes_to_action))::numeric, 2) as p95_minutes,
        min(r.minutes_to_action) as min_minutes,
        max(r.minutes_to_action) as max_minutes,
        round(100.0 * count(r.resolved_at) / nullif(count(*), 0), 2) as resolution_rate_pct
    from warehouse.operator_sla_resolution r
    where r.shop_id = s.shop_id and r.metric_date between s.today - 6 and s.today
) a;

call ops.store_view('warehouse.v_sla_resolution_7d', 'How long breaches waited for somebody; those nobody touched are counted, not dropped', $$
    sample_size     breaches, acted upon or not [count]
    open_breaches   breaches nobody acted upon [count]
    mean_minutes    breach to first act, mean [minutes]
    median_minutes  breach to first act, median [minutes]
    p90_minutes     nine in ten are as fast [minutes]
    p95_minutes     19 in 20 are as fast [minutes]
    min_minutes     fastest [minutes]
    max_minutes     slowest [minutes]
$$);

create or replace view warehouse.v_ops_aggregate_metrics with (security_invoker = true) as
select
    a.organization_id,
    jsonb_build_object(
        'activatedShops', a.activated_shops, 'totalActiveShops', a.total_active_shops,
        'activationRate', a.activation_rate, 'windowStart', a.window_start, 'windowEnd', a.window_end) as activation,
    b.sla
from warehouse.v_activation_rate_7d a
cross join lateral (
    select jsonb_build_object(
        'sampleSize', count(r.shop_id),
        'meanMinutes', round(avg(r.minutes_to_action), 2),
        'medianMinutes', round((percentile_cont(0.5) within group (order by r.minutes_to_action))::numeric, 2),
        'p90Minutes', round((percentile_cont(0.9) within group (order by r.minutes_to_action))::numeric, 2),
        'p95Minutes', round((percentile_cont(0.95) within group (order by r.minutes_to_action))::numeric, 2)) as sla
    from warehouse.v_stores s
    join warehouse.operator_sla_resolution r on r.shop_id = s.shop_id and r.metric_date between s.today - 6 and s.today
    where s.organization_id = a.organization_id
) b;

call ops.store_view('warehouse.v_ops_aggregate_metrics', 'Activation and breaches of all stores of an organization', $$
    activation  activatedShops, totalActiveShops, activationRate, windowStart, windowEnd [JSON]
    sla         sampleSize and meanMinutes, medianMinutes, p90Minutes, p95Minutes from breach to act [JSON]
$$);

create or replace view warehouse.v_sla_performance_7d with (security_invoker = true) as
select s.shop_id, a.*
from warehouse.v_stores s
cross join lateral (
    select
        r.operator_email,
        max(r.operator_name) as operator_name,
        count(distinct r.metric_date) filter (where r.operator_action_at is not null) as days_active,
        count(*) as detected,
        count(r.resolved_at) as resolved,
        count(r.operator_action_at) as actions,
        round(100.0 * count(r.resolved_at) / count(*), 2) as resolution_rate_pct,
        round((percentile_cont(0.5) within group (order by r.minutes_to_action))::numeric, 2) as median_minutes_to_action,
        round((percentile_cont(0.9) within group (order by r.minutes_to_action))::numeric, 2) as p90_minutes_to_action,
        round((percentile_cont(0.95) within group (order by r.minutes_to_action))::numeric, 2) as p95_minutes_to_action
    from warehouse.operator_sla_resolution r
    where r.shop_id = s.shop_id and r.metric_date between s.today - 6 and s.today and r.operator_email is not null
    group by r.operator_email
) a;

call ops.store_view('warehouse.v_sla_performance_7d', 'Operators over 7 days', $$
    actions  breaches acted upon [count]
$$);

create or replace view warehouse.v_operator_performance_7d with (security_invoker = true) as
select
    p.*,
    round(p.actions::numeric / nullif(p.days_active, 0), 2) as actions_per_active_day,
    round(0.6 * p.resolution_rate_pct + 0.4 * case
        when p.median_minutes_to_action is null then 0
        else greatest(0, least(100, 100 * (120 - p.median_minutes_to_action) / 105))
    end, 2) as efficiency_score
from warehouse.v_sla_performance_7d p;

call ops.store_view('warehouse.v_operator_performance_7d', 'Operators over 7 days with their efficiency', $$
    actions                 breaches acted upon [count]
    actions_per_active_day  of these, per day with one [count per day]
$$);

create or replace view warehouse.v_operator_rankings with (security_invoker = true) as
select
    p.shop_id,
    rank() over (partition by p.shop_id order by p.efficiency_score desc) as rank,
    p.operator_email,
    p.operator_name,
    p.efficiency_score,
    p.resolution_rate_pct,
    p.median_minutes_to_action,
    case
        when p.efficiency_score >= 85 then 'TOP_PERFORMER'
        when p.efficiency_score >= 70 then 'STRONG'
        when p.efficiency_score >= 50 then 'AVERAGE'
        else 'NEEDS_IMPROVEMENT'
    end as performance_tier
from warehouse.v_operator_performance_7d p
order by p.shop_id, p.efficiency_score desc, p.operator_email;

call ops.store_view('warehouse.v_operator_rankings', 'Operators over 7 days, most efficient first', $$
    rank  place, 1 is best [rank]
$$);

create or replace view warehouse.v_operator_workload with (security_invoker = true) as
select
    s.shop_id,
    r.metric_date,
    r.operator_email,
    count(r.operator_action_at) as breaches_handled,
    case
        when count(r.operator_action_at) >= 20 then 'OVERLOADED'
        when count(r.operator_action_at) >= 12 then 'HIGH'
        when count(r.operator_action_at) >= 5 then 'MODERATE'
        when count(r.operator_action_at) >= 1 then 'LOW'
        else 'NO_LOAD'
    end as workload
from warehouse.v_stores s
join warehouse.operator_sla_resolution r on r.shop_id = s.shop_id and r.metric_date between s.today - 29 and s.today
where r.operator_email is not null
group by s.shop_id, r.metric_date, r.operator_email;

call ops.store_view('warehouse.v_operator_workload', 'Breaches handled by operator and day over 30 days', $$
    breaches_handled  breaches acted upon [count]
    workload          OVERLOADED from 20, HIGH 12, MODERATE 5, LOW 1, NO_LOAD [code]
$$);

create or replace view warehouse.v_operator_sla_compliance with (security_invoker = true) as
select
    k.*,
    case
        when k.compliance_pct >= 95 then 'EXCEEDS'
        when k.compliance_pct >= 85 then 'MEETS'
        when k.compliance_pct >= 70 then 'NEEDS_IMPROVEMENT'
        else 'BELOW'
    end as compliance_status
from (
    select
        s.shop_id,
        r.operator_email,
        count(*) as detected,
        count(*) filter (where r.minutes_to_action <= 45) as within_45_minutes,
        round(100.0 * count(*) filter (where r.minutes_to_action <= 45) / count(*), 2) as compliance_pct
    from warehouse.v_stores s
    join warehouse.operator_sla_resolution r on r.shop_id = s.shop_id and r.metric_date between s.today - 29 and s.today
    where r.operator_email is not null
    group by s.shop_id, r.operator_email
) k;

call ops.store_view('warehouse.v_operator_sla_compliance', 'Share of breaches acted upon within 45 minutes, over 30 days', $$
    within_45_minutes  breaches acted upon within 45 minutes [count]
    compliance_pct     of these, in percent [percent 0-100]
    compliance_status  EXCEEDS from 95, MEETS 85, NEEDS_IMPROVEMENT 70, BELOW [code]
$$);

create or replace view warehouse.v_operator_activity_summary with (security_invoker = true) as
select
    s.shop_id,
    count(p.operator_email) filter (where p.actions > 0) as active_operators,
    count(p.operator_email) filter (where p.efficiency_score >= 85) as top_performers,
    round(avg(p.efficiency_score), 2) as avg_efficiency_score,
    (select count(*) from warehouse.operator_sla_resolution r
     where r.shop_id = s.shop_id and r.metric_date between s.today - 6 and s.today and r.operator_action_at is null)
        as unattended_breaches
from warehouse.v_stores s
left join warehouse.v_operator_performance_7d p on p.shop_id = s.shop_id
group by s.shop_id, s.today;

call ops.store_view('warehouse.v_operator_activity_summary', 'Operators of a store over 7 days', $$
    active_operators      operators who acted upon a breach [count]
    top_performers        operators with an efficiency from 85 [count]
    avg_efficiency_score  mean efficiency [points 0-100]
    unattended_breaches   breaches nobody acted upon [count]
$$);
