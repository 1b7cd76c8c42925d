-- Nobody may execute by default; a SECURITY DEFINER function has an empty search_path (or one ending in pg_temp), belongs
-- to pitwall_guard and does not read current_user; nothing is leakproof; no trigger stands on a table (contract 29,
-- platform.md 2.4). Gives the functions and triggers that differ.
with routine as (
    select p.*, p.oid::regprocedure::text as signature
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
)
select signature as object, 'everybody may execute it' as fault
from routine
where exists (
    select from aclexplode(coalesce(proacl, acldefault('f', proowner))) g
    where g.grantee = 0 or g.grantee = to_regrole('anon'))
union all
select signature, 'definer without a closed search_path'
from routine
where prosecdef and not exists (
    select from unnest(proconfig) c where c ~ '^search_path=(""|.*pg_temp)$')
union all
select signature, 'definer owned by a role that somebody can become'
from routine r
where prosecdef and (
    pg_get_userbyid(proowner) <> 'pitwall_guard'
    or exists (select from pg_catalog.pg_auth_members m where m.roleid = r.proowner))
union all
select signature, 'definer reads current_user'
from routine
where prosecdef and prosrc ~* '\mcurrent_(user|role)\M'
union all
select signature, 'leakproof'
from routine
where proleakproof
union all
select t.tgrelid::regclass::text || ' ' || t.tgname, 'trigger'
from pg_catalog.pg_trigger t
join pg_catalog.pg_class c on c.oid = t.tgrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
where not t.tgisinternal
order by 1;
