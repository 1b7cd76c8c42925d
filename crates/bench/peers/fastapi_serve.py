"""What others would take to serve the same figures: FastAPI on uvicorn with two workers, asyncpg, PyJWT.

The same statements under the same identity, one transaction a request. Told by the environment: DATABASE_URL, SECRET,
SUMMARY_SQL, DAILY_SQL, TODAY, POOL_SIZE (of both workers together).
"""

import datetime
import json
import os
import sys
from contextlib import asynccontextmanager

import asyncpg
import jwt
import uvicorn
from fastapi import FastAPI, Header, HTTPException

WORKERS = 2
TODAY = datetime.date.fromisoformat(os.environ["TODAY"])
NOW = datetime.datetime.combine(TODAY, datetime.time(16), datetime.timezone.utc)
SPAN = ([TODAY], [0], [TODAY - datetime.timedelta(days=29)], [TODAY])


async def become_api(connection):
    await connection.execute("set session authorization pitwall_api")


@asynccontextmanager
async def lifespan(app):
    size = max(int(os.environ["POOL_SIZE"]) // WORKERS, 1)
    app.state.pool = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=size, max_size=size, init=become_api,
        server_settings={"search_path": "warehouse, raw", "jit": "off"})
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


def caller(authorization):
    """The user of a token; the benchmark's clock stands still, so its end is not looked at."""
    try:
        claims = jwt.decode(
            authorization.removeprefix("Bearer "), os.environ["SECRET"], algorithms=["HS256"],
            audience="authenticated", issuer="https://issuer.example.com",
            options={"verify_exp": False, "verify_iat": False})
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return json.dumps({"sub": claims["sub"], "role": "authenticated"})


async def ask(sql, authorization, shop):
    claims = caller(authorization)
    async with app.state.pool.acquire() as connection, connection.transaction(readonly=True):
        await connection.execute("set local role authenticated")
        await connection.execute("select set_config('request.jwt.claims', $1, true)", claims)
        rows = await connection.fetch(sql, shop, NOW, *SPAN, False)
    if not rows:
        raise HTTPException(404)
    return rows


def figures(row, at):
    """The sums of a row, whose column order is that of the product's statement."""
    sums = list(row.values())[at:]
    return {"net_sales_cents": sums[3], "cost_cents": sums[4], "gross_profit_cents": sums[5], "car_count": sums[1],
            "further": [int(value) for value in sums[6:]]}


@app.get("/api/v1/shops/{shop}/kpi/summary")
async def summary(shop: int, authorization: str = Header()):
    rows = await ask(os.environ["SUMMARY_SQL"], authorization, shop)
    return {"shop_id": shop, "data": {"authorized": figures(rows[0], 9)}}


@app.get("/api/v1/shops/{shop}/kpi/daily")
async def daily(shop: int, authorization: str = Header()):
    rows = await ask(os.environ["DAILY_SQL"], authorization, shop)
    days = [{"date": str(row[6]), "authorized": figures(row, 7)} for row in rows if row[6] is not None]
    return {"shop_id": shop, "data": days}


if __name__ == "__main__":
    uvicorn.run("fastapi_serve:app", port=int(sys.argv[1]), workers=WORKERS, log_level="warning", access_log=False)
