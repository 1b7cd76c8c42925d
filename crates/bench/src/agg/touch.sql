-- The same edit on every posted order of the newest days, as one sync would leave it, and the orders marked.
set session_replication_role = replica;

create temporary table touched on commit drop as
select o.shop_id, o.id,
  (select x.job_id from warehouse.job_labor x
    where x.shop_id = o.shop_id and x.repair_order_id = o.id and x.authorized
    order by x.job_id, x.line_key limit 1) as job_id
from warehouse.repair_orders o
where o.posted_date is not null
order by o.id desc
limit {orders};

update warehouse.job_labor l set total = total + 100
from touched t
where l.shop_id = t.shop_id and l.repair_order_id = t.id and l.job_id = t.job_id and l.line_key = '1';

update warehouse.jobs j
set labor_total = labor_total + 100, job_revenue = job_revenue + 100, job_profit = job_profit + 100
from touched t
where j.shop_id = t.shop_id and j.id = t.job_id;

update warehouse.repair_orders o
set input_hash = decode(md5(encode(o.input_hash, 'hex')), 'hex')
from touched t
where o.shop_id = t.shop_id and o.id = t.id;

insert into ops.dirty_orders (shop_id, repair_order_id, reason)
select shop_id, id, 'vendor_edit' from touched;

reset session_replication_role;
