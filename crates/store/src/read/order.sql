-- One order down to its lines, with its snapshots, their revisions and the bridge to the vendor's figure. One row.
-- The lists are JSON in the shape of the API: amounts in cents, hours and quantities as decimal texts.
-- parameters: $1 shop, $2 now, $3 order
{header},
  parts as (
    select p.job_id, json_agg(json_build_object(
        'line_key', p.line_key, 'name', p.name, 'part_number', p.part_number, 'manufacturer', p.manufacturer,
        'quantity', trim_scale(p.quantity)::text, 'retail_cents', p.retail, 'unit_cost_cents', p.cost,
        'total_cents', p.total, 'cost_cents', p.cost_total, 'profit_cents', p.total - p.cost_total,
        'missing_cost', p.missing_cost) order by p.line_key) as lines
    from warehouse.job_parts p
    where p.shop_id = $1 and p.repair_order_id = $3
    group by p.job_id
  ),
  -- The door gives every role the lines without their cost; the walled table adds it for those who may see it.
  labor as (
    select l.job_id, json_agg(json_build_object(
        'line_key', l.line_key, 'name', l.name, 'technician_id', l.technician_id,
        'technician_name', nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), ''),
        'hours', trim_scale(l.hours)::text, 'rate_cents', l.rate, 'total_cents', l.total,
        'cost_rate_cents', c.cost_rate, 'cost_cents', c.labor_cost, 'profit_cents', l.total - c.labor_cost,
        'rate_source', c.rate_source, 'rate_effective_on', c.rate_effective_on) order by l.line_key) as lines
    from warehouse.labor_lines($1, $3) l
    left join warehouse.job_labor c
      on c.shop_id = $1 and c.repair_order_id = $3 and c.job_id = l.job_id and c.line_key = l.line_key
    left join warehouse.employees e on e.shop_id = $1 and e.id = l.technician_id
    group by l.job_id
  ),
  sublets as (
    select s.job_key, json_agg(json_build_object(
        'line_key', s.line_key, 'name', s.name, 'vendor_name', s.vendor_name,
        'authorization_state', s.authorization_state, 'sold_on', s.sold_date,
        'total_cents', s.retail, 'cost_cents', coalesce(s.cost, 0), 'profit_cents', s.retail - coalesce(s.cost, 0))
        order by s.line_key) as lines
    from warehouse.job_sublets s
    where s.shop_id = $1 and s.repair_order_id = $3
    group by s.job_key
  ),
  fees as (
    select f.job_key, json_agg(json_build_object(
        'line_key', f.line_key, 'name', f.name, 'fee_type', f.fee_type, 'total_cents', f.total)
        order by f.line_key) as lines
    from warehouse.job_fees f
    where f.shop_id = $1 and f.repair_order_id = $3
    group by f.job_key
  ),
  discounts as (
    select d.job_key, json_agg(json_build_object(
        'line_key', d.line_key, 'name', d.name, 'total_cents', d.total) order by d.line_key) as lines
    from warehouse.job_discounts d
    where d.shop_id = $1 and d.repair_order_id = $3
    group by d.job_key
  ),
  jobs as (
    select json_agg(json_build_object(
        'id', j.id, 'name', j.name, 'category', j.job_category_name, 'authorization_state', j.authorization_state,
        'sold_on', j.sold_date, 'sold_on_estimated', j.sold_date_estimated,
        'net_sales_cents', j.job_revenue, 'cost_cents', j.job_cost, 'gross_profit_cents', j.job_profit,
        'gp_percent', case when j.job_revenue > 0 then round(100.0 * j.job_profit / j.job_revenue, 2) end,
        'parts_cents', j.parts_total, 'parts_cost_cents', j.parts_cost,
        'labor_cents', j.labor_total, 'labor_cost_cents', j.labor_cost,
        'fees_cents', j.fees_total, 'discounts_cents', j.discount_total,
        'billed_hours', trim_scale(j.labor_hours)::text, 'vendor_subtotal_cents', j.vendor_subtotal,
        'parts', coalesce(p.lines, '[]'), 'labor', coalesce(l.lines, '[]'), 'sublets', coalesce(s.lines, '[]'),
        'fees', coalesce(f.lines, '[]'), 'discounts', coalesce(d.lines, '[]'))
        order by j.sort_order, j.id) as lines
    from warehouse.jobs j
    left join parts p on p.job_id = j.id
    left join labor l on l.job_id = j.id
    left join sublets s on s.job_key = j.id
    left join fees f on f.job_key = j.id
    left join discounts d on d.job_key = j.id
    where j.shop_id = $1 and j.repair_order_id = $3 and not j.is_deleted
  ),
  revisions as (
    select r.snapshot_date, r.snapshot_trigger, json_agg(json_build_object(
        'revision', r.revision, 'replaced_at', r.created_at, 'reason', r.reason,
        'net_sales_cents', r.payload -> 'authorized_revenue', 'cost_cents', r.payload -> 'authorized_cost',
        'gross_profit_cents', r.payload -> 'authorized_profit') order by r.revision) as lines
    from warehouse.ro_snapshot_revisions r
    where r.shop_id = $1 and r.repair_order_id = $3
    group by r.snapshot_date, r.snapshot_trigger
  ),
  snapshots as (
    select json_agg(json_build_object(
        'snapshot_on', s.snapshot_date, 'trigger', s.snapshot_trigger, 'revision', s.revision,
        'calc_version', s.calc_version, 'updated_at', s.updated_at,
        'superseded_at', s.superseded_at, 'superseded_reason', s.superseded_reason,
        'net_sales_cents', s.authorized_revenue, 'cost_cents', s.authorized_cost,
        'gross_profit_cents', s.authorized_profit,
        'gp_percent', case when s.authorized_revenue > 0
          then round(100.0 * s.authorized_profit / s.authorized_revenue, 2) end,
        'gross_sales_cents', s.gross_sales, 'fees_cents', s.fees_total, 'discounts_cents', s.discount_total,
        'tax_cents', s.tax_total, 'potential_sales_cents', s.potential_revenue,
        'billed_hours', trim_scale(s.labor_hours)::text, 'rate_sources', s.rate_sources,
        'warranty_class', s.warranty_class,
        'variance', json_build_object(
          'vendor_net_sales_cents', s.vendor_net_sales, 'revenue_variance_cents', s.revenue_variance,
          'codes', coalesce(s.variance_codes, '{}'), 'bridge', s.variance_bridge,
          'vendor_gp_percent', round(s.tm_reported_gp_percent, 2),
          'variance_points', round(s.variance_percent, 2), 'reason', s.variance_reason),
        'revisions', coalesce(r.lines, '[]')) order by s.snapshot_date desc, s.snapshot_trigger desc) as lines
    from warehouse.ro_snapshots s
    left join revisions r on r.snapshot_date = s.snapshot_date and r.snapshot_trigger = s.snapshot_trigger
    where s.shop_id = $1 and s.repair_order_id = $3
  ),
  issues as (
    select json_agg(json_build_object(
        'code', i.code, 'severity', i.severity, 'details', i.details, 'first_seen_at', i.first_seen_at)
        order by i.code) as lines
    from warehouse.data_quality_issues i
    where i.shop_id = $1 and i.entity_type = 'repair_order' and i.entity_id = $3 and i.resolved_at is null
  ),
  payloads as (
    select json_agg(json_build_object(
        'fetched_at', p.fetched_at, 'endpoint', p.endpoint, 'fingerprint', encode(p.payload_hash, 'hex'))
        order by p.fetched_at desc) as lines
    from raw.payloads p
    where p.shop_id = $1 and p.entity = 'repair_order' and p.entity_id = $3
  )
