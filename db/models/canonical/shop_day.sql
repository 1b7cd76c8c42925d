-- The day of a shop. Grain: one instant. Twin of domain::ShopDay; a property test compares the two (D.1).
-- IANA zones only: a fixed offset is wrong for half of the year.

create or replace function warehouse.shop_day(instant timestamptz, zone text) returns date
    language sql immutable parallel safe
as $$
    select (instant at time zone zone)::date
$$;

alter function warehouse.shop_day(timestamptz, text) owner to pitwall_owner;

call ops.close_function('warehouse.shop_day(timestamptz, text)');

grant execute on function warehouse.shop_day(timestamptz, text) to authenticated, pitwall_sync, pitwall_ops, pitwall_bi;

comment on function warehouse.shop_day(timestamptz, text) is
    'Calendar day of an instant in an IANA zone; the one rule for posted, completed and sold days [shop-local date]';
