"""The words of version tables: what stands there instead of numbers, and beside them."""

import re
from dataclasses import dataclass

OTHER, OLDER, ALL, LATEST, NAME = "other", "older", "all", "latest", "name"


@dataclass(frozen=True)
class Word:
    """A phrase without numbers: its kind; of LATEST, how many numbers name its line (0: that release alone); of NAME, the name."""

    kind: str
    depth: int = 0
    name: str = ""


# Words that may stand beside anything and change nothing.
FILLER = re.compile(
    r"(?<![\w.-])(?:the|all|any|every|our|vers\w*|ver|верси\w*|releases?|released|series|lines?|branch(?:es)?|only|ones?"
    r"|published|official|available|toutes?|les|tous|alle|todas?|las|tutte|le|все)(?![\w-])[.:]?"
)
EVERYTHING = {"*", "x", "everything", "anything", "alles", "tout", "todo", "tutto", "全部", "所有版本", "全部版本", "すべて", "全て"}
QUANTIFIER = re.compile(r"(?<!\w)(?:all|any|every|toutes?|tous|alle|todas?|tutte|все)(?!\w)")
ALL_LATEST = (
    "latest", "newest", "current", "most recent", "last",
    "dernière", "actuelle", "neueste", "neuste", "aktuelle", "letzte", "última", "ultima", "actual", "atual", "corrente", "attuale",
    "nieuwste", "huidige", "najnowsza", "nejnovější", "senaste", "последняя", "текущая", "остання", "terbaru", "son", "en son", "son sürüm",
    "最新", "最新版", "最新版本", "当前版本", "最新バージョン", "最新リリース", "최신", "최신 버전",
)  # fmt: skip
ALL_OLDER = {
    "older", "old", "earlier", "previous", "prior", "lower", "outdated", "past", "former",
    "anciennes", "antérieures", "précédentes", "ältere", "frühere", "alte", "anteriores", "antiguas", "antigas", "precedenti", "oudere",
    "starsze", "starší", "äldre", "старые", "более старые", "предыдущие", "старіші", "lebih lama", "eski sürümler",
    "旧版本", "旧版", "更早版本", "更旧版本", "较旧版本", "旧バージョン", "それ以前", "古いバージョン", "이전 버전", "구버전",
}  # fmt: skip
ALL_OTHER = {
    "other", "others", "else", "everything else", "anything else", "rest", "rest of", "remaining", "otherwise", "unlisted", "not listed",
    "autres", "andere", "anderen", "übrige", "übrigen", "otras", "demás", "outras", "altre", "overige", "pozostałe", "inne", "ostatní",
    "другие", "остальные", "інші", "lainnya", "diğer", "其他", "其它", "其他版本", "其它版本", "その他", "その他のバージョン", "기타",
}  # fmt: skip
# Lines that have no number: a release is never one of them.
NAMES = {
    "main", "master", "develop", "development", "dev", "devel", "trunk", "head", "tip", "default", "git", "nightly", "unreleased",
    "edge", "canary", "snapshot", "snapshots",
}  # fmt: skip

LATEST_WORD = "|".join(sorted(ALL_LATEST, key=len, reverse=True))
LATEST_PHRASE = re.compile(rf"(?:{LATEST_WORD})(?: stable| ga)?(?: (major|minor|patch))?")
OF_WHAT = (
    r"(?: (?:of|for) (?:(?:this|its) )?"
    r"(?:app|application|extension|image|library|module|package|plugin|product|project|software|theme|tool))?"
)
LATEST_OF = re.compile(rf"{LATEST_PHRASE.pattern} (?:(?:of|in|from|for) )?(?=\d)")
THAN_LATEST = re.compile(rf"(?:anything |everything )?(?:<|(?:older|earlier|lower) than|prior to|before|below) ?(?:{LATEST_WORD})")
ANY_OLDER = re.compile(r"(?:anything|everything) (?:older|earlier|before|below|prior|lower|previous)")
DEPTH = {"major": 1, "minor": 2}

LABEL = (
    r"(?:lts|esr|stable|ga|long[ -]term(?: support)?|eol|end[ -]of[ -]life|legacy|deprecated|maintenance|maintained|supported"
    r"|unsupported|security(?: fixes)?|bug ?fixes|unreleased|upcoming|production)"
)
LABELS = re.compile(rf"(?:^| - | |(?<=[\dx*])-)(?:{LABEL}(?: ?[/,&] ?| |: |$))*{LABEL}(?![\w-]):?")
REMARK = re.compile(
    rf"{LABEL}|latest|current|newest|recommended|previous|default|old|older|until|since|till|from|ends|ended|ending|released|of|life|end"
    r"|support|only|fixes|(?:19|20)\d\d(?:-\d\d){0,2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
)
STABLE = re.compile(r"(?<![\w-])(?:stable|ga)(?![\w-])")


SIGNS = (
    ("≤", "<="), ("≥", ">="), ("≠", "!="), ("＜", "<"), ("＞", ">"), ("（", " ("), ("）", ")"), ("，", ","), ("、", ","),
)  # fmt: skip


def fold(text: str) -> str:
    """Write a row's text in one way: small letters, plain signs, single blanks."""
    text = re.sub(r"[`'\"“”‘’„]", "", text.casefold())
    for sign, plain in SIGNS:
        text = text.replace(sign, plain)
    text = re.sub(r"[–—−]", " - ", text)
    return " ".join(text.split()).rstrip(".: ")


def without_fillers(text: str) -> str:
    """Drop the words that change nothing."""
    return " ".join(FILLER.sub(" ", text).split())


def without_labels(text: str) -> str:
    """Drop what only describes a line of releases: LTS, stable, end of life."""
    return " ".join(LABELS.sub(" ", text).split())


def without_remarks(text: str) -> str:
    """Drop what stands in brackets and only describes: (LTS), (latest), (until 2026-05)."""
    return " ".join(re.sub(r" \(([^()]*)\)", lambda found: " " if _is_remark(found[1]) else found[0], text).split())


def name(text: str) -> str:
    """Write a name as names are compared: without the words around it, and without the v of a number."""
    return re.sub(r"^v(?=\d)|^git (?=\w)|^origin/", "", without_fillers(fold(text))) or fold(text)


def number(text: str) -> str:
    """Write a version as typed without the words around it."""
    return without_fillers(without_labels(without_remarks(fold(text))))


def word(phrase: str) -> Word | None:
    """Say what a folded phrase without numbers means; None if it is none that is known."""
    phrase = without_remarks(phrase)
    bare = without_fillers(phrase)
    if phrase in EVERYTHING or (not bare and QUANTIFIER.search(phrase)):
        return Word(ALL)
    if name(phrase) in NAMES:
        return Word(NAME, name=name(phrase))
    if bare in ALL_OTHER:
        return Word(OTHER)
    # "The previous version" is one of them.
    if (bare in ALL_OLDER and not re.search(r"(?:previous|prior|former) (?:version|release|one)$", phrase)) or ANY_OLDER.fullmatch(bare):
        return Word(OLDER)
    if THAN_LATEST.fullmatch(bare):
        return Word(OLDER)
    latest = re.fullmatch(LATEST_PHRASE.pattern + OF_WHAT, bare)
    return Word(LATEST, depth=DEPTH.get(latest[1], 0)) if latest else None


def _is_remark(text):
    return all(REMARK.fullmatch(one) for one in re.split(r"[ /,&]+", text) if one)
