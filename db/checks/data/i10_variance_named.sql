-- I10: a difference to the vendor's own figure is split into named causes that add up to it
-- Gives the posted snapshots where it is not. Parameter: $1 shop_id. Units: cents.
with named as (
  select
    s.repair_order_id, s.snapshot_date, s.revenue_variance, s.authorized_revenue - s.vendor_net_sales as difference,
    coalesce((select sum(b.value::bigint) from jsonb_each_text(s.variance_bridge) b), 0) as causes
  from warehouse.ro_snapshots s
  where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger = 'posted' and s.vendor_net_sales is not null
)
select
  format('posted snapshot of order %s on %s', n.repair_order_id, n.snapshot_date) as key,
  format('differs by %s, says %s, causes add up to %s', n.difference, n.revenue_variance, n.causes) as fault
from named n
where n.revenue_variance is distinct from n.difference or n.causes <> n.difference
union all
select
  format('posted snapshot of order %s on %s', s.repair_order_id, s.snapshot_date),
  format('profit differs from the vendor''s by %s, named: %s', o.authorized_profit - o.vendor_profit, s.variance_reason)
from warehouse.ro_snapshots s
join warehouse.repair_orders o on o.shop_id = s.shop_id and o.id = s.repair_order_id
where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger = 'posted' and s.variance_reason is not null
  and o.authorized_profit - o.vendor_profit <> (
    select coalesce(sum(m[1]::bigint), 0) from regexp_matches(s.variance_reason, '[+-][0-9]+', 'g') m
  )
  and not exists (
    select 1 from ops.dirty_orders q where q.shop_id = s.shop_id and q.repair_order_id = s.repair_order_id
  )
