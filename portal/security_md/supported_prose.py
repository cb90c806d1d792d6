"""Statements in sentences: "Only the latest release gets security fixes; older versions do not."

A sentence is cut into clauses; in each, what is called a version by rank or number takes what the clause says of support.
What is only possible ("may", "at our discretion"), conditional, or advice to the reader states nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.security_md import marks
from portal.security_md.marks import ENDED, SECURITY_ONLY, SUPPORTED, UNCLEAR, one_of
from portal.security_md.version_words import NUMBER, PLATFORM

FINE = (SUPPORTED, SECURITY_ONLY)
LONGEST = 1000  # characters of a sentence that is read
COUNT = r"(?:\d{1,2}|one|two|three|four|five|six)"
RANK = (
    r"(?:latest|lastest|newest|most[- ]recent(?:ly)?|current(?:ly)?|last|previous|prior|older|earlier|old|outdated|other|"
    r"recent|legacy|past|preceding)"
)
ADJECTIVE = (
    r"(?:stable|tagged|major|minor|patch|released?|published|tagged|official|public|lts|ga|feature|production|final|bugfix|point|available|"
    r"maintained|development|semver|"
    r"pypi|npm|github|docker|upstream|active|full|non-beta|production-ready|pre-release|default)"
)
NOUN = (
    r"(?:release versions?|release lines?|release branch(?:es)?|release series|version branch(?:es)?|version lines?|version series|"
    r"version(?:s|\(s\))?|release(?:s|\(s\))?|"
    r"branch(?:es)?|series|lines?|tags?|builds?|minors?|majors?|codebase|code base|commits?|revisions?|pre-?releases?|release candidates?|"
    r"candidates?|snapshots?|main|master)\b"
)
# A number that can only be a version: with a part after a dot, or named as one.
A_VERSION = r"(?<![\w.])(?:v\d{1,4}(?:\.\w{1,8}){0,3}|\d{1,8}(?:\.(?:\d{1,8}|[xX*])){1,3})(?![A-Za-z0-9])\+?"
AND_MORE = r"(?: ?(?:and|or|&) (?:above|later|newer|higher|up(?:wards)?|greater|beyond|below|older|earlier|lower|under|prior)| onwards?)"
OLDER = (
    r"(?:older|earlier|lower|prior|previous|before|below|preceding|less|newer|later|greater|since|from|above|starting with|"
    r"starting from|after)(?: than| to)?"
)
OF_IT = (
    r"(?: (?:on|of|in) (?:the )?(?:main|master|default|stable)(?: branch)?\b| of (?:the|this|our) (?!same|following|"
    r"supported)[a-z]{3,20}(?-i:(?![\w-]| [A-Z])))?"
)
RANKED = (
    rf"(?:(?:all|any) )?(?:the )?(?:other )?(?:{COUNT} )?{RANK}(?:,? (?:and |or )?(?:the )?{RANK})?(?: {COUNT})?(?:[ /]+(?:and |"
    rf"or )?{ADJECTIVE},?)* "
    rf"(?:(?!of\b|to\b|the\b|is\b|and\b|or\b|for\b|in\b)[\w.+'’-]{{1,24}} )?(?:{ADJECTIVE} )*{NOUN}{OF_IT}"
)
PHRASES = [
    rf"(?:(?:(?:all|any) )?(?:versions?|releases?)|anything|everything) (?:that are )?{OLDER} (?:the )?(?:{A_VERSION}|"
    rf"{RANK}(?: {ADJECTIVE})*(?: {NOUN})?|\d{{1,3}}\b)",
    rf"(?:versions?|releases?) ?(?:[<>]=?|[≤≥]) ?{NUMBER}",
    RANKED,
    r"(?:(?:primary|main) )?(?:main|master|trunk|develop|default|dev|development|stable|nightly|testing)(?: ?/ ?\w{3,12})? "
    r"(?:branch(?:es)?|release|version|line)\b",
    r"\b(?-i:HEAD)\b",
    r"(?<=[a-z] )(?:main|master)\b(?! (?!and |or |only\b|until |in |is |are |will |at )[a-z])",
    rf"(?:the )?{A_VERSION}(?: ?[-–] ?{A_VERSION})?(?:{AND_MORE})?(?: (?:and|or|&) {A_VERSION})?(?: {NOUN})?",
    rf"versions? \d{{1,4}}(?![\w.]){AND_MORE}?",
    rf"(?<!\w)[<>≤≥]=? ?{NUMBER}",
    r"all (?:other |older |previous |prior |earlier )?(?:released |published |stable )*(?:versions|releases)\b(?! (?:that|which|still|"
    r"under|currently))",
    r"(?<=the )(?:latest|newest|most recent|current)(?: one)?(?=\W*$|[.,;)])",
]
ENGLISH = re.compile("|".join(f"(?:{phrase})" for phrase in PHRASES), re.IGNORECASE)
OTHERS = one_of(
    r"\b(?:zwei |drei |beiden |\d )?(?:neu(?:e)?st|aktuell|letzt|jüngst|älter|vorherig|früher|ander)e[nrs]?(?: (?:"
    r"stabile|veröffentlichte|zwei|"
    r"drei|\d+|minor|major|ältere)[nrs]?)* (?:[\w-]*version(?:en)?|releases?|[\w-]+-release)\b",
    r"\b(?:deux |trois |\d )?(?:dernières?|toutes les autres|anciennes|autres|précédentes?) (?:deux |trois |\d )?(?:versions?|releases?|"
    r"branches?)\b(?: (?:stable|majeure|mineure|publiée|antérieure|précédente)s?\b)*",
    r"\bversions? (?:stable |majeure |mineure )?(?:(?:la |les )?plus récentes?|antérieures?|précédentes?|(?:plus )?anciennes?|"
    r"actuelles?)\b|\bbranche (?:main|master|principale)\b",
    r"\b(?:última|últimas|ultima|ultime)(?: (?:dos|tres|duas|três|due|tre|\d))? (?:versi(?:ón|ones|one|oni)|vers(?:ão|ões))(?: (?:estable|"
    r"mayor|menor|publicad|estáve|principa|stabil|maggior|minor|lançad|rilasciat)\w*)*",
    r"\bversi(?:ón|ones) (?:más recientes?|anteriores?|actual(?:es)?|(?:más )?antiguas?)\b|\bvers(?:ão|ões) (?:mais recentes?|anteriores?|"
    r"atua(?:l|is)|(?:mais )?antigas?)\b|\bversion[ei] (?:più recent[ei]|precedent[ei]|attual[ei]|(?:più )?vecchi[ae])\b",
    r"\b(?:nieuwste|laatste|oudere|vorige|huidige)(?: \w+)? (?:versies?|releases?)\b|\b(?:najnowsz|ostatni|starsz|poprzedni|wcześniejsz|"
    r"aktualn)\w+(?: \w+)? (?:wersj|wydani)\w+",
    r"\b(?:последн|актуальн|текущ|стар|предыдущ|более ранн|остальн)\w+(?: \w+){0,2} (?:верси|релиз|ветк)\w*|\b(?:остан|поточн|стар|"
    r"попередн)\w+(?: \w+)? (?:верс|реліз)\w*",
    r"\b(?:nejnovější|poslední|starší|předchozí|aktuální)(?: \w+)? verz\w+|\b(?:en (?:son|güncel|yeni)|son|eski|önceki|güncel|"
    r"diğer)(?: \w+)? sürüm\w*|\b(?:versi|rilis) (?:stabil )?(?:terbaru|terakhir|lama|sebelumnya|terkini)\b",
    r"最新(?:的)?(?:稳定|穩定|正式|主要|次要|大|小|发布|發布|主|发行)?(?:的)?(?:版本|版|发布)|(?:较|更)?(?:旧|老|早期|历史|"
    r"以前|之前)(?:的)?版本|(?:其他|其它|所有)(?:的)?版本|(?:main|"
    r"master) ?分支|主分支|最近(?:的)?[两三\d]个(?:主要|次要|大|小)?版本",
    r"最新の?(?:安定|リリース|メジャー|マイナー)?(?:版|バージョン|リリース)(?:系統|系列)?|(?:古い|旧|以前の|過去の|その他の|"
    r"他の|すべての|全ての)(?:バージョン|版|リリース)|(?:main|master) ?ブランチ|"
    r"プレリリース版?",
    r"최신 ?(?:안정|정식|릴리스|메이저|마이너)? ?(?:버전|릴리스|릴리즈)|(?:이전|구|과거|다른|모든|오래된) ?(?:버전|릴리스)|"
    r"(?:main|master) ?브랜치",
    r"\b(?:ramo|rama|branch|branche|zweig|gałą[źz]\w*|ветк[аеуи]|гілк[аиу]|cabang) (?:main|master|principal\w*|glavn\w*)\b|\b(?:main|"
    r"master)[- ](?:branch\w*|zweig|dal[ıi]\w*)",
    r"\bl['’](?:ultima versione|ultimo commit|ultima release)(?: (?:pubblicata|stabile|rilasciata)\b)*|\b(?:rilis|commit|"
    r"cabang) terbaru\b|\bversión (?:estable|mayor|menor) más reciente\b|\bversão (?:estável|principal) mais recente\b",
    r"\b(?:ostatni\w*|najnowsz\w*) (?:wydani|lini|wersj)\w*|\b(?:starsz|wcześniejsz)\w* (?:wydani|lini|wersj)\w*|"
    r"\bson (?:kararlı )?sürüm\w*|最新(?:的)? ?(?:release|main|master|stable) ?(?:分支|版本|版)?|(?:当前|目前)(?:的)?(?:稳定|正式)?版本?",
    rf"(?<![\w.]){A_VERSION}(?:\s?(?:以上|以降|以下|未満|及以上|及以下|及更高版本|이상|이하|oder neuer|et plus|y posteriores|"
    rf"e superiores|и выше|ve üzeri|系|版本|"
    rf"バージョン|버전))?",
)
LETTERS = re.compile(r"[^\W\d_]")
LATIN = re.compile(r"[a-z]", re.IGNORECASE)
# Support itself, and what comes with it.
SUPPORT = one_of(
    r"\bsupport(?:s|ed|ing)?\b(?!@| (?:team|questions|requests?|channel|e-?mail|forum|tickets?))|\bmaintain(?:s|ed|ing)?\b|\bunsupported\b",
    r"\b(?:security|critical|bug|important|necessary)[- ]?(?:and \w+ )?(?:bug ?)?(?:updates?|fix(?:es)?|patch(?:es)?|support)\b",
    r"unterstütz|supportet|gewartet|gepflegt|sicherheits\w{0,8}(?:updates?|korrekturen|fixes|patches)|maintenu|prise?s? en charge|"
    r"supportée?s?\b|correctifs? de sécurité|mises à jour de sécurité|"
    r"soportad|compatib|mantenid|soporte\b|actualizaciones de seguridad|parches de seguridad|suportad|suporte\b|mantid|"
    r"atualizações de segurança|correções de segurança|supportat|mantenut|aggiornamenti di sicurezza|"
    r"ondersteun|onderhouden|beveiligingsupdates|wspieran|obsługiwan|aktualizacje bezpieczeństwa|поддерж|обновлени\w+ безопасности|"
    r"исправлени\w+ безопасности|підтрим|podporov|"
    r"destekle|güvenlik güncelleme|didukung|dukungan|pembaruan keamanan|支持|支援|维护|維護|安全更新|安全修复|安全补丁|"
    r"サポート|セキュリティ(?:修正|更新|パッチ|アップデート)|지원|"
    r"보안 ?(?:패치|업데이트)",
)
FIXING = one_of(
    r"\bfix(?:es|ed)?\b|\bpatch(?:es|ed)?\b|\bupdates?\b|\bupdated\b|\breceiv\w+|\bcovered\b|\beligible\b|\baddressed\b|"
    r"対象|適用|修正|提供|修复|接收|수정|제공|erhalten|korrekturen|bereitgestellt|corrigée?s?\b|corrett[aei]\b|poprawki|"
    r"łatan|perbaikan|correzioni|düzeltme|reçoi\w+|recib\w+|receb\w+|ricev\w+|получа|otrzym"
)
ONLY_POSSIBLE = re.compile(
    r"\b(?:may|might|could|sometimes|occasionally|discretion|case[- ]by[- ]case|exceptions?|exceptional\w*|consider(?:ed)?|attempt|try|"
    r"strive|best[- ]effort|where possible|if possible|when possible|feasible|"
    r"reserve the right|considering|hope)\b",
    re.IGNORECASE,
)
# How one fix is made and told about, which promises nothing for a version.
ONE_FIX = re.compile(
    r"(?<!\bas )\b(?:the|a|an|this|any|each|every) (?:security )?(?:patch|fix|release|update|vulnerability|issue)\b(?! (?:is|are) only)|"
    r"\bonce\b|\bas soon as\b|\bannounc\w+|\bmentioned\b|\bnotes\b|\bmailing list\b|"
    r"\bnotified\b|\bbount(?:y|ies)\b|\bchangelog\b|\bmaintain(?:s|ed|ing)? (?:an?|the) |\bembargo\b",
    re.IGNORECASE,
)
# "Support for" something that is no version, and a version that supports something, speak of features.
FEATURE = re.compile(
    rf"\bsupports? (?:for|of) (?!(?:[\w.'’-]{{1,24}} ){{0,3}}(?:v?\d|{RANK}|versions?|releases?|main|master|it\b|this|that|these|those))",
    re.IGNORECASE,
)
HAS_FEATURE = re.compile(r"\W*(?:also |now |only |already |still )?supports? (?!security|critical|bug)", re.IGNORECASE)
FOREIGN_NUMBER = re.compile(
    rf"(?:{PLATFORM.pattern}|\b(?:cvss|score|ssl|spec|standard|policy|rfc|iso)\b)[\w.]{{0,6}}(?: of| version| versions)?\W{{0,3}}$",
    re.IGNORECASE,
)
OF_A_TEXT = re.compile(r"^ of (?:this|the) (?:policy|document|licen[cs]e|page)", re.IGNORECASE)
OLD = re.compile(r"^(?:all |any )?(?:other )?(?:older|old|outdated|earlier|legacy|past)\b", re.IGNORECASE)
ON_REQUEST = re.compile(r"\b(?:per|on|upon|by) request\b", re.IGNORECASE)
CONDITION = re.compile(
    r"^\W*(?:if|when|whenever|once|before|after|in case|where|unless|until|wenn|falls|sobald|si|quand|lorsque|cuando|se|"
    r"quando|jeśli|если|ako|pokud|如果)\b|^(?:如果|当(?!前)|もし)",
    re.IGNORECASE,
)
ADVICE = re.compile(
    r"\b(?:please|deployments?|upgrad\w+|updat(?:e|ing) (?:to|your)|recommend\w*|encourag\w+|advis\w+|make sure|ensure|verify|test(?:ed|"
    r"ing)?|reproduc\w+|check|running|using|use|install\w*|report(?:ed|ing)?|affect\w*|found in|present in|exist\w*|"
    r"vulnerable|discover\w*|submit\w*|include|downloads?|migrat\w+|switch|stay|keep)\b",
    re.IGNORECASE,
)
NOT_A_ROW = re.compile(
    r"\b(?:un)?supported\b|\baffected\b|\bvulnerable\b|\bfixed\b|\bpatched\b|\bfollowing\b|\bpolicy\b|\bsecurity\b|"
    r"\bnew(?:er)? version|\bfuture\b|\bnext\b",
    re.IGNORECASE,
)
OTHER_THAN = re.compile(r"\b(?:other than|except(?: for)?|besides|apart from|aside from|beyond)(?: (?:the|our))?\s*$", re.IGNORECASE)
MEANWHILE = re.compile(
    r"^\W*(?:until|before|prior to|while|during|as of|at this time|currently|for now|since)\b[^,]{0,80},\s*", re.IGNORECASE
)
NOT_SO = re.compile(r"\b(?:do|does|will|are|is|have|but|and) not\b|\bnone\b|n['’]t\b|^\W*not\b", re.IGNORECASE)
# "Older ones are not.": what they are not was said before.
NOT_THESE = re.compile(r"\b(?:do|does|will|are|is) not\W*$", re.IGNORECASE)
GOES_ON = re.compile(r"\W*(?:not|for|to|only|and|also|the|any|or|as well as|as|on|older|all|\s)*\W*", re.IGNORECASE)
ONLY_SECURITY = re.compile(r"\b(?:security|critical)[\w ]{0,20} only\b|\bonly (?:critical )?security (?:fix|patch|update)", re.IGNORECASE)
CLAUSES = re.compile(
    r";|；|\s[–—]\s|,? (?:but|while|whereas|however|though|although|so|because|since|as well as which|which means)\b|"
    r",(?= (?:and )?(?:versions? )?v?\d{1,4}[\w.]{0,8} (?:is|are|gets?|receives?|will|has|have)\b)|"
    r", (?:please|and (?=(?:all |any )?(?:older|previous|prior|earlier|other)\b)|i\.e\.)|\. ",
    re.IGNORECASE,
)
EXAMPLES = re.compile(r"\s?[(（][^()（）]{0,120}[)）]")
ARTICLE = re.compile(r"^(?:l['’]|(?:the|our|any|a|an|die|der|das|den|la|le|les|el|los|las|o|a|as|os|il|lo|gli|i)\s+)", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """A version as written and its status; ``strong`` where support itself is spoken of, not only a fix."""

    text: str
    status: str
    strong: bool


def statements(sentence: str, *, about_versions: bool) -> Iterator[Statement]:
    """Yield what a sentence states; outside a section on versions, only what stands right beside a word for support."""
    if len(sentence) > LONGEST or not (SUPPORT.search(sentence) or marks.NOT_SUPPORTED.search(sentence) or about_versions):
        return
    said = None
    for clause in _clauses(FEATURE.sub("for ", MEANWHILE.sub("", EXAMPLES.sub("", sentence)))):
        own = _said(clause, about_versions)
        own = ENDED if own != UNCLEAR and said in FINE and NOT_SO.search(clause) else own
        if CONDITION.search(clause) or ONLY_POSSIBLE.search(clause) or ONE_FIX.search(clause):
            continue
        for found in _phrases(clause):
            goes_on = not own and said and GOES_ON.fullmatch(clause[: found.start()])
            if (own or goes_on) and (about_versions or _is_near(clause, found)):
                yield from _stated(clause, found, own or said)
        said = own or said


def lone(sentence: str) -> str:
    """Return the version that is all that a sentence names: "The latest release."; "" if there is more to it."""
    found = next(iter(_phrases(sentence[:LONGEST])), None)
    return _named(found[0]) if found and ARTICLE.sub("", sentence.strip(" .")) == _named(found[0]) else ""


def scoped(sentence: str, *, inside: bool) -> Iterator[str]:
    """Yield the versions that a sentence about the scope names: current ones inside it, old ones outside."""
    wanted = r"latest|current|main|master|newest" if inside else r"old|older|outdated|previous|earlier|legacy"
    if len(sentence) > 400 or re.search(r"unsupported|third|depend|upstream|browser", sentence, re.IGNORECASE):
        return
    for found in ENGLISH.finditer(sentence):
        name = _named(found[0])
        if found[0].casefold().startswith("any "):
            continue
        if re.match(rf"(?:{wanted})\b", name, re.IGNORECASE) and not PLATFORM.search(name):
            yield name


def _clauses(sentence):
    return [clause for clause in CLAUSES.split(sentence) if clause.strip()]


def _said(clause, about_versions):
    """Return what a clause says of support by itself."""
    if ON_REQUEST.search(clause):
        return UNCLEAR
    if marks.NOT_SUPPORTED.search(clause) and not re.search(r"\bnot only\b", clause, re.IGNORECASE):
        return ENDED
    if about_versions and NOT_THESE.search(clause):
        return ENDED
    if SUPPORT.search(clause):
        return SECURITY_ONLY if ONLY_SECURITY.search(clause) else SUPPORTED
    return SUPPORTED if about_versions and FIXING.search(clause) else None


def _is_near(clause, found):
    """Say whether a word for support stands right before or after a version."""
    return any(-70 <= near.start() - found.end() <= 80 for near in SUPPORT.finditer(clause))


def _stated(clause, found, said):
    name, before = _named(found[0]), clause[: found.start()]
    if NOT_A_ROW.search(name) or PLATFORM.search(name) or _is_advice(before) or FOREIGN_NUMBER.search(before[-40:]):
        return
    after = clause[found.end() :]
    if OF_A_TEXT.search(after) or HAS_FEATURE.match(after) or (said in FINE and OLD.search(name)):
        return
    strong = bool(SUPPORT.search(clause) or said == ENDED)
    apart = OTHER_THAN.search(before)
    if said == ENDED:
        yield Statement(name, SUPPORTED if apart else ENDED, strong)
    elif not apart:
        yield Statement(name, said, strong)


def _phrases(clause):
    letters = LETTERS.findall(clause)
    english = len(LATIN.findall(clause)) * 2 > len(letters)
    found = list(ENGLISH.finditer(clause)) if english else []
    taken = {place for one in found for place in range(one.start(), one.end())}
    found += [one for one in OTHERS.finditer(clause) if one.start() not in taken and one.end() - 1 not in taken]
    return sorted(found, key=lambda one: one.start())


def _is_advice(before):
    """Say whether the words right before a version are advice or a condition, not a statement."""
    return bool(ADVICE.search(before[-60:])) or bool(
        re.search(r"\b(?:if|when|once|until|after|before|unless|(?<!other )(?<!rather )than|whether)\b[^,]{0,40}$", before, re.IGNORECASE)
    )


def _named(text):
    text = ARTICLE.sub("", text.strip(" ,.;:()"))
    return re.sub(r"^current (?=latest|most recent|newest)", "", text, flags=re.IGNORECASE)
