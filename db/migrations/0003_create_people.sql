-- The people who work in a shop and what their hour costs.

create table warehouse.employees (
    shop_id              bigint not null,
    id                   bigint not null,
    hourly_rate          bigint,
    salary               bigint,
    tm_updated_at        timestamptz,
    last_synced_at       timestamptz not null default now(),
    first_seen_at        timestamptz not null default now(),
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    role                 integer,
    hire_date            date,
    termination_date     date,
    can_clock_in         boolean,
    can_sell             boolean,
    can_tech             boolean,
    can_perform_work     boolean,
    is_stub              boolean not null default false,
    first_name           text,
    last_name            text,
    email                text,
    role_name            text,
    role_code            text,
    status               text not null default 'ACTIVE',
    username             text,
    phone                text,
    certification_number text,
    pay_type             text,
    commission_rate      numeric(9, 6),
    source               text not null default 'official',
    payload_hash         bytea,
    tm_extra             jsonb,
    primary key (shop_id, id),
    constraint employees_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint employees_status_known check (status in ('ACTIVE', 'INACTIVE', 'UNKNOWN')),
    constraint employees_source_known check (source in ('official', 'internal', 'simulator'))
);

-- An open rate is legal beside a later one: the later start ends it on reading (contract 9), so there is no exclusion
-- constraint; see the view employee_cost_rate_periods. No key to employees: a rate may be known before the person.
create table warehouse.employee_cost_rates (
    shop_id        bigint not null,
    employee_id    bigint not null,
    effective_from date not null,
    effective_to   date,
    hourly_cost    bigint not null,
    source         text not null default 'manual',
    note           text,
    created_at     timestamptz not null default now(),
    primary key (shop_id, employee_id, effective_from),
    constraint employee_cost_rates_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id),
    constraint employee_cost_rates_source_known check (source in ('manual', 'csv', 'internal_api', 'simulator')),
    constraint employee_cost_rates_not_negative check (hourly_cost >= 0),
    constraint employee_cost_rates_interval_ordered check (effective_to is null or effective_to >= effective_from)
);

call ops.wall('warehouse.employees', 'current_shops', '{select,insert,update}');

call ops.wall('warehouse.employee_cost_rates', 'current_shops_managed', '{select,insert,update,delete}');

-- Names and roles are for everyone in the shop; pay, contact and employment dates are not. What an hour costs is for
-- owners and managers, in employee_cost_rates.
grant select (shop_id, id, first_name, last_name, role, role_name, role_code, status, can_clock_in, can_sell, can_tech,
              can_perform_work, certification_number, is_stub, source, payload_hash, tm_updated_at, last_synced_at,
              first_seen_at, created_at, updated_at)
    on warehouse.employees to authenticated;

grant select on warehouse.employee_cost_rates to authenticated;

grant select, insert, update on warehouse.employees to pitwall_sync;

grant select, insert, update, delete on warehouse.employee_cost_rates to pitwall_sync;

grant select on warehouse.employees, warehouse.employee_cost_rates to pitwall_ops;

call ops.describe('warehouse.employees', 'Advisors, technicians and other people of a shop; kept when they leave', $$
    shop_id               shop [id]
    id                    the vendor's employee number [vendor id]
    hourly_rate           pay as the vendor's internal source tells it; costs come from employee_cost_rates [cents per hour]
    salary                yearly pay, internal source only; never turned into an hourly cost [cents per year]
    tm_updated_at         the vendor's time of last change [UTC]
    last_synced_at        when a sync last wrote this row [UTC]
    first_seen_at         when the employee was first seen [UTC]
    created_at            when the row was inserted [UTC]
    updated_at            when the row was last changed [UTC]
    role                  the vendor's role number; 3 is technician [vendor code]
    hire_date             first day of work [shop-local date]
    termination_date      last day of work [shop-local date]
    can_clock_in          may clock in [flag]
    can_sell              may sell [flag]
    can_tech              may work as technician [flag]
    can_perform_work      may be put on labour lines [flag]
    is_stub               known only from a reference, not yet from the vendor's list [flag]
    first_name            given name; UNKNOWN on a stub [text]
    last_name             family name [text]
    email                 address [text]
    role_name             the vendor's role in words [text]
    role_code             the vendor's role number as text [vendor code]
    status                ACTIVE while listed by the vendor, INACTIVE after, UNKNOWN on a stub [code]
    username              sign-in name at the vendor [text]
    phone                 phone number [text]
    certification_number  certificate of the technician [text]
    pay_type              FLAT, HOURLY, SALARY and the like [vendor code]
    commission_rate       commission [fraction 0-1]
    source                where the row comes from: official, internal, simulator [code]
    payload_hash          fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
    tm_extra              fields of the vendor that have no column [JSON]
$$);

call ops.describe('warehouse.employee_cost_rates',
    'What an hour of an employee costs, by day. A rate that starts later ends the earlier one', $$
    shop_id         shop [id]
    employee_id     the vendor's employee number, legal before the employee is known [vendor id]
    effective_from  first day of the rate [shop-local date]
    effective_to    last day of the rate, null while open [shop-local date]
    hourly_cost     cost of one hour; 0 counts as no rate [cents per hour]
    source          manual, csv, internal_api or simulator [code]
    note            why it was entered [text]
    created_at      when the row was inserted [UTC]
$$);
