-- M5: first-time fix and recalls of jobs completed in a range of local days, as seen at an instant. Rates are taken over
-- mature jobs only (their recall window is over): counting early failures alone would be biased. A recall of a recall
-- counts to the first job; it is charged to the technician with most time on that.

create or replace function analytics.first_time_fix(p_tenant bigint, p_from date, p_to date, p_as_of timestamptz)
returns table (job_id text, business_unit_id text, completed_day date, technician_id text, visits bigint, recalls bigint,
    mature boolean, first_time_fix boolean)
language sql stable
as $$
with recursive root as (
    select j.shop_id, j.st_id, j.business_unit_id, j.completed_on, t.time_zone, t.recall_window_days as win, d.day,
        warehouse.shop_day(p_as_of, t.time_zone) > d.day + t.recall_window_days as mature
    from raw.st_jobs j
    join lazi.tenant_settings t on t.shop_id = j.shop_id
    cross join lateral (select warehouse.shop_day(j.completed_on, t.time_zone) as day) d
    where t.tenant_id = p_tenant and j.active and j.status = 'Completed'
        and j.recall_for_id is null and j.warranty_for_id is null and d.day between p_from and p_to
),
chain as (
    select r.shop_id, r.st_id as root_id, r.st_id as job_id from root r
    union
    select c.shop_id, c.root_id, k.st_id
    from chain c
    join raw.st_jobs k on k.shop_id = c.shop_id and k.active and k.status <> 'Canceled'
        and c.job_id in (k.recall_for_id, k.warranty_for_id)
)
select r.st_id, r.business_unit_id, r.day,
    (select s.technician_id
     from raw.st_job_timesheets s
     where s.shop_id = r.shop_id and s.job_id = r.st_id and s.active and s.canceled_on is null
        and s.done_on > s.arrived_on
     group by s.technician_id
     order by sum(s.done_on - s.arrived_on) desc, s.technician_id
     limit 1),
    v.n, k.n, r.mature,
    case when k.n > 0 or v.n > 1 then false when v.n = 1 and r.mature then true end
from root r
cross join lateral (
    select count(*) as n
    from raw.st_appointments a
    where a.shop_id = r.shop_id and a.job_id = r.st_id and a.active and not a.unused and a.status = 'Done'
) v
cross join lateral (
    select count(*) as n
    from chain c
    join raw.st_jobs k on k.shop_id = c.shop_id and k.st_id = c.job_id
    where c.shop_id = r.shop_id and c.root_id = r.st_id and c.job_id <> r.st_id and k.created_on >= r.completed_on
        and warehouse.shop_day(k.created_on, r.time_zone) <= r.day + r.win
) k
$$;

comment on function analytics.first_time_fix(bigint, date, date, timestamptz) is
    'Jobs of a tenant completed in a range of local days, with visits, recalls and whether once was enough [rows]';
