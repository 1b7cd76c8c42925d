-- Gross profit of a repair order, from its jobs and order-level lines: THE formula.
-- grain: one repair order · sources: jobs, job_sublets, job_fees, job_discounts, repair_orders (vendor's tax)
-- key: (shop_id, id) · units: cents, hours · run: for the orders in ops.dirty_orders, in the transaction that drains them
-- parameters: $1 shop_id, $2 order ids
-- decisions: D.4 of the rules; contract 11 (what potential holds), 12 (sublets), 13 (fees, discount, balance)
with
  job_sums as (
    select
      j.repair_order_id,
      count(*)::int as potential_jobs,
      (count(*) filter (where j.authorization_state = 'AUTHORIZED'))::int as authorized_jobs,
      (count(*) filter (where j.authorization_state = 'PENDING'))::int as pending_jobs,
      (count(*) filter (where j.authorization_state = 'DECLINED'))::int as declined_jobs,
      sum(j.parts_total) as all_parts,
      sum(j.labor_total) as all_labor,
      sum(j.fees_total) as all_fees,
      sum(j.discount_total) as all_discount,
      sum(j.parts_total) filter (where j.authorization_state = 'AUTHORIZED') as parts,
      sum(j.parts_cost) filter (where j.authorization_state = 'AUTHORIZED') as parts_cost,
      sum(j.labor_total) filter (where j.authorization_state = 'AUTHORIZED') as labor,
      sum(j.labor_cost) filter (where j.authorization_state = 'AUTHORIZED') as labor_cost,
      sum(j.labor_hours) filter (where j.authorization_state = 'AUTHORIZED') as hours,
      sum(j.fees_total) filter (where j.authorization_state = 'AUTHORIZED') as fees,
      sum(j.discount_total) filter (where j.authorization_state = 'AUTHORIZED') as discount,
      sum(j.job_revenue) filter (where j.authorization_state = 'AUTHORIZED') as revenue,
      sum(j.job_revenue) filter (where j.authorization_state = 'PENDING') as pending,
      sum(j.job_revenue) filter (where j.authorization_state = 'DECLINED') as declined,
      sum(j.labor_lines_assigned) filter (where j.authorization_state = 'AUTHORIZED') as lines_assigned,
      sum(j.labor_lines_shop_avg) filter (where j.authorization_state = 'AUTHORIZED') as lines_shop_avg,
      sum(j.labor_lines_default) filter (where j.authorization_state = 'AUTHORIZED') as lines_default,
      sum(j.part_line_count) filter (where j.authorization_state = 'AUTHORIZED') as part_lines,
      sum(j.missing_cost_count) filter (where j.authorization_state = 'AUTHORIZED') as missing_costs
    from warehouse.jobs j
    where j.shop_id = $1 and j.repair_order_id = any($2) and not j.is_deleted
    group by j.repair_order_id
  ),
  sublet_sums as (
    select
      s.repair_order_id,
      sum(s.retail) as all_sublets,
      sum(s.retail) filter (where s.authorization_state = 'AUTHORIZED') as sublets,
      sum(s.cost) filter (where s.authorization_state = 'AUTHORIZED') as sublet_cost,
      sum(s.retail) filter (where s.authorization_state = 'PENDING') as pending,
      sum(s.retail) filter (where s.authorization_state = 'DECLINED') as declined
    from warehouse.job_sublets s
    where s.shop_id = $1 and s.repair_order_id = any($2)
    group by s.repair_order_id
  ),
  order_fees as (
    select f.repair_order_id, sum(f.total) as total
    from warehouse.job_fees f
    where f.shop_id = $1 and f.repair_order_id = any($2) and f.job_key = 0
    group by f.repair_order_id
  ),
  order_discounts as (
    select d.repair_order_id, sum(d.total) as total
    from warehouse.job_discounts d
    where d.shop_id = $1 and d.repair_order_id = any($2) and d.job_key = 0
    group by d.repair_order_id
  ),
  -- Order-level fees and discounts count once a job is authorized, or the order is posted whatever it holds.
  parts_of_sum as (
    select
      o.id,
      coalesce(o.vendor_taxes, 0) as taxes,
      coalesce(o.vendor_total_sales, 0) - o.amount_paid as balance_due,
      coalesce(j.authorized_jobs, 0) > 0 or o.status in ('POSTED', 'ACCRECV') as opens_order_lines,
      coalesce(j.potential_jobs, 0) as potential_jobs,
      coalesce(j.authorized_jobs, 0) as authorized_jobs,
      coalesce(j.pending_jobs, 0) as pending_jobs,
      coalesce(j.declined_jobs, 0) as declined_jobs,
      coalesce(j.all_parts, 0)::bigint as all_parts,
      coalesce(j.all_labor, 0)::bigint as all_labor,
      coalesce(s.all_sublets, 0)::bigint as all_sublets,
      coalesce(j.all_fees, 0)::bigint + coalesce(f.total, 0)::bigint as all_fees,
      coalesce(j.all_discount, 0)::bigint + coalesce(d.total, 0)::bigint as all_discount,
      coalesce(j.parts, 0)::bigint as parts,
      coalesce(j.parts_cost, 0)::bigint as parts_cost,
      coalesce(j.labor, 0)::bigint as labor,
      coalesce(j.labor_cost, 0)::bigint as labor_cost,
      coalesce(j.hours, 0) as hours,
      coalesce(s.sublets, 0)::bigint as sublets,
      coalesce(s.sublet_cost, 0)::bigint as sublet_cost,
      coalesce(j.fees, 0)::bigint as job_fees,
      coalesce(j.discount, 0)::bigint as job_discount,
      coalesce(f.total, 0)::bigint as order_fees,
      coalesce(d.total, 0)::bigint as order_discount,
      coalesce(j.revenue, 0)::bigint as job_revenue,
      coalesce(j.pending, 0)::bigint + coalesce(s.pending, 0)::bigint as pending,
      coalesce(j.declined, 0)::bigint + coalesce(s.declined, 0)::bigint as declined,
      coalesce(j.lines_assigned, 0)::int as lines_assigned,
      coalesce(j.lines_shop_avg, 0)::int as lines_shop_avg,
      coalesce(j.lines_default, 0)::int as lines_default,
      coalesce(j.part_lines, 0)::int as part_lines,
      coalesce(j.missing_costs, 0)::int as missing_costs
    from warehouse.repair_orders o
    left join job_sums j on j.repair_order_id = o.id
    left join sublet_sums s on s.repair_order_id = o.id
    left join order_fees f on f.repair_order_id = o.id
    left join order_discounts d on d.repair_order_id = o.id
    where o.shop_id = $1 and o.id = any($2)
  ),
  sums as (
    select
      p.*,
      p.parts + p.labor + p.sublets as gross,
      p.job_fees + case when p.opens_order_lines then p.order_fees else 0 end as fees,
      p.job_discount + case when p.opens_order_lines then p.order_discount else 0 end as discount,
      p.parts_cost + p.labor_cost + p.sublet_cost as cost,
      case when p.opens_order_lines then 0 else p.order_fees - p.order_discount end as unopened
    from parts_of_sum p
  )
update warehouse.repair_orders o
set
  gross_sales = s.gross,
  net_sales = s.gross + s.fees - s.discount,
  invoice_total = s.gross + s.fees - s.discount + s.taxes,
  authorized_total = s.job_revenue + s.sublets,
  authorized_subtotal = s.gross + s.fees - s.discount,
  authorized_tax = case when s.opens_order_lines then s.taxes else 0 end,
  authorized_discount = s.discount,
  authorized_job_count = s.authorized_jobs,
  authorized_parts_total = s.parts,
  authorized_labor_total = s.labor,
  authorized_sublet_total = s.sublets,
  authorized_fees_total = s.fees,
  authorized_revenue = s.gross + s.fees - s.discount,
  authorized_cost = s.cost,
  authorized_profit = s.gross + s.fees - s.discount - s.cost,
  authorized_parts_cost = s.parts_cost,
  authorized_labor_cost = s.labor_cost,
  authorized_sublet_cost = s.sublet_cost,
  authorized_labor_hours = s.hours,
  pending_total = s.pending,
  declined_total = s.declined,
  pending_job_count = s.pending_jobs,
  declined_job_count = s.declined_jobs,
  potential_total = s.gross + s.fees - s.discount + s.pending + s.declined + s.unopened,
  potential_subtotal = s.gross + s.fees - s.discount + s.pending + s.declined + s.unopened,
  potential_tax = s.taxes,
  potential_discount = s.all_discount,
  potential_job_count = s.potential_jobs,
  potential_parts_total = s.all_parts,
  potential_labor_total = s.all_labor,
  potential_sublet_total = s.all_sublets,
  potential_fees_total = s.all_fees,
  labor_lines_assigned = s.lines_assigned,
  labor_lines_shop_avg = s.lines_shop_avg,
  labor_lines_default = s.lines_default,
  part_line_count = s.part_lines,
  missing_cost_count = s.missing_costs,
  balance_due = s.balance_due
from sums s
where o.shop_id = $1 and o.id = s.id
  and (
    o.gross_sales, o.net_sales, o.invoice_total, o.authorized_total, o.authorized_tax, o.authorized_discount,
    o.authorized_job_count, o.authorized_parts_total, o.authorized_labor_total, o.authorized_sublet_total,
    o.authorized_fees_total, o.authorized_cost, o.authorized_parts_cost, o.authorized_labor_cost,
    o.authorized_sublet_cost, o.authorized_labor_hours, o.pending_total, o.declined_total, o.pending_job_count,
    o.declined_job_count, o.potential_total, o.potential_tax, o.potential_discount, o.potential_job_count,
    o.potential_parts_total, o.potential_labor_total, o.potential_sublet_total, o.potential_fees_total,
    o.labor_lines_assigned, o.labor_lines_shop_avg, o.labor_lines_default, o.part_line_count,
    o.missing_cost_count, o.balance_due, o.authorized_revenue, o.authorized_profit
  ) is distinct from (
    s.gross, s.gross + s.fees - s.discount, s.gross + s.fees - s.discount + s.taxes, s.job_revenue + s.sublets,
    case when s.opens_order_lines then s.taxes else 0 end, s.discount,
    s.authorized_jobs, s.parts, s.labor, s.sublets,
    s.fees, s.cost, s.parts_cost, s.labor_cost,
    s.sublet_cost, s.hours, s.pending, s.declined, s.pending_jobs,
    s.declined_jobs, s.gross + s.fees - s.discount + s.pending + s.declined + s.unopened, s.taxes, s.all_discount,
    s.potential_jobs, s.all_parts, s.all_labor, s.all_sublets, s.all_fees,
    s.lines_assigned, s.lines_shop_avg, s.lines_default, s.part_lines,
    s.missing_costs, s.balance_due, s.gross + s.fees - s.discount, s.gross + s.fees - s.discount - s.cost
  )
