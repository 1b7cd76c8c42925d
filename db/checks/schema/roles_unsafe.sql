-- I8: the owner is bound by row-level security, the API's login can become anon and authenticated and nothing else, these two
-- are members of nothing, nobody is a member of pitwall_guard, BI logins are members of pitwall_bi and nothing else, and all
-- objects belong to the owner (contract 25). Gives what differs.
select rolname::text as role, 'superuser, bypassrls, createrole, createdb or replication' as fault
from pg_catalog.pg_roles
where rolname in
    ('anon', 'authenticated', 'pitwall_owner', 'pitwall_guard', 'pitwall_migrate', 'pitwall_api', 'pitwall_sync',
     'pitwall_admin', 'pitwall_bi')
  and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)
union all
select 'pitwall_api', 'inherits the rights of the callers it serves'
from pg_catalog.pg_roles
where rolname = 'pitwall_api' and rolinherit
union all
select pg_get_userbyid(m.member)::text, 'is a member of ' || pg_get_userbyid(m.roleid)
from pg_catalog.pg_auth_members m
-- From PostgreSQL 16 on, whoever creates a role may administer it without being able to become it.
where (coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
       or coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true))
  and (pg_get_userbyid(m.member) in ('anon', 'authenticated', 'pitwall_sync', 'pitwall_guard', 'pitwall_bi')
       or pg_get_userbyid(m.member) = 'pitwall_api' and pg_get_userbyid(m.roleid) not in ('anon', 'authenticated')
       or pg_get_userbyid(m.roleid) = 'pitwall_guard')
union all
select b.role_name, 'is a BI login that may more than read as pitwall_bi'
from ops.bi_roles b
join pg_catalog.pg_roles r on r.rolname = b.role_name
where r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication
   or exists (
        select from pg_catalog.pg_auth_members m
        where m.member = r.oid and pg_get_userbyid(m.roleid) <> 'pitwall_bi')
union all
select 'pitwall_api', 'cannot become ' || wanted.name
from (values ('anon'), ('authenticated')) as wanted (name)
where not pg_has_role('pitwall_api', wanted.name, 'member')
union all
select pg_get_userbyid(c.relowner)::text, 'owns ' || c.oid::regclass
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops')
where pg_get_userbyid(c.relowner) <> 'pitwall_owner'
order by 1, 2;
