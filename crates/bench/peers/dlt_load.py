"""dlt: nested JSON as in its tutorial, or flattened by hand into Arrow tables with an upsert."""

import os
import sys
import tempfile

import dlt
import pyarrow

import pages

UPSERT = {"disposition": "merge", "strategy": "upsert"}
# So many pages make one Arrow table: dlt handles few large tables better than many small ones.
PAGES_AT_ONCE = 20


def nested(base_url, counted):
    """Orders as they come; dlt finds the child tables."""

    @dlt.resource(name="orders", primary_key="id", write_disposition="merge")
    def orders():
        for page in pages.pages(base_url):
            counted["rows"] += pages.count(page)
            yield page

    return [orders]


def all_tables(base_url, counted):
    """Arrow tables of all kinds from one walk, each named for the table it belongs to."""
    batches, held = {name: [] for name in pages.COLUMNS}, 0
    for page in pages.pages(base_url):
        for name, rows in pages.flatten(page).items():
            batches[name].extend(rows)
        held += 1
        if held == PAGES_AT_ONCE:
            yield from marked(batches, counted)
            batches, held = {name: [] for name in pages.COLUMNS}, 0
    yield from marked(batches, counted)


def marked(batches, counted):
    for name, rows in batches.items():
        if rows:
            hints = dlt.mark.make_hints(table_name=name, primary_key=pages.COLUMNS[name][0], write_disposition=UPSERT)
            yield dlt.mark.with_hints(table(name, rows, counted), hints, create_table_variant=True)


def table(name, rows, counted):
    counted["rows"] += len(rows)
    names = pages.columns(name)
    return pyarrow.table([pyarrow.array(column) for column in zip(*rows)], names=names)


def one_walk(base_url, counted):
    """The pages are fetched once for all tables."""
    return [dlt.resource(all_tables(base_url, counted), name="vendor")]


def main(base_url, database, way):
    with tempfile.TemporaryDirectory() as home:
        os.environ["DLT_DATA_DIR"] = home
        os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
        os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
        os.environ["NORMALIZE__WORKERS"] = "2"
        # dlt insists on a password even where the server asks for none.
        os.environ.setdefault("DESTINATION__POSTGRES__CREDENTIALS__PASSWORD", "none")
        pipeline = dlt.pipeline(
            pipeline_name="bench",
            destination=dlt.destinations.postgres(database),
            dataset_name="vendor",
            pipelines_dir=home,
        )

        def one_pass():
            counted = {"rows": 0}
            source = nested(base_url, counted) if way == "nested" else one_walk(base_url, counted)
            pipeline.run(source, loader_file_format="csv" if way == "arrow" else None).raise_on_failed_jobs()
            return counted["rows"]

        pages.measure(one_pass)


if __name__ == "__main__":
    main(*sys.argv[1:])
