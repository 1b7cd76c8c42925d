-- I7: an order counts on one day, its posted date, and a completed snapshot adds no money
-- Gives orders that count twice or on a wrong day, and days with money but no posted order. Parameter: $1 shop_id.
-- Orders and days on the queue are about to be looked at.
with counting as (
  select s.repair_order_id, s.snapshot_date
  from warehouse.ro_snapshots s
  where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger = 'posted'
    and not exists (select 1 from ops.dirty_orders q where q.shop_id = $1 and q.repair_order_id = s.repair_order_id)
)
select
  format('order %s', c.repair_order_id) as key,
  format('counts on %s days: %s', count(*), string_agg(c.snapshot_date::text, ', ' order by c.snapshot_date)) as fault
from counting c
group by c.repair_order_id
having count(*) > 1
union all
select
  format('order %s', c.repair_order_id),
  format('counts on %s, was posted on %s with status %s', c.snapshot_date, coalesce(o.posted_date::text, 'no day'), o.status)
from counting c
join warehouse.repair_orders o on o.shop_id = $1 and o.id = c.repair_order_id
where c.snapshot_date is distinct from o.posted_date
  or o.status not in ('POSTED', 'ACCRECV')
  or o.is_deleted
union all
select
  format('day %s', m.metric_date),
  format('has %s cents and no posted order', m.authorized_revenue)
from warehouse.daily_shop_metrics m
where m.shop_id = $1 and m.ro_count = 0
  and (m.authorized_revenue, m.authorized_cost, m.parts_revenue, m.labor_revenue, m.potential_revenue)
    is distinct from (0::bigint, 0::bigint, 0::bigint, 0::bigint, 0::bigint)
