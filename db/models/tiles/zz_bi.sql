-- BI logins read every view: all of them run with the caller's rights, so that a view shows no more than its tables do
-- (contract.md 28, docs/access.md). Applied after all other models, hence its name.

do $$
declare
    readable regclass;
begin
    for readable in
        select c.oid
        from pg_catalog.pg_class c
        where c.relnamespace = 'warehouse'::regnamespace and c.relkind = 'v'
          and c.reloptions @> '{security_invoker=true}'
    loop
        execute format('grant select on %s to pitwall_bi', readable);
    end loop;
end
$$;
