"""A whole run: fill, measure, fill up, measure again; then starts and memory."""

import argparse
import cProfile
import os
import platform
import pstats
import shutil
import time
from pathlib import Path

import django
from django.utils.timezone import now

from bench import asking, conversations, database, enumeration, figures, importing, people, starting, sweeping, versions
from bench.filling import Filler
from bench.pages import Pages
from bench.settings import RUN_DIR
from intake.models import Case


def main(arguments):
    """Measure what the arguments ask for, print a table and keep it."""
    asked = _parser().parse_args(arguments)
    found, facts = [], _facts()
    try:
        if not asked.no_requests:
            with database.scratch():
                facts["database"] = database.version()
                found += _requests(asked)
            if asked.only in "versions":
                found += versions.measure()
        if asked.only in "enumeration":
            with database.scratch():
                found += enumeration.measure()
        if asked.only in "sweep":
            with database.scratch():
                found += sweeping.measure()
        if asked.only in "importing":
            found += importing.measure(asked.policies)
        if not asked.no_starts:
            found += _starts(asked.starts)
    finally:
        shutil.rmtree(RUN_DIR, ignore_errors=True)
    found.insert(0, figures.of_machine(asking.yardstick()))
    print(f"\n{figures.table(found)}")
    figures.keep(found, facts)
    print(f"Kept in {figures.KEPT_IN}")


def _requests(asked):
    gathered = people.gather()
    filler, pages, found, costs = Filler(gathered), Pages(gathered), [], {}
    for cases in asked.sizes:
        begun = time.monotonic()
        filler.fill(cases)
        database.tidy_up()
        print(f"{Case.objects.count()} cases are there after {time.monotonic() - begun:.0f} s; measuring.", flush=True)
        measured, costs[cases] = _size(pages, cases, asked)
        found += measured
    if asked.only in "thread":
        found += conversations.thread(pages, asked.rounds)
    if asked.only in "search":
        found += conversations.searching(pages, filler)
    if asked.only in "files":
        found += conversations.files(pages)
    small, large = min(costs), max(costs)
    if small < large:
        found += [figures.of_growth(name, costs[small][name], cost) for name, cost in costs[large].items()]
    return found


def _size(pages, cases, asked):
    compared, found, costs = pages.all(), [], {}
    for one in compared:
        if asked.only not in one.name:
            continue
        asking.measure(one.ours, one.bare, rounds=asked.rounds)
        if one.goal != "floor":
            costs[one.name] = one.ours.costs
        found += figures.of_page(one, cases)
        if asked.profile:
            _profile(one)
    if asked.only in "submission":
        asker = pages.submission()
        asking.measure(asker, rounds=asked.rounds)
        found += figures.of_submission(asker, pages.rendering.spent[-asked.rounds :], cases)
        pages.rendering.end()
        costs["report of 1 KiB"] = asker.costs
        if asked.profile:
            _profile_asker("submission", asker)
    if asked.only in "verify":
        found += conversations.verifying()
    return found + _plans(pages, cases), costs


def _plans(pages, cases):
    found = []
    for team, user in (("a busy team", pages.people.staff), ("a quiet team", pages.people.quiet)):
        plan = database.plan(pages.inbox_rows(user))
        note = f"{plan['ms']:.1f} ms; {', '.join(plan['nodes'])}"
        found.append(figures.Figure(f"inbox query of {team}: rows that a step read", cases, plan["rows_read"], "rows", None, note))
    return found


def _starts(starts):
    measured = starting.measure(starts)
    note = f"all: {', '.join(f'{one:.1f}' for one in measured['starts_s'])}; with set-up {measured['set_up_s']:.1f}"
    return [
        figures.Figure("start without set-up to the first 200", None, min(measured["starts_s"]), "s", figures.START_SECONDS, note),
        figures.Figure("memory of the embedded whole", None, measured["memory_mb"], "MB", figures.MEMORY_MB, "PSS of all processes"),
    ]


def _profile(compared):
    for name, asker in ((compared.name, compared.ours), (f"bare {compared.name}", compared.bare)):
        _profile_asker(name, asker)


def _profile_asker(name, asker):
    backend, profiler = asking.Backend(), cProfile.Profile()
    for _ in range(20):
        profiler.runcall(asker.ask, backend)
    print(f"\n--- {name}, 20 requests")
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(60)


def _facts():
    return {
        "at": now().isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "django": django.get_version(),
    }


def _parser():
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure what a request costs. README.md says how to read it.")
    parser.add_argument(
        "--sizes", type=lambda text: [int(one) for one in text.split(",")], default=[1000, 100_000], help="numbers of cases"
    )
    parser.add_argument("--rounds", type=int, default=60, help="requests of each kind")
    parser.add_argument("--starts", type=int, default=3, help="starts of manage.py up")
    parser.add_argument("--only", default="", help="only requests with this in their name")
    parser.add_argument("--policies", type=Path, default=importing.GOLDEN, help="a folder of SECURITY.md files to import")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    parser.add_argument("--no-requests", action="store_true", help="only starts and memory")
    parser.add_argument("--no-starts", action="store_true", help="only requests")
    return parser
