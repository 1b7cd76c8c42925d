-- The rules that raise alerts, as they stand for each shop: its own beginnings where it has set some, else ours (D.14).
-- Grain: one shop and rule. Sources: shops, alert_rules. Key: (shop_id, rule). Read live, nothing stored.

create or replace view warehouse.v_alert_rules with (security_invoker = true) as
select
    s.shop_id,
    d.rule,
    coalesce(r.threshold, d.threshold) as threshold,
    case when r.shop_id is null then d.critical else r.critical end as critical,
    coalesce(r.is_enabled, true) as is_enabled,
    r.shop_id is not null as is_changed,
    d.unit,
    d.description,
    r.updated_at
from warehouse.shops s
cross join (values
    ('gp_low', 50::numeric, 45::numeric, 'percent 0-100', 'Gross profit of a day in percent of sales lies below it'),
    ('gp_falling', 0.1, null, 'points per day', 'Gross profit in percent falls faster, by a line through the last 14 days with data'),
    ('gp_week_drop', 2, null, 'points', 'Gross profit in percent of the last whole week lies further below the week before'),
    ('gp_week_rise', 2, null, 'points', 'Gross profit in percent of the last whole week lies further above the week before'),
    ('gp_under_goal', 0, null, 'points', 'Gross profit in percent of the month so far lies further below the goal of the month'),
    ('zero_cost_parts', 1, null, 'count', 'So many part lines of the orders posted on a day have a price and no cost'),
    ('promised_late', 1, 10, 'count', 'So many vehicles in work are past the time they were promised for'),
    ('sync_stale', 1, 24, 'hours', 'The shop''s orders were last read to their end so long ago'),
    ('issue_burst', 20, 100, 'count', 'So many data-quality issues appeared within 24 hours')
) as d (rule, threshold, critical, unit, description)
left join warehouse.alert_rules r on r.shop_id = s.shop_id and r.rule = d.rule;

alter view warehouse.v_alert_rules owner to pitwall_owner;

grant select on warehouse.v_alert_rules to authenticated, pitwall_sync, pitwall_ops;

call ops.describe('warehouse.v_alert_rules', 'The rules that raise alerts, as they stand for each shop', $$
    shop_id      shop [id]
    rule         name of the rule [code]
    threshold    where the rule begins [unit of the rule]
    critical     where it becomes critical, null for never [unit of the rule]
    is_enabled   whether the rule is looked at [flag]
    is_changed   whether the shop has set it [flag]
    unit         unit of threshold and critical [text]
    description  what the rule finds, one sentence [text]
    updated_at   when the shop last set it, null where it has not [UTC]
$$);
