-- I1: the newest comparison with the vendor's list left nothing missing
-- Gives the streams (and months) whose newest comparison did. Parameter: $1 shop_id.
with newest as (
  select distinct on (r.entity_type, r.month) r.*
  from warehouse.reconciliation_runs r
  where r.shop_id = $1 and r.status <> 'running'
  order by r.entity_type, r.month, r.started_at desc, r.id desc
)
select
  concat_ws(' ', n.entity_type, n.month) as key,
  format('%s: %s at the vendor, %s here, %s missing', n.status, n.expected_count, n.actual_count,
    coalesce(cardinality(n.missing_ids), 0)) as fault
from newest n
where n.status in ('mismatch', 'failed')
