-- The profit of one order at one moment, by one version of the rules. Superseded, never deleted; an edit raises the
-- revision and keeps the old row in ro_snapshot_revisions (D.9).

create table warehouse.ro_snapshots (
    shop_id                bigint not null,
    repair_order_id        bigint not null,
    ro_number              bigint not null,
    service_advisor_id     bigint,
    authorized_revenue     bigint not null default 0,
    authorized_cost        bigint not null default 0,
    authorized_profit      bigint not null default 0,
    gross_sales            bigint not null default 0,
    parts_revenue          bigint not null default 0,
    parts_cost             bigint not null default 0,
    labor_revenue          bigint not null default 0,
    labor_cost             bigint not null default 0,
    sublet_revenue         bigint not null default 0,
    sublet_cost            bigint not null default 0,
    fees_total             bigint not null default 0,
    discount_total         bigint not null default 0,
    tax_total              bigint not null default 0,
    invoice_total          bigint not null default 0,
    potential_revenue      bigint not null default 0,
    pending_revenue        bigint not null default 0,
    declined_revenue       bigint not null default 0,
    vendor_net_sales       bigint,
    revenue_variance       bigint,
    parts_profit           bigint generated always as (parts_revenue - parts_cost) stored,
    labor_profit           bigint generated always as (labor_revenue - labor_cost) stored,
    superseded_at          timestamptz,
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    snapshot_date          date not null,
    authorized_job_count   integer not null default 0,
    potential_job_count    integer not null default 0,
    pending_job_count      integer not null default 0,
    declined_job_count     integer not null default 0,
    labor_line_count       integer not null default 0,
    labor_lines_assigned   integer not null default 0,
    labor_lines_shop_avg   integer not null default 0,
    labor_lines_default    integer not null default 0,
    missing_cost_count     integer not null default 0,
    revision               integer not null default 1,
    calc_version           integer not null default 1,
    snapshot_trigger       text collate "C" not null,
    ro_status              text not null,
    labor_hours            numeric(12, 4) not null default 0,
    authorized_gp_percent  numeric(25, 4)
        generated always as (warehouse.percent(authorized_profit, authorized_revenue)) stored,
    tm_reported_gp_percent numeric(25, 4),
    variance_percent       numeric(25, 4),
    variance_reason        text,
    variance_codes         text[],
    variance_bridge        jsonb,
    warranty_class         text,
    rate_sources           jsonb generated always as
        (warehouse.rate_sources(labor_lines_assigned, labor_lines_shop_avg, labor_lines_default)) stored,
    vehicle_description    text,
    advisor_name           text,
    calculation_method     text not null default 'TRUE_GP',
    superseded_reason      text,
    input_hash             bytea,
    primary key (shop_id, repair_order_id, snapshot_date, snapshot_trigger),
    constraint ro_snapshots_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint ro_snapshots_repair_order_fkey foreign key (shop_id, repair_order_id)
        references warehouse.repair_orders (shop_id, id) on delete cascade,
    constraint ro_snapshots_trigger_known check (snapshot_trigger in ('posted', 'completed', 'manual')),
    constraint ro_snapshots_ro_status_known check (ro_status in
        ('ESTIMATE', 'WORKINPROGRESS', 'COMPLETE', 'SAVEDFORLATER', 'POSTED', 'ACCRECV', 'DELETED', 'UNKNOWN')),
    constraint ro_snapshots_warranty_class_known
        check (warranty_class in ('no_charge', 'low_margin', 'label', 'normal')),
    constraint ro_snapshots_superseded_reason_known
        check (superseded_reason in ('unposted', 'reposted', 'uncompleted', 'recompleted', 'deleted'))
);

create index ro_snapshots_day_idx on warehouse.ro_snapshots (shop_id, snapshot_date)
    where superseded_at is null;

create table warehouse.ro_snapshot_revisions (
    shop_id          bigint not null,
    repair_order_id  bigint not null,
    created_at       timestamptz not null default now(),
    snapshot_date    date not null,
    revision         integer not null,
    snapshot_trigger text collate "C" not null,
    reason           text not null,
    input_hash       bytea,
    payload          jsonb not null,
    primary key (shop_id, repair_order_id, snapshot_date, snapshot_trigger, revision),
    constraint ro_snapshot_revisions_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint ro_snapshot_revisions_trigger_known check (snapshot_trigger in ('posted', 'completed', 'manual')),
    constraint ro_snapshot_revisions_reason_known
        check (reason in ('vendor_edit', 'rate_change', 'calc_version', 'manual'))
);

call ops.wall('warehouse.ro_snapshots', 'current_shops', '{select,insert,update}');

call ops.wall('warehouse.ro_snapshot_revisions', 'current_shops', '{select,insert}');

