-- The technician of an appointment: the interface sends none. Of its active assignments the one assigned first.
-- parameters: $1 shop_id, $2 jobs, $3 now
update raw.st_appointments a
set technician_id = n.technician_id, updated_at = $3::timestamptz
from (
  select p.st_id, first.technician_id
  from raw.st_appointments p
  left join lateral (
    select s.technician_id
    from raw.st_appointment_assignments s
    where s.shop_id = $1 and s.appointment_id = p.st_id and s.active
    order by s.assigned_on nulls last, length(s.st_id), s.st_id
    limit 1
  ) first on true
  where p.shop_id = $1 and p.job_id = any($2::text[])
) n
where a.shop_id = $1 and a.st_id = n.st_id and a.technician_id is distinct from n.technician_id
