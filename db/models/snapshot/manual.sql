-- A manual snapshot: one order's profit as it stands today, kept on request. It adds no money to any day.
-- grain: (shop, order, day, 'manual') · source: repair_orders after order_sums.sql · units: cents, hours
-- run: on request; the same figures again write nothing, others revise the row of the day
-- parameters: $1 shop_id, $2 order id, $3 day, $4 now · decisions: D.9 triggers
with
  figures as (
    select o.*
    from warehouse.repair_orders o
    where o.shop_id = $1 and o.id = $2 and not o.is_deleted
  ),
  held as (
    select s.*
    from warehouse.ro_snapshots s
    where s.shop_id = $1 and s.repair_order_id = $2 and s.snapshot_date = $3 and s.snapshot_trigger = 'manual'
  ),
  kept_revision as (
    insert into warehouse.ro_snapshot_revisions
      (shop_id, repair_order_id, snapshot_date, snapshot_trigger, revision, payload, input_hash, reason, created_at)
    select
      h.shop_id, h.repair_order_id, h.snapshot_date, h.snapshot_trigger, h.revision, to_jsonb(h), h.input_hash, 'manual', $4
    from held h
    join figures f on f.id = h.repair_order_id
    where h.input_hash is distinct from f.input_hash
    on conflict (shop_id, repair_order_id, snapshot_date, snapshot_trigger, revision) do nothing
  ),
  written as (
    insert into warehouse.ro_snapshots (
      shop_id, repair_order_id, snapshot_date, snapshot_trigger, ro_status, ro_number, service_advisor_id,
      vehicle_description, advisor_name,
      authorized_revenue, authorized_cost, authorized_profit, authorized_job_count,
      parts_revenue, parts_cost, labor_revenue, labor_cost, labor_hours, sublet_revenue, sublet_cost,
      fees_total, tax_total, gross_sales, discount_total, invoice_total,
      potential_revenue, potential_job_count, pending_revenue, pending_job_count, declined_revenue, declined_job_count,
      labor_line_count, labor_lines_assigned, labor_lines_shop_avg, labor_lines_default, missing_cost_count,
      calculation_method, calc_version, input_hash, revision, created_at, updated_at
    )
    select
      f.shop_id, f.id, $3, 'manual', f.status, f.ro_number, f.service_advisor_id,
      nullif(concat_ws(' ', v.year, v.make, v.model), ''), nullif(concat_ws(' ', e.first_name, e.last_name), ''),
      f.net_sales, f.authorized_cost, f.authorized_profit, f.authorized_job_count,
      f.authorized_parts_total, f.authorized_parts_cost, f.authorized_labor_total, f.authorized_labor_cost,
      f.authorized_labor_hours, f.authorized_sublet_total, f.authorized_sublet_cost,
      f.authorized_fees_total, coalesce(f.vendor_taxes, 0), f.gross_sales, f.authorized_discount, f.invoice_total,
      f.potential_total, f.potential_job_count, f.pending_total, f.pending_job_count, f.declined_total,
      f.declined_job_count,
      f.labor_lines_assigned + f.labor_lines_shop_avg + f.labor_lines_default,
      f.labor_lines_assigned, f.labor_lines_shop_avg, f.labor_lines_default, f.missing_cost_count,
      'TRUE_GP', f.calc_version, f.input_hash, 1, $4, $4
    from figures f
    left join warehouse.vehicles v on v.shop_id = f.shop_id and v.id = f.vehicle_id
    left join warehouse.employee_records e on e.shop_id = f.shop_id and e.id = f.service_advisor_id
    on conflict (shop_id, repair_order_id, snapshot_date, snapshot_trigger) do update set
      ro_status = excluded.ro_status,
      service_advisor_id = excluded.service_advisor_id,
      vehicle_description = excluded.vehicle_description,
      advisor_name = excluded.advisor_name,
      authorized_revenue = excluded.authorized_revenue,
      authorized_cost = excluded.authorized_cost,
      authorized_profit = excluded.authorized_profit,
      authorized_job_count = excluded.authorized_job_count,
      parts_revenue = excluded.parts_revenue,
      parts_cost = excluded.parts_cost,
      labor_revenue = excluded.labor_revenue,
      labor_cost = excluded.labor_cost,
      labor_hours = excluded.labor_hours,
      sublet_revenue = excluded.sublet_revenue,
      sublet_cost = excluded.sublet_cost,
      fees_total = excluded.fees_total,
      tax_total = excluded.tax_total,
      gross_sales = excluded.gross_sales,
      discount_total = excluded.discount_total,
      invoice_total = excluded.invoice_total,
      potential_revenue = excluded.potential_revenue,
      potential_job_count = excluded.potential_job_count,
      pending_revenue = excluded.pending_revenue,
      pending_job_count = excluded.pending_job_count,
      declined_revenue = excluded.declined_revenue,
      declined_job_count = excluded.declined_job_count,
      labor_line_count = excluded.labor_line_count,
      labor_lines_assigned = excluded.labor_lines_assigned,
      labor_lines_shop_avg = excluded.labor_lines_shop_avg,
      labor_lines_default = excluded.labor_lines_default,
      missing_cost_count = excluded.missing_cost_count,
      calc_version = excluded.calc_version,
      input_hash = excluded.input_hash,
      revision = ro_snapshots.revision + 1,
      updated_at = excluded.updated_at
    where ro_snapshots.input_hash is distinct from excluded.input_hash
    returning revision
  )
select
  (select count(*) from figures) as orders,
  (select revision from written) as revision,
  (select authorized_revenue from warehouse.repair_orders where shop_id = $1 and id = $2) as revenue,
  (select authorized_profit from warehouse.repair_orders where shop_id = $1 and id = $2) as profit
