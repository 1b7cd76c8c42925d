"""The benchmark's pages and what a hand-written loader makes of them."""

import json
import resource
import sys
import time
import urllib.request

COLUMNS = {
    "orders": (
        ["shop_id", "id"],
        "number status status_id customer_id vehicle_id advisor_id created updated posted completed deleted "
        "labor_sales parts_sales sublet_sales fee_total discount_total taxes total_sales amount_paid miles_in miles_out",
    ),
    "jobs": (
        ["shop_id", "id"],
        "order_id name authorized authorized_at selected technician_id category archived parts_total labor_total "
        "fee_total discount_total subtotal labor_hours sort created completed",
    ),
    "parts": (
        ["shop_id", "order_id", "job_id", "id"],
        "name brand number quantity cost retail total",
    ),
    "labor": (
        ["shop_id", "order_id", "job_id", "id"],
        "name hours rate total technician_id complete",
    ),
    "fees": (["shop_id", "order_id", "job_id", "id"], "name total"),
    "discounts": (["shop_id", "order_id", "job_id", "id"], "name total"),
    "sublets": (["shop_id", "order_id", "id"], "name authorized authorized_at cost price"),
}


def columns(table):
    """All columns of a table, its key first."""
    key, rest = COLUMNS[table]
    return key + rest.split()


def pages(base_url):
    """All pages of orders, decoded."""
    number = 0
    while True:
        url = f"{base_url}/api/v1/repair-orders?shop=1&size=100&page={number}&sort=createdDate"
        with urllib.request.urlopen(url) as answer:
            page = json.load(answer)
        yield page["content"]
        if page["last"]:
            return
        number += 1


def half_up(value):
    """Cents, half a cent up."""
    return int(value + 0.5 + 1e-9)


def flatten(orders):
    """Rows by table, as tuples in the order of columns()."""
    rows = {table: [] for table in COLUMNS}
    for o in orders:
        shop, order = o["shopId"], o["id"]
        status = o["repairOrderStatus"]
        rows["orders"].append((
            shop, order, o["repairOrderNumber"], status["code"], status["id"], o["customerId"], o["vehicleId"],
            o["serviceWriterId"], o["createdDate"], o["updatedDate"], o["postedDate"], o["completedDate"],
            o["deletedDate"], o["laborSales"], o["partsSales"], o["subletSales"], o["feeTotal"], o["discountTotal"],
            o["taxes"], o["totalSales"], o["amountPaid"], o["milesIn"], o["milesOut"],
        ))
        for j in o["jobs"]:
            job = j["id"]
            rows["jobs"].append((
                shop, job, order, j["name"], j["authorized"], j["authorizedDate"], j["selected"], j["technicianId"],
                j["jobCategoryName"], j["archived"], j["partsTotal"], j["laborTotal"], j["feeTotal"],
                j["discountTotal"], j["subtotal"], j["laborHours"], j["sort"], j["createdDate"], j["completedDate"],
            ))
            for p in j["parts"]:
                rows["parts"].append((
                    shop, order, job, p["id"], p["name"], p["brand"], p["partNumber"], p["quantity"], p["cost"],
                    p["retail"], half_up(p["quantity"] * p["retail"]),
                ))
            for line in j["labor"]:
                rows["labor"].append((
                    shop, order, job, line["id"], line["name"], line["hours"], line["rate"],
                    half_up(line["hours"] * line["rate"]), line["technicianId"], line["complete"],
                ))
            for table in ("fees", "discounts"):
                rows[table].extend((shop, order, job, c["id"], c["name"], c["total"]) for c in j[table])
        for table in ("fees", "discounts"):
            rows[table].extend((shop, order, 0, c["id"], c["name"], c["total"]) for c in o[table])
        for s in o["sublets"]:
            rows["sublets"].append((
                shop, order, s["id"], s["name"], s["authorized"], s["authorizedDate"], s["cost"], s["price"],
            ))
    return rows


def count(orders):
    """Rows of all tables."""
    return sum(len(rows) for rows in flatten(orders).values())


def measure(run_pass):
    """Runs a first pass and an identical second one; prints an answer for each."""
    for name in ("first", "again"):
        began = time.monotonic()
        rows = run_pass()
        secs = time.monotonic() - began
        answer = {"pass": name, "secs": secs, "rows": rows, "peak_rss_bytes": peak_rss_bytes()}
        print(json.dumps(answer), flush=True)


def peak_rss_bytes():
    """Of this process and the largest of its children."""
    scale = 1 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + children) * scale
