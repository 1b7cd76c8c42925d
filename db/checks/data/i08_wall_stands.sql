-- I8: every table is walled, every view runs as its caller, every door is closed to those it is not for
-- The short form of db/checks/schema, from the catalog and the same for every shop ($1 is not needed).
with ours as (
    select c.oid, c.oid::regclass::text as name, c.relkind, c.relispartition, c.relrowsecurity, c.relforcerowsecurity,
        c.reloptions, c.relacl, c.relowner
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops')
    where $1::bigint is not null
)
select name as key, 'row-level security is not enabled and forced' as fault
from ours
where relkind in ('r', 'p') and not (relrowsecurity and relforcerowsecurity)
union all
select name, 'is a materialized view' from ours where relkind = 'm'
union all
select name, 'runs with its owner''s rights'
from ours
where relkind = 'v' and not coalesce(reloptions @> '{security_invoker=true}', false)
union all
select o.name, 'is granted to everybody, or as a partition to anybody'
from ours o
cross join lateral aclexplode(o.relacl) g
where g.grantee <> o.relowner and (o.relispartition or g.grantee = 0 or g.grantee = to_regrole('anon'))
union all
select p.polrelid::regclass::text || ' ' || p.polname, 'lets everything through for a role that somebody can become'
from pg_catalog.pg_policy p
join ours o on o.oid = p.polrelid
where p.polpermissive and p.polroles <> array['pitwall_guard'::regrole::oid]
  and 'true' in (pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
union all
select f.oid::regprocedure::text, 'is a door with an open search path, or everybody may call it'
from pg_catalog.pg_proc f
join pg_catalog.pg_namespace n on n.oid = f.pronamespace and n.nspname in ('warehouse', 'raw', 'ops')
where exists (
        select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) g
        where g.grantee = 0 or g.grantee = to_regrole('anon'))
   or f.prosecdef and not coalesce('search_path=""' = any(f.proconfig), false)
union all
select pg_get_userbyid(m.member)::text, 'may become ' || pg_get_userbyid(m.roleid)
from pg_catalog.pg_auth_members m
-- From PostgreSQL 16 on, whoever creates a role may administer it without being able to become it.
where (coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
       or coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true))
  and (pg_get_userbyid(m.roleid) = 'pitwall_guard'
       or pg_get_userbyid(m.member) in ('anon', 'authenticated', 'pitwall_sync')
       or pg_get_userbyid(m.member) = 'pitwall_api' and pg_get_userbyid(m.roleid) not in ('anon', 'authenticated'));
