"""The floors of the house: imports go downwards, at the top of a module, and cryptography has one door."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {"portal.lib": 1, "accounts": 2, "portal": 3, "intake": 4, "advisories": 5}
ROOF = {"portal.settings", "portal.urls", "portal.celery", "portal.wsgi", "portal.asgi"}
# The embedded mode puts the same parts together in one terminal.
ROOF |= {"portal.embedded", "portal.management.commands.up"}
APPS = ("accounts", "portal", "intake", "advisories")
# What answers requests, commands and the clock, and what nobody inside the app may lean on.
EDGE = {"views", "urls", "api", "admin", "tasks"}
PURE = {
    "intake.charts",
    "intake.deadlines",
    "intake.measures",
    "intake.ladder",
    "portal.security_md",
    "portal.calendars",
    "portal.languages",
    "intake.stages",
    "portal.versions",
    "portal.service_levels",
    "portal.lib.refs",
    "portal.lib.permissions",
}
MAX_LINES = 400


@cache
def modules():
    """Every module of the product as {dotted name: syntax tree}."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts and "node_modules" not in parts:
                found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(path.read_text())
    return found


def imported(tree, *, skip=()):
    """Yield (dotted name, line) of all imports, those inside functions included."""
    for node in ast.walk(tree):
        if node in skip:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"a relative import in line {node.lineno}: say where it comes from"
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def all_imports():
    """Yield (module, what it imports, line), but for what AppConfig.ready loads."""
    for name, tree in modules().items():
        yield from ((name, target, line) for target, line in imported(tree, skip=of_ready(name, tree)))


def in_module(target, names):
    return any(target == name or target.startswith(f"{name}.") for name in names)


def is_edge(name):
    parts = name.split(".")[1:2]
    return bool(parts) and (parts[0] in EDGE or parts[0].endswith("_urls"))


def ours(name):
    return name.partition(".")[0] in APPS


def floor(name):
    if name in ROOF:
        return 6
    return FLOORS["portal.lib"] if name == "portal.lib" or name.startswith("portal.lib.") else FLOORS[name.partition(".")[0]]


def deferred(tree):
    """Imports that stand inside a function."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]
    return {node for function in functions for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)}


def of_ready(name, tree):
    """Imports of AppConfig.ready, where Django must be set up before."""
    if not name.endswith(".apps"):
        return set()
    ready = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "ready"]
    return {node for function in ready for node in ast.walk(function)}


def test_a_module_imports_from_its_own_floor_or_below():
    for name, target, line in all_imports():
        assert not ours(target) or floor(target) <= floor(name), f"{name}:{line} imports {target}, which is above it"


def test_nobody_imports_the_roof():
    for name, target, line in all_imports():
        assert name in ROOF or not in_module(target, ROOF), f"{name}:{line} imports {target}"


def test_nothing_is_imported_inside_a_function():
    for name, tree in modules().items():
        late = deferred(tree) - of_ready(name, tree)
        assert not late, f"{name}:{[node.lineno for node in late]}: it is on the wrong floor"


def test_inside_an_app_nothing_leans_on_its_edge():
    for name, target, line in all_imports():
        if name in ROOF or is_edge(name) or name.startswith(("portal.management", "portal.lib")):
            continue
        same_app = name.partition(".")[0] == target.partition(".")[0]
        assert not (same_app and is_edge(target)), f"{name}:{line} imports {target}"


def test_models_know_no_verbs():
    beside = {"portal.keys", "portal.lib", "advisories.record", *PURE}
    for name, target, line in all_imports():
        app = name.partition(".")[0]
        if ".models" in name and target.startswith(f"{app}."):
            assert in_module(target, {f"{app}.models", *beside}), f"{name}:{line} imports {target}"


def test_what_is_pure_knows_no_model_and_no_settings():
    for name, target, line in all_imports():
        if in_module(name, PURE):
            knows = target.startswith(("django.db", "django.conf", "django.core.cache")) or ".models" in target
            assert not knows, f"{name}:{line} imports {target}"


def test_deadlines_are_standard_library_only():
    known = {"collections", "dataclasses", "datetime", "enum"}
    assert {target.partition(".")[0] for target, _line in imported(modules()["intake.deadlines"])} <= known


def test_cryptography_has_one_door():
    allowed = {"portal.lib.crypto", "portal.lib.keyring", "portal.lib.streams"}
    for name, tree in modules().items():
        outside = {target.partition(".")[0] for target, _line in imported(tree)} & {"tink", "cryptography", "nacl", "Crypto"}
        assert not outside or name in allowed, f"{name} imports {outside}"


def test_openpgp_has_one_door():
    for name, tree in modules().items():
        knows = any(target.partition(".")[0] == "pysequoia" for target, _line in imported(tree))
        assert not knows or name == "portal.lib.openpgp", name


def test_only_those_who_hold_keys_unseal():
    """Records are opened through portal.keys.Keys; account secrets, sealed by the ring itself, by their own models."""
    callers = set()
    for name, tree in modules().items():
        names = {target for target, _line in imported(tree)}
        if {"portal.lib.crypto.unseal", "portal.lib.crypto.unwrap_keyset", "portal.lib.keyring.ring"} & names:
            callers.add(name)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in ("unseal", "unwrap_keyset", "decrypt"):
                callers.add(name)
    assert callers - {"portal.lib.crypto"} <= {"portal.keys", "accounts.models.factors", "portal.models.webhook"}


def test_only_the_ring_reads_the_setting_of_the_ring():
    for name, tree in modules().items():
        reads = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "KEY_RING"]
        # The command says where the ring lies, so that it is backed up; it does not open it.
        assert not reads or name in ("portal.lib.keyring", "portal.management.commands.up"), name


def test_no_drawer_for_odds_and_ends():
    for name in modules():
        assert not set(name.split(".")) & {"services", "utils", "helpers", "managers", "signals", "common", "misc"}, name


def test_views_ask_doors_and_verbs_not_the_database():
    for name, tree in modules().items():
        if name.startswith(("intake.views", "advisories.views")):
            asked = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "objects"]
            assert not asked, f"{name}:{asked}"
            assert not any(target.startswith("django.db") for target, _line in imported(tree)), name


def test_verbs_of_intake_bring_no_clock_of_their_own():
    for name, target, line in all_imports():
        if target in ("django.utils.timezone.now", "time", "time.time") and name.startswith("intake."):
            assert name in ("intake.tasks", "intake.forms") or name.startswith(("intake.views", "intake.management")), f"{name}:{line}"


def test_no_module_is_too_long_to_read():
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            assert "migrations" in path.parts or len(path.read_text().splitlines()) <= MAX_LINES, path
