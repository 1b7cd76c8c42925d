-- Rows of these orders without a parent: what the foreign keys would have refused. No row when all is well.
-- Sets are subtracted, not joined: an anti-join over a page just written is planned as nested loops.
-- parameters: $1 shop_id, $2 order ids
with
  jobs as materialized (
    select id, repair_order_id from warehouse.jobs where shop_id = $1 and repair_order_id = any($2)
  ),
  lines as (
    select repair_order_id, job_id from warehouse.job_parts where shop_id = $1 and repair_order_id = any($2)
    union all
    select repair_order_id, job_id from warehouse.job_labor where shop_id = $1 and repair_order_id = any($2)
    union all
    select repair_order_id, job_id from warehouse.job_fees
    where shop_id = $1 and repair_order_id = any($2) and job_id is not null
    union all
    select repair_order_id, job_id from warehouse.job_discounts
    where shop_id = $1 and repair_order_id = any($2) and job_id is not null
    union all
    select repair_order_id, job_id from warehouse.job_sublets
    where shop_id = $1 and repair_order_id = any($2) and job_id is not null
  ),
  lines_without_job as (
    select repair_order_id, job_id from lines
    except
    select repair_order_id, id from jobs
  ),
  rows_without_order as (
    select unnest($2::bigint[]) as id
    except
    select id from warehouse.repair_orders where shop_id = $1 and id = any($2)
  )
select 'lines' as name, count(*) as orphans from lines_without_job having count(*) > 0
union all
select 'orders', count(*) from rows_without_order having count(*) > 0
