-- Row-level security is enabled and forced on every table and partition, and at least one policy opens each; no
-- materialized view holds shop rows (I8). Gives the relations that differ.
select c.oid::regclass::text as relation,
    case
        when c.relkind = 'm' then 'materialized view'
        when not c.relrowsecurity then 'row-level security is off'
        when not c.relforcerowsecurity then 'row-level security is not forced'
        else 'no policy'
    end as fault
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
where c.relkind = 'm'
   or c.relkind in ('r', 'p') and not (
        c.relrowsecurity and c.relforcerowsecurity
        and exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid))
order by 1;
