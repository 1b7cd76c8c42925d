-- I2: a line of the vendor stands once on its job
-- Gives the lines that stand there twice. Parameter: $1 shop_id.
with lines as (
  select 'part' as kind, repair_order_id, job_id, id from warehouse.job_parts where shop_id = $1
  union all
  select 'labor', repair_order_id, job_id, id from warehouse.job_labor where shop_id = $1
  union all
  select 'sublet', repair_order_id, job_key, id from warehouse.job_sublets where shop_id = $1
  union all
  select 'fee', repair_order_id, job_key, id from warehouse.job_fees where shop_id = $1
  union all
  select 'discount', repair_order_id, job_key, id from warehouse.job_discounts where shop_id = $1
)
select
  format('order %s job %s %s %s', l.repair_order_id, l.job_id, l.kind, l.id) as key,
  format('stands %s times', count(*)) as fault
from lines l
where l.id is not null
group by l.kind, l.repair_order_id, l.job_id, l.id
having count(*) > 1
