-- What stands above every answer about a shop: its name, zone, currency, and how old its data are.
-- Grain: one shop. Sources: shops, sync_cursors. Key: shop_id. Read live, nothing stored.

create or replace view warehouse.v_shop_header with (security_invoker = true) as
select
    s.shop_id,
    s.organization_id,
    s.name,
    s.vendor,
    s.vendor_account,
    s.location,
    s.timezone,
    s.currency::text as currency,
    s.week_days,
    s.low_margin_percent,
    c.last_synced_at as as_of
from warehouse.shops s
left join warehouse.sync_cursors c on c.shop_id = s.shop_id and c.entity_type = 'repair_orders';

alter view warehouse.v_shop_header owner to pitwall_owner;

grant select on warehouse.v_shop_header to authenticated, pitwall_sync, pitwall_ops;

call ops.describe('warehouse.v_shop_header', 'Shops with the time up to which their orders are known', $$
    shop_id             shop [id]
    organization_id     organization that owns the shop [id]
    name                display name [text]
    vendor              system of record [code]
    vendor_account      the vendor's number of the shop, tenant or store [vendor id]
    location            physical place [text]
    timezone            zone that decides the shop's day [IANA zone]
    currency            currency of every amount of the shop [ISO 4217]
    week_days           business days, 1 is Monday [ISO day numbers]
    low_margin_percent  gross profit up to which a paid order counts as low margin [percent 0-100]
    as_of               when the shop's orders were last read to their end, null before the first time [UTC]
$$);