select
  {head},
  o.id, o.ro_number, o.status, o.is_deleted, o.label, o.custom_label,
  o.service_advisor_id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), ''),
  o.customer_id, coalesce(c.company_name, nullif(btrim(concat_ws(' ', c.first_name, c.last_name)), '')),
  nullif(btrim(concat_ws(' ', v.year, v.make, v.model)), ''),
  o.created_date, o.updated_date, o.promised_date, o.completed_at, o.posted_at, o.posted_date, o.completed_date,
  o.gross_sales, o.net_sales, o.invoice_total, o.authorized_total, o.authorized_cost, o.authorized_profit,
  o.authorized_parts_total, o.authorized_parts_cost, o.authorized_labor_total, o.authorized_labor_cost,
  o.authorized_sublet_total, o.authorized_sublet_cost, o.authorized_fees_total, o.authorized_discount,
  o.authorized_tax, o.potential_total, o.pending_total, o.declined_total, o.amount_paid, o.balance_due,
  (o.authorized_labor_hours * 10000)::bigint,
  coalesce((select lines from jobs), '[]')::text,
  coalesce((select lines from sublets where job_key = 0), '[]')::text,
  coalesce((select lines from fees where job_key = 0), '[]')::text,
  coalesce((select lines from discounts where job_key = 0), '[]')::text,
  coalesce((select lines from snapshots), '[]')::text,
  coalesce((select lines from issues), '[]')::text,
  coalesce((select lines from payloads), '[]')::text,
  s.vendor
from header h
join warehouse.v_shop_header s on s.shop_id = $1
join warehouse.repair_orders o on o.shop_id = $1 and o.id = $3
left join warehouse.employees e on e.shop_id = $1 and e.id = o.service_advisor_id
left join warehouse.customers c on c.shop_id = $1 and c.id = o.customer_id
left join warehouse.vehicles v on v.shop_id = $1 and v.id = o.vehicle_id
