-- What everybody in a shop may know of its people, apart from what is for owners and managers only: two tables, because a
-- grant on some columns makes `select *` fail. The old name becomes a view over both (db/models/canonical/employees.sql).

alter table warehouse.employees rename to employee_records;

alter table warehouse.employee_records rename constraint employees_pkey to employee_records_pkey;

alter table warehouse.employee_records rename constraint employees_shop_fkey to employee_records_shop_fkey;

alter table warehouse.employee_records rename constraint employees_status_known to employee_records_status_known;

alter table warehouse.employee_records rename constraint employees_source_known to employee_records_source_known;

create table warehouse.employee_private (
    shop_id          bigint not null,
    id               bigint not null,
    hourly_rate      bigint,
    salary           bigint,
    updated_at       timestamptz not null default now(),
    hire_date        date,
    termination_date date,
    email            text,
    username         text,
    phone            text,
    pay_type         text,
    commission_rate  numeric(9, 6),
    tm_extra         jsonb,
    primary key (shop_id, id),
    constraint employee_private_shop_fkey foreign key (shop_id) references warehouse.shops (shop_id)
);

-- Forced row-level security hides the rows from the owner too: he lifts it for this transaction, which holds an exclusive
-- lock to its end, and puts it back.
alter table warehouse.employee_records no force row level security;

insert into warehouse.employee_private
    (shop_id, id, hourly_rate, salary, updated_at, hire_date, termination_date, email, username, phone, pay_type,
     commission_rate, tm_extra)
select shop_id, id, hourly_rate, salary, updated_at, hire_date, termination_date, email, username, phone, pay_type,
    commission_rate, tm_extra
from warehouse.employee_records
where not is_stub;

alter table warehouse.employee_records force row level security;

alter table warehouse.employee_records
    drop column hourly_rate, drop column salary, drop column hire_date, drop column termination_date, drop column email,
    drop column username, drop column phone, drop column pay_type, drop column commission_rate, drop column tm_extra;

call ops.wall('warehouse.employee_private', 'current_shops_managed', '{select,insert,update}');

-- Takes the grants on single columns away too.
revoke all on warehouse.employee_records from authenticated;

grant select on warehouse.employee_records, warehouse.employee_private to authenticated, pitwall_ops;

grant select, insert, update on warehouse.employee_private to pitwall_sync;

call ops.describe('warehouse.employee_records',
    'Advisors, technicians and other people of a shop, as everybody in it may know them; kept when they leave', $$
    shop_id               shop [id]
    id                    the vendor's employee number [vendor id]
    tm_updated_at         the vendor's time of last change [UTC]
    last_synced_at        when a sync last wrote this row [UTC]
    first_seen_at         when the employee was first seen [UTC]
    created_at            when the row was inserted [UTC]
    updated_at            when the row was last changed [UTC]
    role                  the vendor's role number; 3 is technician [vendor code]
    can_clock_in          may clock in [flag]
    can_sell              may sell [flag]
    can_tech              may work as technician [flag]
    can_perform_work      may be put on labour lines [flag]
    is_stub               known only from a reference, not yet from the vendor's list [flag]
    first_name            given name; UNKNOWN on a stub [text]
    last_name             family name [text]
    role_name             the vendor's role in words [text]
    role_code             the vendor's role number as text [vendor code]
    status                ACTIVE while listed by the vendor, INACTIVE after, UNKNOWN on a stub [code]
    certification_number  certificate of the technician [text]
    source                where the row comes from: official, internal, simulator [code]
    payload_hash          fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
$$);

call ops.describe('warehouse.employee_private',
    'Pay, contact and employment of a shop''s people: for owners and managers only. Personal data', $$
    shop_id           shop [id]
    id                the vendor's employee number [vendor id]
    hourly_rate       pay as the vendor's internal source tells it; costs come from employee_cost_rates [cents per hour]
    salary            yearly pay, internal source only; never turned into an hourly cost [cents per year]
    updated_at        when the row was last changed [UTC]
    hire_date         first day of work [shop-local date]
    termination_date  last day of work [shop-local date]
    email             address [text]
    username          sign-in name at the vendor [text]
    phone             phone number [text]
    pay_type          FLAT, HOURLY, SALARY and the like [vendor code]
    commission_rate   commission [fraction 0-1]
    tm_extra          fields of the vendor that have no column [JSON]
$$);
