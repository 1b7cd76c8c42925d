-- Marks what has to be composed again. An invoice's line names its invoice, a location's contact its location; a
-- technician whose record changed may cost another amount an hour, so his jobs are looked at again.
-- parameters: $1 shop_id, $2 now, $3 jobs, $4 customers, $5 technicians, $6 invoices, $7 locations
insert into ops.dirty_records (shop_id, marked_at, kind, record_id)
select $1::bigint, $2::timestamptz, k.kind, k.id
from (
  select 'job' as kind, id from unnest($3::text[]) as id
  union
  select 'customer', id from unnest($4::text[]) as id
  union
  select 'technician', id from unnest($5::text[]) as id
  union
  select 'job', i.job_id from raw.st_invoices i where i.shop_id = $1 and i.st_id = any($6::text[])
  union
  select 'job', t.job_id from raw.st_job_timesheets t where t.shop_id = $1 and t.technician_id = any($5)
  union
  select 'customer', l.customer_id from raw.st_locations l where l.shop_id = $1 and l.st_id = any($7::text[])
) as k
where k.id is not null
on conflict (shop_id, kind, record_id) do nothing
