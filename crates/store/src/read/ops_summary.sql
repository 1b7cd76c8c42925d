-- How every shop of the caller stands: freshness, runs, rejects, issues, completeness. One row a shop.
-- parameters: $1 now
with
  header as (
    select v.shop_id, v.name, v.timezone, v.currency, warehouse.shop_day($1, v.timezone) as today, v.as_of,
      v.week_days
    from warehouse.v_shop_header v
  )
select
  {head},
  (select max(m.metric_date) from warehouse.daily_shop_metrics m where m.shop_id = h.shop_id) as newest_day,
  (select count(*) from warehouse.sync_log l
    where l.shop_id = h.shop_id and l.status = 'failed' and l.started_at > $1 - interval '24 hours') as failed_runs,
  (select count(*) from warehouse.sync_log l where l.shop_id = h.shop_id and l.status = 'running') as running_runs,
  (select count(*) from ops.rejects r where r.shop_id = h.shop_id and r.closed_at is null) as open_rejects,
  (select count(*) from warehouse.data_quality_issues i
    where i.shop_id = h.shop_id and i.resolved_at is null) as open_issues,
  (select count(*) from warehouse.data_quality_issues i
    where i.shop_id = h.shop_id and i.resolved_at is null and i.severity in ('error', 'critical')) as serious_issues,
  (select count(*) from warehouse.alerts a
    where a.shop_id = h.shop_id and a.resolved_at is null and a.acknowledged_at is null) as open_alerts,
  r.status, r.completed_at
from header h
left join lateral (
  select r.status, r.completed_at
  from warehouse.reconciliation_runs r
  where r.shop_id = h.shop_id
  order by r.id desc
  limit 1
) r on true
order by h.shop_id
