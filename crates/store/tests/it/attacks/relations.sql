-- Every table, partition and view of ours with its columns, and what a CHECK lists as allowed in them.
select
    c.oid::regclass::text as relation,
    c.relkind::text as kind,
    c.relispartition as is_partition,
    a.attname::text as column_name,
    regexp_replace(format_type(a.atttypid, null), '\(.*\)', '') as type_name,
    a.attnotnull and not a.atthasdef and a.attidentity = '' as needed,
    exists (
        select from pg_catalog.pg_index x
        where x.indrelid = c.oid and x.indisprimary and a.attnum = any(x.indkey::smallint[])) as is_primary,
    -- Part of a key, though it has a default; an identity or a generated column may not be given a value.
    coalesce(a.attidentity = '' and a.attgenerated = '' and exists (
        select from pg_catalog.pg_index x
        where x.indrelid = c.oid and x.indisunique and a.attnum = any(x.indkey::smallint[])), false) as in_key,
    (select substring(pg_get_constraintdef(k.oid) from '= ANY \(+ARRAY\[(.*?)\]')
     from pg_catalog.pg_constraint k
     where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
       and pg_get_constraintdef(k.oid) like '%= ANY%' limit 1) as allowed
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops')
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v')
order by relation, a.attnum;
