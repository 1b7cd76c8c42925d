-- Changing who may see a shop, with the entry in the journal that goes with it (DECISIONS B22).
-- Grain: one user in one shop. They run as their caller: whether he may is decided by the policies of user_shop_access and
-- ops.audit_log (owner or manager of the shop, never for himself, an owner by owners only), and a refusal is theirs.

create or replace function warehouse.set_membership(shop_id bigint, user_id uuid, role text, employee_id bigint)
    returns boolean
    language plpgsql
    set search_path = ''
as $$
#variable_conflict use_column
declare
    is_new boolean;
begin
    insert into warehouse.user_shop_access as held (shop_id, user_id, role, employee_id) values ($1, $2, $3, $4)
    on conflict (shop_id, user_id) do update set role = excluded.role, employee_id = excluded.employee_id
    where (held.role, held.employee_id) is distinct from (excluded.role, excluded.employee_id)
    returning xmax = 0 into is_new;
    if is_new is null then
        return false;
    end if;
    insert into ops.audit_log (organization_id, about_shop_id, actor_kind, actor, action, subject, details)
    select s.organization_id, $1, 'user', warehouse.caller_id()::text,
        case when is_new then 'membership.granted' else 'membership.changed' end, $2::text,
        jsonb_build_object('role', $3, 'employee_id', $4)
    from warehouse.shops s where s.shop_id = $1;
    return true;
end
$$;

alter function warehouse.set_membership(bigint, uuid, text, bigint) owner to pitwall_owner;

call ops.close_function('warehouse.set_membership(bigint, uuid, text, bigint)');

grant execute on function warehouse.set_membership(bigint, uuid, text, bigint) to authenticated;

comment on function warehouse.set_membership(bigint, uuid, text, bigint) is
    'Gives somebody else a role in a shop of the caller, or changes it, and journals that; false where it was so already [flag]';

create or replace function warehouse.end_membership(shop_id bigint, user_id uuid) returns boolean
    language plpgsql
    set search_path = ''
as $$
#variable_conflict use_column
declare
    ended text;
begin
    delete from warehouse.user_shop_access a where a.shop_id = $1 and a.user_id = $2 returning a.role into ended;
    if ended is null then
        return false;
    end if;
    insert into ops.audit_log (organization_id, about_shop_id, actor_kind, actor, action, subject, details)
    select s.organization_id, $1, 'user', warehouse.caller_id()::text, 'membership.revoked', $2::text,
        jsonb_build_object('role', ended)
    from warehouse.shops s where s.shop_id = $1;
    return true;
end
$$;

alter function warehouse.end_membership(bigint, uuid) owner to pitwall_owner;

call ops.close_function('warehouse.end_membership(bigint, uuid)');

grant execute on function warehouse.end_membership(bigint, uuid) to authenticated;

comment on function warehouse.end_membership(bigint, uuid) is
    'Takes somebody else''s role in a shop of the caller away, and journals that; false where there was none to take [flag]';
