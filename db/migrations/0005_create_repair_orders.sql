-- Repair orders, their jobs and the lines of these, the same for every vendor. Amounts of lines and jobs are worked out
-- when an order is loaded or a rate changes; the sums on repair_orders come from db/models. Fixed-width columns stand
-- first: it saves padding in the widest tables of the warehouse. References to customers, vehicles and employees are
-- the vendor's ids without a foreign key, because an order may point at somebody not known yet (contract 22).

create table warehouse.repair_orders (
    shop_id                  bigint not null,
    id                       bigint not null,
    ro_number                bigint not null,
    customer_id              bigint,
    vehicle_id               bigint,
    service_advisor_id       bigint,
    technician_id            bigint,
    appointment_id           bigint,
    label_id                 bigint,
    miles_in                 bigint,
    miles_out                bigint,
    created_date             timestamptz,
    updated_date             timestamptz,
    posted_at                timestamptz,
    completed_at             timestamptz,
    promised_date            timestamptz,
    dropped_off_date         timestamptz,
    picked_up_date           timestamptz,
    estimate_shared_at       timestamptz,
    inspection_shared_at     timestamptz,
    invoice_shared_at        timestamptz,
    deleted_at               timestamptz,
    tm_updated_at            timestamptz,
    first_seen_at            timestamptz not null default now(),
    last_synced_at           timestamptz not null default now(),
    created_at               timestamptz not null default now(),
    updated_at               timestamptz not null default now(),
    gross_sales              bigint not null default 0,
    net_sales                bigint not null default 0,
    invoice_total            bigint not null default 0,
    pending_total            bigint not null default 0,
    declined_total           bigint not null default 0,
    potential_total          bigint not null default 0,
    potential_subtotal       bigint not null default 0,
    potential_tax            bigint not null default 0,
    potential_discount       bigint not null default 0,
    potential_parts_total    bigint not null default 0,
    potential_labor_total    bigint not null default 0,
    potential_sublet_total   bigint not null default 0,
    potential_fees_total     bigint not null default 0,
    authorized_total         bigint not null default 0,
    authorized_subtotal      bigint not null default 0,
    authorized_tax           bigint not null default 0,
    authorized_discount      bigint not null default 0,
    authorized_parts_total   bigint not null default 0,
    authorized_labor_total   bigint not null default 0,
    authorized_sublet_total  bigint not null default 0,
    authorized_fees_total    bigint not null default 0,
    authorized_revenue       bigint not null default 0,
    authorized_cost          bigint not null default 0,
    authorized_parts_cost    bigint not null default 0,
    authorized_labor_cost    bigint not null default 0,
    authorized_sublet_cost   bigint not null default 0,
    authorized_profit        bigint not null default 0,
    amount_paid              bigint not null default 0,
    balance_due              bigint not null default 0,
    shop_supplies_total      bigint not null default 0,
    epa_total                bigint not null default 0,
    vendor_labor_sales       bigint,
    vendor_parts_sales       bigint,
    vendor_sublet_sales      bigint,
    vendor_fee_total         bigint,
    vendor_discount_total    bigint,
    vendor_taxes             bigint,
    vendor_total_sales       bigint,
    vendor_profit_retail     bigint,
    vendor_profit_cost       bigint,
    vendor_profit            bigint,
    status_id                integer,
    posted_date              date,
    completed_date           date,
    potential_job_count      integer not null default 0,
    authorized_job_count     integer not null default 0,
    pending_job_count        integer not null default 0,
    declined_job_count       integer not null default 0,
    labor_lines_assigned     integer not null default 0,
    labor_lines_shop_avg     integer not null default 0,
    labor_lines_default      integer not null default 0,
    part_line_count          integer not null default 0,
    missing_cost_count       integer not null default 0,
    calc_version             integer,
    is_deleted               boolean not null default false,
    status                   text not null,
    authorized_labor_hours   numeric(12, 4) not null default 0,
    authorized_gp_percent    numeric(25, 4)
        generated always as (warehouse.percent(authorized_profit, net_sales)) stored,
    label                    text,
    custom_label             text,
    keytag                   text,
    color                    text,
    lead_source              text,
    customer_concern         text,
    tech_notes               text,
    recommendation           text,
    internal_notes           text,
    source                   text not null default 'official',
    payload_hash             bytea,
    figures_hash             bytea,
    input_hash               bytea,
    tm_extra                 jsonb,
    primary key (shop_id, id),
    constraint repair_orders_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint repair_orders_status_known check (status in
        ('ESTIMATE', 'WORKINPROGRESS', 'COMPLETE', 'SAVEDFORLATER', 'POSTED', 'ACCRECV', 'DELETED', 'UNKNOWN')),
    constraint repair_orders_source_known check (source in ('official', 'internal', 'simulator'))
)
-- Every order is written twice: by the loader, and once more when its sums are known. The free half of each page lets
-- the second version stay on it, so that no index is touched (a HOT update).
with (fillfactor = 50);