grant select on warehouse.ro_snapshots, warehouse.ro_snapshot_revisions to authenticated, pitwall_ops;

grant select, insert, update on warehouse.ro_snapshots to pitwall_sync;

grant select, insert on warehouse.ro_snapshot_revisions to pitwall_sync;

call ops.describe('warehouse.ro_snapshots',
    'Profit of one order at one trigger. Only posted rows that are not superseded bring money to a day', $$
    shop_id                 shop [id]
    repair_order_id         order [vendor id]
    ro_number               number printed for the customer [number]
    service_advisor_id      employee who sold the work [vendor id]
    authorized_revenue      AUTHORIZED net sales [cents]
    authorized_cost         AUTHORIZED cost of parts, labour and sublets [cents]
    authorized_profit       AUTHORIZED net sales less cost [cents]
    gross_sales             AUTHORIZED parts, labour and sublets, before fees, discounts, tax [cents]
    parts_revenue           AUTHORIZED parts [cents]
    parts_cost              AUTHORIZED cost of parts [cents]
    labor_revenue           AUTHORIZED labour [cents]
    labor_cost              AUTHORIZED cost of labour [cents]
    sublet_revenue          AUTHORIZED sublets [cents]
    sublet_cost             AUTHORIZED cost of sublets [cents]
    fees_total              AUTHORIZED fees of jobs and order [cents]
    discount_total          AUTHORIZED discounts of jobs and order [cents]
    tax_total               AUTHORIZED tax [cents]
    invoice_total           AUTHORIZED net sales plus tax [cents]
    potential_revenue       POTENTIAL net sales plus pending plus declined [cents]
    pending_revenue         POTENTIAL work not decided yet [cents]
    declined_revenue        POTENTIAL work refused [cents]
    vendor_net_sales        the vendor's total less its taxes [cents]
    revenue_variance        our net sales less the vendor's; expected 0 (D.8) [cents]
    parts_profit            AUTHORIZED parts less their cost [cents]
    labor_profit            AUTHORIZED labour less its cost [cents]
    superseded_at           when the row stopped counting, null while it counts [UTC]
    created_at              when the row was inserted [UTC]
    updated_at              when the row was last changed [UTC]
    snapshot_date           day the snapshot stands for [shop-local date]
    authorized_job_count    AUTHORIZED jobs [count]
    potential_job_count     POTENTIAL jobs, whatever their state [count]
    pending_job_count       POTENTIAL jobs not decided yet [count]
    declined_job_count      POTENTIAL jobs refused [count]
    labor_line_count        AUTHORIZED labour lines [count]
    labor_lines_assigned    AUTHORIZED labour lines at their technician's own rate [count]
    labor_lines_shop_avg    AUTHORIZED labour lines at the shop's average rate [count]
    labor_lines_default     AUTHORIZED labour lines at the default rate [count]
    missing_cost_count      AUTHORIZED part lines without a cost [count]
    revision                grows by one per change of its inputs [count]
    calc_version            version of the rules [version]
    snapshot_trigger        posted, completed or manual [code]
    ro_status               status of the order at the time [code]
    labor_hours             AUTHORIZED billed hours [hours]
    authorized_gp_percent   AUTHORIZED profit in percent of revenue; null where that is not positive [percent 0-100]
    tm_reported_gp_percent  the vendor's own GP, where it gives one [percent 0-100]
    variance_percent        our GP less the vendor's [percentage points]
    variance_reason         named causes in words (D.8) [text]
    variance_codes          named causes of any difference to the vendor (D.8) [list of codes]
    variance_bridge         cause to amount, from the vendor's profit to ours; adds up exactly [JSON, cents]
    warranty_class          no_charge, low_margin, label or normal (D.13) [code]
    rate_sources            AUTHORIZED labour lines by source of their rate [JSON, count]
    vehicle_description     year, make, model [text]
    advisor_name            name of the advisor [text]
    calculation_method      always TRUE_GP [code]
    superseded_reason       unposted, reposted, uncompleted, recompleted or deleted [code]
    input_hash              fingerprint of all inputs; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.ro_snapshot_revisions', 'What a snapshot said before an edit, one row per replaced revision', $$
    shop_id           shop [id]
    repair_order_id   order [vendor id]
    created_at        when the revision was replaced [UTC]
    snapshot_date     day the snapshot stands for [shop-local date]
    revision          number of the replaced revision [count]
    snapshot_trigger  posted, completed or manual [code]
    reason            why it was replaced: vendor_edit, rate_change, calc_version or manual [code]
    input_hash        fingerprint of the replaced revision's inputs [SHA-256 bytes]
    payload           the replaced row [JSON]
$$);
