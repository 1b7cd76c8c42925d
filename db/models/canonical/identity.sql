-- Who is asking, and which shops he may see: the doors of the wall (contract.md 25-30).
-- Grain: one caller. Sources: request.jwt.claims, user_shop_access. Rebuilt: evaluated per statement, nothing stored.
-- The functions that read user_shop_access and bi_roles run as pitwall_guard, which has no member.
-- One statement per paragraph; run as the migrator, not as pitwall_owner.

-- Without superuser (Supabase) the migrator is pitwall_guard for the length of this file; the last statement ends that.
do $$
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        execute format('grant pitwall_guard to %I', session_user);
        grant create on schema warehouse to pitwall_guard;
    end if;
end
$$;

create or replace function warehouse.caller_id() returns uuid
    language plpgsql stable parallel safe
    set search_path = ''
as $$
declare
    -- Claims that are no JSON fail here, which is as good as no rows. No exception block: it could not run in a
    -- parallel plan.
    subject constant text := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub';
begin
    if subject ~ '^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$' then
        return subject::uuid;
    end if;
    return null;
end
$$;

alter function warehouse.caller_id() owner to pitwall_owner;

call ops.close_function('warehouse.caller_id()');

grant execute on function warehouse.caller_id() to authenticated, pitwall_guard;

comment on function warehouse.caller_id() is
    'Subject of the claims of this transaction; null without claims or where the subject is no UUID [id]';

-- The name that policies know it by.
create or replace function warehouse.current_user_id() returns uuid
    language plpgsql stable parallel safe
    set search_path = ''
as $$
begin
    return warehouse.caller_id();
end
$$;

alter function warehouse.current_user_id() owner to pitwall_owner;

call ops.close_function('warehouse.current_user_id()');

grant execute on function warehouse.current_user_id() to authenticated;

comment on function warehouse.current_user_id() is
    'The same as caller_id(): subject of the claims of this transaction, or null [id]';

create or replace function warehouse.current_shops() returns bigint[]
    language plpgsql stable parallel safe security definer
    set search_path = ''
as $$
declare
    caller constant uuid := warehouse.caller_id();
begin
    if caller is null then
        return '{}';
    end if;
    return array(select a.shop_id from warehouse.user_shop_access a where a.user_id = caller);
end
$$;

alter function warehouse.current_shops() owner to pitwall_guard;

call ops.close_function('warehouse.current_shops()');

grant execute on function warehouse.current_shops() to authenticated;

comment on function warehouse.current_shops() is
    'Shops the signed-in user may see, in any role; empty without a valid subject [list of ids]';

create or replace function warehouse.current_shops_managed() returns bigint[]
    language plpgsql stable parallel safe security definer
    set search_path = ''
as $$
declare
    caller constant uuid := warehouse.caller_id();
begin
    if caller is null then
        return '{}';
    end if;
    return array(
        select a.shop_id from warehouse.user_shop_access a
        where a.user_id = caller and a.role in ('owner', 'manager'));
end
$$;

alter function warehouse.current_shops_managed() owner to pitwall_guard;

call ops.close_function('warehouse.current_shops_managed()');

grant execute on function warehouse.current_shops_managed() to authenticated;

comment on function warehouse.current_shops_managed() is
    'Shops where the signed-in user is owner or manager: personal data and pay; empty without a valid subject [list of ids]';

create or replace function warehouse.current_shops_owned() returns bigint[]
    language plpgsql stable parallel safe security definer
    set search_path = ''
as $$
declare
    caller constant uuid := warehouse.caller_id();
begin
    if caller is null then
        return '{}';
    end if;
    return array(
        select a.shop_id from warehouse.user_shop_access a where a.user_id = caller and a.role = 'owner');
end
$$;

alter function warehouse.current_shops_owned() owner to pitwall_guard;

call ops.close_function('warehouse.current_shops_owned()');

grant execute on function warehouse.current_shops_owned() to authenticated;

comment on function warehouse.current_shops_owned() is
    'Shops where the signed-in user is owner: he alone makes owners; empty without a valid subject [list of ids]';

create or replace function warehouse.current_shops_labor() returns bigint[]
    language plpgsql stable parallel safe security definer
    set search_path = ''
as $$
declare
    caller constant uuid := warehouse.caller_id();