create index repair_orders_posted_idx on warehouse.repair_orders (shop_id, posted_date)
    where status in ('POSTED', 'ACCRECV') and not is_deleted;

create index repair_orders_completed_idx on warehouse.repair_orders (shop_id, completed_date);

create index repair_orders_updated_idx on warehouse.repair_orders (shop_id, updated_date);

create index repair_orders_number_idx on warehouse.repair_orders (shop_id, ro_number);

create index repair_orders_customer_idx on warehouse.repair_orders (shop_id, customer_id);

create index repair_orders_open_idx on warehouse.repair_orders (shop_id, status)
    where status in ('ESTIMATE', 'WORKINPROGRESS', 'COMPLETE', 'SAVEDFORLATER');

create table warehouse.jobs (
    shop_id                bigint not null,
    id                     bigint not null,
    repair_order_id        bigint not null,
    job_category_id        bigint,
    canned_job_id          bigint,
    technician_id          bigint,
    authorized_date        timestamptz,
    declined_date          timestamptz,
    completed_at           timestamptz,
    created_date           timestamptz,
    updated_date           timestamptz,
    deleted_at             timestamptz,
    last_synced_at         timestamptz not null default now(),
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    parts_total            bigint not null default 0,
    parts_cost             bigint not null default 0,
    labor_total            bigint not null default 0,
    labor_cost             bigint not null default 0,
    sublet_total           bigint not null default 0,
    sublet_cost            bigint not null default 0,
    fees_total             bigint not null default 0,
    discount_total         bigint not null default 0,
    tax                    bigint,
    job_revenue            bigint not null default 0,
    job_cost               bigint not null default 0,
    job_profit             bigint not null default 0,
    vendor_subtotal        bigint,
    discount               bigint generated always as (discount_total) stored,
    total                  bigint generated always as (job_revenue) stored,
    subtotal               bigint generated always as (job_revenue) stored,
    gross_profit_amount    bigint generated always as (job_profit) stored,
    sort_order             integer,
    sold_date              date,
    labor_line_count       integer not null default 0,
    labor_lines_assigned   integer not null default 0,
    labor_lines_shop_avg   integer not null default 0,
    labor_lines_default    integer not null default 0,
    part_line_count        integer not null default 0,
    missing_cost_count     integer not null default 0,
    authorized             boolean,
    declined               boolean not null default false,
    sold_date_estimated    boolean not null default false,
    selected               boolean,
    archived               boolean,
    is_deleted             boolean not null default false,
    authorization_state    text not null,
    labor_hours            numeric(12, 4) not null default 0,
    logged_hours           numeric(12, 4),
    gross_profit_percent   numeric(25, 4)
        generated always as (warehouse.percent(job_profit, job_revenue)) stored,
    name                   text not null,
    description            text,
    job_category_name      text,
    declined_reason        text,
    tm_extra               jsonb,
    primary key (shop_id, id),
    constraint jobs_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint jobs_repair_order_fkey foreign key (shop_id, repair_order_id)
        references warehouse.repair_orders (shop_id, id) on delete cascade,
    constraint jobs_authorization_state_known check (authorization_state in ('AUTHORIZED', 'DECLINED', 'PENDING'))
);

