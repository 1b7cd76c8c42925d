-- Data-quality issues that follow from an order's figures: raised, kept, and resolved when they have gone.
-- grain: (shop, order, code) · sources: repair_orders after order_sums.sql, job_labor, jobs
-- run: for the orders in ops.dirty_orders · parameters: $1 shop_id, $2 order ids, $3 now
-- decisions: D.15; an order that is gone at the vendor has no issues
with
  orders as (
    select o.*
    from warehouse.repair_orders o
    where o.shop_id = $1 and o.id = any($2) and not o.is_deleted
  ),
  unassigned as (
    select
      l.repair_order_id,
      count(*) filter (where l.technician_id is null) as without_technician,
      count(*) filter (where l.technician_id is not null and l.rate_source <> 'assigned') as without_rate
    from warehouse.job_labor l
    where l.shop_id = $1 and l.repair_order_id = any($2) and l.authorized
    group by l.repair_order_id
  ),
  mismatched as (
    select j.repair_order_id, count(*) as jobs
    from warehouse.jobs j
    where j.shop_id = $1 and j.repair_order_id = any($2) and not j.is_deleted
      and j.vendor_subtotal is not null and j.vendor_subtotal <> j.job_revenue
    group by j.repair_order_id
  ),
  paid_shop as (
    select exists (
      select 1 from warehouse.employee_cost_rates r where r.shop_id = $1
    ) as has_rates
  ),
  found as (
    select u.repair_order_id, 'missing_tech' as code, 'warning' as severity,
      jsonb_build_object('labor_lines', u.without_technician) as details
    from unassigned u join orders o on o.id = u.repair_order_id
    where u.without_technician > 0
    union all
    select u.repair_order_id, 'missing_rate', 'info', jsonb_build_object('labor_lines', u.without_rate)
    from unassigned u join orders o on o.id = u.repair_order_id
    cross join paid_shop p
    where u.without_rate > 0 and p.has_rates
    union all
    select o.id, 'missing_cost', 'warning', jsonb_build_object('part_lines', o.missing_cost_count)
    from orders o
    where o.missing_cost_count > 0
    union all
    select o.id,
      case when o.net_sales <= 0 then 'negative_profit_possible_warranty' else 'negative_profit' end,
      'warning', jsonb_build_object('profit_cents', o.authorized_profit)
    from orders o
    where o.authorized_profit < 0 and o.status in ('POSTED', 'ACCRECV')
    union all
    select o.id, 'vendor_sum_mismatch', 'error',
      jsonb_build_object(
        'revenue_variance_cents', o.net_sales - (o.vendor_total_sales - coalesce(o.vendor_taxes, 0)),
        'jobs', coalesce(m.jobs, 0)
      )
    from orders o
    left join mismatched m on m.repair_order_id = o.id
    where coalesce(m.jobs, 0) > 0
      or (o.status in ('POSTED', 'ACCRECV')
        and o.net_sales <> o.vendor_total_sales - coalesce(o.vendor_taxes, 0))
  ),
  resolved as (
    update warehouse.data_quality_issues i
    set resolved_at = $3
    where i.shop_id = $1 and i.entity_type = 'repair_order' and i.entity_id = any($2) and i.resolved_at is null
      and i.code in ('missing_tech', 'missing_rate', 'missing_cost', 'negative_profit',
        'negative_profit_possible_warranty', 'vendor_sum_mismatch')
      and not exists (select 1 from found f where f.repair_order_id = i.entity_id and f.code = i.code)
  )
insert into warehouse.data_quality_issues
  (shop_id, entity_type, entity_id, code, severity, details, first_seen_at, last_seen_at)
select $1, 'repair_order', f.repair_order_id, f.code, f.severity, f.details, $3, $3
from found f
left join warehouse.data_quality_issues i
  on i.shop_id = $1 and i.entity_type = 'repair_order' and i.entity_id = f.repair_order_id and i.code = f.code
where i.shop_id is null or i.resolved_at is not null or i.details is distinct from f.details
on conflict (shop_id, entity_type, entity_id, code) do update set
  severity = excluded.severity,
  details = excluded.details,
  last_seen_at = excluded.last_seen_at,
  resolved_at = null
