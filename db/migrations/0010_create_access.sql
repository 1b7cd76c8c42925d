-- Who may sign in, by which key or session, who decided so, and the logins of business-intelligence tools.

-- Doors that policies below and later need to exist; their bodies are models (db/models/canonical/). Until those are
-- applied nobody has a shop.
create function warehouse.current_shops_owned() returns bigint[]
    language plpgsql stable parallel safe
    set search_path = ''
as $$ begin return '{}'; end $$;

create function warehouse.current_shops_labor() returns bigint[]
    language plpgsql stable parallel safe
    set search_path = ''
as $$ begin return '{}'; end $$;

create function warehouse.current_labor_keys() returns text[]
    language plpgsql stable parallel safe
    set search_path = ''
as $$ begin return '{}'; end $$;

create function warehouse.bi_shops() returns bigint[]
    language plpgsql stable parallel safe
    set search_path = ''
as $$ begin return '{}'; end $$;

revoke all on function
    warehouse.current_shops_owned(), warehouse.current_shops_labor(), warehouse.current_labor_keys(), warehouse.bi_shops()
    from public;

grant execute on function
    warehouse.current_shops_owned(), warehouse.current_shops_labor(), warehouse.current_labor_keys()
    to authenticated;

grant execute on function warehouse.bi_shops() to pitwall_bi;

-- As before; what everybody in a shop may read, a BI login of its organization may read too, once it has the grant.
create or replace procedure ops.wall(relation regclass, reader text, sync_verbs text[])
    language plpgsql
    set search_path = ''
as $$
declare
    named_shop constant text :=
        $e$shop_id = (select nullif(current_setting('pitwall.shop_id', true), '')::bigint)$e$;
    verb text;
