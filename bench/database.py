"""A PostgreSQL database of the run's own, made at its start and dropped at its end."""

from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection, connections

from bench.settings import SCRATCH, SERVER_URL


@contextmanager
def scratch():
    """Make an empty database with the portal's tables; drop it afterwards."""
    with psycopg.connect(SERVER_URL, autocommit=True) as server:
        # Fails, and so protects it, while another run is at work in it.
        server.execute(f"DROP DATABASE IF EXISTS {SCRATCH}")
        server.execute(f"CREATE DATABASE {SCRATCH}")
        try:
            call_command("migrate", verbosity=0, interactive=False)
            yield
        finally:
            connections.close_all()
            server.execute(f"DROP DATABASE IF EXISTS {SCRATCH} WITH (FORCE)")


def tidy_up():
    """Bring statistics and visibility up to date, as autovacuum does in time."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def version() -> str:
    """Return what the server calls itself."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def plan(rows) -> dict:
    """Run a query under EXPLAIN ANALYZE; return its kinds of nodes and the most rows that any node of them read."""
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        root = cursor.fetchone()[0][0]
    nodes = list(_nodes(root["Plan"]))
    read = max((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in nodes)
    kinds = [f"{node['Node Type']} {node.get('Index Name') or node.get('Relation Name') or ''}".strip() for node in nodes]
    return {"nodes": kinds, "rows_read": round(read), "ms": root["Execution Time"]}


def _nodes(node):
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
