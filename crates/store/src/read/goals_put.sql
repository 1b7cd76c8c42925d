-- Sets a goal, or changes its target. One row when it was written.
-- parameters: $1 shop, $2 scope, $3 subject, $4 metric, $5 period, $6 first day, $7 target, $8 now
insert into warehouse.goals as g (shop_id, scope, subject_id, metric, period, period_start, target, created_by)
values ($1, $2, $3, $4, $5, $6, $7::text::numeric, warehouse.current_user_id())
on conflict (shop_id, scope, subject_key, metric, period, period_start) do update set
  target = excluded.target,
  updated_at = $8
returning (xmax = 0) as is_new
