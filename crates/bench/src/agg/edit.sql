-- A labour line of one order is worth a dollar more: line, job and the order's fingerprint, as a load leaves them.
with
  line as (
    update warehouse.job_labor l set total = total + 100
    where l.shop_id = $1 and l.repair_order_id = $2
      and (l.job_id, l.line_key) = (
        select x.job_id, x.line_key from warehouse.job_labor x
        where x.shop_id = $1 and x.repair_order_id = $2 and x.authorized
        order by x.job_id, x.line_key limit 1
      )
    returning l.job_id
  ),
  job as (
    update warehouse.jobs j
    set labor_total = labor_total + 100, job_revenue = job_revenue + 100, job_profit = job_profit + 100
    from line
    where j.shop_id = $1 and j.id = line.job_id
    returning j.repair_order_id
  )
update warehouse.repair_orders o
set input_hash = decode(md5(encode(o.input_hash, 'hex')), 'hex')
from job
where o.shop_id = $1 and o.id = job.repair_order_id
returning 1
