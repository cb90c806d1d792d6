"""Is this version covered? Pure: rows of a table, as written or as kept when they were published, in; an answer out.

``orders`` reads one version under a scheme; ``words`` and ``ranges`` read a row; ``table`` reads the rows of one component
together; ``answers`` answers, and ``review`` says what an editor should look at.
"""

from portal.versions.answers import Answer, Kind, answer
from portal.versions.orders import DOTTED, LIST, PEP440, SEMVER
from portal.versions.ranges import Meaning, read
from portal.versions.review import Doubt, VersionWarning, warnings
from portal.versions.table import Row, Table, gaps

__all__ = [
    "DOTTED", "LIST", "PEP440", "SEMVER", "Answer", "Doubt", "Kind", "Meaning", "Row", "Table", "VersionWarning",
    "answer", "gaps", "read", "warnings",
]  # fmt: skip
