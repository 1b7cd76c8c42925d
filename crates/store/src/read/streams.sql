-- How far each stream of a shop is, and how its last run went. One row a stream.
-- parameters: $1 shop, $2 now
{header},
  last_runs as (
    select distinct on (l.entity_type) l.*
    from warehouse.sync_log l
    where l.shop_id = $1 and l.entity_type is not null
    order by l.entity_type, l.started_at desc, l.id desc
  ),
  streams as (
    select coalesce(c.entity_type, l.entity_type) as stream, c.last_synced_at, c.last_tm_updated,
      l.status, l.sync_type, l.started_at, l.completed_at, l.duration_ms,
      l.records_fetched, l.records_created, l.records_updated, l.records_skipped, l.error_count
    from (
      select * from warehouse.sync_cursors
      -- Our own notes stand beside the streams' cursors; no vendor is read for them.
      where shop_id = $1 and entity_type not in ('settings', 'nightly_rebuild')
    ) c
    full join last_runs l on l.entity_type = c.entity_type
  )
select
  {head}, s.stream, s.last_synced_at, s.last_tm_updated, s.status, s.sync_type, s.started_at, s.completed_at,
  s.duration_ms, s.records_fetched, s.records_created, s.records_updated, s.records_skipped, s.error_count
from header h
left join streams s on true
order by s.stream
