-- The doors of signing in: what the API's login may ask before anybody is signed in, and nobody else may (contract 29).
-- Grain: one session, key or user. Sources: ops.sessions, ops.service_keys, ops.sign_outs. Nothing but hashes goes in; a
-- wrong hash, an expired and a revoked one answer alike: no row. They run as pitwall_guard, which has no member.
-- One statement per paragraph; run as the migrator, not as pitwall_owner.

do $$
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        execute format('grant pitwall_guard to %I', session_user);
        grant create on schema warehouse to pitwall_guard;
    end if;
end
$$;

create or replace function warehouse.open_session(
    session_hash bytea,
    csrf_hash bytea,
    user_id uuid,
    expires_at timestamptz,
    issuer text,
    user_agent text
) returns void
    language plpgsql security definer
    set search_path = ''
as $$
begin
    insert into ops.sessions (user_id, session_hash, csrf_hash, expires_at, issuer, user_agent)
    values ($3, $1, $2, $4, $5, left($6, 200));
    delete from ops.sessions s where s.user_id = $3 and s.expires_at < now() - interval '1 day';
end
$$;

alter function warehouse.open_session(bytea, bytea, uuid, timestamptz, text, text) owner to pitwall_guard;

call ops.close_function('warehouse.open_session(bytea, bytea, uuid, timestamptz, text, text)');

grant execute on function warehouse.open_session(bytea, bytea, uuid, timestamptz, text, text) to pitwall_api;

comment on function warehouse.open_session(bytea, bytea, uuid, timestamptz, text, text) is
    'Begins a browser session of a user who has just proved himself; forgets his old ones. For the API''s login [nothing]';

create or replace function warehouse.session_of(session_hash bytea)
    returns table (user_id uuid, csrf_hash bytea, created_at timestamptz, expires_at timestamptz)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    return query
        select s.user_id, s.csrf_hash, s.created_at, s.expires_at
        from ops.sessions s
        where s.session_hash = $1 and s.revoked_at is null and s.expires_at > now()
          and not exists (
              select from ops.sign_outs o where o.user_id = s.user_id and o.signed_out_at >= s.created_at);
end
$$;

alter function warehouse.session_of(bytea) owner to pitwall_guard;

call ops.close_function('warehouse.session_of(bytea)');

grant execute on function warehouse.session_of(bytea) to pitwall_api;

comment on function warehouse.session_of(bytea) is
    'The living session with this hash, or no row. For the API''s login [row]';

create or replace function warehouse.close_session(session_hash bytea) returns boolean
    language plpgsql security definer
    set search_path = ''
as $$
begin
    update ops.sessions s set revoked_at = now() where s.session_hash = $1 and s.revoked_at is null;
    return found;
end
$$;

alter function warehouse.close_session(bytea) owner to pitwall_guard;

call ops.close_function('warehouse.close_session(bytea)');

grant execute on function warehouse.close_session(bytea) to pitwall_api;

comment on function warehouse.close_session(bytea) is
    'Ends the session with this hash; says whether there was one. For the API''s login [flag]';

create or replace function warehouse.trim_sessions(most bigint) returns bigint
    language plpgsql security definer
    set search_path = ''
as $$
declare
    removed bigint;
begin
    delete from ops.sessions s
    where (s.user_id, s.session_hash) in (
        select e.user_id, e.session_hash from ops.sessions e
        where least(e.expires_at, e.revoked_at) < now() - interval '1 day'
        limit $1);
    get diagnostics removed = row_count;
    return removed;
end
$$;

alter function warehouse.trim_sessions(bigint) owner to pitwall_guard;

call ops.close_function('warehouse.trim_sessions(bigint)');

grant execute on function warehouse.trim_sessions(bigint) to pitwall_sync;

comment on function warehouse.trim_sessions(bigint) is
    'Forgets so many sessions at most that ended a day ago, and says how many; names nobody. For the worker [count]';

create or replace function warehouse.service_key_of(key_hash bytea)
    returns table (
        key_id uuid, organization_id text, name text, role text, scopes text[], shops bigint[], expires_at timestamptz)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    return query
        select k.key_id, k.organization_id, k.name, k.role, k.scopes, k.shops, k.expires_at
        from ops.service_keys k
        where k.key_hash = $1 and k.revoked_at is null and (k.expires_at is null or k.expires_at > now());
end
$$;

alter function warehouse.service_key_of(bytea) owner to pitwall_guard;

call ops.close_function('warehouse.service_key_of(bytea)');

grant execute on function warehouse.service_key_of(bytea) to pitwall_api;

comment on function warehouse.service_key_of(bytea) is
    'The living service key with this hash, or no row; key_id is its user in user_shop_access. For the API''s login [row]';

create or replace function warehouse.note_use(session_hashes bytea[], key_ids uuid[]) returns void
    language plpgsql security definer
    set search_path = ''
as $$
begin
    update ops.sessions s set last_seen_at = now()
    where s.session_hash = any($1) and s.last_seen_at < now() - interval '1 minute';
    update ops.service_keys k set last_used_at = now()
    where k.key_id = any($2) and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute');
end
$$;

alter function warehouse.note_use(bytea[], uuid[]) owner to pitwall_guard;

call ops.close_function('warehouse.note_use(bytea[], uuid[])');

grant execute on function warehouse.note_use(bytea[], uuid[]) to pitwall_api;

comment on function warehouse.note_use(bytea[], uuid[]) is
    'Notes which sessions and keys were used, to the minute: now and then, apart from any request, because reading writes nothing. For the API''s login [nothing]';

create or replace function warehouse.signed_out_at(user_id uuid) returns timestamptz
    language plpgsql stable security definer
    set search_path = ''
as $$
begin
    return (select o.signed_out_at from ops.sign_outs o where o.user_id = $1);
end
$$;

alter function warehouse.signed_out_at(uuid) owner to pitwall_guard;

call ops.close_function('warehouse.signed_out_at(uuid)');

grant execute on function warehouse.signed_out_at(uuid) to pitwall_api;

comment on function warehouse.signed_out_at(uuid) is
    'When the user was signed out everywhere; a token issued at or before then is refused. For the API''s login [UTC]';

create or replace function warehouse.note_user(user_id uuid, email text, display_name text) returns void
    language plpgsql security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    insert into warehouse.users as u (user_id, email, display_name) values ($1, $2, $3)
    on conflict (user_id) do update set
        email = excluded.email, display_name = excluded.display_name, updated_at = now()
    where (u.email, u.display_name) is distinct from (excluded.email, excluded.display_name);
end
$$;

alter function warehouse.note_user(uuid, text, text) owner to pitwall_guard;

call ops.close_function('warehouse.note_user(uuid, text, text)');

grant execute on function warehouse.note_user(uuid, text, text) to pitwall_api;

comment on function warehouse.note_user(uuid, text, text) is
    'Keeps what the identity provider says of a user who signs in; opens nothing. For the API''s login [nothing]';

do $$
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        revoke create on schema warehouse from pitwall_guard;
        execute format('revoke pitwall_guard from %I', session_user);
    end if;
end
$$;