create index jobs_repair_order_idx on warehouse.jobs (shop_id, repair_order_id);

create index jobs_sold_idx on warehouse.jobs (shop_id, sold_date)
    where authorization_state = 'AUTHORIZED' and not is_deleted;

create table warehouse.job_parts (
    shop_id         bigint not null,
    repair_order_id bigint not null,
    job_id          bigint not null,
    id              bigint,
    retail          bigint not null default 0,
    cost            bigint,
    total           bigint not null default 0,
    cost_total      bigint not null default 0,
    core_charge     bigint,
    vendor_id       bigint,
    last_synced_at  timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    part_type_id    smallint,
    authorized      boolean not null,
    missing_cost    boolean not null default false,
    ordered         boolean,
    received        boolean,
    backordered     boolean,
    line_key        text collate "C" not null,
    quantity        numeric(14, 4) not null default 1,
    name            text not null,
    part_number     text,
    description     text,
    manufacturer    text,
    vendor_name     text,
    part_type       text,
    category        text,
    tire            jsonb,
    tm_extra        jsonb,
    primary key (shop_id, repair_order_id, job_id, line_key),
    constraint job_parts_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint job_parts_repair_order_fkey foreign key (shop_id, repair_order_id)
        references warehouse.repair_orders (shop_id, id) on delete cascade,
    constraint job_parts_job_fkey foreign key (shop_id, job_id)
        references warehouse.jobs (shop_id, id) on delete cascade
);

create table warehouse.job_labor (
    shop_id           bigint not null,
    repair_order_id   bigint not null,
    job_id            bigint not null,
    id                bigint,
    technician_id     bigint,
    rate              bigint not null default 0,
    total             bigint not null default 0,
    cost_rate         bigint not null,
    labor_cost        bigint not null,
    tech_hourly_cost  bigint generated always as (cost_rate) stored,
    last_synced_at    timestamptz not null default now(),
    created_at        timestamptz not null default now(),
    rate_effective_on date,
    authorized        boolean not null,
    complete          boolean,
    line_key          text collate "C" not null,
    rate_source       text not null,
    hours             numeric(12, 4) not null default 0,
    name              text not null,
    description       text,
    labor_type        text,
    technician_name   text,
    skill_level       text,
    tm_extra          jsonb,
    primary key (shop_id, repair_order_id, job_id, line_key),
    constraint job_labor_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint job_labor_repair_order_fkey foreign key (shop_id, repair_order_id)
        references warehouse.repair_orders (shop_id, id) on delete cascade,
    constraint job_labor_job_fkey foreign key (shop_id, job_id)
        references warehouse.jobs (shop_id, id) on delete cascade,
    constraint job_labor_rate_source_known check (rate_source in ('assigned', 'shop_avg', 'default'))
);

-- Sublets, fees and discounts may hang on the order itself (B-14 to B-16): then job_id is null and job_key, which can
-- stand in a primary key, is 0.
create table warehouse.job_sublets (
    shop_id             bigint not null,
    repair_order_id     bigint not null,
    job_key             bigint generated always as (coalesce(job_id, 0)) stored,
    job_id              bigint,
    id                  bigint,
    vendor_id           bigint,
    retail              bigint not null default 0,
    cost                bigint,
    authorized_date     timestamptz,
    last_synced_at      timestamptz not null default now(),
    created_at          timestamptz not null default now(),
    sold_date           date,
    authorized          boolean,
    sold_date_estimated boolean not null default false,
    selected            boolean,
    line_key            text collate "C" not null,
    authorization_state text not null,
    name                text not null,
    description         text,
    vendor_name         text,
    invoice_number      text,
    po_number           text,
    items               jsonb,
    tm_extra            jsonb,
    primary key (shop_id, repair_order_id, job_key, line_key),
    constraint job_sublets_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint job_sublets_repair_order_fkey foreign key (shop_id, repair_order_id)
        references warehouse.repair_orders (shop_id, id) on delete cascade,
    constraint job_sublets_job_fkey foreign key (shop_id, job_id)
        references warehouse.jobs (shop_id, id) on delete cascade,
    constraint job_sublets_authorization_state_known
        check (authorization_state in ('AUTHORIZED', 'DECLINED', 'PENDING'))
);

