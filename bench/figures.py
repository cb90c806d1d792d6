"""Figures and their goals, as a table and as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT_IN = Path(__file__).resolve().parent.parent / "var" / "bench.json"
RATIO, ROW_MS, GROWTH, STATEMENTS = 1.3, 0.080, 1.2, 8
SUBMISSION_MS, START_SECONDS, MEMORY_MB = 20, 4, 400


@dataclass
class Figure:
    """One figure; without a goal it only informs."""

    name: str
    cases: int | None
    value: float
    unit: str
    goal: float | None = None
    note: str = ""

    @property
    def verdict(self):
        return "" if self.goal is None else "ok" if self.value <= self.goal else "OVER"


def of_page(compared, cases) -> list[Figure]:
    """Return what a page costs beside its bare view, and its statements."""
    ours, bare = compared.ours.costs, compared.bare.costs
    goal = RATIO * bare.best + ROW_MS * compared.decrypted
    note = f"median {ours.median:.2f}; bare {bare.best:.2f}; database {ours.database_best:.2f}"
    if compared.goal == "floor":
        return [Figure(compared.name, cases, ours.best, "ms", None, f"{note}; {ours.best / bare.best:.1f} x bare")]
    return [
        Figure(compared.name, cases, ours.best, "ms", goal, note),
        Figure(f"{compared.name}: SQL", cases, ours.statements, "statements", STATEMENTS, f"bare {bare.statements}"),
    ]


def of_submission(asker, rendering, cases) -> list[Figure]:
    """Return what a submission costs beside its rendering, and the rendering."""
    besides = [whole - apart for whole, apart in zip(asker.costs.app, rendering, strict=True)]
    note = f"median {sorted(besides)[len(besides) // 2]:.2f}; database {asker.costs.database_best:.2f}; {asker.costs.statements} statements"
    return [
        Figure("report of 1 KiB, besides rendering", cases, min(besides), "ms", SUBMISSION_MS, note),
        Figure("report of 1 KiB, rendering", cases, min(rendering), "ms"),
    ]


def of_growth(name, small, large) -> Figure:
    """Return how much dearer a request is in the large database, the database's own work included.

    The two are measured minutes apart, and a virtual machine changes its pace: the yardstick between the requests is set off.
    """
    pace = min(large.yard) / min(small.yard)
    value = (large.best + large.database_best) / (small.best + small.database_best) / pace
    note = f"app {small.best:.2f} to {large.best:.2f} ms, database {small.database_best:.2f} to {large.database_best:.2f} ms"
    note += f", the machine {pace:.2f} x slower"
    return Figure(f"{name}: growth", None, value, "x", GROWTH, note)


def of_machine(milliseconds) -> Figure:
    """Return how fast the machine was just now; figures of two runs compare only where these agree."""
    return Figure("yardstick: a million additions", None, milliseconds, "ms", None, "best of 15")


def table(figures) -> str:
    """Return the figures as lines of text."""
    lines = [f"{'figure':<58} {'cases':>7} {'value':>9} {'goal':>9}  {'':<5} note"]
    for one in figures:
        goal = "" if one.goal is None else f"{one.goal:.2f}"
        cases = "" if one.cases is None else f"{one.cases}"
        lines.append(f"{one.name:<58} {cases:>7} {one.value:>9.2f} {goal:>9}  {one.verdict:<5} {one.unit}; {one.note}".rstrip("; "))
    over = [one.name for one in figures if one.verdict == "OVER"]
    lines += ["", f"Over its goal: {'; '.join(over)}." if over else "Every figure is within its goal."]
    return "\n".join(lines)


def keep(figures, facts):
    """Write the figures with the facts of the run."""
    KEPT_IN.parent.mkdir(mode=0o700, exist_ok=True)
    KEPT_IN.write_text(json.dumps({**facts, "figures": [asdict(one) | {"verdict": one.verdict} for one in figures]}, indent=1) + "\n")
