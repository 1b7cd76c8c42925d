-- What people add to the figures (goals, alerts they have seen) and what the service works through for them (tasks,
-- webhooks, requests that may come twice).

create table warehouse.goals (
    shop_id      bigint not null,
    subject_key  bigint generated always as (coalesce(subject_id, 0)) stored,
    subject_id   bigint,
    target       numeric(20, 4) not null,
    created_by   uuid,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    period_start date not null,
    scope        text collate "C" not null default 'shop',
    metric       text collate "C" not null,
    period       text collate "C" not null,
    primary key (shop_id, scope, subject_key, metric, period, period_start),
    constraint goals_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint goals_scope_known check (scope in ('shop', 'advisor', 'technician')),
    constraint goals_subject_fits check ((scope = 'shop') = (subject_id is null)),
    constraint goals_period_known check (period in ('day', 'week', 'month')),
    constraint goals_period_start_fits check (
        case period
            when 'week' then extract(isodow from period_start) = 1
            when 'month' then extract(day from period_start) = 1
            else true
        end)
);

create table warehouse.alerts (
    shop_id         bigint not null,
    alert_id        bigint generated always as identity,
    subject_id      bigint,
    acknowledged_by uuid,
    read_by         uuid,
    fired_at        timestamptz not null default now(),
    resolved_at     timestamptz,
    read_at         timestamptz,
    acknowledged_at timestamptz,
    metric_date     date,
    value           numeric(20, 4),
    threshold       numeric(20, 4),
    rule            text collate "C" not null,
    severity        text not null,
    metric          text,
    message         text not null,
    details         jsonb,
    primary key (shop_id, alert_id),
    constraint alerts_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint alerts_severity_known check (severity in ('info', 'warning', 'critical'))
);

-- A rule fires once a day and subject, however often it is looked at.
create unique index alerts_once_idx on warehouse.alerts (shop_id, rule, metric_date, coalesce(subject_id, 0));

create index alerts_fired_idx on warehouse.alerts (shop_id, fired_at);

create table ops.tasks (
    shop_id             bigint not null,
    task_id             uuid not null default gen_random_uuid(),
    requested_by        uuid,
    progress_done       bigint not null default 0,
    progress_total      bigint,
    requested_at        timestamptz not null default now(),
    started_at          timestamptz,
    heartbeat_at        timestamptz,
    cancel_requested_at timestamptz,
    finished_at         timestamptz,
    attempts            integer not null default 0,
    kind                text collate "C" not null,
    status              text collate "C" not null default 'queued',
    worker              text,
    progress_note       text,
    error_code          text,
    error               text,
    arguments           jsonb not null default '{}',
    result              jsonb,
    primary key (shop_id, task_id),
    constraint tasks_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint tasks_kind_known
        check (kind in ('sync_run', 'backfill', 'snapshots_build', 'metrics_rebuild', 'order_refresh', 'export')),
    constraint tasks_status_known check (status in ('queued', 'running', 'done', 'failed', 'cancelled')),
    constraint tasks_ended_has_time check ((finished_at is null) = (status in ('queued', 'running')))
);

create index tasks_requested_idx on ops.tasks (shop_id, requested_at);

-- What waits or runs, across shops, in the order of asking: for the door that claims the next one.
create index tasks_open_idx on ops.tasks (requested_at) where status in ('queued', 'running');

create table ops.idempotency_keys (
    shop_id         bigint not null,
    user_id         uuid not null,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz not null,
    status          smallint,
    idempotency_key text collate "C" not null,
    route           text not null,
    request_hash    bytea not null,
    response        jsonb,
    primary key (shop_id, user_id, idempotency_key),
    constraint idempotency_keys_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint idempotency_keys_short check (length(idempotency_key) between 1 and 255)
);

