-- Every view runs with its caller's rights, belongs to pitwall_owner and is not writable (I8, contract 28).
-- Gives the views that differ.
select c.oid::regclass::text as view,
    case
        when not coalesce(c.reloptions @> '{security_invoker=true}', false) then 'not security_invoker'
        when pg_get_userbyid(c.relowner) <> 'pitwall_owner' then 'not owned by pitwall_owner'
        else 'writable by ' || (
            select string_agg(distinct g.grantee::regrole::text, ', ')
            from aclexplode(c.relacl) g
            where g.grantee <> c.relowner and g.privilege_type in ('INSERT', 'UPDATE', 'DELETE'))
    end as fault
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
where c.relkind = 'v' and (
    not coalesce(c.reloptions @> '{security_invoker=true}', false)
    or pg_get_userbyid(c.relowner) <> 'pitwall_owner'
    or exists (
        select from aclexplode(c.relacl) g
        where g.grantee <> c.relowner and g.privilege_type in ('INSERT', 'UPDATE', 'DELETE')))
order by 1;
