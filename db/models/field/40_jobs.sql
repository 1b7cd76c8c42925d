-- M3: jobs by the day they were booked, completed, cancelled. M4: arrivals against promised windows.

create or replace view analytics.v_job_fact with (security_invoker = true) as
select j.shop_id, j.tenant_id, j.st_id as job_id, j.business_unit_id, j.job_type_id,
    warehouse.shop_day(j.created_on, t.time_zone) as booked_on,
    case when j.status = 'Completed' then warehouse.shop_day(j.completed_on, t.time_zone) end as completed_on,
    -- Of several cancellations the last one counts, and only while the job is cancelled (quirk Q17).
    case when j.status = 'Canceled' then warehouse.shop_day(coalesce(c.created_on, j.modified_on), t.time_zone) end
        as cancelled_on,
    j.status = 'Canceled' and c.created_on is null as cancel_date_estimated
from raw.st_jobs j
join lazi.tenant_settings t on t.shop_id = j.shop_id
left join lateral (
    select max(l.created_on) as created_on
    from raw.st_job_canceled_logs l
    where l.shop_id = j.shop_id and l.job_id = j.st_id and l.active
) c on true
where j.active;

create or replace view analytics.v_job_flow_day with (security_invoker = true) as
select shop_id, tenant_id, business_unit_id, day,
    count(*) filter (where what = 'b') as booked,
    count(*) filter (where what = 'c') as completed,
    count(*) filter (where what = 'x') as cancelled,
    analytics.pct(count(*) filter (where what = 'c'), count(*) filter (where what in ('c', 'x'))) as closed_ok_pct
from (
    select shop_id, tenant_id, business_unit_id, booked_on as day, 'b' as what from analytics.v_job_fact
    union all
    select shop_id, tenant_id, business_unit_id, completed_on, 'c' from analytics.v_job_fact where completed_on is not null
    union all
    select shop_id, tenant_id, business_unit_id, cancelled_on, 'x' from analytics.v_job_fact where cancelled_on is not null
) e
group by 1, 2, 3, 4;

create or replace view analytics.v_job_cohort_day with (security_invoker = true) as
select shop_id, tenant_id, business_unit_id, booked_on, count(*) as booked, count(completed_on) as completed,
    count(cancelled_on) as cancelled, count(*) - count(completed_on) - count(cancelled_on) as still_open,
    analytics.pct(count(cancelled_on), count(*)) as cancel_pct
from analytics.v_job_fact
group by 1, 2, 3, 4;

-- First arrival of anybody against the window; both ends of the window are in time. Out of the count: unused, cancelled
-- and held appointments (quirk Q18), and those of cancelled jobs.
create or replace view analytics.v_arrival with (security_invoker = true) as
select a.shop_id, a.tenant_id, a.st_id as appointment_id, a.job_id, j.business_unit_id,
    warehouse.shop_day(a.arrival_window_start_at, t.time_zone) as local_date,
    a.arrival_window_start_at, a.arrival_window_end_at, f.arrived_on,
    case
        when f.arrived_on is null and a.status = 'Done' then 'no_record'
        when f.arrived_on is null then 'pending'
        when f.arrived_on < a.arrival_window_start_at - t.early_tolerance then 'early'
        when f.arrived_on > a.arrival_window_end_at + t.late_grace then 'late'
        else 'on_time'
    end as outcome,
    greatest(0, ceil(extract(epoch from f.arrived_on - a.arrival_window_end_at) / 60))::int as minutes_late
from raw.st_appointments a
join raw.st_jobs j on j.shop_id = a.shop_id and j.st_id = a.job_id
join lazi.tenant_settings t on t.shop_id = a.shop_id
left join lateral (
    select min(s.arrived_on) as arrived_on
    from raw.st_job_timesheets s
    where s.shop_id = a.shop_id and s.appointment_id = a.st_id and s.active and s.canceled_on is null
) f on true
where a.active and not a.unused and a.status not in ('Canceled', 'Hold') and j.active and j.status <> 'Canceled'
    and a.arrival_window_start_at is not null and a.arrival_window_end_at is not null;

create or replace view analytics.v_on_time_day with (security_invoker = true) as
select shop_id, tenant_id, local_date,
    count(*) filter (where outcome = 'early') as early,
    count(*) filter (where outcome = 'on_time') as on_time,
    count(*) filter (where outcome = 'late') as late,
    count(*) filter (where outcome = 'no_record') as no_record,
    count(*) filter (where outcome = 'pending') as pending,
    analytics.pct(count(*) filter (where outcome = 'on_time'), count(arrived_on)) as on_time_pct,
    analytics.pct(count(*) filter (where outcome in ('early', 'on_time')), count(arrived_on)) as not_late_pct,
    analytics.pct(count(arrived_on), count(*) filter (where outcome <> 'pending')) as coverage_pct
from analytics.v_arrival
group by 1, 2, 3;
