-- Takes a rate back, and asks for the sync that applies it, unless one waits already. One row when there was such a rate.
-- parameters: $1 shop, $2 employee, $3 first day, $4 task
with
  gone as (
    delete from warehouse.employee_cost_rates
    where shop_id = $1 and employee_id = $2 and effective_from = $3
    returning 1
  ),
  asked as (
    insert into ops.tasks (shop_id, task_id, kind, arguments, requested_by)
    select $1, $4, 'sync_run', '{"reason": "rate_change"}', warehouse.current_user_id()
    where exists (select from gone) and not exists (
      select from ops.tasks t where t.shop_id = $1 and t.kind = 'sync_run' and t.status = 'queued')
    returning 1
  )
select (select count(*) from asked) from gone
