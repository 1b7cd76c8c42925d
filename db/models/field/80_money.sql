-- M8: a job's revenue shared by its splits, and conversion. M9: receivables. M10: gross profit of a job.

-- Shares of the splits above zero, no cent lost; money meets technicians here and nowhere else (quirk Q19).
create or replace view analytics.v_technician_job_revenue with (security_invoker = true) as
with job as (
    select shop_id, tenant_id, job_id, recognised_on, sum(revenue_cents)::bigint as cents
    from analytics.v_revenue_line
    where kind = 'job' and recognised_on is not null
    group by 1, 2, 3, 4
),
share as (
    select j.*, s.technician_id, s.split, sum(s.split) over jw as whole,
        sum(s.split) over (jw order by s.split desc, s.technician_id) as upto
    from job j
    join raw.st_job_splits s on s.shop_id = j.shop_id and s.job_id = j.job_id and s.active and s.split > 0
    window jw as (partition by j.shop_id, j.job_id)
)
select shop_id, tenant_id, job_id, recognised_on, technician_id, split,
    (round(cents * upto / whole) - round(cents * (upto - split) / whole))::bigint as revenue_cents
from share;

create or replace view analytics.v_job_conversion with (security_invoker = true) as
select j.shop_id, j.tenant_id, j.job_id, j.business_unit_id, j.completed_on, ty.sold_threshold_cents,
    coalesce(s.subtotal, 0)::bigint as subtotal_cents,
    ty.sold_threshold_cents is not null and not rj.no_charge as opportunity,
    ty.sold_threshold_cents is not null and not rj.no_charge and coalesce(s.subtotal, 0) >= ty.sold_threshold_cents
        as converted
from analytics.v_job_fact j
join raw.st_jobs rj on rj.shop_id = j.shop_id and rj.st_id = j.job_id
left join raw.st_job_types ty on ty.shop_id = j.shop_id and ty.st_id = j.job_type_id
left join lateral (
    select sum(i.subtotal_cents) as subtotal
    from raw.st_invoices i
    where i.shop_id = j.shop_id and i.job_id = j.job_id and i.active
) s on true
where j.completed_on is not null;

create or replace function analytics.receivables(p_tenant bigint, p_day date)
returns table (customer_id text, invoice_id text, open_cents bigint, days_overdue int, bucket text)
language sql stable
as $$
    select x.customer_id, x.st_id, x.open_cents, greatest(0, p_day - x.due),
        case
            when p_day <= x.due then 'current'
            when p_day - x.due <= 30 then '1-30'
            when p_day - x.due <= 60 then '31-60'
            when p_day - x.due <= 90 then '61-90'
            else '90+'
        end
    from (
        select i.customer_id, i.st_id, coalesce(i.due_date, i.invoice_date) as due,
            (i.total_cents - coalesce(paid.cents, 0))::bigint as open_cents
        from raw.st_invoices i
        join lazi.tenant_settings t on t.shop_id = i.shop_id
        left join lateral (
            select sum(a.applied_cents) as cents
            from raw.st_payment_applications a
            join raw.st_payments p on p.shop_id = a.shop_id and p.st_id = a.payment_id and p.active
            where a.shop_id = i.shop_id and a.invoice_id = i.st_id and a.active and a.applied_on <= p_day
        ) paid on true
        where t.tenant_id = p_tenant and i.active and i.invoice_date <= p_day
    ) x
    where x.open_cents <> 0
$$;

comment on function analytics.receivables(bigint, date) is
    'Invoices of a tenant that are open at the end of a local day, by age; credits stay negative [cents, days]';

-- What a job's labour cost, by employee: what payroll paid for it (time and bonuses, with adjustments: quirk Q43), else
-- the union of dispatched to done at the technician's rate and burden. A null cost is an unknown one, not zero.
create or replace view analytics.v_job_labour with (security_invoker = true) as
with pay as (
    select shop_id, tenant_id, job_id, employee_id,
        sum(amount_cents + coalesce(adjustment_cents, 0))::bigint as cents
    from raw.st_gross_pay_items
    where job_id is not null and active and pay_type in ('TimesheetTime', 'InvoiceRelatedBonus')
    group by 1, 2, 3, 4
),
clock as (
    select s.shop_id, s.tenant_id, s.job_id, s.technician_id,
        analytics.seconds(range_agg(tstzrange(coalesce(s.dispatched_on, s.arrived_on), s.done_on))) as seconds
    from raw.st_job_timesheets s
    where s.active and s.canceled_on is null and s.done_on > coalesce(s.dispatched_on, s.arrived_on)
    group by 1, 2, 3, 4
)
select shop_id, tenant_id, job_id, employee_id, 'payroll'::text as basis, 0::bigint as seconds, cents as cost_cents
from pay
union all
select c.shop_id, c.tenant_id, c.job_id, c.technician_id, 'clock', c.seconds,
    -- Divided last: a quotient cut off first could lose half a cent.
    round(c.seconds * (t.hourly_rate + coalesce(t.burden_rate, 0)) * 100 / 3600)::bigint
from clock c
left join raw.st_technicians t on t.shop_id = c.shop_id and t.st_id = c.technician_id
where not exists (
    select from raw.st_gross_pay_items p
    where p.shop_id = c.shop_id and p.job_id = c.job_id and p.active
        and p.pay_type in ('TimesheetTime', 'InvoiceRelatedBonus'));

create or replace view analytics.v_job_gross_profit with (security_invoker = true) as
with rev as (
    select shop_id, tenant_id, job_id, recognised_on, sum(revenue_cents)::bigint as revenue_cents
    from analytics.v_revenue_line
    where kind = 'job' and recognised_on is not null
    group by 1, 2, 3, 4
),
parts as (
    select i.shop_id, i.job_id, coalesce(sum(it.total_cost_cents), 0)::bigint as parts_cents,
        count(*) filter (where it.item_type in ('Material', 'Equipment') and it.total_cost_cents is null) as unknown_costs
    from raw.st_invoice_items it
    join raw.st_invoices i on i.shop_id = it.shop_id and i.st_id = it.invoice_id
    where it.active and i.active and i.job_id is not null and i.adjustment_to_id is null
    group by 1, 2
),
labour as (
    select shop_id, job_id, min(basis) filter (where cost_cents is not null) as basis,
        sum(cost_cents)::bigint as cents, count(*) filter (where cost_cents is null) as unknown_rates
    from analytics.v_job_labour
    group by 1, 2
)
select r.shop_id, r.tenant_id, r.job_id, r.recognised_on, r.revenue_cents, coalesce(p.parts_cents, 0) as parts_cents,
    coalesce(l.cents, 0) as labour_cents, coalesce(l.basis, 'none') as labour_basis,
    r.revenue_cents - coalesce(p.parts_cents, 0) - coalesce(l.cents, 0) as gross_profit_cents,
    analytics.pct(r.revenue_cents - coalesce(p.parts_cents, 0) - coalesce(l.cents, 0), r.revenue_cents) as margin_pct,
    -- An unknown cost must never pass for a margin of 100 per cent (quirk Q44).
    coalesce(p.unknown_costs, 0) = 0 and coalesce(l.unknown_rates, 1) = 0 as complete
from rev r
left join parts p on p.shop_id = r.shop_id and p.job_id = r.job_id
left join labour l on l.shop_id = r.shop_id and l.job_id = r.job_id;
