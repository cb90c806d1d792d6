"""What is measured of response times and of open cases. Pure: numbers in, numbers out; lengths are whole seconds.

A percentile is that of ``statistics.quantiles(…, method="inclusive")``: the least is the 0th, the greatest the 100th, and what
lies between two values is their weighted mean.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
# Open cases by days since they were opened: up to so many, and one bucket for those that are older.
AGES = (7, 30, 90, 180)
FEWEST = 5  # of fewer cases nothing is public


@dataclass(frozen=True)
class Met:
    """Some deadlines that were met after the same time: as often as ``count`` says, in the month that began on a day."""

    milestone: str
    severity: str
    month: date
    in_time: bool
    seconds: int
    count: int = 1


@dataclass
class Tally:
    """Deadlines that were met, and those that are overdue and still open."""

    lengths: Counter = field(default_factory=Counter)
    in_time: int = 0
    overdue: int = 0

    def add(self, met: Met):
        self.lengths[met.seconds] += met.count
        self.in_time += met.count if met.in_time else 0

    @property
    def met(self) -> int:
        return self.lengths.total()

    @property
    def all(self) -> int:
        return self.met + self.overdue

    @property
    def kept(self) -> int | None:
        """How many of a hundred were met in time, whole; None where there were none. All but one of many is not 100."""
        return 100 * self.in_time // self.all if self.all else None

    @property
    def median(self) -> int | None:
        return percentile(self.lengths, 50)

    @property
    def p90(self) -> int | None:
        return percentile(self.lengths, 90)


def percentile(lengths: Mapping[int, int], percent: int) -> int | None:
    """Return a percentile of {length: how often}, rounded to a second; None of nothing."""
    total = sum(lengths.values())
    if not total:
        return None
    place, rest = divmod((total - 1) * percent, 100)
    below = above = None
    passed = 0
    for length in sorted(lengths):
        passed += lengths[length]
        if below is None and passed > place:
            below = length
        if passed > place + (1 if rest else 0):
            above = length
            break
    return round(below + (above - below) * rest / 100)


def tallied(met: Iterable[Met], *, by) -> dict:
    """Tally what was met by what ``by`` says of each."""
    found = {}
    for one in met:
        found.setdefault(by(one), Tally()).add(one)
    return found


def months(first: date, last: date) -> list[date]:
    """Return the first days of the months from one to another, both included."""
    found = [first.replace(day=1)]
    while (following := next_month(found[-1])) <= last:
        found.append(following)
    return found


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def year_before(day: date) -> date:
    """Return the first day of the same month a year before."""
    return date(day.year - 1, day.month, 1)


def at_least(count: int) -> int:
    """Round down to a multiple of what must come together: the difference of two such numbers does not count single cases."""
    return count - count % FEWEST


def about(percent: int) -> int:
    """Round a share to five of a hundred; all is said only of all, and none only of none."""
    return percent if percent in (0, 100) else min(max(5 * round(percent / 5), 5), 95)
