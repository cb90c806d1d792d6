"""A published revision never changes: the database itself refuses to update one, whoever asks.

Made after each migration, because a table that was rebuilt has lost its trigger. Deleting is not guarded here: it is what
``flush`` does, and no verb of ours deletes.
"""

from django.db import connections

TABLE = "advisories_advisoryrevision"
NAME = "published_revision_stays"
REFUSAL = "A published revision does not change. Publish another one."

SQLITE = (
    f"DROP TRIGGER IF EXISTS {NAME}",
    f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
)
POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",
    f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}",
    f"CREATE TRIGGER {NAME} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {NAME}()",
)


def after_migrating(*, using, **_kwargs):
    """Make the guard anew, if its table exists."""
    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)