begin
    execute format('alter table %s enable row level security', relation);
    execute format('alter table %s force row level security', relation);
    foreach verb in array sync_verbs loop
        execute format('create policy sync_%s on %s for %s to pitwall_sync %s %s', verb, relation, verb,
            case when verb <> 'insert' then format('using (%s)', named_shop) end,
            case when verb in ('insert', 'update') then format('with check (%s)', named_shop) end);
    end loop;
    if reader is not null then
        execute format(
            'create policy reader_select on %s for select to authenticated
             using (shop_id = any((select warehouse.%I())::bigint[]))', relation, reader);
    end if;
    if reader = 'current_shops' then
        execute format(
            'create policy bi_select on %s for select to pitwall_bi
             using (shop_id = any((select warehouse.bi_shops())::bigint[]))', relation);
    end if;
end
$$;

-- Puts a table of an organization behind the wall: the administration's role reaches the organization that its command
-- named, the guard everything, for the doors.
create procedure ops.wall_organization(relation regclass, admin_verbs text[], guard_verbs text[])
    language plpgsql
    set search_path = ''
as $$
declare
    named_organization constant text :=
        $e$organization_id = (select nullif(current_setting('pitwall.organization_id', true), ''))$e$;
    verb text;
begin
    execute format('alter table %s enable row level security', relation);
    execute format('alter table %s force row level security', relation);
    foreach verb in array admin_verbs loop
        execute format('create policy admin_%s on %s for %s to pitwall_admin %s %s', verb, relation, verb,
            case when verb <> 'insert' then format('using (%s)', named_organization) end,
            case when verb in ('insert', 'update') then format('with check (%s)', named_organization) end);
    end loop;
    foreach verb in array guard_verbs loop
        execute format('create policy guard_%s on %s for %s to pitwall_guard %s %s', verb, relation, verb,
            case when verb <> 'insert' then 'using (true)' end,
            case when verb in ('insert', 'update') then 'with check (true)' end);
    end loop;
end
$$;

comment on procedure ops.wall_organization(regclass, text[], text[]) is
    'Enables and forces row-level security on a table with organization_id and gives it its policies. For migrations';

revoke all on procedure ops.wall_organization(regclass, text[], text[]) from public;

-- Row by row the same as a user's memberships: a key is the user `key_id` in user_shop_access, so that one wall serves both.
create table ops.service_keys (
    organization_id text not null,
    key_id          uuid not null default gen_random_uuid(),
    created_at      timestamptz not null default now(),
    expires_at      timestamptz,
    revoked_at      timestamptz,
    last_used_at    timestamptz,
    name            text not null,
    hint            text not null,
    role            text not null,
    created_by      text not null,
    scopes          text[] not null,
    shops           bigint[] not null,
    key_hash        bytea not null,
    primary key (organization_id, key_id),
    constraint service_keys_hash_is_sha256 check (length(key_hash) = 32),
    constraint service_keys_role_known check (role in ('manager', 'advisor', 'analyst', 'viewer')),
    constraint service_keys_scopes_known check (scopes <@ '{read,write,tasks}' and cardinality(scopes) > 0),
    constraint service_keys_shops_named check (cardinality(shops) > 0)
);

create unique index service_keys_name_idx on ops.service_keys (organization_id, name) where revoked_at is null;

create index service_keys_hash_idx on ops.service_keys (key_hash);

create table ops.sessions (
    user_id      uuid not null,
    created_at   timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    session_hash bytea not null,
    csrf_hash    bytea not null,
    issuer       text,
    user_agent   text,
    primary key (user_id, session_hash),
    constraint sessions_hash_is_sha256 check (length(session_hash) = 32),
    constraint sessions_csrf_is_sha256 check (length(csrf_hash) = 32),
    constraint sessions_user_agent_short check (length(user_agent) <= 200)
);

create index sessions_hash_idx on ops.sessions (session_hash);

create table ops.sign_outs (
    user_id       uuid primary key,
    signed_out_at timestamptz not null default now()
);

-- Only ever appended: no role has a grant or a policy to change or remove a row.
create table ops.audit_log (
    organization_id text not null,
    audit_id        bigint generated always as identity,
    shop_id         bigint,
    happened_at     timestamptz not null default now(),
    actor_kind      text not null,
    actor           text not null,
    action          text not null,
    subject         text,
    reason          text,
    details         jsonb,
    primary key (organization_id, audit_id),
    constraint audit_log_actor_kind_known check (actor_kind in ('user', 'operator')),
    constraint audit_log_action_known check (action in (
        'membership.granted', 'membership.changed', 'membership.revoked', 'user.signed_out',
        'key.created', 'key.revoked', 'bi_role.created', 'bi_role.dropped', 'break_glass.opened', 'break_glass.closed'))
);

create index audit_log_shop_idx on ops.audit_log (shop_id, happened_at) where shop_id is not null;

create table ops.bi_roles (
    organization_id text not null,
    created_at      timestamptz not null default now(),
    role_name       text not null,
    primary key (organization_id, role_name),
    constraint bi_roles_name_shape check (role_name ~ '^pitwall_bi_[a-z0-9_]{1,52}$')
);

-- One login reads one organization.
create index bi_roles_name_idx on ops.bi_roles (role_name);

call ops.wall_organization('ops.service_keys', '{select,insert,update}', '{select,update}');

call ops.wall_organization('ops.audit_log', '{select,insert}', '{}');

call ops.wall_organization('ops.bi_roles', '{select,insert,delete}', '{select}');

alter table ops.sessions enable row level security;

alter table ops.sessions force row level security;

create policy guard_select on ops.sessions for select to pitwall_guard using (true);

create policy guard_insert on ops.sessions for insert to pitwall_guard with check (true);

create policy guard_update on ops.sessions for update to pitwall_guard using (true) with check (true);

create policy guard_delete on ops.sessions for delete to pitwall_guard using (true);

alter table ops.sign_outs enable row level security;

alter table ops.sign_outs force row level security;

create policy guard_select on ops.sign_outs for select to pitwall_guard using (true);

-- Whoever is owner or manager of a shop reads its journal and adds to it in his own name, when he changes a membership.
create policy reader_select on ops.audit_log for select to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

create policy reader_insert on ops.audit_log for insert to authenticated
    with check (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and organization_id = any(array(
            select s.organization_id from warehouse.shops s where s.shop_id = audit_log.shop_id))
        and actor_kind = 'user'
        and actor = (select warehouse.current_user_id())::text
        and action in ('membership.granted', 'membership.changed', 'membership.revoked'));

-- The administration works on one organization at a time: its shops, who may see them, their sign-outs.
create policy admin_select on warehouse.organizations for select to pitwall_admin
    using (id = (select nullif(current_setting('pitwall.organization_id', true), '')));

create policy admin_select on warehouse.shops for select to pitwall_admin
    using (organization_id = (select nullif(current_setting('pitwall.organization_id', true), '')));

create policy admin_select on warehouse.user_shop_access for select to pitwall_admin
    using (shop_id = any(array(select s.shop_id from warehouse.shops s)));

create policy admin_insert on warehouse.user_shop_access for insert to pitwall_admin
    with check (shop_id = any(array(select s.shop_id from warehouse.shops s)));

create policy admin_update on warehouse.user_shop_access for update to pitwall_admin
    using (shop_id = any(array(select s.shop_id from warehouse.shops s)))
    with check (shop_id = any(array(select s.shop_id from warehouse.shops s)));

create policy admin_delete on warehouse.user_shop_access for delete to pitwall_admin
    using (shop_id = any(array(select s.shop_id from warehouse.shops s)));

create policy admin_select on warehouse.users for select to pitwall_admin
    using (user_id in (select a.user_id from warehouse.user_shop_access a));

create policy admin_insert on warehouse.users for insert to pitwall_admin
    with check (user_id in (select a.user_id from warehouse.user_shop_access a));

create policy admin_update on warehouse.users for update to pitwall_admin
    using (user_id in (select a.user_id from warehouse.user_shop_access a))
    with check (user_id in (select a.user_id from warehouse.user_shop_access a));

create policy admin_select on ops.sign_outs for select to pitwall_admin
    using (user_id in (select a.user_id from warehouse.user_shop_access a));

create policy admin_insert on ops.sign_outs for insert to pitwall_admin
    with check (user_id in (select a.user_id from warehouse.user_shop_access a));

create policy admin_update on ops.sign_outs for update to pitwall_admin
    using (user_id in (select a.user_id from warehouse.user_shop_access a))
    with check (user_id in (select a.user_id from warehouse.user_shop_access a));

-- What the doors read and write for callers who have no identity yet.
create policy guard_select on warehouse.shops for select to pitwall_guard using (true);

create policy guard_select on warehouse.users for select to pitwall_guard using (true);

create policy guard_insert on warehouse.users for insert to pitwall_guard with check (true);

create policy guard_update on warehouse.users for update to pitwall_guard using (true) with check (true);

grant usage on schema ops to pitwall_guard, pitwall_admin;

grant usage on schema warehouse to pitwall_admin, pitwall_bi;

grant select, update (last_used_at) on ops.service_keys to pitwall_guard;

grant select, insert, update, delete on ops.sessions to pitwall_guard;

grant select on ops.sign_outs, ops.bi_roles, warehouse.shops to pitwall_guard;

grant select, insert, update on warehouse.users to pitwall_guard;

grant select, insert, update (revoked_at) on ops.service_keys to pitwall_admin;

grant select, insert (organization_id, shop_id, actor_kind, actor, action, subject, reason, details) on ops.audit_log
    to pitwall_admin, authenticated;

grant select, insert, delete on ops.bi_roles to pitwall_admin;

grant select, insert, update on ops.sign_outs, warehouse.users to pitwall_admin;

grant select on warehouse.organizations, warehouse.shops to pitwall_admin;

grant select, insert, update, delete on warehouse.user_shop_access to pitwall_admin;

grant select on ops.service_keys, ops.sessions, ops.sign_outs, ops.audit_log, ops.bi_roles to pitwall_ops;

call ops.describe('ops.service_keys',
    'Keys of programs that read the API. A key is the user key_id of user_shop_access; its text is stored nowhere', $$
    organization_id  organization that issued the key [id]
    key_id           its number, and the user it is in user_shop_access [id]
    created_at       when it was issued [UTC]
    expires_at       when it ends, null for never [UTC]
    revoked_at       when it was taken back [UTC]
    last_used_at     when it was last used, to the minute [UTC]
    name             what it is for; one living key a name [text]
    hint             its first characters, to recognize it by [text]
    role             role in each of its shops: manager, advisor, analyst, viewer [code]
    created_by       login that issued it [text]
    scopes           what it may do: read, write, tasks [list of codes]
    shops            shops it was issued for [list of ids]
    key_hash         fingerprint of its text [SHA-256 bytes]
$$);

call ops.describe('ops.sessions', 'Signed-in browsers. Neither the cookie nor its CSRF token is stored, only their hashes', $$
    user_id       who is signed in [id]
    created_at    when the session began [UTC]
    last_seen_at  when it was last used, to the minute [UTC]
    expires_at    when it ends [UTC]
    revoked_at    when it was ended early [UTC]
    session_hash  fingerprint of the cookie [SHA-256 bytes]
    csrf_hash     fingerprint of the token that writing requests carry [SHA-256 bytes]
    issuer        who vouched for the user [URL]
    user_agent    program of the user, cut to 200 characters [text]
$$);

call ops.describe('ops.sign_outs', 'Users signed out everywhere: tokens and sessions from before count no more', $$
    user_id        who was signed out [id]
    signed_out_at  what was issued before is refused [UTC]
$$);

call ops.describe('ops.audit_log',
    'Journal of who was let in: memberships, keys, BI logins, break-glass. Only appended', $$
    organization_id  organization concerned [id]
    audit_id         number of the entry [number]
    shop_id          shop concerned, null where it is the whole organization [id]
    happened_at      when it was done [UTC]
    actor_kind       user: signed in to pitwall; operator: by the command line [code]
    actor            subject of the user's token, or the operator's login [text]
    action           what was done, such as membership.granted [code]
    subject          whom or what it was done to: a user, a key, a login [text]
    reason           why, where the actor had to say so [text]
    details          the rest: role, scopes, shops [JSON]
$$);

call ops.describe('ops.bi_roles', 'Database logins of BI tools: each reads the shops of one organization', $$
    organization_id  organization it reads [id]
    created_at       when it was made [UTC]
    role_name        name of the login [text]
$$);
