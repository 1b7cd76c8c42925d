-- What those query who know the company's data by these names. One row a record that is there; our own figures beside the
-- vendor's where we have them.

create or replace view lazi.customers with (security_invoker = true) as
select c.shop_id, c.tenant_id, c.id, c.st_id, c.name, lower(c.customer_type) as kind,
    case when c.merged_to_id is not null then 'merged' when c.active then 'active' else 'inactive' end as status,
    c.merged_to_id, c.address_street, c.address_unit, c.address_city, c.address_state, c.address_zip, c.address_country,
    c.latitude, c.longitude, c.balance_cents, c.tax_exempt, c.do_not_mail, c.do_not_service, c.national_account,
    c.credit_limit_cents, w.phone_primary, w.email, c.created_on, c.modified_on
from raw.st_customers c
left join warehouse.customers w on w.shop_id = c.shop_id and w.id = case when c.st_id ~ '^[0-9]{1,18}$' then c.st_id::bigint end
where c.deleted_at is null;

create or replace view lazi.locations with (security_invoker = true) as
select shop_id, tenant_id, id, st_id, customer_id, name, address_street, address_unit, address_city, address_state,
    address_zip, address_country, latitude, longitude, phone, email, zone_id, tax_zone_id, tax_exempt,
    case when merged_to_id is not null then 'merged' when active then 'active' else 'inactive' end as status,
    merged_to_id, created_on, modified_on
from raw.st_locations
where deleted_at is null;

create or replace view lazi.technicians with (security_invoker = true) as
select shop_id, tenant_id, id, st_id, name, first_name, last_name, email, phone, mobile, business_unit_id, team_id, team_name,
    main_zone_id, positions, skills, hire_date,
    active and not coalesce('DummyTech' = any(positions), false) as counts_in_figures, active, created_on, modified_on
from raw.st_technicians
where deleted_at is null;

create or replace view lazi.jobs with (security_invoker = true) as
select j.shop_id, j.tenant_id, j.id, j.st_id, j.job_number, j.customer_id, j.location_id, j.business_unit_id, j.job_type_id,
    j.campaign_id, j.project_id,
    case j.status when 'InProgress' then 'in_progress' when 'Canceled' then 'cancelled' else lower(j.status) end as status,
    j.priority, j.scheduled_start, j.scheduled_end, j.actual_start, j.actual_end, j.duration, j.created_on,
    case when j.status = 'Completed' then j.completed_on end as completed_on, j.recall_for_id, j.warranty_for_id,
    j.no_charge, j.sold_by_id, j.membership_id, j.summary, j.total_cents, o.authorized_profit as gross_profit_cents,
    j.active, j.modified_on
from raw.st_jobs j
left join warehouse.repair_orders o on o.shop_id = j.shop_id and o.id = case when j.st_id ~ '^[0-9]{1,18}$' then j.st_id::bigint end
where j.deleted_at is null;

create or replace view lazi.appointments with (security_invoker = true) as
select shop_id, tenant_id, id, st_id, job_id, technician_id, appointment_number, start_time, end_time, arrival_window_start_at,
    arrival_window_end_at,
    case status when 'Canceled' then 'cancelled' else lower(status) end as status, unused, is_confirmed, active, created_on,
    modified_on
from raw.st_appointments
where deleted_at is null;

create or replace view lazi.invoices with (security_invoker = true) as
select shop_id, tenant_id, id, st_id, invoice_number, invoice_date, due_date, paid_on, customer_id, location_id,
    business_unit_id, job_id, membership_id, adjustment_to_id, subtotal_cents, sales_tax_cents, total_cents, balance_cents,
    discount_cents, configuration, sync_status, review_status, active, created_on, modified_on
from raw.st_invoices
where deleted_at is null;
