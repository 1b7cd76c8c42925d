-- M1: what technicians' days are made of. Sources: shifts, blocked time, time sheets, appointments with their assignments.
-- Everything is a union of spans cut at local midnights: two jobs at once are one hour an hour (quirks Q20, Q21).
-- OnCall shifts add no availability; an open time sheet is not counted.

create or replace view analytics.v_technician_interval with (security_invoker = true) as
select shop_id, tenant_id, technician_id, 'shift'::text as kind, tstzrange(start_time, end_time) as span
from raw.st_technician_shifts where active and shift_type = 'Normal' and end_time > start_time
union all
select shop_id, tenant_id, technician_id, 'off', tstzrange(start_time, end_time)
from raw.st_technician_shifts where active and shift_type = 'TimeOff' and end_time > start_time
union all
select shop_id, tenant_id, technician_id, 'block', tstzrange(start_time, end_time)
from raw.st_non_job_appointments where active and blocks_capacity and end_time > start_time
union all
select shop_id, tenant_id, technician_id, 'work', tstzrange(arrived_on, done_on)
from raw.st_job_timesheets where active and canceled_on is null and done_on > arrived_on
union all
select shop_id, tenant_id, technician_id, 'drive', tstzrange(dispatched_on, arrived_on)
from raw.st_job_timesheets where active and canceled_on is null and arrived_on > dispatched_on
union all
select s.shop_id, s.tenant_id, s.technician_id, 'booked', tstzrange(a.start_time, a.end_time)
from raw.st_appointment_assignments s
join raw.st_appointments a on a.shop_id = s.shop_id and a.st_id = s.appointment_id
where s.active and a.active and not a.unused and a.status not in ('Canceled', 'Hold') and a.end_time > a.start_time;

-- The definition. warehouse.field_technician_days holds the same, kept up to date from dirty days.
create or replace view analytics.v_technician_day with (security_invoker = true) as
with cut as (
    select i.shop_id, i.tenant_id, i.technician_id, i.kind, d.day::date as local_date,
        i.span * analytics.local_day(d.day::date, t.time_zone) as span
    from analytics.v_technician_interval i
    join lazi.tenant_settings t on t.shop_id = i.shop_id
    cross join lateral generate_series(
        date_trunc('day', lower(i.span) at time zone t.time_zone),
        date_trunc('day', (upper(i.span) - interval '1 microsecond') at time zone t.time_zone),
        interval '1 day') as d (day)
),
packed as (
    select shop_id, tenant_id, technician_id, local_date,
        coalesce(range_agg(span) filter (where kind = 'shift'), '{}') as shift,
        coalesce(range_agg(span) filter (where kind in ('off', 'block')), '{}') as away,
        coalesce(range_agg(span) filter (where kind = 'work'), '{}') as work,
        coalesce(range_agg(span) filter (where kind = 'drive'), '{}') as drive,
        coalesce(range_agg(span) filter (where kind = 'booked'), '{}') as booked
    from cut
    group by 1, 2, 3, 4
),
lengths as (
    select shop_id, tenant_id, technician_id, local_date,
        analytics.seconds(shift - away) as available_s,
        analytics.seconds(work) as work_s,
        analytics.seconds(work * (shift - away)) as work_in_available_s,
        analytics.seconds(drive - work) as drive_s,
        analytics.seconds(booked * (shift - away)) as booked_s
    from packed
)
select *, work_s - work_in_available_s as work_outside_s,
    analytics.pct(work_in_available_s, available_s) as utilisation_pct,
    analytics.pct(work_s, available_s) as load_pct,
    analytics.pct(booked_s, available_s) as booked_pct
from lengths;

-- The same from the kept table: what pages and reports read.
create or replace view lazi.technician_days with (security_invoker = true) as
select d.shop_id, s.tenant_id, d.technician_id, d.local_date, d.available_s, d.work_s, d.work_in_available_s, d.drive_s,
    d.booked_s, d.work_s - d.work_in_available_s as work_outside_s,
    analytics.pct(d.work_in_available_s, d.available_s) as utilisation_pct,
    analytics.pct(d.work_s, d.available_s) as load_pct,
    analytics.pct(d.booked_s, d.available_s) as booked_pct
from warehouse.field_technician_days d
join lazi.tenant_settings s on s.shop_id = d.shop_id;
