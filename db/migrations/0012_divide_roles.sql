-- What each role of a shop may see and write (contract 25-30, docs/access.md). Every policy keeps `shop_id = any(…)` as its
-- first condition, so that it stays an index condition; what narrows it further only ever takes rows away.

-- A labour line and a technician's day hold what his hour costs. Owners and managers see all of them, a technician his
-- own; the other roles read warehouse.labor_lines and warehouse.technician_days, which leave the cost out.
drop policy reader_select on warehouse.job_labor;

create policy reader_select on warehouse.job_labor for select to authenticated
    using (
        shop_id = any((select warehouse.current_shops_labor())::bigint[])
        and (
            shop_id = any((select warehouse.current_shops_managed())::bigint[])
            or shop_id::text || ':' || technician_id::text = any((select warehouse.current_labor_keys())::text[])));

drop policy reader_select on warehouse.tech_daily_metrics;

create policy reader_select on warehouse.tech_daily_metrics for select to authenticated
    using (
        shop_id = any((select warehouse.current_shops_labor())::bigint[])
        and (
            shop_id = any((select warehouse.current_shops_managed())::bigint[])
            or shop_id::text || ':' || technician_id::text = any((select warehouse.current_labor_keys())::text[])));

create policy guard_select on warehouse.job_labor for select to pitwall_guard using (true);

create policy guard_select on warehouse.tech_daily_metrics for select to pitwall_guard using (true);

grant select (shop_id, repair_order_id, job_id, line_key, id, name, description, labor_type, hours, rate, total,
              technician_id, technician_name, skill_level, authorized, complete)
    on warehouse.job_labor to pitwall_guard;

grant select (shop_id, metric_date, technician_id, technician_key, labor_revenue, hours_billed, hourly_rate, jobs_worked,
              ros_worked)
    on warehouse.tech_daily_metrics to pitwall_guard;

-- Owners and managers enter what an hour costs; the sources of machines stay theirs.
create policy reader_insert on warehouse.employee_cost_rates for insert to authenticated
    with check (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and source in ('manual', 'csv'));

create policy reader_update on warehouse.employee_cost_rates for update to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]))
    with check (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and source in ('manual', 'csv'));

create policy reader_delete on warehouse.employee_cost_rates for delete to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

grant insert (shop_id, employee_id, effective_from, effective_to, hourly_cost, source, note),
    update (effective_to, hourly_cost, source, note), delete
    on warehouse.employee_cost_rates to authenticated;

-- A user sees his own memberships, an owner or manager everybody's in his shop. He changes other people's, never his own,
-- and only an owner makes, changes or removes an owner.
drop policy reader_select on warehouse.user_shop_access;

create policy reader_select on warehouse.user_shop_access for select to authenticated
    using (
        shop_id = any((select warehouse.current_shops())::bigint[])
        and (
            user_id = (select warehouse.current_user_id())
            or shop_id = any((select warehouse.current_shops_managed())::bigint[])));

create policy reader_insert on warehouse.user_shop_access for insert to authenticated
    with check (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and user_id <> (select warehouse.current_user_id())
        and (role <> 'owner' or shop_id = any((select warehouse.current_shops_owned())::bigint[])));

create policy reader_update on warehouse.user_shop_access for update to authenticated
    using (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and user_id <> (select warehouse.current_user_id())
        and (role <> 'owner' or shop_id = any((select warehouse.current_shops_owned())::bigint[])))
    with check (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and user_id <> (select warehouse.current_user_id())
        and (role <> 'owner' or shop_id = any((select warehouse.current_shops_owned())::bigint[])));

create policy reader_delete on warehouse.user_shop_access for delete to authenticated
    using (
        shop_id = any((select warehouse.current_shops_managed())::bigint[])
        and user_id <> (select warehouse.current_user_id())
        and (role <> 'owner' or shop_id = any((select warehouse.current_shops_owned())::bigint[])));

grant insert (shop_id, user_id, role, employee_id), update (role, employee_id), delete
    on warehouse.user_shop_access to authenticated;

-- The inner table is walled itself: himself, and the people of the shops he manages.
drop policy reader_select on warehouse.users;

create policy reader_select on warehouse.users for select to authenticated
    using (
        user_id = (select warehouse.current_user_id())
        or user_id = any(array(select a.user_id from warehouse.user_shop_access a)));

-- A BI login reads what every role of a shop reads; personal data and pay stay closed. Of employee_private it has the
-- grant and no policy: the view warehouse.employees works and shows NULL there.
do $$
declare
    relation text;
begin
    foreach relation in array array[
        'shops', 'employee_records', 'repair_orders', 'jobs', 'job_parts', 'job_sublets', 'job_fees', 'job_discounts',
        'ro_snapshots', 'ro_snapshot_revisions', 'daily_shop_metrics', 'advisor_daily_metrics', 'sold_daily_metrics',
        'sync_cursors', 'sync_log', 'data_quality_issues', 'reconciliation_runs']
    loop
        execute format(
            'create policy bi_select on warehouse.%I for select to pitwall_bi
             using (shop_id = any((select warehouse.bi_shops())::bigint[]))', relation);
        execute format('grant select on warehouse.%I to pitwall_bi', relation);
    end loop;
end
$$;

create policy bi_select on warehouse.organizations for select to pitwall_bi
    using (id = any(array(select s.organization_id from warehouse.shops s)));

grant select on warehouse.organizations, warehouse.employee_private to pitwall_bi;
