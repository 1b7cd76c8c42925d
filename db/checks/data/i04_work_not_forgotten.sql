-- I4: what is not summed yet is marked to be summed
-- Gives orders and days that lack their snapshot or row and are not on the queue: a lost mark. Parameter: $1 shop_id.
with pending as (
  select q.repair_order_id from ops.dirty_orders q where q.shop_id = $1
),
due as (
  select o.id, 'posted' as snapshot_trigger, o.posted_date as snapshot_date, o.input_hash
  from warehouse.repair_orders o
  where o.shop_id = $1 and o.status in ('POSTED', 'ACCRECV') and not o.is_deleted and o.posted_date is not null
  union all
  select o.id, 'completed', o.completed_date, o.input_hash
  from warehouse.repair_orders o
  where o.shop_id = $1 and o.status not in ('DELETED', 'SAVEDFORLATER') and not o.is_deleted
    and o.completed_date is not null
)
select
  format('order %s', d.id) as key,
  format('has no current %s snapshot of %s and is not queued', d.snapshot_trigger, d.snapshot_date) as fault
from due d
left join warehouse.ro_snapshots s
  on s.shop_id = $1 and s.repair_order_id = d.id and s.snapshot_date = d.snapshot_date
  and s.snapshot_trigger = d.snapshot_trigger and s.superseded_at is null
where s.input_hash is distinct from d.input_hash
  and d.id not in (select repair_order_id from pending)
union all
select
  format('day %s', s.snapshot_date),
  'has snapshots but no row in daily_shop_metrics, and is not queued'
from (
  select distinct snapshot_date
  from warehouse.ro_snapshots
  where shop_id = $1 and superseded_at is null and snapshot_trigger in ('posted', 'completed')
) s
where not exists (
    select 1 from warehouse.daily_shop_metrics m where m.shop_id = $1 and m.metric_date = s.snapshot_date
  )
  and not exists (
    select 1 from ops.dirty_days q where q.shop_id = $1 and q.metric_date = s.snapshot_date
  )
