-- Retention of raw.payloads: a partition per day, dropped when old, the newest payload of each entity kept.
-- Grain: one call, once a day and at start. Run as pitwall_owner (`set local role pitwall_owner`), in its own transaction.
--
-- Forced row-level security hides the rows from the owner too, and a policy for the owner would be one more door. So the
-- owner lifts FORCE from the parent table, works through the parent, and puts it back before the transaction ends. Nobody
-- can use the gap: ALTER TABLE holds an ACCESS EXCLUSIVE lock to the end of the transaction, other roles stay under their
-- policies in any case, and an error rolls the lifting back with everything else. Partitions are never lifted: rows are
-- reached through the parent only. With nothing to create or drop the function returns before it locks anything.

create or replace function ops.maintain_raw_partitions(
    days_ahead integer,
    keep_days integer,
    today date default (now() at time zone 'utc')::date,
    out created integer,
    out dropped integer,
    out kept bigint
)
    language plpgsql
    set search_path = ''
as $$
declare
    first_day constant date := '2000-01-01';
    kept_day  constant date := '1999-12-31';
    cutoff    constant date := today - keep_days;
    missing   date[];
    expired   regclass[];
    day       date;
    leaf      regclass;
    leaf_name text;
begin
    created := 0;
    dropped := 0;
    kept := 0;
    select array_agg(d::date order by d) into missing
    from generate_series(today, today + days_ahead, interval '1 day') d
    where to_regclass('raw.payloads_' || to_char(d, 'YYYYMMDD')) is null;
    select array_agg(c.oid::regclass) into expired
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'raw.payloads'::regclass
      and c.relname ~ '^payloads_\d{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') < cutoff;
    if missing is null and expired is null then
        return;
    end if;
    alter table raw.payloads no force row level security;
    -- What is kept already goes when a newer payload of the same entity leaves ...
    delete from raw.payloads k
    where k.stored_on = kept_day and exists (
        select from raw.payloads l
        where l.shop_id = k.shop_id and l.entity = k.entity and l.entity_id = k.entity_id
          and l.stored_on >= first_day and l.stored_on < cutoff and l.fetched_at >= k.fetched_at);
    -- ... and the newest of those that leave stays, unless a newer one is there.
    insert into raw.payloads
        (shop_id, entity_id, fetched_at, stored_on, entity, vendor, endpoint, payload_hash, body)
    select distinct on (l.shop_id, l.entity, l.entity_id)
        l.shop_id, l.entity_id, l.fetched_at, kept_day, l.entity, l.vendor, l.endpoint, l.payload_hash, l.body
    from raw.payloads l
    where l.stored_on >= first_day and l.stored_on < cutoff and not exists (
        select from raw.payloads n
        where n.shop_id = l.shop_id and n.entity = l.entity and n.entity_id = l.entity_id
          and (n.stored_on >= cutoff or (n.stored_on = kept_day and n.fetched_at > l.fetched_at)))
    order by l.shop_id, l.entity, l.entity_id, l.fetched_at desc, l.payload_hash;
    get diagnostics kept = row_count;
    foreach leaf in array coalesce(expired, '{}') loop
        execute format('drop table %s', leaf);
        dropped := dropped + 1;
    end loop;
    -- Days that never had a partition stand in the default one.
    delete from raw.payloads where stored_on >= first_day and stored_on < cutoff;
    foreach day in array coalesce(missing, '{}') loop
        leaf_name := 'raw.payloads_' || to_char(day, 'YYYYMMDD');
        -- Not `partition of`: rows of the day may stand in the default partition and have to move before it can exist.
        execute format('create table %s (like raw.payloads including all)', leaf_name);
        execute format(
            'with moved as (delete from raw.payloads where stored_on = %L returning *)
             insert into %s select * from moved', day, leaf_name);
        execute format('alter table raw.payloads attach partition %s for values from (%L) to (%L)',
            leaf_name, day, day + 1);
        call ops.wall(leaf_name, 'current_shops_managed', '{select,insert,update,delete}');
        execute format('comment on table %s is %L', leaf_name,
            'Partition of raw.payloads: one day, dropped when it is old. Personal data');
        created := created + 1;
    end loop;
    alter table raw.payloads force row level security;
end
$$;

alter function ops.maintain_raw_partitions(integer, integer, date) owner to pitwall_owner;

call ops.close_function('ops.maintain_raw_partitions(integer, integer, date)');

comment on function ops.maintain_raw_partitions(integer, integer, date) is
    'Creates the partitions of today and the days ahead, drops those older than keep_days; gives what it did. Run as pitwall_owner [count]';
