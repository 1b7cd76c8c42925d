-- What every cache of a vendor's records shares: how far it is, which keys changed, what a complete run has seen; and
-- the settings of a field-service company. ServiceTitan is the first vendor whose records are cached in tables before
-- orders are composed from them (docs/servicetitan.md).

create schema lazi;

create schema analytics;

comment on schema lazi is 'Read views of a field-service company, by the names its own tools use';

comment on schema analytics is 'Measures of a field-service company';

revoke all on schema lazi, analytics from public;

grant usage on schema lazi, analytics to authenticated, pitwall_sync, pitwall_ops;

create table raw.sync_state (
    shop_id               bigint not null,
    tenant_id             bigint not null,
    id                    uuid not null default gen_random_uuid(),
    table_name            text collate "C" not null,
    last_full_sync        timestamptz,
    last_incremental_sync timestamptz,
    records_synced        integer not null default 0,
    last_error            text,
    mode                  text,
    status                text not null default 'idle',
    watermark             timestamptz,
    continuation_token    text,
    consecutive_failures  integer not null default 0,
    rows_inserted         bigint not null default 0,
    rows_updated          bigint not null default 0,
    rows_unchanged        bigint not null default 0,
    rows_stale            bigint not null default 0,
    rows_tombstoned       bigint not null default 0,
    error_class           text,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    constraint uq_sync_state_tenant_table primary key (shop_id, table_name),
    constraint sync_state_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint sync_state_status_known check (status in ('idle', 'running', 'failed', 'paused'))
);

create index idx_sync_state_tenant on raw.sync_state (tenant_id);

