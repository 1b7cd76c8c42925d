-- A field-service company's settings, by the name its own tools use. Grain: shop (tenant). A zone stands on every shop:
-- without one no day could be told (quirk Q41).

create or replace view lazi.tenant_settings with (security_invoker = true) as
select s.shop_id, s.vendor_account::bigint as tenant_id, s.timezone as time_zone, s.currency::text as currency,
  coalesce((select f.value from warehouse.field_settings f
    where f.shop_id = s.shop_id and f.setting = 'recall_window_days'), 30)::int as recall_window_days,
  make_interval(secs => coalesce((select f.value from warehouse.field_settings f
    where f.shop_id = s.shop_id and f.setting = 'early_tolerance_s'), 0)) as early_tolerance,
  make_interval(secs => coalesce((select f.value from warehouse.field_settings f
    where f.shop_id = s.shop_id and f.setting = 'late_grace_s'), 0)) as late_grace
from warehouse.shops s
where s.vendor = 'servicetitan' and s.vendor_account ~ '^[0-9]{1,18}$';

create or replace function analytics.seconds(spans tstzmultirange) returns bigint
    language sql immutable parallel safe
as $$
    select coalesce(round(sum(extract(epoch from upper(span) - lower(span)))), 0)::bigint from unnest(spans) as span
$$;

comment on function analytics.seconds(tstzmultirange) is 'Length of a set of spans, gaps left out [seconds]';

create or replace function analytics.pct(part numeric, whole numeric) returns numeric
    language sql immutable parallel safe
as $$
    select case when whole > 0 then round(100 * part / whole, 2) end
$$;

comment on function analytics.pct(numeric, numeric) is
    'Part of whole, 2 decimals; null where the whole is not positive [percent 0-100]';

create or replace function analytics.local_day(day date, zone text) returns tstzrange
    language sql stable parallel safe
as $$
    select tstzrange(day::timestamp at time zone zone, (day + 1)::timestamp at time zone zone)
$$;

comment on function analytics.local_day(date, text) is
    'A local day as the span between its midnights, 23 to 25 hours long [UTC span]';
