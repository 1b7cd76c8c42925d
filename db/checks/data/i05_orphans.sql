-- I5: no row stands without what it belongs to
-- Gives lines, jobs and snapshots without their order or job. Parameter: $1 shop_id.
with children as (
  select 'part' as kind, line_key, repair_order_id, job_id from warehouse.job_parts where shop_id = $1
  union all
  select 'labor', line_key, repair_order_id, job_id from warehouse.job_labor where shop_id = $1
  union all
  select 'sublet', line_key, repair_order_id, job_id from warehouse.job_sublets where shop_id = $1
  union all
  select 'fee', line_key, repair_order_id, job_id from warehouse.job_fees where shop_id = $1
  union all
  select 'discount', line_key, repair_order_id, job_id from warehouse.job_discounts where shop_id = $1
)
select
  format('order %s job %s %s %s', c.repair_order_id, coalesce(c.job_id, 0), c.kind, c.line_key) as key,
  case when o.id is null then 'no such order' else 'no such job on this order' end as fault
from children c
left join warehouse.repair_orders o on o.shop_id = $1 and o.id = c.repair_order_id
left join warehouse.jobs j on j.shop_id = $1 and j.id = c.job_id and j.repair_order_id = c.repair_order_id
where o.id is null or (c.job_id is not null and j.id is null)
union all
select format('job %s', j.id), format('no order %s', j.repair_order_id)
from warehouse.jobs j
where j.shop_id = $1
  and not exists (
    select 1 from warehouse.repair_orders o where o.shop_id = $1 and o.id = j.repair_order_id
  )
union all
select format('snapshot of order %s on %s', s.repair_order_id, s.snapshot_date), 'no such order'
from warehouse.ro_snapshots s
where s.shop_id = $1
  and not exists (
    select 1 from warehouse.repair_orders o where o.shop_id = $1 and o.id = s.repair_order_id
  )
