-- What a shop and its people aim at, newest period first. One row a goal.
-- parameters: $1 shop, $2 now, $3 first day, $4 last day of the periods' beginnings, $5 scope
{header}
select
  {head}, g.scope, g.subject_id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), ''), g.metric, g.period,
  g.period_start, trim_scale(g.target)::text, g.updated_at
from header h
left join warehouse.goals g
  on g.shop_id = $1 and g.period_start between $3 and $4 and ($5::text is null or g.scope = $5)
left join warehouse.employees e on e.shop_id = $1 and e.id = g.subject_id
order by g.period_start desc, g.period, g.scope, g.subject_id, g.metric
