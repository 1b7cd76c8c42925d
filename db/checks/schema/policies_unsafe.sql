-- One permissive policy per table, verb and role; WITH CHECK wherever a row can be written; `true` only for
-- pitwall_guard; none for PUBLIC or anon (contract 30). Gives the policies that differ.
with policy as (
    select
        p.polrelid::regclass::text as relation,
        p.polname,
        p.polcmd,
        p.polpermissive,
        grantee.id as role_id,
        case when grantee.id = 0 then 'public' else pg_get_userbyid(grantee.id) end as role_name,
        pg_get_expr(p.polqual, p.polrelid) as visible,
        pg_get_expr(p.polwithcheck, p.polrelid) as writable
    from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
    cross join lateral unnest(p.polroles) as grantee (id)
)
select relation, polname::text as policy, role_name::text, 'is for everybody' as fault
from policy
where role_name in ('public', 'anon')
union all
select relation, polname::text, role_name::text, 'lets everything through'
from policy
where polpermissive and role_name <> 'pitwall_guard' and (visible = 'true' or writable = 'true')
union all
select relation, polname::text, role_name::text, 'has no with check'
from policy
where polcmd in ('a', 'w', '*') and writable is null
union all
select relation, string_agg(polname::text, ', ' order by polname), role_name::text, 'more than one for a verb'
from policy
where polpermissive
group by relation, role_name, polcmd
having count(*) > 1
order by 1, 2, 3;
