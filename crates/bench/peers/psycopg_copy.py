"""Hand-written loader: each page through COPY into temporary tables, then one upsert a table. One commit a page."""

import sys

import psycopg

import pages

TYPES = {
    "name": "text", "status": "text", "brand": "text", "number": "text", "category": "text",
    "created": "timestamptz", "updated": "timestamptz", "posted": "timestamptz", "completed": "timestamptz",
    "deleted": "timestamptz", "authorized_at": "timestamptz", "authorized": "boolean", "selected": "boolean",
    "archived": "boolean", "complete": "boolean", "hours": "numeric", "quantity": "numeric", "labor_hours": "numeric",
}


def create(connection):
    """The tables with their keys, and a stage for each."""
    for table, (key, _) in pages.COLUMNS.items():
        types = ", ".join(f"{column} {TYPES.get(column, 'bigint')}" for column in pages.columns(table))
        connection.execute(f"create table if not exists {table} ({types}, primary key ({', '.join(key)}))")
        connection.execute(f"create temporary table stage_{table} ({types})")
    connection.commit()


def load(connection, orders):
    """One page."""
    rows = pages.flatten(orders)
    with connection.cursor() as cursor:
        for table, (key, _) in pages.COLUMNS.items():
            names = pages.columns(table)
            listed = ", ".join(names)
            with cursor.copy(f"copy stage_{table} ({listed}) from stdin") as copy:
                for row in rows[table]:
                    copy.write_row(row)
            updates = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
            cursor.execute(
                f"insert into {table} ({listed}) select {listed} from stage_{table} "
                f"on conflict ({', '.join(key)}) do update set {updates}"
            )
            cursor.execute(f"truncate stage_{table}")
    connection.commit()
    return sum(len(of_table) for of_table in rows.values())


def main(base_url, database):
    with psycopg.connect(database) as connection:
        create(connection)
        pages.measure(lambda: sum(load(connection, page) for page in pages.pages(base_url)))


if __name__ == "__main__":
    main(*sys.argv[1:])