create table ops.webhook_inbox (
    shop_id         bigint not null,
    webhook_id      bigint generated always as identity,
    repair_order_id bigint,
    received_at     timestamptz not null default now(),
    next_try_at     timestamptz not null default now(),
    done_at         timestamptz,
    seen_count      integer not null default 1,
    attempts        integer not null default 0,
    source          text collate "C" not null,
    state           text collate "C" not null default 'new',
    event_kind      text,
    error           text,
    fingerprint     bytea not null,
    headers         jsonb not null default '{}',
    body            text not null,
    primary key (shop_id, webhook_id),
    constraint webhook_inbox_delivery_once unique (shop_id, source, fingerprint),
    constraint webhook_inbox_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint webhook_inbox_fingerprint_is_sha256 check (length(fingerprint) = 32),
    constraint webhook_inbox_state_known check (state in ('new', 'done', 'ignored', 'dead'))
);

create index webhook_inbox_new_idx on ops.webhook_inbox (shop_id, next_try_at) where state = 'new';

call ops.wall('warehouse.goals', 'current_shops', '{select}');

call ops.wall('warehouse.alerts', 'current_shops', '{select,insert,update,delete}');

call ops.wall('ops.tasks', 'current_shops', '{select,insert,update,delete}');

call ops.wall('ops.idempotency_keys', null, '{select,delete}');

-- The vendor's sentence names the customer: personal data.
call ops.wall('ops.webhook_inbox', 'current_shops_managed', '{select,insert,update,delete}');

