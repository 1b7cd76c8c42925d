-- The loader lets nobody in: memberships are written by the administration (pitwall access) and by owners and managers.

drop policy sync_insert on warehouse.user_shop_access;

drop policy sync_update on warehouse.user_shop_access;

drop policy sync_insert on warehouse.users;

drop policy sync_update on warehouse.users;

revoke insert, update on warehouse.user_shop_access, warehouse.users from pitwall_sync;
