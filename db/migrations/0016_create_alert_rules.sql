-- What a shop changes of the rules that raise alerts: where they begin, and whether they are looked at. The rules with
-- their own beginnings are v_alert_rules; a shop without a row takes those, and a row of no known rule says nothing.

create table warehouse.alert_rules (
    shop_id    bigint not null,
    threshold  numeric(20, 4) not null,
    critical   numeric(20, 4),
    updated_by uuid,
    updated_at timestamptz not null default now(),
    rule       text collate "C" not null,
    is_enabled boolean not null default true,
    primary key (shop_id, rule),
    constraint alert_rules_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint alert_rules_threshold_not_negative check (threshold >= 0 and (critical is null or critical >= 0))
);

call ops.wall('warehouse.alert_rules', 'current_shops', '{select}');

create policy reader_insert on warehouse.alert_rules for insert to authenticated
    with check (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

create policy reader_update on warehouse.alert_rules for update to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]))
    with check (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

create policy reader_delete on warehouse.alert_rules for delete to authenticated
    using (shop_id = any((select warehouse.current_shops_managed())::bigint[]));

grant select on warehouse.alert_rules to authenticated, pitwall_sync, pitwall_ops, pitwall_bi;

grant insert (shop_id, rule, threshold, critical, is_enabled, updated_by),
    update (threshold, critical, is_enabled, updated_by, updated_at), delete
    on warehouse.alert_rules to authenticated;

call ops.describe('warehouse.alert_rules', 'What a shop has changed of the rules that raise alerts', $$
    shop_id     shop [id]
    threshold   where the rule begins, in its own unit [unit of the rule]
    critical    where it becomes critical, null for never [unit of the rule]
    updated_by  user who set it [id]
    updated_at  when it was last set [UTC]
    rule        name of the rule [code]
    is_enabled  whether the rule is looked at [flag]
$$);
