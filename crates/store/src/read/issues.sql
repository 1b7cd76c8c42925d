-- What is odd about the shop's data, newest record first. One row an issue.
-- parameters: $1 shop, $2 now, $3 only open ones, $4 code, $5 severity, $6 $7 $8 the last issue seen, $9 rows at most
{header},
  page as (
    select i.*
    from warehouse.data_quality_issues i
    where i.shop_id = $1
      and (not $3 or i.resolved_at is null)
      and ($4::text is null or i.code = $4)
      and ($5::text is null or i.severity = $5)
      and (i.entity_type, i.entity_id, i.code) < ($6::text collate "C", $7::bigint, $8::text collate "C")
    order by i.entity_type desc, i.entity_id desc, i.code desc
    limit $9::bigint
  )
select
  {head}, i.entity_type, i.entity_id, i.code, i.severity, i.details, i.first_seen_at, i.last_seen_at, i.resolved_at,
  o.ro_number
from header h
left join page i on true
left join warehouse.repair_orders o on o.shop_id = $1 and i.entity_type = 'repair_order' and o.id = i.entity_id
order by i.entity_type desc, i.entity_id desc, i.code desc