-- A sublet is sold on its own day; without this a rebuilt day would read all sublets of the shop.
create index job_sublets_sold_idx on warehouse.job_sublets (shop_id, sold_date)
    where authorization_state = 'AUTHORIZED';

create table warehouse.job_fees (
    shop_id         bigint not null,
    repair_order_id bigint not null,
    job_key         bigint generated always as (coalesce(job_id, 0)) stored,
    job_id          bigint,
    id              bigint,
    amount          bigint,
    cap             bigint,
    total           bigint not null default 0,
    last_synced_at  timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    taxable         boolean,
    line_key        text collate "C" not null,
    scope           text not null,
    fee_type        text not null default 'other',
    percentage      numeric(9, 4),
    name            text not null,
    tm_extra        jsonb,
    primary key (shop_id, repair_order_id, job_key, line_key),
    constraint job_fees_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint job_fees_repair_order_fkey foreign key (shop_id, repair_order_id)
        references warehouse.repair_orders (shop_id, id) on delete cascade,
    constraint job_fees_job_fkey foreign key (shop_id, job_id)
        references warehouse.jobs (shop_id, id) on delete cascade,
    constraint job_fees_scope_known check (scope in ('job', 'ro')),
    constraint job_fees_fee_type_known
        check (fee_type in ('shop_supplies', 'environmental', 'disposal', 'hazmat', 'other'))
);

create table warehouse.job_discounts (
    shop_id         bigint not null,
    repair_order_id bigint not null,
    job_key         bigint generated always as (coalesce(job_id, 0)) stored,
    job_id          bigint,
    id              bigint,
    total           bigint not null default 0,
    last_synced_at  timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    line_key        text collate "C" not null,
    scope           text not null,
    name            text not null,
    tm_extra        jsonb,
    primary key (shop_id, repair_order_id, job_key, line_key),
    constraint job_discounts_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint job_discounts_repair_order_fkey foreign key (shop_id, repair_order_id)
        references warehouse.repair_orders (shop_id, id) on delete cascade,
    constraint job_discounts_job_fkey foreign key (shop_id, job_id)
        references warehouse.jobs (shop_id, id) on delete cascade,
    constraint job_discounts_scope_known check (scope in ('job', 'ro'))
);

call ops.wall('warehouse.repair_orders', 'current_shops', '{select,insert,update}');

call ops.wall('warehouse.jobs', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.job_parts', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.job_labor', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.job_sublets', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.job_fees', 'current_shops', '{select,insert,update,delete}');

call ops.wall('warehouse.job_discounts', 'current_shops', '{select,insert,update,delete}');

grant select on
    warehouse.repair_orders, warehouse.jobs, warehouse.job_parts, warehouse.job_labor,
    warehouse.job_sublets, warehouse.job_fees, warehouse.job_discounts
    to authenticated, pitwall_ops;

-- Orders are marked as deleted, never removed (contract 16).
grant select, insert, update on warehouse.repair_orders to pitwall_sync;

grant select, insert, update, delete on
    warehouse.jobs, warehouse.job_parts, warehouse.job_labor,
    warehouse.job_sublets, warehouse.job_fees, warehouse.job_discounts
    to pitwall_sync;

