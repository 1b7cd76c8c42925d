-- The cluster's roles and what they need of this database. Run by the migration runner before the migrations, as the
-- connecting user. Idempotent: the roles may exist already (a second database of the cluster, Supabase), and what an
-- operator changed on them since (a password, the login that Citus needs) is left alone.
-- One statement per paragraph.

-- Roles nobody logs in as. anon and authenticated are the two that a caller of the API may be, as on Supabase.
-- pitwall_owner owns every object. pitwall_guard owns the SECURITY DEFINER functions and has no member, ever. pitwall_admin
-- writes memberships, keys and BI logins of the one organization that a command names. pitwall_bi is what the BI logins
-- of all organizations have in common; each sees the organization its own name stands for.
do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            ('anon',            'nologin noinherit'),
            ('authenticated',   'nologin noinherit'),
            ('pitwall_owner',   'nologin'),
            ('pitwall_guard',   'nologin'),
            ('pitwall_ops',     'nologin'),
            ('pitwall_admin',   'nologin'),
            ('pitwall_bi',      'nologin'),
            ('pitwall_migrate', 'login'),
            ('pitwall_api',     'login noinherit'),
            ('pitwall_sync',    'login')
        ) as role (name, attributes)
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
            begin
                execute format('create role %I %s', wanted.name, wanted.attributes);
            exception
                -- Two databases of one cluster may be migrated at the same moment.
                when duplicate_object or unique_violation then null;
            end;
        end if;
    end loop;
end
$$;

-- Who may become whom. The API's login becomes anon or authenticated and nothing else.
do $$
declare
    link record;
begin
    for link in
        select * from (values
            ('pitwall_owner', 'pitwall_migrate'),
            ('anon',          'pitwall_api'),
            ('authenticated', 'pitwall_api')
        ) as membership (role, member)
    loop
        if not pg_catalog.pg_has_role(link.member, link.role, 'member') then
            execute format('grant %I to %I', link.role, link.member);
        end if;
    end loop;
end
$$;

-- A connecting user without superuser (Supabase's postgres) has to become the owner to migrate, the sync role to load,
-- the administration's to let people in, and the API's to serve.
do $$
declare
    wanted text;
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        foreach wanted in array array['pitwall_owner', 'pitwall_sync', 'pitwall_admin', 'pitwall_api'] loop
            if session_user <> wanted and not pg_catalog.pg_has_role(session_user, wanted, 'member') then
                execute format('grant %I to %I', wanted, session_user);
            end if;
        end loop;
    end if;
end
$$;

-- What only a superuser may give. pitwall_ops is the audited break-glass and backup role; a dump under forced row-level
-- security would be silently empty without BYPASSRLS. The loader may skip the per-row foreign-key checks in its own
-- transaction, where it proves set-based that it leaves no orphan (design.md 3). Elsewhere both are simply missing.
do $$
begin
    if (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        if not (select rolbypassrls from pg_catalog.pg_roles where rolname = 'pitwall_ops') then
            alter role pitwall_ops bypassrls;
        end if;
        if not pg_catalog.has_parameter_privilege('pitwall_sync', 'session_replication_role', 'set') then
            grant set on parameter session_replication_role to pitwall_sync;
        end if;
    end if;
end
$$;

-- This database: the owner creates schemas, the loader stages pages in temporary tables, nobody else makes any.
do $$
begin
    execute format('grant connect, create on database %I to pitwall_owner', current_database());
    execute format('revoke temporary on database %I from public', current_database());
    execute format('grant connect, temporary on database %I to pitwall_sync', current_database());
    execute format('grant connect on database %I to pitwall_migrate, pitwall_api', current_database());
end
$$;

-- Our own logins find the tables without a schema, as every dashboard of the predecessor does.
do $$
declare
    login text;
begin
    foreach login in array array['pitwall_migrate', 'pitwall_api', 'pitwall_sync'] loop
        execute format('alter role %I in database %I set search_path = warehouse, raw', login, current_database());
    end loop;
exception
    -- A hosted platform may refuse settings on roles; then clients set the path themselves.
    when insufficient_privilege then raise notice 'search_path of the login roles is left as it is';
end
$$;
