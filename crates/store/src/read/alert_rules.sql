-- The rules that raise a shop's alerts, as they stand. One row a rule.
-- parameters: $1 shop, $2 now
{header}
select
  {head}, r.rule, r.description, r.unit, trim_scale(r.threshold)::text, trim_scale(r.critical)::text, r.is_enabled,
  r.is_changed, r.updated_at
from header h
left join warehouse.v_alert_rules r on r.shop_id = $1
order by r.rule
