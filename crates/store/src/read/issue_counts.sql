-- Open issues by code, most frequent first, and what is behind the figures they touch. One row a code.
-- parameters: $1 shop, $2 now
{header},
  counted as (
    select i.entity_type, i.code, i.severity, count(*) as issue_count, min(i.first_seen_at) as oldest_at
    from warehouse.data_quality_issues i
    where i.shop_id = $1 and i.resolved_at is null
    group by i.entity_type, i.code, i.severity
  )
select {head}, c.entity_type, c.code, c.severity, c.issue_count, c.oldest_at
from header h
left join counted c on true
order by c.issue_count desc, c.code, c.severity
