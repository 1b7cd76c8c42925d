-- Every table, view, column and function says what it is; a column's comment ends in its unit in square brackets.
-- Gives the objects that do not.
with ours as (
    select oid, nspname from pg_catalog.pg_namespace where nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
)
select o.nspname || '.' || c.relname as object, 'no comment' as fault
from ours o
join pg_catalog.pg_class c on c.relnamespace = o.oid and c.relkind in ('r', 'p', 'v', 'm')
where obj_description(c.oid, 'pg_class') is null
union all
select o.nspname || '.' || c.relname || '.' || a.attname,
    case when col_description(c.oid, a.attnum) is null then 'no comment' else 'no unit at the end of the comment' end
from ours o
join pg_catalog.pg_class c on c.relnamespace = o.oid and c.relkind in ('r', 'p', 'v', 'm')
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where coalesce(col_description(c.oid, a.attnum), '') !~ '\S.*\[[^]]+\]$'
union all
select p.oid::regprocedure::text, 'no comment'
from ours o
join pg_catalog.pg_proc p on p.pronamespace = o.oid
where obj_description(p.oid, 'pg_proc') is null
order by 1;
