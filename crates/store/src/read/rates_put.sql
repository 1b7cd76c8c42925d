-- Enters rates, or corrects those that begin on the same day; equal ones are left alone. One row: how many were written,
-- and the task that applies them. What they restate follows from the difference to ops.applied_cost_rates, which a sync
-- looks for; one that waits already serves.
-- parameters: $1 shop, $2 employees, $3 first days, $4 last days, $5 cents an hour, $6 source, $7 notes, $8 task
with
  given as (
    select *
    from unnest($2::bigint[], $3::date[], $4::date[], $5::bigint[], $7::text[])
      as g (employee_id, effective_from, effective_to, hourly_cost, note)
  ),
  changed as (
    select g.*
    from given g
    left join warehouse.employee_cost_rates r
      on r.shop_id = $1 and r.employee_id = g.employee_id and r.effective_from = g.effective_from
    where r.shop_id is null
      or (r.effective_to, r.hourly_cost, r.note) is distinct from (g.effective_to, g.hourly_cost, g.note)
  ),
  written as (
    insert into warehouse.employee_cost_rates
      (shop_id, employee_id, effective_from, effective_to, hourly_cost, source, note)
    select $1, c.employee_id, c.effective_from, c.effective_to, c.hourly_cost, $6, c.note
    from changed c
    on conflict (shop_id, employee_id, effective_from) do update set
      effective_to = excluded.effective_to,
      hourly_cost = excluded.hourly_cost,
      source = excluded.source,
      note = excluded.note
    returning 1
  ),
  waiting as (
    select t.task_id
    from ops.tasks t
    where t.shop_id = $1 and t.kind = 'sync_run' and t.status = 'queued'
    order by t.requested_at
    limit 1
  ),
  asked as (
    insert into ops.tasks (shop_id, task_id, kind, arguments, requested_by)
    select $1, $8, 'sync_run', '{"reason": "rate_change"}', warehouse.current_user_id()
    where exists (select from written) and not exists (select from waiting)
    returning task_id
  )
select
  (select count(*) from written),
  case when exists (select from written)
    then coalesce((select task_id from waiting), (select task_id from asked)) end
