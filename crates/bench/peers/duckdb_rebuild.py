"""DuckDB, one thread: snapshots, shop days and technician days of everything, from Parquet."""

import json
import pathlib
import resource
import sys
import time

import duckdb

TABLES = ["repair_orders", "jobs", "job_parts", "job_labor", "job_fees", "job_discounts"]

SNAPSHOTS = """
create or replace table snapshots as
with
  parts as (
    select shop_id, repair_order_id, sum(total) as revenue, sum(cost_total) as cost
    from job_parts where authorized group by all
  ),
  labor as (
    select shop_id, repair_order_id, sum(total) as revenue, sum(labor_cost) as cost, sum(hours) as hours
    from job_labor where authorized group by all
  ),
  fees as (
    select f.shop_id, f.repair_order_id, sum(f.total) as total
    from job_fees f left join jobs j on j.shop_id = f.shop_id and j.id = f.job_id
    where f.job_id is null or j.authorization_state = 'AUTHORIZED' group by all
  ),
  discounts as (
    select d.shop_id, d.repair_order_id, sum(d.total) as total
    from job_discounts d left join jobs j on j.shop_id = d.shop_id and j.id = d.job_id
    where d.job_id is null or j.authorization_state = 'AUTHORIZED' group by all
  )
select
  o.shop_id, o.id, t.trigger, t.day, o.service_advisor_id,
  coalesce(p.revenue, 0) as parts, coalesce(p.cost, 0) as parts_cost,
  coalesce(l.revenue, 0) as labor, coalesce(l.cost, 0) as labor_cost, coalesce(l.hours, 0) as hours,
  coalesce(f.total, 0) as fees, coalesce(d.total, 0) as discount,
  coalesce(p.revenue, 0) + coalesce(l.revenue, 0) + coalesce(f.total, 0) - coalesce(d.total, 0)
    - coalesce(p.cost, 0) - coalesce(l.cost, 0) as profit
from repair_orders o
left join parts p on p.shop_id = o.shop_id and p.repair_order_id = o.id
left join labor l on l.shop_id = o.shop_id and l.repair_order_id = o.id
left join fees f on f.shop_id = o.shop_id and f.repair_order_id = o.id
left join discounts d on d.shop_id = o.shop_id and d.repair_order_id = o.id
cross join lateral (values ('posted', o.posted_date), ('completed', o.completed_date)) t (trigger, day)
where t.day is not null
"""

SHOP_DAYS = """
create or replace table shop_days as
select shop_id, day, count(*) as orders, sum(parts) as parts, sum(labor) as labor, sum(hours) as hours,
  sum(fees) as fees, sum(discount) as discount, sum(profit) as profit
from snapshots where trigger = 'posted' group by all
"""

TECHNICIAN_DAYS = """
create or replace table technician_days as
select l.shop_id, o.posted_date as day, l.technician_id, sum(l.hours) as hours, sum(l.total) as revenue,
  sum(l.labor_cost) as cost, count(distinct l.job_id) as jobs, count(distinct l.repair_order_id) as orders
from job_labor l join repair_orders o on o.shop_id = l.shop_id and o.id = l.repair_order_id
where l.authorized and o.posted_date is not null group by all
"""

CHECK = "select count(*) || '/' || sum(profit)::bigint from snapshots where trigger = 'posted'"


def main(folder, rounds):
    folder = pathlib.Path(folder)
    maker = duckdb.connect()
    for table in TABLES:
        maker.execute(f"copy (from '{folder / table}.csv') to '{folder / table}.parquet' (format parquet)")
    maker.close()
    for _ in range(int(rounds)):
        database = duckdb.connect()
        database.execute("set threads = 1")
        for table in TABLES:
            database.execute(f"create view {table} as from '{folder / table}.parquet'")
        began = time.monotonic()
        for statement in (SNAPSHOTS, SHOP_DAYS, TECHNICIAN_DAYS):
            database.execute(statement)
        secs = time.monotonic() - began
        orders = database.execute("select count(*) from repair_orders").fetchone()[0]
        check = database.execute(CHECK).fetchone()[0]
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"pass": "rebuild", "secs": secs, "rows": orders, "peak_rss_bytes": rss, "check": check}))
        database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
