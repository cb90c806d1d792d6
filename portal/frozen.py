"""What is published stays: the database itself refuses to change or delete a published policy or its rows.

Triggers, because rows may be touched by the admin, a shell or a later verb alike. They are taken away before
migrations and before ``flush``, and made after them (``portal.apps``).
"""

from django.db import connections

POLICY = "portal_securitypolicy"
ROWS = ("portal_supportedversion", "portal_servicelevel", "portal_contact", "portal_requestedfield", "portal_clause", "portal_importedtext")
REFUSAL = "A published policy does not change. Begin a new draft."
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION portal_policy_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION portal_policy_rows_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM {POLICY} WHERE published_at IS NOT NULL AND (
        (TG_OP <> 'INSERT' AND id = OLD.policy_id) OR (TG_OP <> 'DELETE' AND id = NEW.policy_id))) THEN
        RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
"""


def before_migrating(*, using, **_kwargs):
    """Take the guards away, so that tables can be rebuilt."""
    remove(using)


def after_migrating(*, using, **_kwargs):
    """Put the guards back, if the tables exist."""
    if {POLICY, *ROWS} <= set(connections[using].introspection.table_names()):
        install(using)


def install(using="default"):
    """Make the guards anew."""
    remove(using)
    connection = connections[using]
    statements = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(using="default"):
    """Take the guards away."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for name, table, _event in _guards():
            if table in existing:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def _guards():
    """Name each guard with its table and what it guards against."""
    for event in ("UPDATE", "DELETE"):
        yield f"published_stays_{event.lower()}", POLICY, event
    for table in ROWS:
        for event in ("INSERT", "UPDATE", "DELETE"):
            yield f"published_stays_{table}_{event.lower()}", table, event


def _postgresql():
    yield FUNCTIONS
    for name, table, event in _guards():
        function = "portal_policy_stays" if table == POLICY else "portal_policy_rows_stay"
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"


def _sqlite():
    for name, table, event in _guards():
        touched = ", ".join(f"{side}.policy_id" for side in {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}[event])
        published = f"EXISTS (SELECT 1 FROM {POLICY} WHERE published_at IS NOT NULL AND id IN ({touched}))"
        when = "OLD.published_at IS NOT NULL" if table == POLICY else published
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
