-- Sets a rule for a shop. One row when it was written.
-- parameters: $1 shop, $2 rule, $3 threshold, $4 critical, $5 whether it is looked at, $6 now
insert into warehouse.alert_rules (shop_id, rule, threshold, critical, is_enabled, updated_by)
values ($1, $2, $3::text::numeric, $4::text::numeric, $5, warehouse.current_user_id())
on conflict (shop_id, rule) do update set
  threshold = excluded.threshold,
  critical = excluded.critical,
  is_enabled = excluded.is_enabled,
  updated_by = excluded.updated_by,
  updated_at = $6
returning rule
