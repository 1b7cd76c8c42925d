-- What all views have in common: nobody writes through one, nobody reads one but the roles that may read tables, and BI
-- logins read every one. All of them run with the caller's rights, so that a view shows no more than its tables do
-- (contract.md 28, docs/access.md). Applied after all other models, hence its name.

do $$
declare
    view regclass;
begin
    for view in
        select c.oid
        from pg_catalog.pg_class c
        where c.relkind = 'v' and c.relnamespace in ('warehouse'::regnamespace, 'raw'::regnamespace, 'ops'::regnamespace,
            'lazi'::regnamespace, 'analytics'::regnamespace)
    loop
        call ops.close_view(view, '{authenticated,pitwall_sync,pitwall_ops,pitwall_bi}');
        if (select c.relnamespace = 'warehouse'::regnamespace and c.reloptions @> '{security_invoker=true}'
            from pg_catalog.pg_class c where c.oid = view) then
            execute format('grant select on %s to pitwall_bi', view);
        end if;
    end loop;
end
$$;
