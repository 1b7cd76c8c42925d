-- M7: what room is left in the promised windows of a local day. The longest gap decides whether a job fits, not the sum.
-- Windows are local clock times, put together with the day in the tenant's zone (quirk Q42).

create or replace function analytics.open_capacity(p_tenant bigint, p_day date)
returns table (window_start time, technician_id text, capacity_min numeric, booked_min numeric, open_min numeric,
    longest_gap_min numeric)
language sql stable
as $$
with w as (
    select aw.shop_id, aw.start_local,
        tstzrange((p_day + aw.start_local) at time zone t.time_zone,
            (p_day + aw.start_local + aw.duration) at time zone t.time_zone) as span
    from raw.st_arrival_windows aw
    join lazi.tenant_settings t on t.shop_id = aw.shop_id
    where t.tenant_id = p_tenant and aw.active
),
p as (
    select i.shop_id, i.technician_id,
        coalesce(range_agg(i.span) filter (where i.kind = 'shift'), '{}')
            - coalesce(range_agg(i.span) filter (where i.kind in ('off', 'block')), '{}') as avail,
        coalesce(range_agg(i.span) filter (where i.kind = 'booked'), '{}') as booked
    from analytics.v_technician_interval i
    join lazi.tenant_settings t on t.shop_id = i.shop_id
    where t.tenant_id = p_tenant and i.span && analytics.local_day(p_day, t.time_zone)
    group by 1, 2
)
select w.start_local, p.technician_id,
    round(analytics.seconds(p.avail * w.span::tstzmultirange) / 60.0, 2),
    round(analytics.seconds(p.avail * p.booked * w.span::tstzmultirange) / 60.0, 2),
    round(analytics.seconds((p.avail - p.booked) * w.span::tstzmultirange) / 60.0, 2),
    coalesce((
        select round(max(extract(epoch from upper(r) - lower(r))) / 60.0, 2)
        from unnest((p.avail - p.booked) * w.span::tstzmultirange) as r), 0)
from w
join p on p.shop_id = w.shop_id and p.avail && w.span
$$;

comment on function analytics.open_capacity(bigint, date) is
    'Windows of a tenant on a local day, by technician: capacity, booked, open, longest gap [minutes]';
