-- I8: shop_id stands not null on every table with shop data and first in every primary, unique and foreign key; the listed
-- tables of organizations and users carry their own key instead, in the same way (contract 27). Every table has a primary
-- key (Citus moves shards by it). Gives the tables and constraints that differ.
with keyed_otherwise (relation, key) as (
    values
        ('warehouse.organizations', 'id'),
        ('warehouse.connections', 'organization_id'),
        ('ops.service_keys', 'organization_id'),
        ('ops.audit_log', 'organization_id'),
        ('ops.bi_roles', 'organization_id'),
        ('warehouse.users', 'user_id'),
        ('ops.sessions', 'user_id'),
        ('ops.sign_outs', 'user_id')
),
tenant_tables as (
    select c.oid, c.oid::regclass::text as relation,
        (select a.attnum from pg_catalog.pg_attribute a
         where a.attrelid = c.oid and a.attnotnull and a.attname = coalesce(o.key, 'shop_id')
           and (o.key is not null or a.atttypid = 'bigint'::regtype)) as shop_column
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
    left join keyed_otherwise o on o.relation = c.oid::regclass::text
    where c.relkind in ('r', 'p')
)
select relation, null::text as constraint_name, 'no shop_id bigint not null, nor the key it is listed with' as fault
from tenant_tables
where shop_column is null
union all
select a.attrelid::regclass::text, null, 'shop_id may be null'
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
where a.attname = 'shop_id' and not a.attnotnull
union all
select t.relation, k.conname::text, 'does not begin with the key'
from tenant_tables t
join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'f')
where t.shop_column is not null and k.conkey[1] <> t.shop_column
union all
select t.relation, x.indexrelid::regclass::text, 'unique index does not begin with the key'
from tenant_tables t
join pg_catalog.pg_index x on x.indrelid = t.oid and x.indisunique
where t.shop_column is not null and x.indkey[0] <> t.shop_column
union all
select t.relation, k.conname::text, 'foreign key does not point at a shop_id'
from tenant_tables t
join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
join pg_catalog.pg_attribute a on a.attrelid = k.confrelid and a.attnum = k.confkey[1]
where a.attname <> 'shop_id'
union all
select t.relation, null, 'no primary key'
from tenant_tables t
where not exists (select from pg_catalog.pg_constraint k where k.conrelid = t.oid and k.contype = 'p')
order by 1, 2;