create policy reader_insert on warehouse.goals for insert to authenticated
    with check (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

create policy reader_update on warehouse.goals for update to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]))
    with check (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

create policy reader_delete on warehouse.goals for delete to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

create policy reader_update on warehouse.alerts for update to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]))
    with check (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

-- A task is asked for in one's own name, and begins as waiting. It may be cancelled, by whoever may ask for one.
create policy reader_insert on ops.tasks for insert to authenticated
    with check (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and requested_by = (select warehouse.current_user_id())
        and status = 'queued');

create policy reader_update on ops.tasks for update to authenticated
    using (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and status in ('queued', 'running'))
    with check (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and status in ('running', 'cancelled') and cancel_requested_at is not null);

create policy guard_select on ops.tasks for select to pitwall_guard using (true);

create policy guard_update on ops.tasks for update to pitwall_guard using (true) with check (true);

create policy reader_select on ops.idempotency_keys for select to authenticated
    using (
        shop_id = any((select warehouse.current_shops())::bigint[])
        and user_id = (select warehouse.current_user_id()));

create policy reader_insert on ops.idempotency_keys for insert to authenticated
    with check (
        shop_id = any((select warehouse.current_shops())::bigint[])
        and user_id = (select warehouse.current_user_id()));

create policy reader_update on ops.idempotency_keys for update to authenticated
    using (
        shop_id = any((select warehouse.current_shops())::bigint[])
        and user_id = (select warehouse.current_user_id()))
    with check (
        shop_id = any((select warehouse.current_shops())::bigint[])
        and user_id = (select warehouse.current_user_id()));

create policy reader_delete on ops.idempotency_keys for delete to authenticated
    using (
        shop_id = any((select warehouse.current_shops())::bigint[])
        and user_id = (select warehouse.current_user_id()));

create policy guard_select on ops.webhook_inbox for select to pitwall_guard using (true);

create policy guard_insert on ops.webhook_inbox for insert to pitwall_guard with check (true);

create policy guard_update on ops.webhook_inbox for update to pitwall_guard using (true) with check (true);

create index shops_external_key_idx on warehouse.shops (external_key) where external_key is not null;

grant select on warehouse.goals, warehouse.alerts to authenticated, pitwall_sync, pitwall_ops, pitwall_bi;

grant insert (shop_id, scope, subject_id, metric, period, period_start, target, created_by),
    update (target, updated_at), delete
    on warehouse.goals to authenticated;

grant update (read_at, read_by, acknowledged_at, acknowledged_by) on warehouse.alerts to authenticated;

grant insert, update, delete on warehouse.alerts to pitwall_sync;

grant select on ops.tasks, ops.webhook_inbox to authenticated, pitwall_ops;

grant insert (shop_id, task_id, kind, arguments, requested_by), update (status, cancel_requested_at, finished_at)
    on ops.tasks to authenticated;

grant select, insert, update, delete on ops.tasks, ops.webhook_inbox to pitwall_sync;

grant select, update on ops.tasks to pitwall_guard;

grant select, insert, update on ops.webhook_inbox to pitwall_guard;

grant select, insert, update (status, response), delete on ops.idempotency_keys to authenticated;

grant select, delete on ops.idempotency_keys to pitwall_sync;

grant select on ops.idempotency_keys to pitwall_ops;

call ops.describe('warehouse.goals', 'What a shop, an advisor or a technician aims at in a day, week or month', $$
    shop_id       shop [id]
    subject_key   subject_id, or 0 for the whole shop; part of the key [vendor id]
    subject_id    advisor or technician, null for the whole shop [vendor id]
    target        figure aimed at, in the metric's own unit; money in cents [unit of the metric]
    created_by    user who set it [id]
    created_at    when the row was inserted [UTC]
    updated_at    when the row was last changed [UTC]
    period_start  first day of the period: a Monday, the first of a month [shop-local date]
    scope         shop, advisor or technician [code]
    metric        key of the metric catalogue [code]
    period        day, week or month [code]
$$);

call ops.describe('warehouse.alerts', 'What a rule found worth knowing (D.14): once a day, rule and subject', $$
    shop_id          shop [id]
    alert_id         number of the alert [number]
    subject_id       advisor or technician concerned, null for the whole shop [vendor id]
    acknowledged_by  user who acknowledged it [id]
    read_by          user who read it first [id]
    fired_at         when the rule found it [UTC]
    resolved_at      when the rule no longer found it [UTC]
    read_at          when it was first read [UTC]
    acknowledged_at  when somebody took charge of it [UTC]
    metric_date      day it is about [shop-local date]
    value            figure found, in the metric's own unit [unit of the metric]
    threshold        figure it was held against [unit of the metric]
    rule             name of the rule [code]
    severity         info, warning or critical [code]
    metric           key of the metric catalogue [code]
    message          one sentence for people [text]
    details          further figures [JSON]
$$);

call ops.describe('ops.tasks', 'Long work that somebody asked for: waits, runs, ends; may be cancelled', $$
    shop_id              shop it works on [id]
    task_id              its number, chosen by whoever asks [id]
    requested_by         user who asked, null for the service itself [id]
    progress_done        units done [count]
    progress_total       units in all, null while unknown [count]
    requested_at         when it was asked for [UTC]
    started_at           when it was last begun [UTC]
    heartbeat_at         when its worker last gave a sign [UTC]
    cancel_requested_at  when somebody asked to stop it [UTC]
    finished_at          when it ended, however it did [UTC]
    attempts             how often it was begun [count]
    kind                 sync_run, backfill, snapshots_build, metrics_rebuild, order_refresh, export [code]
    status               queued, running, done, failed, cancelled [code]
    worker               process that works on it [text]
    progress_note        what it is at, one line [text]
    error_code           why it failed, stable [code]
    error                why it failed and what to do, for people [text]
    arguments            what was asked: days, streams, orders [JSON]
    result               what it did [JSON]
$$);

call ops.describe('ops.idempotency_keys', 'Requests that were carried out once: the same key again gets the same answer', $$
    shop_id          shop the request was about [id]
    user_id          who sent it [id]
    created_at       when it first came [UTC]
    expires_at       when the key may be forgotten [UTC]
    status           HTTP status of the answer, null while it is worked on [HTTP status]
    idempotency_key  key the client chose [text]
    route            method and route [text]
    request_hash     fingerprint of the request; another one under the same key is refused [SHA-256 bytes]
    response         answer as sent [JSON]
$$);

call ops.describe('ops.webhook_inbox',
    'Calls of vendors, stored before anything is done with them. A hint to read again, never data. Personal data', $$
    shop_id          shop whose door was called, by the path and not by the body [id]
    webhook_id       number of the delivery [number]
    repair_order_id  order it names, as far as it was understood [vendor id]
    received_at      when it first came [UTC]
    next_try_at      not to be worked on before [UTC]
    done_at          when it was dealt with [UTC]
    seen_count       how often the same delivery came [count]
    attempts         how often it was tried [count]
    source           vendor [code]
    state            new, done, ignored, dead [code]
    event_kind       what it says, as far as it was understood [code]
    error            why the last try failed [text]
    fingerprint      hash of the body: the same delivery is stored once [SHA-256 bytes]
    headers          headers that matter, none with a secret [JSON]
    body             body as received [text]
$$);
