-- What a day is made of: the stored day, the sums of the posted snapshots behind it, and every order with its jobs and
-- issues. One row. The orders are JSON in the shape of the API.
-- parameters: $1 shop, $2 now, $3 day
{header},
  behind as (
    select s.*
    from warehouse.ro_snapshots s
    where s.shop_id = $1 and s.snapshot_date = $3 and s.superseded_at is null and s.snapshot_trigger = 'posted'
  ),
  jobs as (
    select j.repair_order_id, json_agg(json_build_object(
        'id', j.id, 'name', j.name, 'authorization_state', j.authorization_state, 'sold_on', j.sold_date,
        'parts_cents', j.parts_total, 'labor_cents', j.labor_total, 'fees_cents', j.fees_total,
        'discounts_cents', j.discount_total, 'net_sales_cents', j.job_revenue, 'cost_cents', j.job_cost,
        'gross_profit_cents', j.job_profit) order by j.sort_order, j.id) as lines
    from warehouse.jobs j
    where j.shop_id = $1 and j.repair_order_id = any(array(select b.repair_order_id from behind b))
      and not j.is_deleted
    group by j.repair_order_id
  ),
  issues as (
    select i.entity_id, json_agg(i.code order by i.code) as codes, count(*) as issue_count
    from warehouse.data_quality_issues i
    where i.shop_id = $1 and i.entity_type = 'repair_order' and i.resolved_at is null
      and i.entity_id = any(array(select b.repair_order_id from behind b))
    group by i.entity_id
  ),
  orders as (
    select
      coalesce(sum(i.issue_count), 0)::bigint as issue_count,
      count(i.entity_id) as orders_with_issues,
      json_agg(json_build_object(
        'id', b.repair_order_id, 'ro_number', b.ro_number, 'status', b.ro_status,
        'advisor_id', b.service_advisor_id, 'advisor_name', b.advisor_name, 'vehicle', b.vehicle_description,
        'customer_name', coalesce(c.company_name, nullif(btrim(concat_ws(' ', c.first_name, c.last_name)), '')),
        'net_sales_cents', b.authorized_revenue, 'cost_cents', b.authorized_cost,
        'gross_profit_cents', b.authorized_profit,
        'gp_percent', case when b.authorized_revenue > 0
          then round(100.0 * b.authorized_profit / b.authorized_revenue, 2) end,
        'potential_sales_cents', b.potential_revenue, 'pending_cents', b.pending_revenue,
        'declined_cents', b.declined_revenue, 'billed_hours', trim_scale(b.labor_hours)::text,
        'authorized_job_count', b.authorized_job_count, 'potential_job_count', b.potential_job_count,
        'vendor_net_sales_cents', b.vendor_net_sales, 'revenue_variance_cents', b.revenue_variance,
        'variance_codes', coalesce(b.variance_codes, '{}'), 'revision', b.revision,
        'jobs', coalesce(j.lines, '[]'), 'issues', coalesce(i.codes, '[]'))
        order by b.authorized_revenue desc, b.repair_order_id) as lines
    from behind b
    join warehouse.repair_orders o on o.shop_id = $1 and o.id = b.repair_order_id
    left join warehouse.customers c on c.shop_id = $1 and c.id = o.customer_id
    left join jobs j on j.repair_order_id = b.repair_order_id
    left join issues i on i.entity_id = b.repair_order_id
  )
select {head}, {named_day}, {named}, r.issue_count, r.orders_with_issues, coalesce(r.lines, '[]')::text
from header h
cross join lateral (
  select
    {sums}
  from warehouse.daily_shop_metrics m
  where m.shop_id = $1 and m.metric_date = $3
) d
cross join (
  select
    count(*) filter (where s.snapshot_trigger = 'posted') as ro_count,
    count(*) filter (where s.snapshot_trigger = 'completed') as completed_count,
    {snapshot_sums}
  from warehouse.ro_snapshots s
  where s.shop_id = $1 and s.snapshot_date = $3 and s.superseded_at is null
) b
cross join lateral (
  select (b.ro_count > 0)::int::bigint as days_with_data, b.*
) t
cross join orders r
