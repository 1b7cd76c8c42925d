-- Marks the days of technicians that rows of a table reach: before they are merged for what they said, after it for what
-- they say. Each branch is for one table, the others are not run.
-- parameters: $1 shop_id, $2 table, $3 keys of the page's rows, $4 now
insert into ops.dirty_technician_days (shop_id, technician_id, local_date, marked_at)
select distinct $1::bigint, r.technician_id, d.day::date, $4::timestamptz
from (
  select technician_id, start_time as from_at, end_time as to_at
  from raw.st_technician_shifts
  where $2::text = 'raw.st_technician_shifts' and shop_id = $1 and st_id = any($3::text[])
  union all
  select technician_id, start_time, end_time
  from raw.st_non_job_appointments
  where $2 = 'raw.st_non_job_appointments' and shop_id = $1 and st_id = any($3)
  union all
  select technician_id, least(dispatched_on, arrived_on), done_on
  from raw.st_job_timesheets
  where $2 = 'raw.st_job_timesheets' and shop_id = $1 and st_id = any($3)
  union all
  select s.technician_id, a.start_time, a.end_time
  from raw.st_appointment_assignments s
  join raw.st_appointments a on a.shop_id = $1 and a.st_id = s.appointment_id
  where $2 = 'raw.st_appointment_assignments' and s.shop_id = $1 and s.st_id = any($3)
  union all
  select s.technician_id, a.start_time, a.end_time
  from raw.st_appointments a
  join raw.st_appointment_assignments s on s.shop_id = $1 and s.appointment_id = a.st_id
  where $2 = 'raw.st_appointments' and a.shop_id = $1 and a.st_id = any($3)
) r
join warehouse.shops z on z.shop_id = $1
cross join lateral generate_series(
  date_trunc('day', r.from_at at time zone z.timezone), date_trunc('day', r.to_at at time zone z.timezone),
  interval '1 day') as d (day)
where r.technician_id is not null and r.to_at >= r.from_at
on conflict (shop_id, technician_id, local_date) do nothing
