-- Data-quality issues that follow from an order's figures: raised, kept, and resolved when they have gone.
-- grain: (shop, order, code) · sources: repair_orders after order_sums.sql, job_labor, jobs
-- run: for the orders in ops.dirty_orders · parameters: $1 shop_id, $2 order ids, $3 now
-- decisions: D.15; an order that is gone at the vendor has no issues
with
  paid_shop as (
    select exists (
      select 1 from warehouse.employee_cost_rates r where r.shop_id = $1
    ) as has_rates
  ),
  orders as (
    select o.*, l.without_technician, l.without_rate, j.mismatched_jobs
    from unnest($2::bigint[]) as k (id)
    join warehouse.repair_orders o on o.shop_id = $1 and o.id = k.id
    cross join lateral (
      select
        count(*) filter (where l.technician_id is null) as without_technician,
        count(*) filter (where l.technician_id is not null and l.rate_source not in ('assigned', 'stated')) as without_rate
      from warehouse.job_labor l
      where l.shop_id = $1 and l.repair_order_id = k.id and l.authorized
    ) l
    cross join lateral (
      select count(*) as mismatched_jobs
      from warehouse.jobs j
      where j.shop_id = $1 and j.repair_order_id = k.id and not j.is_deleted
        and j.vendor_subtotal is not null and j.vendor_subtotal <> j.job_revenue
    ) j
    where not o.is_deleted
  ),
  found as (
    select o.id as repair_order_id, c.code, c.severity, c.details
    from orders o
    cross join paid_shop p
    cross join lateral (values
      ('missing_tech', 'warning', o.without_technician > 0,
        jsonb_build_object('labor_lines', o.without_technician)),
      ('missing_rate', 'info', o.without_rate > 0 and p.has_rates,
        jsonb_build_object('labor_lines', o.without_rate)),
      ('missing_cost', 'warning', o.missing_cost_count > 0,
        jsonb_build_object('part_lines', o.missing_cost_count)),
      (case when o.net_sales <= 0 then 'negative_profit_possible_warranty' else 'negative_profit' end,
        'warning', o.authorized_profit < 0 and o.status in ('POSTED', 'ACCRECV'),
        jsonb_build_object('profit_cents', o.authorized_profit)),
      ('vendor_sum_mismatch', 'error',
        o.mismatched_jobs > 0
          or (o.status in ('POSTED', 'ACCRECV')
            and o.net_sales <> o.vendor_total_sales - coalesce(o.vendor_taxes, 0)),
        jsonb_build_object(
          'revenue_variance_cents', o.net_sales - (o.vendor_total_sales - coalesce(o.vendor_taxes, 0)),
          'jobs', o.mismatched_jobs
        ))
    ) as c (code, severity, applies, details)
    where c.applies
  ),
  -- What is on record for these orders, looked up by whole keys: the cost is theirs, whatever the shop has on record.
  held as materialized (
    select i.*
    from unnest($2::bigint[]) as k (id)
    cross join lateral (
      select i.ctid as place, i.entity_id as repair_order_id, i.code, i.details, i.resolved_at
      from warehouse.data_quality_issues i
      where i.shop_id = $1 and i.entity_type = 'repair_order' and i.entity_id = k.id
        and i.code in ('missing_tech', 'missing_rate', 'missing_cost', 'negative_profit',
          'negative_profit_possible_warranty', 'vendor_sum_mismatch')
      offset 0
    ) i
  ),
  gone as materialized (
    select h.place
    from held h
    -- Not "not exists": a set that is not correlated is hashed.
    where h.resolved_at is null
      and (h.repair_order_id, h.code) not in (select f.repair_order_id, f.code from found f)
  ),
  resolved as (
    update warehouse.data_quality_issues i
    set resolved_at = $3
    from gone g
    where i.shop_id = $1 and i.ctid = g.place
  )
insert into warehouse.data_quality_issues
  (shop_id, entity_type, entity_id, code, severity, details, first_seen_at, last_seen_at)
select $1, 'repair_order', f.repair_order_id, f.code, f.severity, f.details, $3, $3
from found f
left join held h on h.repair_order_id = f.repair_order_id and h.code = f.code
where h.code is null or h.resolved_at is not null or h.details is distinct from f.details
on conflict (shop_id, entity_type, entity_id, code) do update set
  severity = excluded.severity,
  details = excluded.details,
  last_seen_at = excluded.last_seen_at,
  resolved_at = null
