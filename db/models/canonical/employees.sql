-- The people of a shop under the name and with the columns that dashboards know.
-- Grain: one employee. Sources: employee_records, employee_private. Key: shop_id, id. Read live, nothing stored.
-- Runs with the caller's rights: whoever is not owner or manager of the shop reads NULL where pay, contact and employment
-- stand (contract.md 25-30). A query that names none of these does not touch the second table.

create or replace view warehouse.employees with (security_invoker = true) as
select
    e.shop_id,
    e.id,
    p.hourly_rate,
    p.salary,
    e.tm_updated_at,
    e.last_synced_at,
    e.first_seen_at,
    e.created_at,
    e.updated_at,
    e.role,
    p.hire_date,
    p.termination_date,
    e.can_clock_in,
    e.can_sell,
    e.can_tech,
    e.can_perform_work,
    e.is_stub,
    e.first_name,
    e.last_name,
    p.email,
    e.role_name,
    e.role_code,
    e.status,
    p.username,
    p.phone,
    e.certification_number,
    p.pay_type,
    p.commission_rate,
    e.source,
    e.payload_hash,
    p.tm_extra
from warehouse.employee_records e
left join warehouse.employee_private p on p.shop_id = e.shop_id and p.id = e.id;

alter view warehouse.employees owner to pitwall_owner;

grant select on warehouse.employees to authenticated, pitwall_sync, pitwall_ops;

call ops.describe('warehouse.employees',
    'Advisors, technicians and other people of a shop; what is private is null for who may not see it', $$
    shop_id               shop [id]
    id                    the vendor's employee number [vendor id]
    hourly_rate           pay as the vendor's internal source tells it; for owners and managers [cents per hour]
    salary                yearly pay; for owners and managers [cents per year]
    tm_updated_at         the vendor's time of last change [UTC]
    last_synced_at        when a sync last wrote this row [UTC]
    first_seen_at         when the employee was first seen [UTC]
    created_at            when the row was inserted [UTC]
    updated_at            when the row was last changed [UTC]
    role                  the vendor's role number; 3 is technician [vendor code]
    hire_date             first day of work; for owners and managers [shop-local date]
    termination_date      last day of work; for owners and managers [shop-local date]
    can_clock_in          may clock in [flag]
    can_sell              may sell [flag]
    can_tech              may work as technician [flag]
    can_perform_work      may be put on labour lines [flag]
    is_stub               known only from a reference, not yet from the vendor's list [flag]
    first_name            given name; UNKNOWN on a stub [text]
    last_name             family name [text]
    email                 address; for owners and managers [text]
    role_name             the vendor's role in words [text]
    role_code             the vendor's role number as text [vendor code]
    status                ACTIVE while listed by the vendor, INACTIVE after, UNKNOWN on a stub [code]
    username              sign-in name at the vendor; for owners and managers [text]
    phone                 phone number; for owners and managers [text]
    certification_number  certificate of the technician [text]
    pay_type              FLAT, HOURLY, SALARY and the like; for owners and managers [vendor code]
    commission_rate       commission; for owners and managers [fraction 0-1]
    source                where the row comes from: official, internal, simulator [code]
    payload_hash          fingerprint of the vendor's record; equal means nothing to write [SHA-256 bytes]
    tm_extra              fields of the vendor that have no column; for owners and managers [JSON]
$$);
