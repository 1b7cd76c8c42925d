-- The one clock of the views, and where a shop's day begins. Grain: one instant. `pitwall.now` stands still for tests and
-- for asking what a screen showed; it opens no row.

create or replace function warehouse.clock_now() returns timestamptz
    language sql stable parallel safe
as $$
    select coalesce(nullif(current_setting('pitwall.now', true), '')::timestamptz, now())
$$;

alter function warehouse.clock_now() owner to pitwall_owner;

call ops.close_function('warehouse.clock_now()');

grant execute on function warehouse.clock_now() to authenticated, pitwall_sync, pitwall_ops, pitwall_bi;

comment on function warehouse.clock_now() is
    'The time that views go by: the setting pitwall.now where there is one, else the transaction''s [UTC]';

create or replace function warehouse.day_start(day date, zone text) returns timestamptz
    language sql immutable parallel safe
as $$
    select day::timestamp at time zone zone
$$;

alter function warehouse.day_start(date, text) owner to pitwall_owner;

call ops.close_function('warehouse.day_start(date, text)');

grant execute on function warehouse.day_start(date, text) to authenticated, pitwall_sync, pitwall_ops, pitwall_bi;

comment on function warehouse.day_start(date, text) is
    'First instant of a calendar day in an IANA zone; a day has 23, 24 or 25 hours [UTC]';

create or replace function warehouse.lifecycle_stage(
    first_order timestamptz, last_order timestamptz, reactivated timestamptz, at_time timestamptz
) returns text
    language sql immutable parallel safe
as $$
    select case
        when last_order is null then null
        when reactivated > at_time - interval '90 days' and last_order > at_time - interval '90 days' then 'reactivated'
        when last_order <= at_time - interval '180 days' then 'churned'
        when last_order <= at_time - interval '90 days' then 'at_risk'
        when first_order > at_time - interval '30 days' then 'new'
        else 'active'
    end
$$;

alter function warehouse.lifecycle_stage(timestamptz, timestamptz, timestamptz, timestamptz) owner to pitwall_owner;

call ops.close_function('warehouse.lifecycle_stage(timestamptz, timestamptz, timestamptz, timestamptz)');

grant execute on function warehouse.lifecycle_stage(timestamptz, timestamptz, timestamptz, timestamptz)
    to authenticated, pitwall_sync, pitwall_ops, pitwall_bi;

comment on function warehouse.lifecycle_stage(timestamptz, timestamptz, timestamptz, timestamptz) is
    'reactivated (within 90 days of coming back), churned (180 days without an order), at_risk (90), new (first order within 30), active [code]';
