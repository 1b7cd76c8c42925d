-- Everything of a job in one document: its record, the lines of its invoices, what its labour cost, who shares it, what
-- was estimated and not sold. Times as microseconds since 1970: a text would follow the session's zone, and the same
-- job would look changed. Adjustments are no part of the job: the vendor counts them on their own day.
-- parameters: $1 shop_id, $2 jobs
select json_build_object(
  'id', j.st_id,
  'gone', not j.active,
  'status', j.status,
  'number', case when j.job_number ~ '^[0-9]{1,18}$' then j.job_number end,
  'customer_id', j.customer_id,
  'sold_by_id', j.sold_by_id,
  'appointment_id', j.first_appointment_id,
  'business_unit', u.name,
  'job_type', t.name,
  'campaign', c.name,
  'summary', j.summary,
  'created_on', (extract(epoch from j.created_on) * 1000000)::bigint,
  'modified_on', (extract(epoch from j.modified_on) * 1000000)::bigint,
  'completed_on', (extract(epoch from j.completed_on) * 1000000)::bigint,
  -- Of several cancellations the last one counts, and only while the job is cancelled.
  'canceled_on', case when j.status = 'Canceled' then (
    select (extract(epoch from max(x.created_on)) * 1000000)::bigint
    from raw.st_job_canceled_logs x
    where x.shop_id = $1 and x.job_id = j.st_id and x.active) end,
  'promised_at', (
    select (extract(epoch from min(a.arrival_window_end_at)) * 1000000)::bigint
    from raw.st_appointments a
    where a.shop_id = $1 and a.job_id = j.st_id and a.active and not a.unused and a.status <> 'Canceled'),
  'worked_seconds', coalesce(w.seconds, 0),
  'unpriced_hours', coalesce(w.unpriced, false),
  'invoiced_cents', m.invoiced_cents,
  'tax_cents', m.tax_cents,
  'paid_cents', coalesce(m.paid_cents, 0),
  'lines', coalesce(l.lines, '[]'),
  'labour', coalesce(w.labour, '[]'),
  'splits', coalesce((
    select json_agg(json_build_object('technician_id', s.technician_id, 'split', trim_scale(s.split)::text)
      order by s.technician_id, s.st_id)
    from raw.st_job_splits s
    where s.shop_id = $1 and s.job_id = j.st_id and s.active and s.split > 0), '[]'),
  'estimates', coalesce(e.estimates, '[]')
)::text
from unnest($2::text[]) as k (id)
join raw.st_jobs j on j.shop_id = $1 and j.st_id = k.id
left join raw.st_business_units u on u.shop_id = $1 and u.st_id = j.business_unit_id
left join raw.st_job_types t on t.shop_id = $1 and t.st_id = j.job_type_id
left join raw.st_campaigns c on c.shop_id = $1 and c.st_id = j.campaign_id
cross join lateral (
  select
    -- The vendor's own revenue leaves out what stands on no income account.
    sum(i.total_cents - coalesce(n.other_cents, 0))::bigint as invoiced_cents,
    sum(i.sales_tax_cents)::bigint as tax_cents,
    sum(i.total_cents - i.balance_cents)::bigint as paid_cents
  from raw.st_invoices i
  left join lateral (
    select sum(it.total_cents) as other_cents
    from raw.st_invoice_items it
    where it.shop_id = $1 and it.invoice_id = i.st_id and it.active and it.gl_account_type is distinct from 'Income'
  ) n on true
  where i.shop_id = $1 and i.job_id = j.st_id and i.active and i.adjustment_to_id is null
) m
cross join lateral (
  select json_agg(json_build_object(
    'id', it.st_id, 'kind', it.item_type, 'name', it.sku_name, 'quantity', trim_scale(it.quantity)::text,
    'price', trim_scale(it.price)::text, 'total', it.total_cents, 'cost', it.total_cost_cents,
    'income', it.gl_account_type is not distinct from 'Income', 'technician_id', it.technician_id,
    'sold_hours', trim_scale(it.sold_hours)::text) order by length(it.st_id), it.st_id) as lines
  from raw.st_invoices i
  join raw.st_invoice_items it on it.shop_id = $1 and it.invoice_id = i.st_id and it.active
  where i.shop_id = $1 and i.job_id = j.st_id and i.active and i.adjustment_to_id is null
) l
cross join lateral (
  select
    json_agg(json_build_object('employee_id', p.employee_id, 'basis', p.basis, 'cost', p.cost_cents)
      order by p.employee_id) filter (where p.cost_cents is not null) as labour,
    sum(p.seconds)::bigint as seconds,
    bool_or(p.cost_cents is null) as unpriced
  from analytics.v_job_labour p
  where p.shop_id = $1 and p.job_id = j.st_id
) w
cross join lateral (
  select json_agg(json_build_object(
    'id', s.st_id, 'name', s.name,
    'dismissed_on', case when s.status_name = 'Dismissed' then (extract(epoch from s.modified_on) * 1000000)::bigint end,
    'created_on', (extract(epoch from s.created_on) * 1000000)::bigint,
    'lines', coalesce((
      select json_agg(json_build_object(
        'id', it.st_id, 'kind', it.item_type, 'name', it.sku_name, 'quantity', trim_scale(it.qty)::text,
        'total', it.total_cents, 'cost', it.total_cost_cents, 'income', true,
        'sold_hours', trim_scale(it.sold_hours)::text) order by length(it.st_id), it.st_id)
      from raw.st_estimate_items it
      where it.shop_id = $1 and it.estimate_id = s.st_id and it.active), '[]')
    ) order by length(s.st_id), s.st_id) as estimates
  from raw.st_estimates s
  where s.shop_id = $1 and s.job_id = j.st_id and s.active and s.status_name is distinct from 'Sold'
) e
