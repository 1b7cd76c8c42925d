-- I3: no cursor is ahead of the data it stands for
-- Gives the streams whose mark lies beyond the newest record that was loaded or rejected. Parameter: $1 shop_id.
-- A record has a time of change, or one of creation where it never changed. Rejects keep no time: a stream with any is
-- left out; so are employees, whose list is read whole each time.
with newest (entity_type, at) as (
  select 'repair_orders', max(greatest(o.updated_date, o.tm_updated_at, o.created_date, o.deleted_at))
  from warehouse.repair_orders o where o.shop_id = $1
  union all
  select 'customers', max(greatest(c.tm_updated_at, c.tm_created_at))
  from warehouse.customers c where c.shop_id = $1
  union all
  select 'vehicles', max(greatest(v.tm_updated_at, v.tm_created_at))
  from warehouse.vehicles v where v.shop_id = $1
)
select
  c.entity_type as key,
  format('stands at %s, the newest record is of %s', c.last_tm_updated, coalesce(n.at::text, 'no time')) as fault
from warehouse.sync_cursors c
join newest n on n.entity_type = c.entity_type
where c.shop_id = $1
  and c.last_tm_updated > coalesce(n.at, '-infinity')
  and not exists (
    select 1 from ops.rejects r where r.shop_id = $1 and r.stream = c.entity_type
  )
