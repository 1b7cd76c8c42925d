-- What rules found, newest first. One row an alert.
-- parameters: $1 shop, $2 now, $3 only open ones, $4 severity, $5 the last alert seen, $6 rows at most
{header},
  page as (
    select a.*
    from warehouse.alerts a
    where a.shop_id = $1
      and (not $3 or (a.resolved_at is null and a.acknowledged_at is null))
      and ($4::text is null or a.severity = $4)
      and a.alert_id < $5::bigint
    order by a.alert_id desc
    limit $6::bigint
  )
select
  {head}, a.alert_id, a.rule, a.severity, a.metric, a.metric_date, a.subject_id, trim_scale(a.value)::text,
  trim_scale(a.threshold)::text, a.message, a.details, a.fired_at, a.read_at, a.acknowledged_at, a.resolved_at
from header h
left join page a on true
order by a.alert_id desc