call ops.describe('warehouse.repair_orders',
    'One visit of one vehicle. AUTHORIZED and POTENTIAL figures stand side by side and are never added', $$
    shop_id                  shop [id]
    id                       the vendor's order number in its database [vendor id]
    ro_number                number printed for the customer; not unique over time [number]
    customer_id              customer, perhaps not known yet [vendor id]
    vehicle_id               vehicle, perhaps not known yet [vendor id]
    service_advisor_id       employee who sold the work [vendor id]
    technician_id            default technician of the order [vendor id]
    appointment_id           appointment the order came from [vendor id]
    label_id                 the vendor's label [vendor id]
    miles_in                 odometer on arrival [miles]
    miles_out                odometer on leaving [miles]
    created_date             the vendor's time of creation [UTC]
    updated_date             the vendor's time of last change; null until the first [UTC]
    posted_at                when the order was closed to the books [UTC]
    completed_at             when the work was done [UTC]
    promised_date            when the vehicle was promised [UTC]
    dropped_off_date         when the vehicle came [UTC]
    picked_up_date           when the vehicle left [UTC]
    estimate_shared_at       when the estimate was sent [UTC]
    inspection_shared_at     when the inspection was sent [UTC]
    invoice_shared_at        when the invoice was sent [UTC]
    deleted_at               the vendor's time of deletion [UTC]
    tm_updated_at            the vendor's time of last change, under the predecessor's name [UTC]
    first_seen_at            when the order was first seen [UTC]
    last_synced_at           when a sync last wrote this row; an unchanged order is not touched [UTC]
    created_at               when the row was inserted [UTC]
    updated_at               when the row was last changed [UTC]
    gross_sales              AUTHORIZED parts, labour and sublets, before fees, discounts, tax (D.4) [cents]
    net_sales                AUTHORIZED gross sales plus fees less discounts, before tax (D.4) [cents]
    invoice_total            AUTHORIZED net sales plus tax [cents]
    pending_total            POTENTIAL work not decided yet [cents]
    declined_total           POTENTIAL work refused [cents]
    potential_total          POTENTIAL net sales plus pending plus declined, before tax [cents]
    potential_subtotal       POTENTIAL sum of all jobs and sublets, before order-level fees, discounts, tax [cents]
    potential_tax            POTENTIAL tax of the order [cents]
    potential_discount       POTENTIAL discounts of all jobs and of the order [cents]
    potential_parts_total    POTENTIAL parts of all jobs [cents]
    potential_labor_total    POTENTIAL labour of all jobs [cents]
    potential_sublet_total   POTENTIAL sublets, whatever their state [cents]
    potential_fees_total     POTENTIAL fees of all jobs and of the order [cents]
    authorized_total         AUTHORIZED jobs and sublets without order-level fees, discounts, tax; never a base of GP [cents]
    authorized_subtotal      AUTHORIZED jobs before order-level fees, discounts, tax [cents]
    authorized_tax           AUTHORIZED tax: the order's tax once a job is authorized [cents]
    authorized_discount      AUTHORIZED discounts of jobs and order (discount_total of D.4) [cents]
    authorized_parts_total   AUTHORIZED parts [cents]
    authorized_labor_total   AUTHORIZED labour [cents]
    authorized_sublet_total  AUTHORIZED sublets [cents]
    authorized_fees_total    AUTHORIZED fees of jobs and order (fees_total of D.4) [cents]
    authorized_revenue       AUTHORIZED revenue, equal to net_sales; the only base of GP % [cents]
    authorized_cost          AUTHORIZED cost of parts, labour and sublets [cents]
    authorized_parts_cost    AUTHORIZED cost of parts [cents]
    authorized_labor_cost    AUTHORIZED cost of labour [cents]
    authorized_sublet_cost   AUTHORIZED cost of sublets [cents]
    authorized_profit        AUTHORIZED net sales less cost [cents]
    amount_paid              paid by the customer [cents]
    balance_due              the vendor's total less what is paid, in every status [cents]
    shop_supplies_total      fees for shop supplies [cents]
    epa_total                environmental fees [cents]
    vendor_labor_sales       the vendor's labour sales, untouched [cents]
    vendor_parts_sales       the vendor's parts sales, untouched [cents]
    vendor_sublet_sales      the vendor's sublet sales, untouched [cents]
    vendor_fee_total         the vendor's fees, untouched [cents]
    vendor_discount_total    the vendor's discounts, untouched; may be negative [cents]
    vendor_taxes             the vendor's taxes, untouched [cents]
    vendor_total_sales       the vendor's total with tax, untouched [cents]
    vendor_profit_retail     retail base of the vendor's own profit, internal source [cents]
    vendor_profit_cost       cost in the vendor's own profit, internal source [cents]
    vendor_profit            the vendor's own profit, internal source [cents]
    status_id                the vendor's status number [vendor code]
    posted_date              day of posted_at; the day the order's money counts on [shop-local date]
    completed_date           day of completed_at [shop-local date]
    potential_job_count      POTENTIAL jobs, whatever their state [count]
    authorized_job_count     AUTHORIZED jobs [count]
    pending_job_count        POTENTIAL jobs not decided yet [count]
    declined_job_count       POTENTIAL jobs refused [count]
    labor_lines_assigned     AUTHORIZED labour lines priced with the technician's own rate [count]
    labor_lines_shop_avg     AUTHORIZED labour lines priced with the shop average [count]
    labor_lines_default      AUTHORIZED labour lines priced with the shop default [count]
    part_line_count          AUTHORIZED part lines [count]
    missing_cost_count       AUTHORIZED part lines without a cost [count]
    calc_version             version of the rules behind the sums [version]
    is_deleted               deleted at the vendor; counts nowhere [flag]
    status                   ESTIMATE, WORKINPROGRESS, COMPLETE, SAVEDFORLATER, POSTED, ACCRECV, DELETED, UNKNOWN [code]
    authorized_labor_hours   AUTHORIZED billed hours [hours]
    authorized_gp_percent    AUTHORIZED profit in percent of net sales; null where these are not positive [percent 0-100]
    label                    the vendor's label [text]
    custom_label             the shop's own label [text]
    keytag                   key tag [text]
    color                    colour on the vendor's board [hex]
    lead_source              where the visit came from [text]
    customer_concern         what the customer said, one concern per line [text]
    tech_notes               what the technician said [text]
    recommendation           what was recommended [text]
    internal_notes           notes not shown to the customer [text]
    source                   where the row comes from: official, internal, simulator [code]
    payload_hash             fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
    figures_hash             fingerprint of line figures, states, dates and advisor, without cost rates [SHA-256 bytes]
    input_hash               fingerprint of all inputs of a snapshot, cost rates included [SHA-256 bytes]
    tm_extra                 fields of the vendor that have no column [JSON]
$$);

