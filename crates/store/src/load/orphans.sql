-- Rows of these orders without a parent: what the foreign keys would have refused. No row when all is well.
-- parameters: $1 shop_id, $2 order ids
with
  orders as (
    select id from warehouse.repair_orders where shop_id = $1 and id = any($2)
  ),
  jobs as (
    select id, repair_order_id from warehouse.jobs where shop_id = $1 and repair_order_id = any($2)
  ),
  lines as (
    select 'job_parts' as name, repair_order_id, job_id from warehouse.job_parts
    where shop_id = $1 and repair_order_id = any($2)
    union all
    select 'job_labor', repair_order_id, job_id from warehouse.job_labor
    where shop_id = $1 and repair_order_id = any($2)
    union all
    select 'job_fees', repair_order_id, job_id from warehouse.job_fees
    where shop_id = $1 and repair_order_id = any($2)
    union all
    select 'job_discounts', repair_order_id, job_id from warehouse.job_discounts
    where shop_id = $1 and repair_order_id = any($2)
    union all
    select 'job_sublets', repair_order_id, job_id from warehouse.job_sublets
    where shop_id = $1 and repair_order_id = any($2)
  )
select 'jobs' as name, count(*) as orphans
from jobs
where not exists (select 1 from orders o where o.id = jobs.repair_order_id)
having count(*) > 0
union all
select l.name, count(*)
from lines l
where not exists (select 1 from orders o where o.id = l.repair_order_id)
  or (l.job_id is not null and not exists (select 1 from jobs j where j.id = l.job_id))
group by l.name
