-- Gross profit of a repair order, from its jobs and order-level lines: THE formula.
-- grain: one repair order · sources: jobs, job_sublets, job_fees, job_discounts, repair_orders (vendor's tax)
-- key: (shop_id, id) · units: cents, hours · run: for the orders in ops.dirty_orders, in the transaction that drains them
-- parameters: $1 shop_id, $2 order ids
-- decisions: D.4 of the rules; contract 11 (what potential holds), 12 (sublets), 13 (fees, discount, balance)
-- Every order is looked up by its key, so that the cost follows the orders given and one plan serves any number.
with
  -- Order-level fees and discounts count once a job is authorized, or the order is posted whatever it holds.
  parts_of_sum as (
    select
      o.id,
      coalesce(o.vendor_taxes, 0) as taxes,
      coalesce(o.vendor_total_sales, 0) - o.amount_paid as balance_due,
      j.authorized_jobs > 0 or o.status in ('POSTED', 'ACCRECV') as opens_order_lines,
      j.*,
      s.all_sublets,
      s.sublets,
      s.sublet_cost,
      s.pending as sublets_pending,
      s.declined as sublets_declined,
      f.total as order_fees,
      d.total as order_discount
    from unnest($2::bigint[]) as k (id)
    join warehouse.repair_orders o on o.shop_id = $1 and o.id = k.id
    cross join lateral (
      select
        count(*)::int as potential_jobs,
        (count(*) filter (where j.authorization_state = 'AUTHORIZED'))::int as authorized_jobs,
        (count(*) filter (where j.authorization_state = 'PENDING'))::int as pending_jobs,
        (count(*) filter (where j.authorization_state = 'DECLINED'))::int as declined_jobs,
        coalesce(sum(j.parts_total), 0)::bigint as all_parts,
        coalesce(sum(j.labor_total), 0)::bigint as all_labor,
        coalesce(sum(j.fees_total), 0)::bigint as all_job_fees,
        coalesce(sum(j.discount_total), 0)::bigint as all_job_discount,
        coalesce(sum(j.parts_total) filter (where j.authorization_state = 'AUTHORIZED'), 0)::bigint as parts,
        coalesce(sum(j.parts_cost) filter (where j.authorization_state = 'AUTHORIZED'), 0)::bigint as parts_cost,
        coalesce(sum(j.labor_total) filter (where j.authorization_state = 'AUTHORIZED'), 0)::bigint as labor,
        coalesce(sum(j.labor_cost) filter (where j.authorization_state = 'AUTHORIZED'), 0)::bigint as labor_cost,
        coalesce(sum(j.labor_hours) filter (where j.authorization_state = 'AUTHORIZED'), 0) as hours,
        coalesce(sum(j.fees_total) filter (where j.authorization_state = 'AUTHORIZED'), 0)::bigint as job_fees,
        coalesce(sum(j.discount_total) filter (where j.authorization_state = 'AUTHORIZED'), 0)::bigint as job_discount,
        coalesce(sum(j.job_revenue) filter (where j.authorization_state = 'AUTHORIZED'), 0)::bigint as job_revenue,
        coalesce(sum(j.job_revenue) filter (where j.authorization_state = 'PENDING'), 0)::bigint as jobs_pending,
        coalesce(sum(j.job_revenue) filter (where j.authorization_state = 'DECLINED'), 0)::bigint as jobs_declined,
        coalesce(sum(j.labor_lines_assigned) filter (where j.authorization_state = 'AUTHORIZED'), 0)::int as lines_assigned,
        coalesce(sum(j.labor_lines_shop_avg) filter (where j.authorization_state = 'AUTHORIZED'), 0)::int as lines_shop_avg,
        coalesce(sum(j.labor_lines_default) filter (where j.authorization_state = 'AUTHORIZED'), 0)::int as lines_default,
        coalesce(sum(j.part_line_count) filter (where j.authorization_state = 'AUTHORIZED'), 0)::int as part_lines,
        coalesce(sum(j.missing_cost_count) filter (where j.authorization_state = 'AUTHORIZED'), 0)::int as missing_costs
      from warehouse.jobs j
      where j.shop_id = $1 and j.repair_order_id = k.id and not j.is_deleted
    ) j
    cross join lateral (
      select
        coalesce(sum(s.retail), 0)::bigint as all_sublets,
        coalesce(sum(s.retail) filter (where s.authorization_state = 'AUTHORIZED'), 0)::bigint as sublets,
        coalesce(sum(s.cost) filter (where s.authorization_state = 'AUTHORIZED'), 0)::bigint as sublet_cost,
        coalesce(sum(s.retail) filter (where s.authorization_state = 'PENDING'), 0)::bigint as pending,
        coalesce(sum(s.retail) filter (where s.authorization_state = 'DECLINED'), 0)::bigint as declined
      from warehouse.job_sublets s
      where s.shop_id = $1 and s.repair_order_id = k.id
    ) s
    cross join lateral (
      select coalesce(sum(f.total), 0)::bigint as total
      from warehouse.job_fees f
      where f.shop_id = $1 and f.repair_order_id = k.id and f.job_key = 0
    ) f
    cross join lateral (
      select coalesce(sum(d.total), 0)::bigint as total
      from warehouse.job_discounts d
      where d.shop_id = $1 and d.repair_order_id = k.id and d.job_key = 0
    ) d
  ),
  totals as (
    select
      p.*,
      p.parts + p.labor + p.sublets as gross,
      p.job_fees + case when p.opens_order_lines then p.order_fees else 0 end as fees,
      p.job_discount + case when p.opens_order_lines then p.order_discount else 0 end as discount,
      p.parts_cost + p.labor_cost + p.sublet_cost as cost,
      p.jobs_pending + p.sublets_pending as pending,
      p.jobs_declined + p.sublets_declined as declined,
      case when p.opens_order_lines then 0 else p.order_fees - p.order_discount end as unopened
    from parts_of_sum p
  ),
  -- The columns to be stored, each once, under their own names.
  sums as (
    select
      t.id,
      t.gross as gross_sales,
      t.gross + t.fees - t.discount as net_sales,
      t.gross + t.fees - t.discount + t.taxes as invoice_total,
      t.job_revenue + t.sublets as authorized_total,
      case when t.opens_order_lines then t.taxes else 0 end as authorized_tax,
      t.discount as authorized_discount,
      t.authorized_jobs as authorized_job_count,
      t.parts as authorized_parts_total,
      t.labor as authorized_labor_total,
      t.sublets as authorized_sublet_total,
      t.fees as authorized_fees_total,
      t.cost as authorized_cost,
      t.gross + t.fees - t.discount - t.cost as authorized_profit,
      t.parts_cost as authorized_parts_cost,
      t.labor_cost as authorized_labor_cost,
      t.sublet_cost as authorized_sublet_cost,
      t.hours as authorized_labor_hours,
      t.pending as pending_total,
      t.declined as declined_total,
      t.pending_jobs as pending_job_count,
      t.declined_jobs as declined_job_count,
      t.gross + t.fees - t.discount + t.pending + t.declined + t.unopened as potential_total,
      t.taxes as potential_tax,
      t.all_job_discount + t.order_discount as potential_discount,
      t.potential_jobs as potential_job_count,
      t.all_parts as potential_parts_total,
      t.all_labor as potential_labor_total,
      t.all_sublets as potential_sublet_total,
      t.all_job_fees + t.order_fees as potential_fees_total,
      t.lines_assigned as labor_lines_assigned,
      t.lines_shop_avg as labor_lines_shop_avg,
      t.lines_default as labor_lines_default,
      t.part_lines as part_line_count,
      t.missing_costs as missing_cost_count,
      t.balance_due as balance_due
    from totals t
  )
update warehouse.repair_orders o
set
  gross_sales = s.gross_sales,
  net_sales = s.net_sales,
  invoice_total = s.invoice_total,
  authorized_total = s.authorized_total,
  -- Two names of the same figure: the vendor's word and ours.
  authorized_subtotal = s.net_sales,
  authorized_revenue = s.net_sales,
  authorized_tax = s.authorized_tax,
  authorized_discount = s.authorized_discount,
  authorized_job_count = s.authorized_job_count,
  authorized_parts_total = s.authorized_parts_total,
  authorized_labor_total = s.authorized_labor_total,
  authorized_sublet_total = s.authorized_sublet_total,
  authorized_fees_total = s.authorized_fees_total,
  authorized_cost = s.authorized_cost,
  authorized_profit = s.authorized_profit,
  authorized_parts_cost = s.authorized_parts_cost,
  authorized_labor_cost = s.authorized_labor_cost,
  authorized_sublet_cost = s.authorized_sublet_cost,
  authorized_labor_hours = s.authorized_labor_hours,
  pending_total = s.pending_total,
  declined_total = s.declined_total,
  pending_job_count = s.pending_job_count,
  declined_job_count = s.declined_job_count,
  potential_total = s.potential_total,
  potential_subtotal = s.potential_total,
  potential_tax = s.potential_tax,
  potential_discount = s.potential_discount,
  potential_job_count = s.potential_job_count,
  potential_parts_total = s.potential_parts_total,
  potential_labor_total = s.potential_labor_total,
  potential_sublet_total = s.potential_sublet_total,
  potential_fees_total = s.potential_fees_total,
  labor_lines_assigned = s.labor_lines_assigned,
  labor_lines_shop_avg = s.labor_lines_shop_avg,
  labor_lines_default = s.labor_lines_default,
  part_line_count = s.part_line_count,
  missing_cost_count = s.missing_cost_count,
  balance_due = s.balance_due
from sums s
where o.shop_id = $1 and o.id = s.id
  and (
    o.gross_sales, o.net_sales, o.invoice_total, o.authorized_total, o.authorized_subtotal, o.authorized_revenue,
    o.authorized_tax, o.authorized_discount, o.authorized_job_count, o.authorized_parts_total,
    o.authorized_labor_total, o.authorized_sublet_total, o.authorized_fees_total, o.authorized_cost,
    o.authorized_profit, o.authorized_parts_cost, o.authorized_labor_cost, o.authorized_sublet_cost,
    o.authorized_labor_hours, o.pending_total, o.declined_total, o.pending_job_count, o.declined_job_count,
    o.potential_total, o.potential_subtotal, o.potential_tax, o.potential_discount, o.potential_job_count,
    o.potential_parts_total, o.potential_labor_total, o.potential_sublet_total, o.potential_fees_total,
    o.labor_lines_assigned, o.labor_lines_shop_avg, o.labor_lines_default, o.part_line_count,
    o.missing_cost_count, o.balance_due
  ) is distinct from (
    s.gross_sales, s.net_sales, s.invoice_total, s.authorized_total, s.net_sales, s.net_sales,
    s.authorized_tax, s.authorized_discount, s.authorized_job_count, s.authorized_parts_total,
    s.authorized_labor_total, s.authorized_sublet_total, s.authorized_fees_total, s.authorized_cost,
    s.authorized_profit, s.authorized_parts_cost, s.authorized_labor_cost, s.authorized_sublet_cost,
    s.authorized_labor_hours, s.pending_total, s.declined_total, s.pending_job_count, s.declined_job_count,
    s.potential_total, s.potential_total, s.potential_tax, s.potential_discount, s.potential_job_count,
    s.potential_parts_total, s.potential_labor_total, s.potential_sublet_total, s.potential_fees_total,
    s.labor_lines_assigned, s.labor_lines_shop_avg, s.labor_lines_default, s.part_line_count,
    s.missing_cost_count, s.balance_due
  )
