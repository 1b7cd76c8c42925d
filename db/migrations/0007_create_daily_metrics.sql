-- Sums per shop and day: of posted snapshots, of their labour by technician, of the snapshots by advisor, and of jobs by
-- the day they were sold. Only sums are written; ratios are generated from them, so that no week can average averages.

create table warehouse.daily_shop_metrics (
    shop_id               bigint not null,
    authorized_revenue    bigint not null default 0,
    authorized_cost       bigint not null default 0,
    authorized_profit     bigint not null default 0,
    gross_sales           bigint not null default 0,
    parts_revenue         bigint not null default 0,
    parts_cost            bigint not null default 0,
    labor_revenue         bigint not null default 0,
    labor_cost            bigint not null default 0,
    sublet_revenue        bigint not null default 0,
    sublet_cost           bigint not null default 0,
    fees_total            bigint not null default 0,
    discount_total        bigint not null default 0,
    tax_total             bigint not null default 0,
    potential_revenue     bigint not null default 0,
    pending_revenue       bigint not null default 0,
    declined_revenue      bigint not null default 0,
    sold_revenue          bigint not null default 0,
    sold_profit           bigint not null default 0,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    metric_date           date not null,
    ro_count              integer not null default 0,
    ro_posted_count       integer not null default 0,
    ro_completed_count    integer not null default 0,
    authorized_job_count  integer not null default 0,
    potential_job_count   integer not null default 0,
    pending_job_count     integer not null default 0,
    declined_job_count    integer not null default 0,
    sold_job_count        integer not null default 0,
    sold_ro_count         integer not null default 0,
    source_snapshot_count integer not null default 0,
    calc_version          integer not null default 1,
    labor_hours           numeric(12, 4) not null default 0,
    parts_profit          bigint generated always as (parts_revenue - parts_cost) stored,
    labor_profit          bigint generated always as (labor_revenue - labor_cost) stored,
    avg_ro_value          bigint generated always as (warehouse.per(authorized_revenue, ro_count)) stored,
    avg_ro_profit         bigint generated always as (warehouse.per(authorized_profit, ro_count)) stored,
    avg_labor_rate        bigint generated always as (warehouse.per(labor_revenue, labor_hours)) stored,
    gp_per_labor_hour     bigint generated always as (warehouse.per(labor_revenue - labor_cost, labor_hours)) stored,
    gp_per_hour           bigint generated always as (warehouse.per(authorized_profit, labor_hours)) stored,
    authorized_gp_percent numeric(25, 4)
        generated always as (warehouse.percent(authorized_profit, authorized_revenue)) stored,
    labor_gp_percent      numeric(25, 4)
        generated always as (warehouse.percent(labor_revenue - labor_cost, labor_revenue)) stored,
    parts_gp_percent      numeric(25, 4)
        generated always as (warehouse.percent(parts_revenue - parts_cost, parts_revenue)) stored,
    authorization_rate    numeric(25, 4)
        generated always as (warehouse.percent(authorized_revenue, potential_revenue)) stored,
    calculation_method    text not null default 'FROM_RO_SNAPSHOTS',
    input_hash            bytea,
    primary key (shop_id, metric_date),
    constraint daily_shop_metrics_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

-- technician_id is null on the row of labour without a technician; technician_key can stand in the primary key.
create table warehouse.tech_daily_metrics (
    shop_id              bigint not null,
    technician_key       bigint generated always as (coalesce(technician_id, 0)) stored,
    technician_id        bigint,
    labor_revenue        bigint not null default 0,
    labor_cost           bigint not null default 0,
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    metric_date          date not null,
    jobs_worked          integer not null default 0,
    ros_worked           integer not null default 0,
    labor_lines_assigned integer not null default 0,
    labor_lines_shop_avg integer not null default 0,
    labor_lines_default  integer not null default 0,
    calc_version         integer not null default 1,
    hours_billed         numeric(12, 4) not null default 0,
    labor_profit         bigint generated always as (labor_revenue - labor_cost) stored,
    hourly_rate          bigint generated always as (warehouse.per(labor_revenue, hours_billed)) stored,
    hourly_cost          bigint generated always as (warehouse.per(labor_cost, hours_billed)) stored,
    gp_per_hour          bigint generated always as (warehouse.per(labor_revenue - labor_cost, hours_billed)) stored,
    labor_gp_percent     numeric(25, 4)
        generated always as (warehouse.percent(labor_revenue - labor_cost, labor_revenue)) stored,
    rate_sources         jsonb generated always as
        (warehouse.rate_sources(labor_lines_assigned, labor_lines_shop_avg, labor_lines_default)) stored,
    primary key (shop_id, metric_date, technician_key),
    constraint tech_daily_metrics_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.advisor_daily_metrics (
    shop_id             bigint not null,
    service_advisor_key bigint generated always as (coalesce(service_advisor_id, 0)) stored,
    service_advisor_id  bigint,
    net_sales           bigint not null default 0,
    cost                bigint not null default 0,
    profit              bigint not null default 0,
    parts_revenue       bigint not null default 0,
    labor_revenue       bigint not null default 0,
    sublet_revenue      bigint not null default 0,
    fees_total          bigint not null default 0,
    discount_total      bigint not null default 0,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    metric_date         date not null,
    ro_count            integer not null default 0,
    job_count           integer not null default 0,
    calc_version        integer not null default 1,
    labor_hours         numeric(12, 4) not null default 0,
    aro                 bigint generated always as (warehouse.per(net_sales, ro_count)) stored,
    avg_job_value       bigint generated always as (warehouse.per(net_sales, job_count)) stored,
    gp_per_hour         bigint generated always as (warehouse.per(profit, labor_hours)) stored,
    gp_percent          numeric(25, 4) generated always as (warehouse.percent(profit, net_sales)) stored,
    primary key (shop_id, metric_date, service_advisor_key),
    constraint advisor_daily_metrics_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create table warehouse.sold_daily_metrics (
    shop_id        bigint not null,
    revenue        bigint not null default 0,
    cost           bigint not null default 0,
    profit         bigint not null default 0,
    parts_revenue  bigint not null default 0,
    labor_revenue  bigint not null default 0,
    sublet_revenue bigint not null default 0,
    sold_net       bigint not null default 0,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    metric_date    date not null,
    job_count      integer not null default 0,
    ro_count       integer not null default 0,
    calc_version   integer not null default 1,
    labor_hours    numeric(12, 4) not null default 0,
    avg_job_value  bigint generated always as (warehouse.per(revenue, job_count)) stored,
    gp_percent     numeric(25, 4) generated always as (warehouse.percent(profit, revenue)) stored,
    primary key (shop_id, metric_date),
    constraint sold_daily_metrics_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

call ops.wall('warehouse.daily_shop_metrics', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.tech_daily_metrics', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.advisor_daily_metrics', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.sold_daily_metrics', 'current_shops', '{select,insert,update,delete}');

grant select on
    warehouse.daily_shop_metrics, warehouse.tech_daily_metrics,
    warehouse.advisor_daily_metrics, warehouse.sold_daily_metrics
    to authenticated, pitwall_ops;

grant select, insert, update, delete on
    warehouse.daily_shop_metrics, warehouse.tech_daily_metrics,
    warehouse.advisor_daily_metrics, warehouse.sold_daily_metrics
    to pitwall_sync;

call ops.describe('warehouse.daily_shop_metrics',
    'Sums of the posted snapshots of one shop and day; completed ones are only counted', $$
    shop_id                shop [id]
    authorized_revenue     AUTHORIZED net sales [cents]
    authorized_cost        AUTHORIZED cost of parts, labour and sublets [cents]
    authorized_profit      AUTHORIZED net sales less cost [cents]
    gross_sales            AUTHORIZED parts, labour and sublets, before fees, discounts, tax [cents]
    parts_revenue          AUTHORIZED parts [cents]
    parts_cost             AUTHORIZED cost of parts [cents]
    labor_revenue          AUTHORIZED labour [cents]
    labor_cost             AUTHORIZED cost of labour [cents]
    sublet_revenue         AUTHORIZED sublets [cents]
    sublet_cost            AUTHORIZED cost of sublets [cents]
    fees_total             AUTHORIZED fees [cents]
    discount_total         AUTHORIZED discounts [cents]
    tax_total              AUTHORIZED tax [cents]
    potential_revenue      POTENTIAL net sales plus pending plus declined [cents]
    pending_revenue        POTENTIAL work not decided yet [cents]
    declined_revenue       POTENTIAL work refused [cents]
    sold_revenue           AUTHORIZED work sold on the day, posted or not (D.6) [cents]
    sold_profit            AUTHORIZED profit of the work sold on the day (D.6) [cents]
    created_at             when the row was inserted [UTC]
    updated_at             when the row was last changed [UTC]
    metric_date            day [shop-local date]
    ro_count               posted snapshots, the car count [count]
    ro_posted_count        posted snapshots, equal to ro_count [count]
    ro_completed_count     completed snapshots; they bring no money [count]
    authorized_job_count   AUTHORIZED jobs [count]
    potential_job_count    POTENTIAL jobs, whatever their state [count]
    pending_job_count      POTENTIAL jobs not decided yet [count]
    declined_job_count     POTENTIAL jobs refused [count]
    sold_job_count         AUTHORIZED jobs sold on the day [count]
    sold_ro_count          orders with work sold on the day [count]
    source_snapshot_count  posted snapshots summed here [count]
    calc_version           version of the rules [version]
    labor_hours            AUTHORIZED billed hours [hours]
    parts_profit           AUTHORIZED parts less their cost [cents]
    labor_profit           AUTHORIZED labour less its cost [cents]
    avg_ro_value           DERIVED revenue per order, the ARO; null without orders [cents]
    avg_ro_profit          DERIVED profit per order; null without orders [cents]
    avg_labor_rate         DERIVED labour revenue per billed hour; null without hours [cents per hour]
    gp_per_labor_hour      DERIVED labour profit per billed hour; null without hours [cents per hour]
    gp_per_hour            DERIVED whole profit per billed hour; null without hours [cents per hour]
    authorized_gp_percent  AUTHORIZED profit in percent of revenue; null where that is not positive [percent 0-100]
    labor_gp_percent       AUTHORIZED labour profit in percent of labour revenue [percent 0-100]
    parts_gp_percent       AUTHORIZED parts profit in percent of parts revenue [percent 0-100]
    authorization_rate     DERIVED revenue in percent of potential revenue [percent 0-100]
    calculation_method     always FROM_RO_SNAPSHOTS [code]
    input_hash             fingerprint of the snapshots summed here [SHA-256 bytes]
$$);

call ops.describe('warehouse.tech_daily_metrics',
    'Labour of posted snapshots by technician and day; adds up to the labour of daily_shop_metrics', $$
    shop_id               shop [id]
    technician_key        technician_id, or 0 on the row without a technician; part of the key [vendor id]
    technician_id         technician credited on the labour line, null where nobody is [vendor id]
    labor_revenue         AUTHORIZED labour [cents]
    labor_cost            AUTHORIZED cost of labour [cents]
    created_at            when the row was inserted [UTC]
    updated_at            when the row was last changed [UTC]
    metric_date           day [shop-local date]
    jobs_worked           different AUTHORIZED jobs [count]
    ros_worked            different orders [count]
    labor_lines_assigned  labour lines at the technician's own rate [count]
    labor_lines_shop_avg  labour lines at the shop's average rate [count]
    labor_lines_default   labour lines at the default rate [count]
    calc_version          version of the rules [version]
    hours_billed          AUTHORIZED billed hours [hours]
    labor_profit          AUTHORIZED labour less its cost [cents]
    hourly_rate           DERIVED labour revenue per hour; null without hours [cents per hour]
    hourly_cost           DERIVED labour cost per hour; null without hours [cents per hour]
    gp_per_hour           DERIVED labour profit per hour; null without hours [cents per hour]
    labor_gp_percent      AUTHORIZED labour profit in percent of labour revenue [percent 0-100]
    rate_sources          labour lines by source of their rate [JSON, count]
$$);

call ops.describe('warehouse.advisor_daily_metrics', 'Posted snapshots by service advisor and day', $$
    shop_id              shop [id]
    service_advisor_key  service_advisor_id, or 0 on the row without an advisor; part of the key [vendor id]
    service_advisor_id   advisor of the order, null where nobody is [vendor id]
    net_sales            AUTHORIZED net sales [cents]
    cost                 AUTHORIZED cost of parts, labour and sublets [cents]
    profit               AUTHORIZED net sales less cost [cents]
    parts_revenue        AUTHORIZED parts [cents]
    labor_revenue        AUTHORIZED labour [cents]
    sublet_revenue       AUTHORIZED sublets [cents]
    fees_total           AUTHORIZED fees [cents]
    discount_total       AUTHORIZED discounts [cents]
    created_at           when the row was inserted [UTC]
    updated_at           when the row was last changed [UTC]
    metric_date          day [shop-local date]
    ro_count             posted orders [count]
    job_count            AUTHORIZED jobs [count]
    calc_version         version of the rules [version]
    labor_hours          AUTHORIZED billed hours [hours]
    aro                  DERIVED net sales per order; null without orders [cents]
    avg_job_value        DERIVED net sales per job; null without jobs [cents]
    gp_per_hour          DERIVED profit per billed hour; null without hours [cents per hour]
    gp_percent           AUTHORIZED profit in percent of net sales; null where these are not positive [percent 0-100]
$$);

call ops.describe('warehouse.sold_daily_metrics',
    'Work sold by the day the customer said yes, whatever the order''s status; before fees, discounts, tax (D.6)', $$
    shop_id         shop [id]
    revenue         AUTHORIZED parts, labour and sublets sold [cents]
    cost            AUTHORIZED cost of what was sold [cents]
    profit          AUTHORIZED revenue less cost [cents]
    parts_revenue   AUTHORIZED parts sold [cents]
    labor_revenue   AUTHORIZED labour sold [cents]
    sublet_revenue  AUTHORIZED sublets sold, by their own day [cents]
    sold_net        AUTHORIZED job revenue, with job fees and after job discounts [cents]
    created_at      when the row was inserted [UTC]
    updated_at      when the row was last changed [UTC]
    metric_date     day of the sale [shop-local date]
    job_count       AUTHORIZED jobs sold [count]
    ro_count        different orders with work sold [count]
    calc_version    version of the rules [version]
    labor_hours     AUTHORIZED hours sold [hours]
    avg_job_value   DERIVED revenue per job; null without jobs [cents]
    gp_percent      AUTHORIZED profit in percent of revenue; null where that is not positive [percent 0-100]
$$);
