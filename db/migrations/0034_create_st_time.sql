-- Time, pay and equipment of ServiceTitan, as a cache of the vendor's records (docs/servicetitan.md). Ids are texts as the
-- vendor's own systems write them; money is cents; every table has the same columns around its own.

create table raw.st_job_timesheets (
    shop_id        bigint not null,
    tenant_id      bigint not null,
    id             uuid not null default gen_random_uuid(),
    st_id          text collate "C" not null,
    job_id         text,
    appointment_id text,
    technician_id  text,
    dispatched_on  timestamptz,
    arrived_on     timestamptz,
    canceled_on    timestamptz,
    done_on        timestamptz,
    active         boolean not null default true,
    created_on     timestamptz,
    modified_on    timestamptz,
    full_data      jsonb,
    payload_hash   bytea,
    source_feed    text,
    synced_at      timestamptz not null default now(),
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    constraint uq_raw_job_timesheets_tenant_st primary key (shop_id, st_id),
    constraint st_job_timesheets_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_job_timesheets_modified on raw.st_job_timesheets (shop_id, modified_on);

create index idx_st_job_timesheets_appointment on raw.st_job_timesheets (shop_id, appointment_id);

create index idx_st_job_timesheets_job on raw.st_job_timesheets (shop_id, job_id);

create index idx_st_job_timesheets_technician_arrived on raw.st_job_timesheets (shop_id, technician_id, arrived_on);

call ops.dress_cache('raw.st_job_timesheets', 'Time on jobs: the only source of true arrival', $$
    job_id          job [vendor id]
    appointment_id  appointment [vendor id]
    technician_id   technician [vendor id]
    dispatched_on   dispatched, when [UTC]
    arrived_on      arrived, when [UTC]
    canceled_on     canceled, when [UTC]
    done_on         done, when [UTC]
$$);

create table raw.st_job_splits (
    shop_id       bigint not null,
    tenant_id     bigint not null,
    id            uuid not null default gen_random_uuid(),
    st_id         text collate "C" not null,
    job_id        text,
    technician_id text,
    split         numeric(9,4),
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
    constraint uq_raw_job_splits_tenant_st primary key (shop_id, st_id),
    constraint st_job_splits_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_job_splits_modified on raw.st_job_splits (shop_id, modified_on);

create index idx_st_job_splits_job on raw.st_job_splits (shop_id, job_id);

call ops.dress_cache('raw.st_job_splits', 'How a job''s credit is shared', $$
    job_id         job [vendor id]
    technician_id  technician [vendor id]
    split          share [percent 0-100]
$$);

create table raw.st_gross_pay_items (
    shop_id          bigint not null,
    tenant_id        bigint not null,
    id               uuid not null default gen_random_uuid(),
    st_id            text collate "C" not null,
    employee_id      text,
    employee_type    text,
    job_id           text,
    invoice_id       text,
    pay_type         text,
    paid_time_type   text,
    amount_cents     bigint,
    adjustment_cents bigint,
    paid_hours       numeric(10,4),
    pay_date         date,
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
    constraint uq_raw_gross_pay_items_tenant_st primary key (shop_id, st_id),
    constraint st_gross_pay_items_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_gross_pay_items_modified on raw.st_gross_pay_items (shop_id, modified_on);

create index idx_st_gross_pay_items_job on raw.st_gross_pay_items (shop_id, job_id);

create index idx_st_gross_pay_items_employee_pay_date on raw.st_gross_pay_items (shop_id, employee_id, pay_date);

call ops.dress_cache('raw.st_gross_pay_items', 'What employees were paid, item by item. Personal data', $$
    employee_id       employee [vendor id]
    employee_type     employee type as the vendor words it [code]
    job_id            job [vendor id]
    invoice_id        invoice [vendor id]
    pay_type          InvoiceRelatedBonus, TimesheetTime, CustomBonus, Salary or Reimbursement [code]
    paid_time_type    paid time type as the vendor words it [code]
    amount_cents      amount [cents]
    adjustment_cents  adjustment [cents]
    paid_hours        paid time [hours]
    pay_date          pay date [tenant-local date]
$$);

create table raw.st_non_job_timesheets (
    shop_id           bigint not null,
    tenant_id         bigint not null,
    id                uuid not null default gen_random_uuid(),
    st_id             text collate "C" not null,
    employee_id       text,
    employee_type     text,
    timesheet_code_id text,
    started_on        timestamptz,
    ended_on          timestamptz,
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
    constraint uq_raw_non_job_timesheets_tenant_st primary key (shop_id, st_id),
    constraint st_non_job_timesheets_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_non_job_timesheets_modified on raw.st_non_job_timesheets (shop_id, modified_on);

create index idx_st_non_job_timesheets_employee_started on raw.st_non_job_timesheets (shop_id, employee_id, started_on);

call ops.dress_cache('raw.st_non_job_timesheets', 'Paid time without a job', $$
    employee_id        employee [vendor id]
    employee_type      employee type as the vendor words it [code]
    timesheet_code_id  timesheet code [vendor id]
    started_on         started, when [UTC]
    ended_on           ended, when [UTC]
$$);

create table raw.st_technician_shifts (
    shop_id           bigint not null,
    tenant_id         bigint not null,
    id                uuid not null default gen_random_uuid(),
    st_id             text collate "C" not null,
    technician_id     text,
    shift_type        text,
    title             text,
    start_time        timestamptz,
    end_time          timestamptz,
    timesheet_code_id text,
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
    constraint uq_raw_technician_shifts_tenant_st primary key (shop_id, st_id),
    constraint st_technician_shifts_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_technician_shifts_modified on raw.st_technician_shifts (shop_id, modified_on);

create index idx_st_technician_shifts_technician_start on raw.st_technician_shifts (shop_id, technician_id, start_time);

call ops.dress_cache('raw.st_technician_shifts', 'Shifts', $$
    technician_id      technician [vendor id]
    shift_type         Normal, OnCall or TimeOff [code]
    title              title [text]
    start_time         start, when [UTC]
    end_time           end, when [UTC]
    timesheet_code_id  timesheet code [vendor id]
$$);

create table raw.st_non_job_appointments (
    shop_id           bigint not null,
    tenant_id         bigint not null,
    id                uuid not null default gen_random_uuid(),
    st_id             text collate "C" not null,
    technician_id     text,
    name              text,
    start_time        timestamptz,
    end_time          timestamptz,
    all_day           boolean,
    blocks_capacity   boolean,
    timesheet_code_id text,
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
    constraint uq_raw_non_job_appointments_tenant_st primary key (shop_id, st_id),
    constraint st_non_job_appointments_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_non_job_appointments_modified on raw.st_non_job_appointments (shop_id, modified_on);

create index idx_st_non_job_appointments_technician_start on raw.st_non_job_appointments (shop_id, technician_id, start_time);

call ops.dress_cache('raw.st_non_job_appointments', 'Time that technicians are blocked', $$
    technician_id      technician [vendor id]
    name               name [text]
    start_time         start, when [UTC]
    end_time           start and duration together [UTC]
    all_day            whether it holds: all day [boolean]
    blocks_capacity    whether it holds: blocks capacity [boolean]
    timesheet_code_id  timesheet code [vendor id]
$$);

create table raw.st_installed_equipment (
    shop_id         bigint not null,
    tenant_id       bigint not null,
    id              uuid not null default gen_random_uuid(),
    st_id           text collate "C" not null,
    location_id     text,
    customer_id     text,
    invoice_item_id text,
    name            text,
    equipment_type  text,
    status          text,
    manufacturer    text,
    model           text,
    serial_number   text,
    installed_on    date,
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
    constraint uq_raw_installed_equipment_tenant_st primary key (shop_id, st_id),
    constraint st_installed_equipment_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_installed_equipment_modified on raw.st_installed_equipment (shop_id, modified_on);

call ops.dress_cache('raw.st_installed_equipment', 'Equipment at customers'' places', $$
    location_id      location [vendor id]
    customer_id      customer [vendor id]
    invoice_item_id  invoice item [vendor id]
    name             name [text]
    equipment_type   equipment type as the vendor words it [code]
    status           status as the vendor words it [code]
    manufacturer     manufacturer [text]
    model            model [text]
    serial_number    serial number [text]
    installed_on     installed on [tenant-local date]
$$);

create table raw.st_technician_ratings (
    shop_id       bigint not null,
    tenant_id     bigint not null,
    id            uuid not null default gen_random_uuid(),
    st_id         text collate "C" not null,
    technician_id text,
    job_id        text,
    rating        numeric(6,2),
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
    constraint uq_raw_technician_ratings_tenant_st primary key (shop_id, st_id),
    constraint st_technician_ratings_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

create index idx_st_technician_ratings_modified on raw.st_technician_ratings (shop_id, modified_on);

create index idx_st_technician_ratings_technician on raw.st_technician_ratings (shop_id, technician_id);

create index idx_st_technician_ratings_job on raw.st_technician_ratings (shop_id, job_id);

call ops.dress_cache('raw.st_technician_ratings', 'Customers'' ratings of technicians', $$
    technician_id  technician [vendor id]
    job_id         job [vendor id]
    rating         rating [0-10]
$$);
