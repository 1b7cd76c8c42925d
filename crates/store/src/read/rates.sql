-- What an hour of each employee costs, with the days each rate really applies. One row a rate; only owners and managers
-- get any.
-- parameters: $1 shop, $2 now, $3 employee
{header},
  rates as (
    select
      r.employee_id, r.effective_from, r.effective_to, p.effective_to as applies_to, r.hourly_cost, r.source, r.note
    from warehouse.employee_cost_rates r
    join warehouse.employee_cost_rate_periods p
      on p.shop_id = $1 and p.employee_id = r.employee_id and p.effective_from = r.effective_from
    where r.shop_id = $1 and ($3::bigint is null or r.employee_id = $3)
  )
select
  {head}, r.employee_id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), ''), r.effective_from,
  r.effective_to, r.applies_to, r.hourly_cost, r.source, r.note
from header h
left join rates r on true
left join warehouse.employees e on e.shop_id = $1 and e.id = r.employee_id
order by r.employee_id, r.effective_from
