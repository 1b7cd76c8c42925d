-- Orders that are open now: what is in the bays, waits for an answer, or is done and not billed. One row an order,
-- promised soonest first.
-- parameters: $1 shop, $2 now
{header}
select
  {head},
  o.id, o.ro_number, o.status, o.label, o.custom_label, o.keytag,
  o.service_advisor_id, nullif(btrim(concat_ws(' ', e.first_name, e.last_name)), ''),
  o.technician_id, nullif(btrim(concat_ws(' ', t.first_name, t.last_name)), ''),
  o.customer_id, coalesce(c.company_name, nullif(btrim(concat_ws(' ', c.first_name, c.last_name)), '')),
  nullif(btrim(concat_ws(' ', v.year, v.make, v.model)), ''),
  o.created_date, o.updated_date, o.dropped_off_date, o.promised_date, o.completed_at, o.estimate_shared_at,
  o.net_sales, o.authorized_profit, o.pending_total, o.declined_total, o.potential_total,
  (o.authorized_labor_hours * 10000)::bigint,
  o.authorized_job_count::bigint, o.pending_job_count::bigint, o.declined_job_count::bigint,
  o.missing_cost_count::bigint
from header h
left join warehouse.repair_orders o
  on o.shop_id = $1 and o.status in ('ESTIMATE', 'WORKINPROGRESS', 'COMPLETE') and not o.is_deleted
left join warehouse.employees e on e.shop_id = $1 and e.id = o.service_advisor_id
left join warehouse.employees t on t.shop_id = $1 and t.id = o.technician_id
left join warehouse.customers c on c.shop_id = $1 and c.id = o.customer_id
left join warehouse.vehicles v on v.shop_id = $1 and v.id = o.vehicle_id
order by o.promised_date nulls last, o.id
