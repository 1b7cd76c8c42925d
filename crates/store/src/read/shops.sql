-- The shops that the caller sees, with his role in each. One row a shop.
-- parameters: $1 now
select
  v.shop_id, v.name, v.timezone, v.currency, warehouse.shop_day($1, v.timezone) as today, v.as_of,
  v.week_days, v.organization_id, v.vendor, v.vendor_account, v.location, a.role
from warehouse.v_shop_header v
join warehouse.user_shop_access a on a.shop_id = v.shop_id and a.user_id = (select warehouse.current_user_id())
order by v.shop_id
