-- Enters rates, or corrects those that begin on the same day; equal ones are left alone. One row: how many were written.
-- What they restate follows from the difference to ops.applied_cost_rates, which the pipeline looks for.
-- parameters: $1 shop, $2 employees, $3 first days, $4 last days, $5 cents an hour, $6 source, $7 notes
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
  )
select count(*) from written
