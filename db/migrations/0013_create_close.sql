-- Models are created by whoever migrates, and default privileges of his (a platform's, an administrator's) would open them
-- before their own grants do. These two close an object to everybody but its owner; the grants of its model come after.

create procedure ops.close_function(routine regprocedure)
    language plpgsql
    set search_path = ''
as $$
declare
    grantee oid;
begin
    for grantee in
        select distinct g.grantee
        from pg_catalog.pg_proc p
        cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) g
        where p.oid = routine and g.grantee <> p.proowner
    loop
        execute format('revoke all on function %s from %s', routine,
            case when grantee = 0 then 'public' else grantee::regrole::text end);
    end loop;
end
$$;

comment on procedure ops.close_function(regprocedure) is
    'Takes every grant on a function away. For models, before they grant what they mean to';

revoke all on procedure ops.close_function(regprocedure) from public;

create procedure ops.close_view(relation regclass, readers name[])
    language plpgsql
    set search_path = ''
as $$
declare
    held record;
begin
    for held in
        select distinct g.grantee, g.privilege_type
        from pg_catalog.pg_class c
        cross join lateral pg_catalog.aclexplode(c.relacl) g
        left join pg_catalog.pg_roles r on r.oid = g.grantee
        where c.oid = relation and g.grantee <> c.relowner
          and (g.privilege_type <> 'SELECT' or r.rolname is null or r.rolname <> all (readers))
    loop
        execute format('revoke %s on %s from %s', held.privilege_type, relation,
            case when held.grantee = 0 then 'public' else held.grantee::regrole::text end);
    end loop;
end
$$;

comment on procedure ops.close_view(regclass, name[]) is
    'Takes every grant on a view away that is not reading by one of these roles. For models';

revoke all on procedure ops.close_view(regclass, name[]) from public;
