-- Estimates, memberships, invoices and payments of ServiceTitan, as a cache of the vendor's records (docs/servicetitan.md). Ids are texts as the
-- vendor's own systems write them; money is cents; every table has the same columns around its own.

create table raw.st_estimates (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    name             text,
    job_id           text,
    project_id       text,
    customer_id      text,
    location_id      text,
    business_unit_id text,
    status_name      text,
    review_status    text,
    sold_on          timestamptz,
    sold_by_id       text,
    subtotal_cents   bigint,
    tax_cents        bigint,
    active           boolean not null default true,
    created_on       timestamptz,
    modified_on      timestamptz,
    full_data        jsonb,
    payload_hash     bytea,
    source_feed      text,
    synced_at        timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    deleted_at       timestamptz,
    constraint uq_raw_estimates_tenant_st primary key (shop_id, st_id),
    constraint st_estimates_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_estimates_modified on raw.st_estimates (shop_id, modified_on);

create index idx_st_estimates_job on raw.st_estimates (shop_id, job_id);

create index idx_st_estimates_sold on raw.st_estimates (shop_id, sold_on);

call ops.dress_cache('raw.st_estimates', 'Estimates', $$
    name              name [text]
    job_id            job [vendor id]
    project_id        project [vendor id]
    customer_id       customer [vendor id]
    location_id       location [vendor id]
    business_unit_id  business unit [vendor id]
    status_name       Open, Sold or Dismissed [code]
    review_status     review status as the vendor words it [code]
    sold_on           sold, when [UTC]
    sold_by_id        sold by [vendor id]
    subtotal_cents    sum before tax [cents]
    tax_cents         tax [cents]
$$);

create table raw.st_estimate_items (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    estimate_id      text,
    sku_id           text,
    sku_name         text,
    item_type        text,
    qty              numeric(14,4),
    total_cents      bigint,
    total_cost_cents bigint,
    sold_hours       numeric(10,4),
    active           boolean not null default true,
    created_on       timestamptz,
    modified_on      timestamptz,
    full_data        jsonb,
    payload_hash     bytea,
    source_feed      text,
    synced_at        timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    deleted_at       timestamptz,
    constraint uq_raw_estimate_items_tenant_st primary key (shop_id, st_id),
    constraint st_estimate_items_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_estimate_items_modified on raw.st_estimate_items (shop_id, modified_on);

create index idx_st_estimate_items_estimate on raw.st_estimate_items (shop_id, estimate_id);

call ops.dress_cache('raw.st_estimate_items', 'Lines of estimates', $$
    estimate_id       estimate [vendor id]
    sku_id            sku [vendor id]
    sku_name          sku name [text]
    item_type         item type as the vendor words it [code]
    qty               units [number]
    total_cents       total [cents]
    total_cost_cents  total cost [cents]
    sold_hours        hours sold [hours]
$$);

create table raw.st_membership_types (
    shop_id             bigint not null,
    tenant_id           bigint not null,
    id                  uuid not null default gen_random_uuid(),
    st_id               text collate "C" not null,
    name                text,
    revenue_recognition text,
    discount_mode       text,
    active              boolean not null default true,
    created_on          timestamptz,
    modified_on         timestamptz,
    full_data           jsonb,
    payload_hash        bytea,
    source_feed         text,
    synced_at           timestamptz not null default now(),
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    deleted_at          timestamptz,
    constraint uq_raw_membership_types_tenant_st primary key (shop_id, st_id),
    constraint st_membership_types_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_membership_types_modified on raw.st_membership_types (shop_id, modified_on);

call ops.dress_cache('raw.st_membership_types', 'Kinds of memberships', $$
    name                 name [text]
    revenue_recognition  revenue recognition [text]
    discount_mode        discount mode [text]
$$);

create table raw.st_membership_billing_options (
    shop_id             bigint not null,
    tenant_id           bigint not null,
    id                  uuid not null default gen_random_uuid(),
    st_id               text collate "C" not null,
    membership_type_id  text,
    duration_months     bigint,
    billing_frequency   text,
    sale_price_cents    bigint,
    billing_price_cents bigint,
    renewal_price_cents bigint,
    active              boolean not null default true,
    created_on          timestamptz,
    modified_on         timestamptz,
    full_data           jsonb,
    payload_hash        bytea,
    source_feed         text,
    synced_at           timestamptz not null default now(),
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    deleted_at          timestamptz,
    constraint uq_raw_membership_billing_options_tenant_st primary key (shop_id, st_id),
    constraint st_membership_billing_options_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_membership_billing_options_modified on raw.st_membership_billing_options (shop_id, modified_on);

create index idx_st_membership_billing_options_membership_type on raw.st_membership_billing_options (shop_id, membership_type_id);

call ops.dress_cache('raw.st_membership_billing_options', 'Prices of membership types', $$
    membership_type_id   membership type [vendor id]
    duration_months      null until cancelled [months]
    billing_frequency    billing frequency as the vendor words it [code]
    sale_price_cents     sale price [cents]
    billing_price_cents  billing price [cents]
    renewal_price_cents  renewal price [cents]
$$);

create table raw.st_memberships (
    shop_id            bigint not null,
    tenant_id          bigint not null,
    id                 uuid not null default gen_random_uuid(),
    st_id              text collate "C" not null,
    membership_type_id text,
    customer_id        text,
    location_id        text,
    business_unit_id   text,
    status             text,
    billing_frequency  text,
    duration_months    bigint,
    starts_on          date,
    ends_on            date,
    cancelled_on       date,
    next_bill_on       date,
    sold_by_id         text,
    active             boolean not null default true,
    created_on         timestamptz,
    modified_on        timestamptz,
    full_data          jsonb,
    payload_hash       bytea,
    source_feed        text,
    synced_at          timestamptz not null default now(),
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    deleted_at         timestamptz,
    constraint uq_raw_memberships_tenant_st primary key (shop_id, st_id),
    constraint st_memberships_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_memberships_modified on raw.st_memberships (shop_id, modified_on);

call ops.dress_cache('raw.st_memberships', 'Memberships', $$
    membership_type_id  membership type [vendor id]
    customer_id         customer [vendor id]
    location_id         location [vendor id]
    business_unit_id    business unit [vendor id]
    status              Active, Suspended, Expired, Canceled or Deleted [code]
    billing_frequency   billing frequency as the vendor words it [code]
    duration_months     null until cancelled [months]
    starts_on           starts on [tenant-local date]
    ends_on             ends on [tenant-local date]
    cancelled_on        cancelled on [tenant-local date]
    next_bill_on        next bill on [tenant-local date]
    sold_by_id          sold by [vendor id]
$$);

create table raw.st_membership_status_changes (
    shop_id       bigint not null,
    tenant_id     bigint not null,
    id            uuid not null default gen_random_uuid(),
    st_id         text collate "C" not null,
    membership_id text,
    old_status    text,
    new_status    text,
    active        boolean not null default true,
    created_on    timestamptz,
    modified_on   timestamptz,
    full_data     jsonb,
    payload_hash  bytea,
    source_feed   text,
    synced_at     timestamptz not null default now(),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    deleted_at    timestamptz,
    constraint uq_raw_membership_status_changes_tenant_st primary key (shop_id, st_id),
    constraint st_membership_status_changes_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_membership_status_changes_modified on raw.st_membership_status_changes (shop_id, modified_on);

create index idx_st_membership_status_changes_membership_created on raw.st_membership_status_changes (shop_id, membership_id, created_on);

call ops.dress_cache('raw.st_membership_status_changes', 'Changes of memberships'' status, append-only', $$
    membership_id  membership [vendor id]
    old_status     old status as the vendor words it [code]
    new_status     new status as the vendor words it [code]
$$);

create table raw.st_recurring_service_events (
    shop_id       bigint not null,
    tenant_id     bigint not null,
    id            uuid not null default gen_random_uuid(),
    st_id         text collate "C" not null,
    membership_id text,
    job_id        text,
    status        text,
    event_on      date,
    active        boolean not null default true,
    created_on    timestamptz,
    modified_on   timestamptz,
    full_data     jsonb,
    payload_hash  bytea,
    source_feed   text,
    synced_at     timestamptz not null default now(),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    deleted_at    timestamptz,
    constraint uq_raw_recurring_service_events_tenant_st primary key (shop_id, st_id),
    constraint st_recurring_service_events_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_recurring_service_events_modified on raw.st_recurring_service_events (shop_id, modified_on);

call ops.dress_cache('raw.st_recurring_service_events', 'Visits that memberships bring', $$
    membership_id  membership [vendor id]
    job_id         job [vendor id]
    status         status as the vendor words it [code]
    event_on       event on [tenant-local date]
$$);

create table raw.st_invoices (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    invoice_number   text,
    invoice_date     date,
    due_date         date,
    paid_on          date,
    deposited_on     date,
    subtotal_cents   bigint,
    sales_tax_cents  bigint,
    total_cents      bigint,
    balance_cents    bigint,
    discount_cents   bigint,
    customer_id      text,
    location_id      text,
    business_unit_id text,
    job_id           text,
    project_id       text,
    membership_id    text,
    adjustment_to_id text,
    configuration    text,
    sync_status      text,
    review_status    text,
    sent_status      text,
    active           boolean not null default true,
    created_on       timestamptz,
    modified_on      timestamptz,
    full_data        jsonb,
    payload_hash     bytea,
    source_feed      text,
    synced_at        timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    deleted_at       timestamptz,
    constraint uq_raw_invoices_tenant_st primary key (shop_id, st_id),
    constraint st_invoices_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_invoices_modified on raw.st_invoices (shop_id, modified_on);

create index idx_st_invoices_job on raw.st_invoices (shop_id, job_id);

create index idx_st_invoices_customer on raw.st_invoices (shop_id, customer_id);

create index idx_st_invoices_invoice_date on raw.st_invoices (shop_id, invoice_date);

create index idx_st_invoices_adjustment_to on raw.st_invoices (shop_id, adjustment_to_id);

call ops.dress_cache('raw.st_invoices', 'Invoices', $$
    invoice_number    invoice number [text]
    invoice_date      invoice date [tenant-local date]
    due_date          due date [tenant-local date]
    paid_on           paid on [tenant-local date]
    deposited_on      deposited on [tenant-local date]
    subtotal_cents    sum before tax [cents]
    sales_tax_cents   sales tax [cents]
    total_cents       total [cents]
    balance_cents     balance [cents]
    discount_cents    discount [cents]
    customer_id       customer [vendor id]
    location_id       location [vendor id]
    business_unit_id  business unit [vendor id]
    job_id            job [vendor id]
    project_id        project [vendor id]
    membership_id     membership [vendor id]
    adjustment_to_id  adjustment to [vendor id]
    configuration     configuration as the vendor words it [code]
    sync_status       sync status as the vendor words it [code]
    review_status     review status as the vendor words it [code]
    sent_status       sent status as the vendor words it [code]
$$);

create table raw.st_invoice_items (
    shop_id            bigint not null,
    tenant_id          bigint not null,
    id                 uuid not null default gen_random_uuid(),
    st_id              text collate "C" not null,
    invoice_id         text,
    item_type          text,
    sku_id             text,
    sku_name           text,
    quantity           numeric(14,4),
    price              numeric(14,4),
    total_cents        bigint,
    total_cost_cents   bigint,
    gl_account_id      text,
    gl_account_name    text,
    gl_account_type    text,
    membership_type_id text,
    business_unit_id   text,
    technician_id      text,
    sold_hours         numeric(10,4),
    service_date       date,
    chargeable         boolean,
    add_on             boolean,
    estimate_item_id   text,
    active             boolean not null default true,
    created_on         timestamptz,
    modified_on        timestamptz,
    full_data          jsonb,
    payload_hash       bytea,
    source_feed        text,
    synced_at          timestamptz not null default now(),
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    deleted_at         timestamptz,
    constraint uq_raw_invoice_items_tenant_st primary key (shop_id, st_id),
    constraint st_invoice_items_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_invoice_items_modified on raw.st_invoice_items (shop_id, modified_on);

create index idx_st_invoice_items_invoice on raw.st_invoice_items (shop_id, invoice_id);

call ops.dress_cache('raw.st_invoice_items', 'Lines of invoices', $$
    invoice_id          invoice [vendor id]
    item_type           Service, Material, Equipment, PriceModifier or Unspecified [code]
    sku_id              sku [vendor id]
    sku_name            sku name [text]
    quantity            units [number]
    price               price of one unit [currency units]
    total_cents         total [cents]
    total_cost_cents    total cost [cents]
    gl_account_id       gl account [vendor id]
    gl_account_name     gl account name [text]
    gl_account_type     Income marks revenue [code]
    membership_type_id  membership type [vendor id]
    business_unit_id    business unit [vendor id]
    technician_id       technician [vendor id]
    sold_hours          hours sold [hours]
    service_date        service date [tenant-local date]
    chargeable          whether it holds: chargeable [boolean]
    add_on              whether it holds: add on [boolean]
    estimate_item_id    estimate item [vendor id]
$$);

create table raw.st_payments (
    shop_id             bigint not null,
    tenant_id           bigint not null,
    id                  uuid not null default gen_random_uuid(),
    st_id               text collate "C" not null,
    paid_on             date,
    total_cents         bigint,
    unapplied_cents     bigint,
    type_name           text,
    type_id             text,
    customer_id         text,
    business_unit_id    text,
    refunded_payment_id text,
    active              boolean not null default true,
    created_on          timestamptz,
    modified_on         timestamptz,
    full_data           jsonb,
    payload_hash        bytea,
    source_feed         text,
    synced_at           timestamptz not null default now(),
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    deleted_at          timestamptz,
    constraint uq_raw_payments_tenant_st primary key (shop_id, st_id),
    constraint st_payments_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_payments_modified on raw.st_payments (shop_id, modified_on);

call ops.dress_cache('raw.st_payments', 'Payments', $$
    paid_on              paid on [tenant-local date]
    total_cents          total [cents]
    unapplied_cents      unapplied [cents]
    type_name            type name [text]
    type_id              type id [text]
    customer_id          customer [vendor id]
    business_unit_id     business unit [vendor id]
    refunded_payment_id  refunded payment [vendor id]
$$);

create table raw.st_payment_applications (
    shop_id       bigint not null,
    tenant_id     bigint not null,
    id            uuid not null default gen_random_uuid(),
    st_id         text collate "C" not null,
    payment_id    text,
    invoice_id    text,
    applied_cents bigint,
    applied_on    date,
    active        boolean not null default true,
    created_on    timestamptz,
    modified_on   timestamptz,
    full_data     jsonb,
    payload_hash  bytea,
    source_feed   text,
    synced_at     timestamptz not null default now(),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    deleted_at    timestamptz,
    constraint uq_raw_payment_applications_tenant_st primary key (shop_id, st_id),
    constraint st_payment_applications_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_payment_applications_modified on raw.st_payment_applications (shop_id, modified_on);

create index idx_st_payment_applications_invoice on raw.st_payment_applications (shop_id, invoice_id);

create index idx_st_payment_applications_payment on raw.st_payment_applications (shop_id, payment_id);

call ops.dress_cache('raw.st_payment_applications', 'What part of a payment went to which invoice', $$
    payment_id     payment [vendor id]
    invoice_id     invoice [vendor id]
    applied_cents  applied [cents]
    applied_on     applied on [tenant-local date]
$$);
