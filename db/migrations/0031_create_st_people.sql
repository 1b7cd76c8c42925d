-- Dictionaries and people of ServiceTitan, as a cache of the vendor's records (docs/servicetitan.md). Ids are texts as the
-- vendor's own systems write them; money is cents; every table has the same columns around its own.

create table raw.st_business_units (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    name             text,
    official_name    text,
    currency         text,
    trade            text,
    division         text,
    default_tax_rate numeric(9,6),
    account_code     text,
    quickbooks_class text,
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
    constraint uq_raw_business_units_tenant_st primary key (shop_id, st_id),
    constraint st_business_units_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_business_units_modified on raw.st_business_units (shop_id, modified_on);

call ops.dress_cache('raw.st_business_units', 'Business units', $$
    name              name [text]
    official_name     official name [text]
    currency          currency [ISO 4217]
    trade             group for roll-ups [text]
    division          group for roll-ups [text]
    default_tax_rate  tax rate [ratio]
    account_code      account code [text]
    quickbooks_class  quickbooks class [text]
$$);

create table raw.st_tag_types (
    shop_id                   bigint not null,
    tenant_id                 bigint not null,
    id                        uuid not null default gen_random_uuid(),
    st_id                     text collate "C" not null,
    name                      text,
    color                     text,
    code                      text,
    importance                text,
    is_conversion_opportunity boolean,
    active                    boolean not null default true,
    created_on                timestamptz,
    modified_on               timestamptz,
    full_data                 jsonb,
    payload_hash              bytea,
    source_feed               text,
    synced_at                 timestamptz not null default now(),
    created_at                timestamptz not null default now(),
    updated_at                timestamptz not null default now(),
    deleted_at                timestamptz,
    constraint uq_raw_tag_types_tenant_st primary key (shop_id, st_id),
    constraint st_tag_types_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_tag_types_modified on raw.st_tag_types (shop_id, modified_on);

call ops.dress_cache('raw.st_tag_types', 'Tags', $$
    name                       name [text]
    color                      color [text]
    code                       code [text]
    importance                 importance [text]
    is_conversion_opportunity  whether it holds: conversion opportunity [boolean]
$$);

create table raw.st_employees (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    name             text,
    user_id          text,
    role             text,
    business_unit_id text,
    email            text,
    phone            text,
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
    constraint uq_raw_employees_tenant_st primary key (shop_id, st_id),
    constraint st_employees_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_employees_modified on raw.st_employees (shop_id, modified_on);

call ops.dress_cache('raw.st_employees', 'Office staff. Personal data', $$
    name              name [text]
    user_id           user [vendor id]
    role              role [text]
    business_unit_id  business unit [vendor id]
    email             email [text]
    phone             phone [text]
$$);

create table raw.st_technicians (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    name             text,
    first_name       text,
    last_name        text,
    email            text,
    phone            text,
    mobile           text,
    business_unit_id text,
    zone_id          text,
    skills           jsonb,
    role             text,
    hire_date        date,
    color            text,
    team_id          text,
    user_id          text,
    main_zone_id     text,
    zone_ids         text[],
    team_name        text,
    is_managed       boolean,
    license_type     text,
    positions        text[],
    daily_goal_cents bigint,
    hourly_rate      numeric(12,4),
    burden_rate      numeric(12,4),
    commission_rate  numeric(9,4),
    payroll_id       text,
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
    constraint uq_raw_technicians_tenant_st primary key (shop_id, st_id),
    constraint st_technicians_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_technicians_tenant on raw.st_technicians (tenant_id);

create index idx_st_technicians_active on raw.st_technicians (shop_id, active);

create index idx_st_technicians_team on raw.st_technicians (shop_id, team_id);

create index idx_st_technicians_business_unit on raw.st_technicians (shop_id, business_unit_id);

create index idx_st_technicians_zone on raw.st_technicians (shop_id, zone_id);

create index idx_st_technicians_email on raw.st_technicians (shop_id, email);

create index idx_st_technicians_synced on raw.st_technicians (shop_id, synced_at);

create index idx_st_technicians_name on raw.st_technicians (shop_id, name);

create index idx_st_technicians_skills on raw.st_technicians using gin (skills);

create index idx_st_technicians_full_data on raw.st_technicians using gin (full_data jsonb_path_ops);

call ops.dress_cache('raw.st_technicians', 'Technicians. Personal data', $$
    name              name [text]
    first_name        first name [text]
    last_name         last name [text]
    email             email [text]
    phone             phone [text]
    mobile            mobile [text]
    business_unit_id  business unit [vendor id]
    zone_id           zone [vendor id]
    skills            skills as sent [JSON]
    role              first of the positions [text]
    hire_date         hire date [tenant-local date]
    color             no source in the interface, always null [text]
    team_id           team of that name, null where the name is not unique; derived [vendor id]
    user_id           user [vendor id]
    main_zone_id      main zone [vendor id]
    zone_ids          zones [list of vendor ids]
    team_name         team's name, the interface sends no number [text]
    is_managed        whether it holds: managed [boolean]
    license_type      license type as the vendor words it [code]
    positions         what the technician works as [texts]
    daily_goal_cents  daily goal [cents]
    hourly_rate       pay [currency units per hour]
    burden_rate       labour burden; per hour is assumed, the interface states no unit [currency units per hour]
    commission_rate   commission [percent 0-100]
    payroll_id        payroll id [text]
$$);

create table raw.st_job_types (
    shop_id              bigint not null,
    tenant_id            bigint not null,
    id                   uuid not null default gen_random_uuid(),
    st_id                text collate "C" not null,
    name                 text,
    class                text,
    priority             text,
    duration_raw         bigint,
    sold_threshold_cents bigint,
    no_charge            boolean,
    business_unit_ids    text[],
    skills               text[],
    active               boolean not null default true,
    created_on           timestamptz,
    modified_on          timestamptz,
    full_data            jsonb,
    payload_hash         bytea,
    source_feed          text,
    synced_at            timestamptz not null default now(),
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    deleted_at           timestamptz,
    constraint uq_raw_job_types_tenant_st primary key (shop_id, st_id),
    constraint st_job_types_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_job_types_modified on raw.st_job_types (shop_id, modified_on);

call ops.dress_cache('raw.st_job_types', 'Job types', $$
    name                  name [text]
    class                 class as the vendor words it [code]
    priority              priority as the vendor words it [code]
    duration_raw          average length; the interface states no unit [seconds or minutes]
    sold_threshold_cents  an invoice from this subtotal on makes the job converted [cents]
    no_charge             whether it holds: no charge [boolean]
    business_unit_ids     business units [list of vendor ids]
    skills                skills asked for [texts]
$$);

create table raw.st_job_cancel_reasons (
    shop_id      bigint not null,
    tenant_id    bigint not null,
    id           uuid not null default gen_random_uuid(),
    st_id        text collate "C" not null,
    name         text,
    active       boolean not null default true,
    created_on   timestamptz,
    modified_on  timestamptz,
    full_data    jsonb,
    payload_hash bytea,
    source_feed  text,
    synced_at    timestamptz not null default now(),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    deleted_at   timestamptz,
    constraint uq_raw_job_cancel_reasons_tenant_st primary key (shop_id, st_id),
    constraint st_job_cancel_reasons_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_job_cancel_reasons_modified on raw.st_job_cancel_reasons (shop_id, modified_on);

call ops.dress_cache('raw.st_job_cancel_reasons', 'Why jobs are cancelled', $$
    name          name [text]
$$);

create table raw.st_campaigns (
    shop_id       bigint not null,
    tenant_id     bigint not null,
    id            uuid not null default gen_random_uuid(),
    st_id         text collate "C" not null,
    name          text,
    category_id   text,
    category_name text,
    medium        text,
    source        text,
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
    constraint uq_raw_campaigns_tenant_st primary key (shop_id, st_id),
    constraint st_campaigns_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_campaigns_modified on raw.st_campaigns (shop_id, modified_on);

call ops.dress_cache('raw.st_campaigns', 'Marketing campaigns', $$
    name           name [text]
    category_id    category [vendor id]
    category_name  category name [text]
    medium         medium [text]
    source         source [text]
$$);

create table raw.st_campaign_costs (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    campaign_id      text,
    month            date,
    daily_cost_cents bigint,
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
    constraint uq_raw_campaign_costs_tenant_st primary key (shop_id, st_id),
    constraint st_campaign_costs_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_campaign_costs_modified on raw.st_campaign_costs (shop_id, modified_on);

create index idx_st_campaign_costs_campaign on raw.st_campaign_costs (shop_id, campaign_id);

call ops.dress_cache('raw.st_campaign_costs', 'What campaigns cost a day, month by month', $$
    campaign_id       campaign [vendor id]
    month             first day of the month [date]
    daily_cost_cents  daily cost [cents]
$$);

create table raw.st_zones (
    shop_id           bigint not null,
    tenant_id         bigint not null,
    id                uuid not null default gen_random_uuid(),
    st_id             text collate "C" not null,
    name              text,
    zips              text[],
    business_unit_ids text[],
    technician_ids    text[],
    active            boolean not null default true,
    created_on        timestamptz,
    modified_on       timestamptz,
    full_data         jsonb,
    payload_hash      bytea,
    source_feed       text,
    synced_at         timestamptz not null default now(),
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    deleted_at        timestamptz,
    constraint uq_raw_zones_tenant_st primary key (shop_id, st_id),
    constraint st_zones_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_zones_modified on raw.st_zones (shop_id, modified_on);

call ops.dress_cache('raw.st_zones', 'Dispatch zones', $$
    name               name [text]
    zips               postal codes [texts]
    business_unit_ids  business units [list of vendor ids]
    technician_ids     technicians [list of vendor ids]
$$);

create table raw.st_teams (
    shop_id      bigint not null,
    tenant_id    bigint not null,
    id           uuid not null default gen_random_uuid(),
    st_id        text collate "C" not null,
    name         text,
    active       boolean not null default true,
    created_on   timestamptz,
    modified_on  timestamptz,
    full_data    jsonb,
    payload_hash bytea,
    source_feed  text,
    synced_at    timestamptz not null default now(),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    deleted_at   timestamptz,
    constraint uq_raw_teams_tenant_st primary key (shop_id, st_id),
    constraint st_teams_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_teams_modified on raw.st_teams (shop_id, modified_on);

call ops.dress_cache('raw.st_teams', 'Teams', $$
    name          name [text]
$$);

create table raw.st_arrival_windows (
    shop_id           bigint not null,
    tenant_id         bigint not null,
    id                uuid not null default gen_random_uuid(),
    st_id             text collate "C" not null,
    start_local       time,
    duration          interval,
    business_unit_ids text[],
    active            boolean not null default true,
    created_on        timestamptz,
    modified_on       timestamptz,
    full_data         jsonb,
    payload_hash      bytea,
    source_feed       text,
    synced_at         timestamptz not null default now(),
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    deleted_at        timestamptz,
    constraint uq_raw_arrival_windows_tenant_st primary key (shop_id, st_id),
    constraint st_arrival_windows_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_arrival_windows_modified on raw.st_arrival_windows (shop_id, modified_on);

call ops.dress_cache('raw.st_arrival_windows', 'Promised windows of arrival, as local clock times', $$
    start_local        local clock time [time of day]
    duration           length [interval]
    business_unit_ids  business units [list of vendor ids]
$$);

create table raw.st_timesheet_codes (
    shop_id      bigint not null,
    tenant_id    bigint not null,
    id           uuid not null default gen_random_uuid(),
    st_id        text collate "C" not null,
    code         text,
    description  text,
    code_type    text,
    active       boolean not null default true,
    created_on   timestamptz,
    modified_on  timestamptz,
    full_data    jsonb,
    payload_hash bytea,
    source_feed  text,
    synced_at    timestamptz not null default now(),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    deleted_at   timestamptz,
    constraint uq_raw_timesheet_codes_tenant_st primary key (shop_id, st_id),
    constraint st_timesheet_codes_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_timesheet_codes_modified on raw.st_timesheet_codes (shop_id, modified_on);

call ops.dress_cache('raw.st_timesheet_codes', 'Codes of time sheets', $$
    code          code [text]
    description   description [text]
    code_type     Unpaid, Paid, ClockInOut or PaidTimeOff [code]
$$);
