-- The three schemas, the two procedures by which every later migration dresses its tables, and the arithmetic that
-- generated columns use. Run as pitwall_owner. No default privileges: what is new is closed until it is opened.

create schema warehouse;

create schema raw;

create schema ops;

comment on schema warehouse is 'Tables and views that users query: canonical records, snapshots, daily metrics';

comment on schema raw is 'What vendors sent, as received';

comment on schema ops is 'Queues, rejects, leases and other machinery';

revoke all on schema warehouse, raw, ops from public;

grant usage on schema warehouse, raw, ops to authenticated, pitwall_sync, pitwall_ops;

grant usage on schema warehouse to pitwall_guard;

-- Documents a table or view and every one of its columns, or fails: one column per line, its name, then its meaning,
-- which ends in its unit in square brackets.
create procedure ops.describe(relation regclass, description text, columns text)
    language plpgsql
    set search_path = ''
as $$
declare
    line  text;
    words text[];
    kind  text;
    bare  text;
begin
    select case when c.relkind = 'v' then 'view' else 'table' end into kind
    from pg_catalog.pg_class c where c.oid = relation;
    execute format('comment on %s %s is %L', kind, relation, description);
    foreach line in array string_to_array(columns, E'\n') loop
        words := regexp_match(btrim(line), '^(\S+)\s+(.+\[[^]]+\])$');
        continue when btrim(line) = '';
        if words is null then
            raise exception 'no column with meaning and [unit]: %', line;
        end if;
        execute format('comment on column %s.%I is %L', relation, words[1], words[2]);
    end loop;
    select string_agg(a.attname, ', ') into bare
    from pg_catalog.pg_attribute a
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped
      and pg_catalog.col_description(relation, a.attnum) is null;
    if bare is not null then
        raise exception 'columns of % without a comment: %', relation, bare;
    end if;
end
$$;

comment on procedure ops.describe(regclass, text, text) is
    'Sets the comments of a relation and of all its columns; refuses a column without meaning and unit. For migrations and models';

revoke all on procedure ops.describe(regclass, text, text) from public;

-- Puts one table with shop rows behind the wall: row-level security enabled and forced, one permissive policy per verb
-- and role. The sync role sees the one shop its task named; a signed-in user sees the shops that `reader` gives him.
-- Both sides are uncorrelated sub-selects, evaluated once per statement, so that shop_id stays an index condition.
create procedure ops.wall(relation regclass, reader text, sync_verbs text[])
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
end
$$;

comment on procedure ops.wall(regclass, text, text[]) is
    'Enables and forces row-level security on a table with shop_id and gives it its policies. For migrations';

revoke all on procedure ops.wall(regclass, text, text[]) from public;

-- The doors of the wall. Their bodies are models (db/models/canonical/identity.sql) and replace these; policies need
-- them to exist before. Until then nobody has a shop.
create function warehouse.current_user_id() returns uuid
    language plpgsql stable parallel safe
    set search_path = ''
as $$ begin return null; end $$;

revoke all on function warehouse.current_user_id() from public;

create function warehouse.current_shops() returns bigint[]
    language plpgsql stable parallel safe
    set search_path = ''
as $$ begin return '{}'; end $$;

revoke all on function warehouse.current_shops() from public;

create function warehouse.current_shops_managed() returns bigint[]
    language plpgsql stable parallel safe
    set search_path = ''
as $$ begin return '{}'; end $$;

revoke all on function warehouse.current_shops_managed() from public;

grant execute on function warehouse.current_user_id(), warehouse.current_shops(), warehouse.current_shops_managed()
    to authenticated;

-- Arithmetic of generated columns. It stands in a migration and not in a model because stored columns hang on it: a
-- changed body would leave old rows on the old rule. Plain SQL without SET, so that PostgreSQL inlines it.
-- Integers are divided exactly and rounded once, half away from zero; numeric division would round twice.
create function warehouse.percent(part bigint, whole bigint) returns numeric
    language sql immutable parallel safe
as $$
    select case
        when whole <= 0 then null
        when part between -4000000000000 and 4000000000000 and whole <= 1000000000000000000
            then (case when part < 0 then -1 else 1 end
                  * ((abs(part) * 2000000 + whole) / (2 * whole)))::numeric * 0.0001
        else case when part < 0 then -1 else 1 end
             * div(abs(part::numeric) * 2000000 + whole, 2 * whole::numeric) * 0.0001
    end
$$;

comment on function warehouse.percent(bigint, bigint) is
    'Part of whole in percent, 4 decimals, half away from zero; null where the whole is not positive [percent 0-100]';

revoke all on function warehouse.percent(bigint, bigint) from public;

create function warehouse.per(amount bigint, units numeric) returns bigint
    language sql immutable parallel safe
as $$
    select case
        when units <= 0 then null
        else (case when amount < 0 then -1 else 1 end * div(2 * abs(amount::numeric) + units, 2 * units))::bigint
    end
$$;

comment on function warehouse.per(bigint, numeric) is
    'Cents per hour, order or job, half away from zero; null where the divisor is not positive [cents]';

revoke all on function warehouse.per(bigint, numeric) from public;

-- Built from text because jsonb_build_object is only stable; a source without a line is left out. The first branch is
-- the usual case and twice as fast.
create function warehouse.rate_sources(assigned integer, shop_avg integer, "default" integer) returns jsonb
    language sql immutable parallel safe
as $$
    select case
        when assigned > 0 and shop_avg = 0 and "default" = 0
            then ('{"assigned":' || assigned::text || '}')::jsonb
        else jsonb_strip_nulls((
            '{"assigned":' || coalesce(nullif(assigned, 0)::text, 'null')
            || ',"shop_avg":' || coalesce(nullif(shop_avg, 0)::text, 'null')
            || ',"default":' || coalesce(nullif("default", 0)::text, 'null') || '}')::jsonb)
    end
$$;

comment on function warehouse.rate_sources(integer, integer, integer) is
    'Number of labour lines per source of their cost rate, sources without lines left out [JSON]';

revoke all on function warehouse.rate_sources(integer, integer, integer) from public;

grant execute on function
    warehouse.percent(bigint, bigint),
    warehouse.per(bigint, numeric),
    warehouse.rate_sources(integer, integer, integer)
    to authenticated, pitwall_sync, pitwall_ops;