begin
    if caller is null then
        return '{}';
    end if;
    return array(
        select a.shop_id from warehouse.user_shop_access a
        where a.user_id = caller
          and (a.role in ('owner', 'manager') or (a.role = 'technician' and a.employee_id is not null)));
end
$$;

alter function warehouse.current_shops_labor() owner to pitwall_guard;

call ops.close_function('warehouse.current_shops_labor()');

grant execute on function warehouse.current_shops_labor() to authenticated;

comment on function warehouse.current_shops_labor() is
    'Shops where the signed-in user may see labour with its cost: all of it, or a technician his own [list of ids]';

create or replace function warehouse.current_labor_keys() returns text[]
    language plpgsql stable parallel safe security definer
    set search_path = ''
as $$
declare
    caller constant uuid := warehouse.caller_id();
begin
    if caller is null then
        return '{}';
    end if;
    return array(
        select a.shop_id::text || ':' || a.employee_id::text from warehouse.user_shop_access a
        where a.user_id = caller and a.role = 'technician' and a.employee_id is not null);
end
$$;

alter function warehouse.current_labor_keys() owner to pitwall_guard;

call ops.close_function('warehouse.current_labor_keys()');

grant execute on function warehouse.current_labor_keys() to authenticated;

comment on function warehouse.current_labor_keys() is
    'The employee the signed-in technician is in each of his shops, as shop:employee [list of keys]';

-- The shops of a BI login. It goes by the name it logged in with, which no SET changes (not SET ROLE, not a setting); the
-- administration alone writes which organization a name stands for.
create or replace function warehouse.bi_shops() returns bigint[]
    language plpgsql stable parallel safe security definer
    set search_path = ''
as $$
begin
    return array(
        select s.shop_id
        from ops.bi_roles b
        join warehouse.shops s on s.organization_id = b.organization_id
        where b.role_name = session_user);
end
$$;

alter function warehouse.bi_shops() owner to pitwall_guard;

call ops.close_function('warehouse.bi_shops()');

grant execute on function warehouse.bi_shops() to pitwall_bi;

comment on function warehouse.bi_shops() is
    'Shops of the organization this BI login was made for; empty for every other login [list of ids]';

-- Becoming somebody, in the way that Citus carries to its workers: SET LOCAL, not set_config (platform.md 2.3). On one
-- server `set local role authenticated` and set_config('request.jwt.claims', …, true) do the same.
create or replace function warehouse.act_as_user(claims text) returns void
    language plpgsql
    set search_path = ''
as $$
begin
    execute format('set local request.jwt.claims = %L', claims);
    set local role authenticated;
end
$$;

alter function warehouse.act_as_user(text) owner to pitwall_owner;

call ops.close_function('warehouse.act_as_user(text)');

grant usage on schema warehouse to pitwall_api;

grant execute on function warehouse.act_as_user(text) to pitwall_api;

comment on function warehouse.act_as_user(text) is
    'Makes the rest of the transaction the signed-in user of these claims (JSON with sub); for the API''s login';

create or replace function ops.act_for_shop(shop_id bigint) returns void
    language plpgsql
    set search_path = ''
as $$
begin
    execute format('set local pitwall.shop_id = %L', shop_id);
    set local role pitwall_sync;
end
$$;

alter function ops.act_for_shop(bigint) owner to pitwall_owner;

call ops.close_function('ops.act_for_shop(bigint)');

grant execute on function ops.act_for_shop(bigint) to pitwall_sync;

comment on function ops.act_for_shop(bigint) is
    'Makes the rest of the transaction the sync role, walled into one shop; for the pipeline';

create or replace function ops.act_for_organization(organization_id text) returns void
    language plpgsql
    set search_path = ''
as $$
begin
    execute format('set local pitwall.organization_id = %L', organization_id);
    set local role pitwall_admin;
end
$$;

alter function ops.act_for_organization(text) owner to pitwall_owner;

call ops.close_function('ops.act_for_organization(text)');

grant execute on function ops.act_for_organization(text) to pitwall_admin;

comment on function ops.act_for_organization(text) is
    'Makes the rest of the transaction the administration of one organization; for pitwall access';

do $$
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        revoke create on schema warehouse from pitwall_guard;
        execute format('revoke pitwall_guard from %I', session_user);
    end if;
end
$$;
