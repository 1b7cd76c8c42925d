-- M2: revenue, by invoice line and by business unit and day. Lines on income accounts only: tax, deposits and other
-- liabilities are out. A job's lines count on the local day of its completion, and only while it is completed (quirk
-- Q16); everything else on the invoice's day.

create or replace view analytics.v_revenue_line with (security_invoker = true) as
select it.shop_id, it.tenant_id, it.st_id as invoice_item_id, i.st_id as invoice_id, i.job_id,
    coalesce(it.business_unit_id, i.business_unit_id, j.business_unit_id) as business_unit_id,
    k.kind,
    case
        when k.kind <> 'job' then i.invoice_date
        when j.status = 'Completed' then warehouse.shop_day(j.completed_on, t.time_zone)
    end as recognised_on,
    it.total_cents as revenue_cents
from raw.st_invoice_items it
join raw.st_invoices i on i.shop_id = it.shop_id and i.st_id = it.invoice_id
join lazi.tenant_settings t on t.shop_id = i.shop_id
left join raw.st_jobs j on j.shop_id = i.shop_id and j.st_id = i.job_id
cross join lateral (
    select case
        when i.adjustment_to_id is not null then 'adjustment'
        when i.job_id is not null then 'job'
        when i.membership_id is not null then 'membership'
        else 'other'
    end as kind
) k
where it.active and i.active and it.gl_account_type = 'Income';

create or replace view analytics.v_revenue_by_business_unit_day with (security_invoker = true) as
select shop_id, tenant_id, business_unit_id, recognised_on,
    coalesce(sum(revenue_cents) filter (where kind = 'job'), 0)::bigint as job_cents,
    coalesce(sum(revenue_cents) filter (where kind = 'adjustment'), 0)::bigint as adjustment_cents,
    coalesce(sum(revenue_cents) filter (where kind = 'membership'), 0)::bigint as membership_cents,
    coalesce(sum(revenue_cents) filter (where kind = 'other'), 0)::bigint as other_cents,
    sum(revenue_cents)::bigint as revenue_cents
from analytics.v_revenue_line
where recognised_on is not null
group by 1, 2, 3, 4;
