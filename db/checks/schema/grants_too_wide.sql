-- I8: nothing is granted to PUBLIC or anon; what a reader may write stands in the list below and nowhere else; only the
-- owner may truncate, reference or attach triggers; partitions have no grants; no default privileges; temporary tables are
-- for the loader (contract 28). Gives the grants that go further.
with written (relation, grantee, privileges) as (
    values
        ('warehouse.goals', 'authenticated', '{INSERT,UPDATE,DELETE}'::text[]),
        ('warehouse.alerts', 'authenticated', '{UPDATE}'),
        ('warehouse.alert_rules', 'authenticated', '{INSERT,UPDATE,DELETE}'),
        ('warehouse.employee_cost_rates', 'authenticated', '{INSERT,UPDATE,DELETE}'),
        ('warehouse.user_shop_access', 'authenticated', '{INSERT,UPDATE,DELETE}'),
        ('ops.tasks', 'authenticated', '{INSERT,UPDATE}'),
        ('ops.idempotency_keys', 'authenticated', '{INSERT,UPDATE,DELETE}'),
        ('ops.audit_log', 'authenticated', '{INSERT}')
),
granted as (
    select c.oid::regclass::text as object, c.oid::regclass::text as relation, c.relispartition as is_partition, c.relowner as owner, g.grantee, g.privilege_type
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
    cross join lateral aclexplode(c.relacl) g
    union all
    select c.oid::regclass::text || '.' || a.attname, c.oid::regclass::text, c.relispartition, c.relowner, g.grantee, g.privilege_type
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
    join pg_catalog.pg_attribute a on a.attrelid = c.oid
    cross join lateral aclexplode(a.attacl) g
    union all
    select 'schema ' || n.nspname, null, false, n.nspowner, g.grantee, g.privilege_type
    from pg_catalog.pg_namespace n
    cross join lateral aclexplode(n.nspacl) g
    where n.nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics')
),
named as (
    select object, relation, is_partition, privilege_type,
        case when grantee = 0 then 'public' else pg_get_userbyid(grantee)::text end as grantee
    from granted
    where grantee <> owner
)
select object, grantee, privilege_type, 'everybody' as fault
from named
where grantee in ('public', 'anon')
union all
select object, grantee, privilege_type, 'a reader writes'
from named
where grantee in ('authenticated', 'pitwall_api', 'pitwall_ops', 'pitwall_bi')
  and privilege_type not in ('SELECT', 'USAGE')
  and not exists (
      select from written w
      where w.relation = named.relation and w.grantee = named.grantee and named.privilege_type = any(w.privileges))
union all
select w.relation, w.grantee, array_to_string(w.privileges, ','), 'is on the list of what may be written and does not exist'
from written w
where to_regclass(w.relation) is null
union all
select object, grantee, privilege_type, 'only the owner may'
from named
where privilege_type in ('TRUNCATE', 'REFERENCES', 'TRIGGER', 'CREATE')
union all
select object, grantee, privilege_type, 'partition with a grant'
from named
where is_partition
union all
select 'default privileges', pg_get_userbyid(d.defaclrole)::text, d.defaclobjtype::text, 'default privileges'
from pg_catalog.pg_default_acl d
where d.defaclnamespace in (select oid from pg_catalog.pg_namespace where nspname in ('warehouse', 'raw', 'ops', 'lazi', 'analytics'))
union all
select 'database', 'public', g.privilege_type, 'everybody makes temporary tables'
from pg_catalog.pg_database d
cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g
where d.datname = current_database() and g.grantee = 0 and g.privilege_type = 'TEMPORARY'
order by 1, 2, 3;
