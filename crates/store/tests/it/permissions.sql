-- Who has which grant on what, one line an object: relations with their columns where a grant is narrower, functions and
-- procedures, sequences, schemas; and the policies that narrow the rows.
with ours as (
    select oid, nspname from pg_catalog.pg_namespace where nspname in ('warehouse', 'raw', 'ops', 'pitwall')
),
grants as (
    select c.oid::regclass::text as object,
        case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end as kind,
        g.grantee, lower(g.privilege_type) as privilege
    from ours o
    join pg_catalog.pg_class c on c.relnamespace = o.oid and c.relkind in ('r', 'p', 'v', 'm', 'S')
    left join lateral aclexplode(c.relacl) g on g.grantee <> c.relowner
    where not c.relispartition
    union all
    select c.oid::regclass::text, 'table', g.grantee,
        lower(g.privilege_type) || '(' || string_agg(a.attname, ' ' order by a.attnum) || ')'
    from ours o
    join pg_catalog.pg_class c on c.relnamespace = o.oid
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    cross join lateral aclexplode(a.attacl) g
    group by 1, 2, 3, g.privilege_type
    union all
    select p.oid::regprocedure::text, case when p.prosecdef then 'door' when p.prokind = 'p' then 'procedure' else 'function' end,
        g.grantee, 'execute'
    from ours o
    join pg_catalog.pg_proc p on p.pronamespace = o.oid
    left join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g on g.grantee <> p.proowner
    union all
    select o.nspname, 'schema', g.grantee, lower(g.privilege_type)
    from ours o
    join pg_catalog.pg_namespace n on n.oid = o.oid
    left join lateral aclexplode(n.nspacl) g on g.grantee <> n.nspowner
),
named as (
    select kind, object, privilege,
        case when grantee = 0 then 'PUBLIC' when grantee is null then '-' else grantee::regrole::text end as grantee
    from grants
),
per_role as (
    select kind, object, grantee, string_agg(privilege, ' ' order by privilege) as privileges
    from named
    group by kind, object, grantee
),
lines as (
    select 1 as part, kind, object,
        string_agg(grantee || coalesce(': ' || privileges, ''), '; ' order by grantee) as rights
    from per_role
    group by kind, object
    union all
    select 2, 'policy', p.polrelid::regclass::text || ' ' || p.polname,
        (select string_agg(r::regrole::text, ', ') from unnest(p.polroles) r)
        || coalesce(' using ' || regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g'), '')
        || coalesce(' with check ' || regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\s+', ' ', 'g'), '')
    from ours o
    join pg_catalog.pg_class c on c.relnamespace = o.oid and not c.relispartition
    join pg_catalog.pg_policy p on p.polrelid = c.oid
)
select kind || ' ' || object || chr(10) || '    ' || rights as line
from lines
order by part, kind, object;
