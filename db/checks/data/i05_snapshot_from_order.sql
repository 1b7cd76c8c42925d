-- I5: the snapshot that counts says what its order says, per category
-- Gives the snapshots that do not; orders on the queue are about to be looked at. Parameter: $1 shop_id.
with compared as (
  select
    s.repair_order_id, s.snapshot_date, s.snapshot_trigger,
    array[
      s.authorized_revenue - o.net_sales, s.authorized_cost - o.authorized_cost,
      s.authorized_profit - o.authorized_profit, s.gross_sales - o.gross_sales,
      s.parts_revenue - o.authorized_parts_total, s.parts_cost - o.authorized_parts_cost,
      s.labor_revenue - o.authorized_labor_total, s.labor_cost - o.authorized_labor_cost,
      s.labor_hours - o.authorized_labor_hours,
      s.sublet_revenue - o.authorized_sublet_total, s.sublet_cost - o.authorized_sublet_cost,
      s.fees_total - o.authorized_fees_total, s.discount_total - o.authorized_discount,
      s.potential_revenue - o.potential_total, s.pending_revenue - o.pending_total,
      s.declined_revenue - o.declined_total
    ]::numeric[] as gaps
  from warehouse.ro_snapshots s
  join warehouse.repair_orders o on o.shop_id = $1 and o.id = s.repair_order_id
  where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger in ('posted', 'completed')
    and not exists (select 1 from ops.dirty_orders q where q.shop_id = $1 and q.repair_order_id = s.repair_order_id)
)
select
  format('%s snapshot of order %s on %s', c.snapshot_trigger, c.repair_order_id, c.snapshot_date) as key,
  (
    select string_agg(format('%s %s', g.name, trim_scale(g.gap)), ', ')
    from unnest(
      array['revenue', 'cost', 'profit', 'gross sales', 'parts', 'parts cost', 'labor', 'labor cost', 'hours',
        'sublets', 'sublet cost', 'fees', 'discounts', 'potential', 'pending', 'declined'],
      c.gaps
    ) as g (name, gap)
    where g.gap <> 0
  ) as fault
from compared c
where exists (select 1 from unnest(c.gaps) as g (gap) where g.gap <> 0)
