-- Planned and actual times of jobs: the interface sends none. Planned from appointments that stand, actual from time
-- sheets that were not cancelled.
-- parameters: $1 shop_id, $2 jobs, $3 now
update raw.st_jobs j
set scheduled_start = n.scheduled_start, scheduled_end = n.scheduled_end, actual_start = n.actual_start,
  actual_end = n.actual_end, duration = n.duration, updated_at = $3::timestamptz
from (
  select k.id, a.scheduled_start, a.scheduled_end, t.actual_start, t.actual_end,
    (extract(epoch from t.actual_end - t.actual_start)::bigint / 60)::integer as duration
  from unnest($2::text[]) as k (id)
  cross join lateral (
    select min(p.start_time) as scheduled_start, max(p.end_time) as scheduled_end
    from raw.st_appointments p
    where p.shop_id = $1 and p.job_id = k.id and p.active and not p.unused and p.status <> 'Canceled'
  ) a
  cross join lateral (
    select min(s.arrived_on) as actual_start, max(s.done_on) as actual_end
    from raw.st_job_timesheets s
    where s.shop_id = $1 and s.job_id = k.id and s.active and s.canceled_on is null
  ) t
) n
where j.shop_id = $1 and j.st_id = n.id
  and (j.scheduled_start, j.scheduled_end, j.actual_start, j.actual_end, j.duration)
    is distinct from (n.scheduled_start, n.scheduled_end, n.actual_start, n.actual_end, n.duration)
