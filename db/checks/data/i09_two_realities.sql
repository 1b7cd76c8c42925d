-- I9: potential is authorized plus pending plus declined, and lines that nothing opened yet
-- Gives orders, snapshots and days where it is not. Parameter: $1 shop_id. Units: cents.
-- Order-level fees and discounts that no authorized job and no posting has opened are potential only (contract 11).
with
  order_lines as (
    select repair_order_id, sum(amount) as amount
    from (
      select repair_order_id, total as amount from warehouse.job_fees where shop_id = $1 and job_id is null
      union all
      select repair_order_id, -total from warehouse.job_discounts where shop_id = $1 and job_id is null
    ) l
    group by repair_order_id
  ),
  unopened as (
    select
      o.id,
      case when o.authorized_job_count > 0 or o.status in ('POSTED', 'ACCRECV') then 0
        else coalesce(l.amount, 0) end as amount
    from warehouse.repair_orders o
    left join order_lines l on l.repair_order_id = o.id
    where o.shop_id = $1
  )
select
  format('order %s', o.id) as key,
  format('potential %s, parts of it %s', o.potential_total,
    o.net_sales + o.pending_total + o.declined_total + u.amount) as fault
from warehouse.repair_orders o
join unopened u on u.id = o.id
where o.shop_id = $1
  and o.potential_total <> o.net_sales + o.pending_total + o.declined_total + u.amount
  and not exists (select 1 from ops.dirty_orders q where q.shop_id = $1 and q.repair_order_id = o.id)
union all
select
  format('posted snapshot of order %s on %s', s.repair_order_id, s.snapshot_date),
  format('potential %s, parts of it %s', s.potential_revenue,
    s.authorized_revenue + s.pending_revenue + s.declined_revenue)
from warehouse.ro_snapshots s
where s.shop_id = $1 and s.superseded_at is null and s.snapshot_trigger = 'posted'
  and s.potential_revenue <> s.authorized_revenue + s.pending_revenue + s.declined_revenue
union all
select
  format('day %s', m.metric_date),
  format('potential %s, parts of it %s', m.potential_revenue,
    m.authorized_revenue + m.pending_revenue + m.declined_revenue)
from warehouse.daily_shop_metrics m
where m.shop_id = $1
  and m.potential_revenue <> m.authorized_revenue + m.pending_revenue + m.declined_revenue
