-- Orders in any state, newest number of the vendor first; figures as they stand now. One row an order.
-- parameters: $1 shop, $2 now, $3 statuses, $4 advisor, $5 customer, $6 printed number, $7 the last order seen,
--   $8 rows at most
{header},
  page as (
    select o.*
    from warehouse.repair_orders o
    where o.shop_id = $1 and not o.is_deleted
      and ($3::text[] is null or o.status = any($3))
      and ($4::bigint is null or o.service_advisor_id = $4)
      and ($5::bigint is null or o.customer_id = $5)
      and ($6::bigint is null or o.ro_number = $6)
      and o.id < $7::bigint
    order by o.id desc
    limit $8::bigint
  )
select
  {head},
  o.id, o.ro_number, o.status, o.posted_date, o.created_date, o.updated_date,
  o.service_advisor_id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), ''),
  o.customer_id, coalesce(c.company_name, nullif(btrim(concat_ws(' ', c.first_name, c.last_name)), '')),
  nullif(btrim(concat_ws(' ', v.year, v.make, v.model)), ''),
  o.net_sales, o.authorized_cost, o.authorized_profit, o.gross_sales, o.authorized_fees_total, o.authorized_discount,
  o.potential_total, o.pending_total, o.declined_total, (o.authorized_labor_hours * 10000)::bigint,
  o.authorized_job_count::bigint, o.potential_job_count::bigint, o.pending_job_count::bigint,
  o.declined_job_count::bigint, null::text, o.missing_cost_count::bigint,
  o.labor_lines_assigned::bigint, o.labor_lines_shop_avg::bigint, o.labor_lines_default::bigint,
  case when o.status in ('POSTED', 'ACCRECV')
    then o.net_sales - (o.vendor_total_sales - coalesce(o.vendor_taxes, 0)) end
from header h
left join page o on true
left join warehouse.employees e on e.shop_id = $1 and e.id = o.service_advisor_id
left join warehouse.customers c on c.shop_id = $1 and c.id = o.customer_id
left join warehouse.vehicles v on v.shop_id = $1 and v.id = o.vehicle_id
order by o.id desc
