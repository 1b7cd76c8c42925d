-- The other doors: labour without its cost, for roles that must not see pay; the webhook's, for a caller who is nobody; and
-- the two that look across shops, for the worker (contract 29).
-- Sources: job_labor, tech_daily_metrics, ops.tasks, ops.webhook_inbox, shops. A foreign shop answers like an unknown one.
-- They run as pitwall_guard, which has no member. One statement per paragraph; run as the migrator.

do $$
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        execute format('grant pitwall_guard to %I', session_user);
        grant create on schema warehouse to pitwall_guard;
    end if;
end
$$;

create or replace function warehouse.labor_lines(shop_id bigint, repair_order_id bigint)
    returns table (
        job_id bigint, line_key text, id bigint, name text, description text, labor_type text, hours numeric,
        rate bigint, total bigint, technician_id bigint, technician_name text, skill_level text, authorized boolean,
        complete boolean)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    return query
        select l.job_id, l.line_key, l.id, l.name, l.description, l.labor_type, l.hours, l.rate, l.total,
            l.technician_id, l.technician_name, l.skill_level, l.authorized, l.complete
        from warehouse.job_labor l
        join warehouse.user_shop_access a on a.shop_id = l.shop_id and a.user_id = warehouse.caller_id()
        where l.shop_id = $1 and l.repair_order_id = $2
          and (a.role <> 'technician' or l.technician_id = a.employee_id);
end
$$;

alter function warehouse.labor_lines(bigint, bigint) owner to pitwall_guard;

call ops.close_function('warehouse.labor_lines(bigint, bigint)');

grant execute on function warehouse.labor_lines(bigint, bigint) to authenticated;

comment on function warehouse.labor_lines(bigint, bigint) is
    'Labour lines of an order without what they cost, for every role of the shop; a technician gets his own [rows]';

create or replace function warehouse.technician_days(shop_id bigint, first_day date, last_day date)
    returns table (
        metric_date date, technician_id bigint, labor_revenue bigint, hours_billed numeric, hourly_rate bigint,
        jobs_worked integer, ros_worked integer)
    language plpgsql stable security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    return query
        select d.metric_date, d.technician_id, d.labor_revenue, d.hours_billed, d.hourly_rate, d.jobs_worked,
            d.ros_worked
        from warehouse.tech_daily_metrics d
        join warehouse.user_shop_access a on a.shop_id = d.shop_id and a.user_id = warehouse.caller_id()
        where d.shop_id = $1 and d.metric_date between $2 and $3
          and (a.role <> 'technician' or d.technician_id = a.employee_id);
end
$$;

alter function warehouse.technician_days(bigint, date, date) owner to pitwall_guard;

call ops.close_function('warehouse.technician_days(bigint, date, date)');

grant execute on function warehouse.technician_days(bigint, date, date) to authenticated;

comment on function warehouse.technician_days(bigint, date, date) is
    'Technicians'' days without what they cost, for every role of the shop; a technician gets his own [rows]';

create or replace function warehouse.receive_webhook(
    source text,
    key text,
    fingerprint bytea,
    headers jsonb,
    body text
) returns table (shop_id bigint, webhook_id bigint, is_new boolean)
    language plpgsql security definer
    set search_path = ''
as $$
#variable_conflict use_column
declare
    shops constant bigint[] := array(
        select s.shop_id from warehouse.shops s
        where s.external_key = $2 and s.vendor = $1 and s.is_active and length($2) >= 16);
begin
    -- A key that two shops have would say nothing about which of them is meant.
    if cardinality(shops) <> 1 then
        return;
    end if;
    return query
        insert into ops.webhook_inbox as w (shop_id, source, fingerprint, headers, body)
        values (shops[1], $1, $3, $4, $5)
        on conflict (shop_id, source, fingerprint) do update set seen_count = w.seen_count + 1
        returning w.shop_id, w.webhook_id, w.seen_count = 1;
end
$$;

alter function warehouse.receive_webhook(text, text, bytea, jsonb, text) owner to pitwall_guard;

call ops.close_function('warehouse.receive_webhook(text, text, bytea, jsonb, text)');

grant execute on function warehouse.receive_webhook(text, text, bytea, jsonb, text) to pitwall_api;

comment on function warehouse.receive_webhook(text, text, bytea, jsonb, text) is
    'Stores a delivery for the shop whose key the path carries, once; no row for a key nobody has. For the API''s login [row]';

create or replace function warehouse.claim_task(kinds text[], worker text, patience interval)
    returns table (shop_id bigint, task_id uuid)
    language plpgsql security definer
    set search_path = ''
as $$
#variable_conflict use_column
begin
    update ops.tasks t set status = 'cancelled', finished_at = now()
    where t.cancel_requested_at is not null
      and (t.status = 'queued' or (t.status = 'running' and t.heartbeat_at < now() - $3));
    return query
        update ops.tasks t set
            status = 'running', worker = $2, started_at = now(), heartbeat_at = now(), attempts = t.attempts + 1
        where (t.shop_id, t.task_id) = (
            select n.shop_id, n.task_id from ops.tasks n
            where n.kind = any($1)
              and (n.status = 'queued' or (n.status = 'running' and n.heartbeat_at < now() - $3))
            order by n.requested_at
            for update skip locked
            limit 1)
        returning t.shop_id, t.task_id;
end
$$;

alter function warehouse.claim_task(text[], text, interval) owner to pitwall_guard;

call ops.close_function('warehouse.claim_task(text[], text, interval)');

grant execute on function warehouse.claim_task(text[], text, interval) to pitwall_sync;

comment on function warehouse.claim_task(text[], text, interval) is
    'Begins the oldest waiting task, or one whose worker was silent for so long; gives its shop and number only. For the worker [row]';

create or replace function warehouse.shops_with_webhooks() returns bigint[]
    language plpgsql stable security definer
    set search_path = ''
as $$
begin
    return array(
        select distinct w.shop_id from ops.webhook_inbox w where w.state = 'new' and w.next_try_at <= now());
end
$$;

alter function warehouse.shops_with_webhooks() owner to pitwall_guard;

call ops.close_function('warehouse.shops_with_webhooks()');

grant execute on function warehouse.shops_with_webhooks() to pitwall_sync;

comment on function warehouse.shops_with_webhooks() is
    'Shops with deliveries to be dealt with now. For the worker [list of ids]';

do $$
begin
    if not (select rolsuper from pg_catalog.pg_roles where rolname = session_user) then
        revoke create on schema warehouse from pitwall_guard;
        execute format('revoke pitwall_guard from %I', session_user);
    end if;
end
$$;