create table ops.dirty_records (
    shop_id   bigint not null,
    marked_at timestamptz not null default now(),
    kind      text collate "C" not null,
    record_id text collate "C" not null,
    primary key (shop_id, kind, record_id),
    constraint dirty_records_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table ops.seen_records (
    shop_id    bigint not null,
    table_name text collate "C" not null,
    record_id  text collate "C" not null,
    primary key (shop_id, table_name, record_id),
    constraint seen_records_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.field_settings (
    shop_id bigint not null,
    value   bigint not null,
    setting text collate "C" not null,
    primary key (shop_id, setting),
    constraint field_settings_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table ops.dirty_technician_days (
    shop_id       bigint not null,
    marked_at     timestamptz not null default now(),
    local_date    date not null,
    technician_id text collate "C" not null,
    primary key (shop_id, technician_id, local_date),
    constraint dirty_technician_days_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

-- One row a technician and day with anything in it; analytics.v_technician_day is its definition.
create table warehouse.field_technician_days (
    shop_id             bigint not null,
    available_s         bigint not null,
    work_s              bigint not null,
    work_in_available_s bigint not null,
    drive_s             bigint not null,
    booked_s            bigint not null,
    updated_at          timestamptz not null default now(),
    local_date          date not null,
    technician_id       text collate "C" not null,
    primary key (shop_id, local_date, technician_id),
    constraint field_technician_days_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

call ops.wall('ops.dirty_technician_days', null, '{select,insert,update,delete}');

call ops.wall('warehouse.field_technician_days', 'current_shops', '{select,insert,update,delete}');

call ops.wall('raw.sync_state', 'current_shops', '{select,insert,update,delete}');

call ops.wall('ops.dirty_records', null, '{select,insert,update,delete}');

call ops.wall('ops.seen_records', null, '{select,insert,update,delete}');

call ops.wall('warehouse.field_settings', 'current_shops', '{select,insert,update,delete}');

grant select on raw.sync_state, warehouse.field_settings, warehouse.field_technician_days to authenticated;

grant select, insert, update, delete on
    raw.sync_state, ops.dirty_records, ops.seen_records, ops.dirty_technician_days, warehouse.field_settings,
    warehouse.field_technician_days
    to pitwall_sync;

grant select on
    raw.sync_state, ops.dirty_records, ops.seen_records, ops.dirty_technician_days, warehouse.field_settings,
    warehouse.field_technician_days
    to pitwall_ops;

call ops.describe('raw.sync_state', 'How far each cached table of a shop is; the resume point itself is in warehouse.sync_cursors', $$
    shop_id                shop [id]
    tenant_id              the vendor's number of the shop [vendor id]
    id                     number of the row [id]
    table_name             cached table, like st_jobs [code]
    last_full_sync         start of the last complete run that succeeded [UTC]
    last_incremental_sync  start of the last run that succeeded [UTC]
    records_synced         records received by the last run that succeeded [count]
    last_error             class and status of the failure since the last success, null after one [text]
    mode                   export or list: how the vendor gives it [code]
    status                 idle, running, failed or paused [code]
    watermark              what the next run by time reads from, before its overlap [UTC]
    continuation_token     the vendor's token behind the last committed page [text]
    consecutive_failures   runs that failed since the last success [count]
    rows_inserted          rows that were new, all runs [count]
    rows_updated           rows that had changed, all runs [count]
    rows_unchanged         rows that were equal, all runs [count]
    rows_stale             rows older than what was held, all runs [count]
    rows_tombstoned        rows that a complete run no longer found, all runs [count]
    error_class            transient, needs_person or permanent [code]
    created_at             when the row was made [UTC]
    updated_at             when the row was last written [UTC]
$$);

call ops.describe('ops.dirty_records', 'Keys of cached records that changed, from which orders, customers, people and days are composed again', $$
    shop_id    shop [id]
    marked_at  when it was marked [UTC]
    kind       job, customer or technician [code]
    record_id  record [vendor id]
$$);

call ops.describe('ops.seen_records', 'What a complete run that is under way has seen; empty between runs', $$
    shop_id     shop [id]
    table_name  cached table [code]
    record_id   record [vendor id]
$$);

call ops.describe('warehouse.field_settings', 'What a field-service company decides about its measures; what has no row has its default', $$
    shop_id  shop [id]
    value    recall_window_days in days, the others in seconds [days or seconds]
    setting  recall_window_days (30), early_tolerance_s (0) or late_grace_s (0) [code]
$$);

call ops.describe('ops.dirty_technician_days', 'Days of technicians that have to be worked out again', $$
    shop_id        shop [id]
    marked_at      when it was marked [UTC]
    local_date     day [shop-local date]
    technician_id  technician [vendor id]
$$);

call ops.describe('warehouse.field_technician_days', 'What technicians'' days were made of; a day without shift, work or booking has no row', $$
    shop_id              shop [id]
    available_s          shifts less time off and blocked time [seconds]
    work_s               from arrival to done, overlaps once [seconds]
    work_in_available_s  the part of work that lies in available time [seconds]
    drive_s              from dispatch to arrival, outside of work [seconds]
    booked_s             appointments that lie in available time [seconds]
    updated_at           when the row was last written [UTC]
    local_date           day [shop-local date]
    technician_id        technician [vendor id]
$$);

-- Dresses one table of the cache: its wall, grants, the index by change, and the comments of the columns that all such
-- tables share; then describes the table's own columns as ops.describe does.
create procedure ops.dress_cache(relation regclass, description text, columns text)
    language plpgsql
    set search_path = ''
as $$
declare
    shared record;
begin
    call ops.wall(relation, 'current_shops_managed', '{select,insert,update,delete}');
    execute format('grant select on %s to authenticated, pitwall_ops', relation);
    execute format('grant select, insert, update, delete on %s to pitwall_sync', relation);
    for shared in
        select * from (values
            ('shop_id', 'shop [id]'),
            ('tenant_id', 'the vendor''s number of the shop [vendor id]'),
            ('id', 'number of the row [id]'),
            ('st_id', 'record [vendor id]'),
            ('active', 'not switched off, voided, deleted or gone from a complete list [boolean]'),
            ('created_on', 'created at the vendor [UTC]'),
            ('modified_on', 'last changed at the vendor [UTC]'),
            ('full_data', 'the record as received, what must not be kept redacted [JSON]'),
            ('payload_hash', 'fingerprint of the record and of our mapping [XXH3-128]'),
            ('source_feed', 'export, list, nested or single: how it came [code]'),
            ('synced_at', 'when it was last loaded with a change [UTC]'),
            ('created_at', 'when the row was made [UTC]'),
            ('updated_at', 'when the row was last written [UTC]'),
            ('deleted_at', 'when a complete run no longer found it, null while it is there [UTC]')
        ) as c (name, meaning)
    loop
        execute format('comment on column %s.%I is %L', relation, shared.name, shared.meaning);
    end loop;
    call ops.describe(relation, description, columns);
end
$$;

comment on procedure ops.dress_cache(regclass, text, text) is
    'Puts a table of cached vendor records behind the wall and describes it. For migrations';

revoke all on procedure ops.dress_cache(regclass, text, text) from public;

-- A vendor may say what a line came to and what it cost; such a line is not priced from a rate.
alter table warehouse.job_labor drop constraint job_labor_rate_source_known;

alter table warehouse.job_labor
    add constraint job_labor_rate_source_known check (rate_source in ('assigned', 'shop_avg', 'default', 'stated'));

comment on column warehouse.job_labor.rate_source is
    'assigned, shop_avg or default; stated where the vendor says what the line cost [code]';
