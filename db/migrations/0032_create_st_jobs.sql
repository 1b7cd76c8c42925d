-- Customers and jobs of ServiceTitan, as a cache of the vendor's records (docs/servicetitan.md). Ids are texts as the
-- vendor's own systems write them; money is cents; every table has the same columns around its own.

create table raw.st_customers (
    shop_id            bigint not null,
    tenant_id          bigint not null,
    id                 uuid not null default gen_random_uuid(),
    st_id              text collate "C" not null,
    name               text,
    customer_type      text,
    address_street     text,
    address_unit       text,
    address_city       text,
    address_state      text,
    address_zip        text,
    address_country    text,
    latitude           numeric(10,8),
    longitude          numeric(11,8),
    balance_cents      bigint,
    tax_exempt         boolean,
    do_not_mail        boolean,
    do_not_service     boolean,
    national_account   boolean,
    merged_to_id       text,
    payment_term_id    text,
    credit_limit_cents bigint,
    tag_type_ids       text[],
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
    constraint uq_raw_customers_tenant_st primary key (shop_id, st_id),
    constraint st_customers_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_customers_modified on raw.st_customers (shop_id, modified_on);

call ops.dress_cache('raw.st_customers', 'Customers. Personal data', $$
    name                name [text]
    customer_type       customer type as the vendor words it [code]
    address_street      address street [text]
    address_unit        address unit [text]
    address_city        address city [text]
    address_state       address state [text]
    address_zip         address zip [text]
    address_country     address country [text]
    latitude            null where missing or out of range [degrees]
    longitude           null where missing or out of range [degrees]
    balance_cents       balance [cents]
    tax_exempt          whether it holds: tax exempt [boolean]
    do_not_mail         whether it holds: do not mail [boolean]
    do_not_service      whether it holds: do not service [boolean]
    national_account    whether it holds: national account [boolean]
    merged_to_id        merged to [vendor id]
    payment_term_id     payment term [vendor id]
    credit_limit_cents  credit limit [cents]
    tag_type_ids        tag types [list of vendor ids]
$$);

create table raw.st_customer_contacts (
    shop_id      bigint not null,
    tenant_id    bigint not null,
    id           uuid not null default gen_random_uuid(),
    st_id        text collate "C" not null,
    owner_id     text,
    contact_type text,
    value        text,
    value_norm   text,
    memo         text,
    do_not_text  boolean,
    preferences  jsonb,
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
    constraint uq_raw_customer_contacts_tenant_st primary key (shop_id, st_id),
    constraint st_customer_contacts_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_customer_contacts_modified on raw.st_customer_contacts (shop_id, modified_on);

create index idx_st_customer_contacts_owner on raw.st_customer_contacts (shop_id, owner_id);

create index idx_st_customer_contacts_value_norm on raw.st_customer_contacts (shop_id, value_norm);

call ops.dress_cache('raw.st_customer_contacts', 'Contacts of customers. Personal data', $$
    owner_id      customer whose contact it is [vendor id]
    contact_type  Phone, MobilePhone, Email or Fax [code]
    value         value [text]
    value_norm    digits of a number, lower case of an address [text]
    memo          memo [text]
    do_not_text   whether it holds: do not text [boolean]
    preferences   what the contact wants to be told [JSON]
$$);

create table raw.st_locations (
    shop_id         bigint not null,
    tenant_id       bigint not null,
    id              uuid not null default gen_random_uuid(),
    st_id           text collate "C" not null,
    customer_id     text,
    name            text,
    address_street  text,
    address_unit    text,
    address_city    text,
    address_state   text,
    address_zip     text,
    address_country text default 'USA',
    latitude        numeric(10,8),
    longitude       numeric(11,8),
    phone           text,
    email           text,
    tax_zone_id     text,
    zone_id         text,
    merged_to_id    text,
    tax_exempt      boolean,
    tag_type_ids    text[],
    created_by_id   text,
    active          boolean not null default true,
    created_on      timestamptz,
    modified_on     timestamptz,
    full_data       jsonb,
    payload_hash    bytea,
    source_feed     text,
    synced_at       timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    deleted_at      timestamptz,
    constraint uq_raw_locations_tenant_st primary key (shop_id, st_id),
    constraint st_locations_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_locations_tenant on raw.st_locations (tenant_id);

create index idx_st_locations_customer on raw.st_locations (shop_id, customer_id);

create index idx_st_locations_active on raw.st_locations (shop_id, active);

create index idx_st_locations_modified on raw.st_locations (shop_id, modified_on);

create index idx_st_locations_synced on raw.st_locations (shop_id, synced_at);

create index idx_st_locations_full_data on raw.st_locations using gin (full_data jsonb_path_ops);

call ops.dress_cache('raw.st_locations', 'Places of service. Personal data', $$
    customer_id      customer [vendor id]
    name             name [text]
    address_street   address street [text]
    address_unit     address unit [text]
    address_city     address city [text]
    address_state    address state [text]
    address_zip      address zip [text]
    address_country  address country [text]
    latitude         null where missing or out of range [degrees]
    longitude        null where missing or out of range [degrees]
    phone            best number of the location's contacts; derived [text]
    email            best address of the location's contacts; derived [text]
    tax_zone_id      tax zone [vendor id]
    zone_id          zone [vendor id]
    merged_to_id     merged to [vendor id]
    tax_exempt       whether it holds: tax exempt [boolean]
    tag_type_ids     tag types [list of vendor ids]
    created_by_id    created by [vendor id]
$$);

create table raw.st_location_contacts (
    shop_id      bigint not null,
    tenant_id    bigint not null,
    id           uuid not null default gen_random_uuid(),
    st_id        text collate "C" not null,
    owner_id     text,
    contact_type text,
    value        text,
    value_norm   text,
    memo         text,
    do_not_text  boolean,
    preferences  jsonb,
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
    constraint uq_raw_location_contacts_tenant_st primary key (shop_id, st_id),
    constraint st_location_contacts_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_location_contacts_modified on raw.st_location_contacts (shop_id, modified_on);

create index idx_st_location_contacts_owner on raw.st_location_contacts (shop_id, owner_id);

create index idx_st_location_contacts_value_norm on raw.st_location_contacts (shop_id, value_norm);

call ops.dress_cache('raw.st_location_contacts', 'Contacts of locations. Personal data', $$
    owner_id      location whose contact it is [vendor id]
    contact_type  Phone, MobilePhone, Email or Fax [code]
    value         value [text]
    value_norm    digits of a number, lower case of an address [text]
    memo          memo [text]
    do_not_text   whether it holds: do not text [boolean]
    preferences   what the contact wants to be told [JSON]
$$);

create table raw.st_leads (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    status           text,
    priority         text,
    customer_id      text,
    location_id      text,
    business_unit_id text,
    job_type_id      text,
    campaign_id      text,
    call_id          text,
    booking_id       text,
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
    constraint uq_raw_leads_tenant_st primary key (shop_id, st_id),
    constraint st_leads_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_leads_modified on raw.st_leads (shop_id, modified_on);

call ops.dress_cache('raw.st_leads', 'Leads', $$
    status            status as the vendor words it [code]
    priority          priority as the vendor words it [code]
    customer_id       customer [vendor id]
    location_id       location [vendor id]
    business_unit_id  business unit [vendor id]
    job_type_id       job type [vendor id]
    campaign_id       campaign [vendor id]
    call_id           call [vendor id]
    booking_id        booking [vendor id]
$$);

create table raw.st_bookings (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    status           text,
    source           text,
    start_time       timestamptz,
    campaign_id      text,
    business_unit_id text,
    job_type_id      text,
    job_id           text,
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
    constraint uq_raw_bookings_tenant_st primary key (shop_id, st_id),
    constraint st_bookings_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_bookings_modified on raw.st_bookings (shop_id, modified_on);

call ops.dress_cache('raw.st_bookings', 'Bookings', $$
    status            status as the vendor words it [code]
    source            source [text]
    start_time        start, when [UTC]
    campaign_id       campaign [vendor id]
    business_unit_id  business unit [vendor id]
    job_type_id       job type [vendor id]
    job_id            job [vendor id]
$$);

create table raw.st_calls (
    shop_id      bigint not null,
    tenant_id    bigint not null,
    id           uuid not null default gen_random_uuid(),
    st_id        text collate "C" not null,
    direction    text,
    call_type    text,
    status       text,
    duration_s   bigint,
    campaign_id  text,
    job_id       text,
    received_on  timestamptz,
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
    constraint uq_raw_calls_tenant_st primary key (shop_id, st_id),
    constraint st_calls_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_calls_modified on raw.st_calls (shop_id, modified_on);

call ops.dress_cache('raw.st_calls', 'Telephone calls, without their numbers', $$
    direction     direction as the vendor words it [code]
    call_type     Abandoned, Unbooked, Excused, Booked or NotLead [code]
    status        status as the vendor words it [code]
    duration_s    length [seconds]
    campaign_id   campaign [vendor id]
    job_id        job [vendor id]
    received_on   received, when [UTC]
$$);

create table raw.st_projects (
    shop_id                bigint not null,
    tenant_id              bigint not null,
    id                     uuid not null default gen_random_uuid(),
    st_id                  text collate "C" not null,
    number                 text,
    name                   text,
    status                 text,
    customer_id            text,
    location_id            text,
    project_type_id        text,
    start_date             date,
    target_completion_date date,
    actual_completion_date date,
    job_ids                text[],
    active                 boolean not null default true,
    created_on             timestamptz,
    modified_on            timestamptz,
    full_data              jsonb,
    payload_hash           bytea,
    source_feed            text,
    synced_at              timestamptz not null default now(),
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    deleted_at             timestamptz,
    constraint uq_raw_projects_tenant_st primary key (shop_id, st_id),
    constraint st_projects_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_projects_modified on raw.st_projects (shop_id, modified_on);

call ops.dress_cache('raw.st_projects', 'Projects', $$
    number                  number [text]
    name                    name [text]
    status                  status as the vendor words it [code]
    customer_id             customer [vendor id]
    location_id             location [vendor id]
    project_type_id         project type [vendor id]
    start_date              start date [tenant-local date]
    target_completion_date  target completion date [tenant-local date]
    actual_completion_date  actual completion date [tenant-local date]
    job_ids                 jobs [list of vendor ids]
$$);

create table raw.st_jobs (
    shop_id                  bigint not null,
    tenant_id                bigint not null,
    id                       uuid not null default gen_random_uuid(),
    st_id                    text collate "C" not null,
    job_number               text,
    customer_id              text,
    location_id              text,
    project_id               text,
    business_unit_id         text,
    job_type_id              text,
    campaign_id              text,
    status                   text,
    priority                 text,
    summary                  text,
    scheduled_start          timestamptz,
    scheduled_end            timestamptz,
    actual_start             timestamptz,
    actual_end               timestamptz,
    duration                 integer,
    total                    numeric(14,2),
    completed_on             timestamptz,
    recall_for_id            text,
    warranty_for_id          text,
    no_charge                boolean not null default false,
    invoice_id               text,
    membership_id            text,
    sold_by_id               text,
    created_by_id            text,
    lead_call_id             text,
    booking_id               text,
    created_from_estimate_id text,
    generated_from_job_id    text,
    generated_by_employee_id text,
    first_appointment_id     text,
    last_appointment_id      text,
    appointment_count        bigint,
    customer_po              text,
    total_cents              bigint,
    tag_type_ids             text[],
    estimate_ids             text[],
    active                   boolean not null default true,
    created_on               timestamptz,
    modified_on              timestamptz,
    full_data                jsonb,
    payload_hash             bytea,
    source_feed              text,
    synced_at                timestamptz not null default now(),
    created_at               timestamptz not null default now(),
    updated_at               timestamptz not null default now(),
    deleted_at               timestamptz,
    constraint uq_raw_jobs_tenant_st primary key (shop_id, st_id),
    constraint st_jobs_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_jobs_tenant on raw.st_jobs (tenant_id);

create index idx_st_jobs_customer on raw.st_jobs (shop_id, customer_id);

create index idx_st_jobs_location on raw.st_jobs (shop_id, location_id);

create index idx_st_jobs_status on raw.st_jobs (shop_id, status);

create index idx_st_jobs_business_unit on raw.st_jobs (shop_id, business_unit_id);

create index idx_st_jobs_scheduled on raw.st_jobs (shop_id, scheduled_start, scheduled_end);

create index idx_st_jobs_modified on raw.st_jobs (shop_id, modified_on);

create index idx_st_jobs_synced on raw.st_jobs (shop_id, synced_at);

create index idx_st_jobs_job_number on raw.st_jobs (shop_id, job_number);

create index idx_st_jobs_full_data on raw.st_jobs using gin (full_data jsonb_path_ops);

create index idx_st_jobs_completed on raw.st_jobs (shop_id, completed_on) where status = 'Completed';

create index idx_st_jobs_recall on raw.st_jobs (shop_id, recall_for_id) where recall_for_id is not null;

create index idx_st_jobs_warranty on raw.st_jobs (shop_id, warranty_for_id) where warranty_for_id is not null;

create index idx_st_jobs_created on raw.st_jobs (shop_id, created_on);

create index idx_st_jobs_deleted on raw.st_jobs (shop_id) where deleted_at is not null;

call ops.dress_cache('raw.st_jobs', 'Jobs: a visit to a customer with what led to it', $$
    job_number                job number [text]
    customer_id               customer [vendor id]
    location_id               location [vendor id]
    project_id                project [vendor id]
    business_unit_id          business unit [vendor id]
    job_type_id               job type [vendor id]
    campaign_id               campaign [vendor id]
    status                    Scheduled, Dispatched, InProgress, Hold, Completed or Canceled [code]
    priority                  priority as the vendor words it [code]
    summary                   summary [text]
    scheduled_start           earliest planned start of its appointments; derived [UTC]
    scheduled_end             latest planned end of its appointments; derived [UTC]
    actual_start              earliest arrival by its time sheets; derived [UTC]
    actual_end                latest end by its time sheets; derived [UTC]
    duration                  whole minutes between the two actual times; derived [minutes]
    total                     whole amount as the vendor shows it [currency units]
    completed_on              completed, when [UTC]
    recall_for_id             recall for [vendor id]
    warranty_for_id           the job this one is warranty work for [vendor id]
    no_charge                 whether it holds: no charge [boolean]
    invoice_id                invoice [vendor id]
    membership_id             membership [vendor id]
    sold_by_id                sold by [vendor id]
    created_by_id             created by [vendor id]
    lead_call_id              lead call [vendor id]
    booking_id                booking [vendor id]
    created_from_estimate_id  created from estimate [vendor id]
    generated_from_job_id     generated from job [vendor id]
    generated_by_employee_id  generated by employee [vendor id]
    first_appointment_id      first appointment [vendor id]
    last_appointment_id       last appointment [vendor id]
    appointment_count         appointment count [number]
    customer_po               customer po [text]
    total_cents               total [cents]
    tag_type_ids              tag types [list of vendor ids]
    estimate_ids              estimates [list of vendor ids]
$$);

create table raw.st_appointments (
    shop_id                 bigint not null,
    tenant_id               bigint not null,
    id                      uuid not null default gen_random_uuid(),
    st_id                   text collate "C" not null,
    job_id                  text,
    technician_id           text,
    start_time              timestamptz,
    end_time                timestamptz,
    arrival_window_start    text,
    arrival_window_end      text,
    status                  text,
    appointment_number      text,
    customer_id             text,
    arrival_window_start_at timestamptz,
    arrival_window_end_at   timestamptz,
    unused                  boolean not null default false,
    is_confirmed            boolean,
    special_instructions    text,
    created_by_id           text,
    active                  boolean not null default true,
    created_on              timestamptz,
    modified_on             timestamptz,
    full_data               jsonb,
    payload_hash            bytea,
    source_feed             text,
    synced_at               timestamptz not null default now(),
    created_at              timestamptz not null default now(),
    updated_at              timestamptz not null default now(),
    deleted_at              timestamptz,
    constraint uq_raw_appointments_tenant_st primary key (shop_id, st_id),
    constraint st_appointments_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_appointments_tenant on raw.st_appointments (tenant_id);

create index idx_st_appointments_job on raw.st_appointments (shop_id, job_id);

create index idx_st_appointments_technician on raw.st_appointments (shop_id, technician_id);

create index idx_st_appointments_start on raw.st_appointments (shop_id, start_time);

create index idx_st_appointments_date on raw.st_appointments (shop_id, ((start_time at time zone 'UTC')::date));

create index idx_st_appointments_status on raw.st_appointments (shop_id, status);

create index idx_st_appointments_synced on raw.st_appointments (shop_id, synced_at);

create index idx_st_appointments_tech_date on raw.st_appointments (shop_id, technician_id, ((start_time at time zone 'UTC')::date));

create index idx_st_appointments_full_data on raw.st_appointments using gin (full_data jsonb_path_ops);

create index idx_st_appointments_window on raw.st_appointments (shop_id, arrival_window_start_at);

call ops.dress_cache('raw.st_appointments', 'Appointments of jobs', $$
    job_id                   job [vendor id]
    technician_id            technician of the first active assignment; derived [vendor id]
    start_time               start, when [UTC]
    end_time                 end, when [UTC]
    arrival_window_start     promised, as received [text]
    arrival_window_end       promised, as received [text]
    status                   Scheduled, Dispatched, Working, Hold, Done or Canceled [code]
    appointment_number       appointment number [text]
    customer_id              customer [vendor id]
    arrival_window_start_at  arrival window start, when [UTC]
    arrival_window_end_at    arrival window end, when [UTC]
    unused                   whether it holds: unused [boolean]
    is_confirmed             whether it holds: confirmed [boolean]
    special_instructions     special instructions [text]
    created_by_id            created by [vendor id]
$$);

create table raw.st_appointment_assignments (
    shop_id         bigint not null,
    tenant_id       bigint not null,
    id              uuid not null default gen_random_uuid(),
    st_id           text collate "C" not null,
    appointment_id  text,
    job_id          text,
    technician_id   text,
    technician_name text,
    assigned_by_id  text,
    assigned_on     timestamptz,
    status          text,
    is_paused       boolean,
    active          boolean not null default true,
    created_on      timestamptz,
    modified_on     timestamptz,
    full_data       jsonb,
    payload_hash    bytea,
    source_feed     text,
    synced_at       timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    deleted_at      timestamptz,
    constraint uq_raw_appointment_assignments_tenant_st primary key (shop_id, st_id),
    constraint st_appointment_assignments_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_appointment_assignments_modified on raw.st_appointment_assignments (shop_id, modified_on);

create index idx_st_appointment_assignments_appointment on raw.st_appointment_assignments (shop_id, appointment_id);

create index idx_st_appointment_assignments_technician on raw.st_appointment_assignments (shop_id, technician_id);

create index idx_st_appointment_assignments_job on raw.st_appointment_assignments (shop_id, job_id);

call ops.dress_cache('raw.st_appointment_assignments', 'Who is sent to which appointment', $$
    appointment_id   appointment [vendor id]
    job_id           job [vendor id]
    technician_id    technician [vendor id]
    technician_name  technician name [text]
    assigned_by_id   assigned by [vendor id]
    assigned_on      assigned, when [UTC]
    status           Scheduled, Dispatched, Working or Done [code]
    is_paused        whether it holds: paused [boolean]
$$);

create table raw.st_job_history (
    shop_id         bigint not null,
    tenant_id       bigint not null,
    id              uuid not null default gen_random_uuid(),
    st_id           text collate "C" not null,
    job_id          text,
    employee_id     text,
    event_type      text,
    occurred_on     timestamptz,
    scheduling_tool text,
    active          boolean not null default true,
    created_on      timestamptz,
    modified_on     timestamptz,
    full_data       jsonb,
    payload_hash    bytea,
    source_feed     text,
    synced_at       timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    deleted_at      timestamptz,
    constraint uq_raw_job_history_tenant_st primary key (shop_id, st_id),
    constraint st_job_history_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_job_history_modified on raw.st_job_history (shop_id, modified_on);

create index idx_st_job_history_job_occurred on raw.st_job_history (shop_id, job_id, occurred_on);

call ops.dress_cache('raw.st_job_history', 'What happened to jobs', $$
    job_id           job [vendor id]
    employee_id      employee [vendor id]
    event_type       event type as the vendor words it [code]
    occurred_on      occurred, when [UTC]
    scheduling_tool  scheduling tool [text]
$$);

create table raw.st_job_canceled_logs (
    shop_id       bigint not null,
    tenant_id     bigint not null,
    id            uuid not null default gen_random_uuid(),
    st_id         text collate "C" not null,
    job_id        text,
    reason_id     text,
    memo          text,
    created_by_id text,
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
    constraint uq_raw_job_canceled_logs_tenant_st primary key (shop_id, st_id),
    constraint st_job_canceled_logs_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_job_canceled_logs_modified on raw.st_job_canceled_logs (shop_id, modified_on);

create index idx_st_job_canceled_logs_job on raw.st_job_canceled_logs (shop_id, job_id);

call ops.dress_cache('raw.st_job_canceled_logs', 'Cancellations of jobs, each kept', $$
    job_id         job [vendor id]
    reason_id      reason [vendor id]
    memo           memo [text]
    created_by_id  created by [vendor id]
$$);