call ops.describe('warehouse.jobs', 'One piece of work on an order, accepted or declined as a whole', $$
    shop_id               shop [id]
    id                    the vendor's job number [vendor id]
    repair_order_id       order the job stands on [vendor id]
    job_category_id       the vendor's category [vendor id]
    canned_job_id         template the job came from [vendor id]
    technician_id         technician of the job; the labour line's own wins [vendor id]
    authorized_date       when the customer decided, either way [UTC]
    declined_date         when the customer refused [UTC]
    completed_at          when the job was done [UTC]
    created_date          the vendor's time of creation [UTC]
    updated_date          the vendor's time of last change [UTC]
    deleted_at            when the job was found to be gone [UTC]
    last_synced_at        when a sync last wrote this row [UTC]
    created_at            when the row was inserted [UTC]
    updated_at            when the row was last changed [UTC]
    parts_total           sum of the part lines [cents]
    parts_cost            cost of the part lines [cents]
    labor_total           sum of the labour lines [cents]
    labor_cost            cost of the labour lines at the rates in force [cents]
    sublet_total          sum of the job's own sublets [cents]
    sublet_cost           cost of the job's own sublets [cents]
    fees_total            fees of the job [cents]
    discount_total        discounts of the job, sign kept [cents]
    tax                   tax of the job, where the vendor gives it [cents]
    job_revenue           parts plus labour plus fees less discounts (D.4) [cents]
    job_cost              parts cost plus labour cost [cents]
    job_profit            revenue less cost [cents]
    discount              discount_total under the predecessor's name [cents]
    total                 job_revenue under the predecessor's name [cents]
    subtotal              job_revenue under the vendor's name [cents]
    vendor_subtotal       the vendor's own subtotal of the job, for the tie-out [cents]
    gross_profit_amount   job_profit under the predecessor's name [cents]
    sort_order            place on the order [rank]
    sold_date             day of authorized_date of an authorized job [shop-local date]
    labor_line_count      labour lines [count]
    labor_lines_assigned  labour lines at their technician's own rate [count]
    labor_lines_shop_avg  labour lines at the shop's average rate [count]
    labor_lines_default   labour lines at the default rate [count]
    part_line_count       part lines [count]
    missing_cost_count    part lines without a cost [count]
    authorized            the vendor's word; null while undecided [flag]
    declined              refused by the customer [flag]
    sold_date_estimated   authorized without a date, sold on its created day (contract 24) [flag]
    selected              was presented to the customer [flag]
    archived              refused and taken out of follow-up [flag]
    is_deleted            no longer on the order [flag]
    authorization_state   AUTHORIZED, DECLINED or PENDING [code]
    labor_hours           billed hours of the labour lines [hours]
    logged_hours          hours clocked on the job [hours]
    gross_profit_percent  job_profit in percent of job_revenue; null where that is not positive [percent 0-100]
    name                  what is done [text]
    description           note on the job [text]
    job_category_name     category [text]
    declined_reason       why it was refused [text]
    tm_extra              fields of the vendor that have no column, its own sums among them [JSON]
$$);

