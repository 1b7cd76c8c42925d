-- Orders and jobs that the rows of a page name and that are not there: what the foreign keys would have refused.
-- No row when all is well. Sets are subtracted, not joined: an anti-join over a page just written is planned as
-- nested loops.
-- parameters: $1 shop_id, $2 order ids, $3 and $4 order and job of every job with lines
with
  orders_missing as (
    select unnest($2::bigint[]) as id
    except
    select id from warehouse.repair_orders where shop_id = $1 and id = any($2)
  ),
  jobs_missing as (
    select * from unnest($3::bigint[], $4::bigint[]) as named (repair_order_id, id)
    except
    select repair_order_id, id from warehouse.jobs where shop_id = $1 and id = any($4)
  )
select 'orders' as missing, count(*) from orders_missing having count(*) > 0
union all
select 'jobs', count(*) from jobs_missing having count(*) > 0