call ops.describe('warehouse.job_parts', 'Part lines of jobs', $$
    shop_id          shop [id]
    repair_order_id  order [vendor id]
    job_id           job [vendor id]
    id               the vendor's line number, null on unsaved lines [vendor id]
    retail           price of one unit [cents]
    cost             cost of one unit, null where unknown [cents]
    total            quantity times retail, rounded once (D.2) [cents]
    cost_total       quantity times cost, rounded once; 0 where the cost is unknown (D.2) [cents]
    core_charge      deposit on the old part [cents]
    vendor_id        supplier [vendor id]
    last_synced_at   when a sync last wrote this row [UTC]
    created_at       when the row was inserted [UTC]
    part_type_id     1 part, 2 tire, 5 battery [vendor code]
    authorized       the job is AUTHORIZED [flag]
    missing_cost     cost is unknown or 0 [flag]
    ordered          ordered from the supplier [flag]
    received         received from the supplier [flag]
    backordered      the supplier cannot deliver yet [flag]
    line_key         stable key of the line: id or position and fingerprint (K2) [text]
    quantity         units, fractions allowed [units]
    name             what it is [text]
    part_number      maker's number [text]
    description      description [text]
    manufacturer     brand [text]
    vendor_name      name of the supplier [text]
    part_type        PART, TIRE, BATTERY [vendor code]
    category         category [text]
    tire             attributes of a tire [JSON]
    tm_extra         fields of the vendor that have no column [JSON]
$$);

call ops.describe('warehouse.job_labor', 'Labour lines of jobs, with what their hours cost and where the rate came from', $$
    shop_id            shop [id]
    repair_order_id    order [vendor id]
    job_id             job [vendor id]
    id                 the vendor's line number, null on unsaved lines [vendor id]
    technician_id      who is credited, null where nobody is [vendor id]
    rate               retail price of an hour [cents per hour]
    total              hours times rate, rounded once (D.3) [cents]
    cost_rate          cost of an hour in force on the reference date [cents per hour]
    labor_cost         hours times cost rate, rounded once (D.3) [cents]
    tech_hourly_cost   cost_rate under the predecessor's name [cents per hour]
    last_synced_at     when a sync last wrote this row [UTC]
    created_at         when the row was inserted [UTC]
    rate_effective_on  reference date of the rate: posted, else sold, else the day it was loaded [shop-local date]
    authorized         the job is AUTHORIZED [flag]
    complete           done [flag]
    line_key           stable key of the line: id or position and fingerprint (K2) [text]
    rate_source        assigned, shop_avg or default [code]
    hours              billed hours [hours]
    name               what is done [text]
    description        description [text]
    labor_type         kind of labour, internal source [text]
    technician_name    name as the vendor gives it, internal source [text]
    skill_level        skill asked for, internal source [text]
    tm_extra           fields of the vendor that have no column [JSON]
$$);

call ops.describe('warehouse.job_sublets', 'Work bought from others, on a job or on the order itself', $$
    shop_id              shop [id]
    repair_order_id      order [vendor id]
    job_key              job_id, or 0 on the order itself; part of the key [vendor id]
    job_id               job, null on the order itself [vendor id]
    id                   the vendor's line number [vendor id]
    vendor_id            who does the work [vendor id]
    retail               price, else the sum of the items' prices (contract 12) [cents]
    cost                 sum of the items' costs, else the sublet's cost (contract 12) [cents]
    authorized_date      when the customer decided, either way [UTC]
    last_synced_at       when a sync last wrote this row [UTC]
    created_at           when the row was inserted [UTC]
    sold_date            day of authorized_date of an authorized sublet; null where the vendor gives no word [shop-local date]
    authorized           the vendor's word; null where it gives none [flag]
    sold_date_estimated  authorized without a date [flag]
    selected             was presented to the customer [flag]
    line_key             stable key of the line: id or position and fingerprint (K2) [text]
    authorization_state  AUTHORIZED, DECLINED or PENDING; no word on a closed order is AUTHORIZED [code]
    name                 what is done [text]
    description          note [text]
    vendor_name          name of who does the work [text]
    invoice_number       their invoice [text]
    po_number            our purchase order [text]
    items                items as received [JSON]
    tm_extra             fields of the vendor that have no column [JSON]
$$);

call ops.describe('warehouse.job_fees', 'Fees, on a job or on the order itself; they cost nothing', $$
    shop_id          shop [id]
    repair_order_id  order [vendor id]
    job_key          job_id, or 0 on the order itself; part of the key [vendor id]
    job_id           job, null on the order itself [vendor id]
    id               the vendor's line number [vendor id]
    amount           fixed amount, where the vendor gives the rule [cents]
    cap              upper bound of a percentage fee [cents]
    total            what is charged [cents]
    last_synced_at   when a sync last wrote this row [UTC]
    created_at       when the row was inserted [UTC]
    taxable          is taxed [flag]
    line_key         stable key of the line: id or position and fingerprint (K2) [text]
    scope            job or ro, the order itself [code]
    fee_type         shop_supplies, environmental, disposal, hazmat or other, told from the name [code]
    percentage       rate of a percentage fee [percent 0-100]
    name             what it is called [text]
    tm_extra         fields of the vendor that have no column [JSON]
$$);

call ops.describe('warehouse.job_discounts', 'Discounts, on a job or on the order itself', $$
    shop_id          shop [id]
    repair_order_id  order [vendor id]
    job_key          job_id, or 0 on the order itself; part of the key [vendor id]
    job_id           job, null on the order itself [vendor id]
    id               the vendor's line number [vendor id]
    total            what is taken off; negative acts as a surcharge [cents]
    last_synced_at   when a sync last wrote this row [UTC]
    created_at       when the row was inserted [UTC]
    line_key         stable key of the line: id or position and fingerprint (K2) [text]
    scope            job or ro, the order itself [code]
    name             what it is called [text]
    tm_extra         fields of the vendor that have no column [JSON]
$$);
