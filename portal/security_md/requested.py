"""What a report should contain: the list (or sentence) after "please include", as fields with stable keys."""

import re
from itertools import groupby, islice

from portal.security_md import clauses, sentences, words
from portal.security_md.document import Document
from portal.security_md.facts import Reading, Requested
from portal.security_md.sentences import Sentence

# What a field asks for, by the words of its label: key, kind, whether every report can answer it, words. First match wins.
KEYS = (
    (
        "contact",
        "line",
        False,
        r"\bcontact (?:info|details|data|address)|how (?:we can|to) (?:contact|reach)|your (?:name|e-?mail|"
        r"contact)|kontaktdaten|coordonnées|datos de contacto|联系方式|連絡先|연락처",
    ),
    ("credit", "line", False, r"\bcredit|acknowledg|attribution|anonym"),
    (
        "cvss",
        "line",
        False,
        r"\bcvss\b|\bcwe\b|severity (?:score|rating|assessment|estimate)|(?:estimated|suggested|"
        r"perceived) severity|^severity\b|schweregrad|sévérité|gravité|严重程度|深刻度|심각도",
    ),
    (
        "fix",
        "text",
        False,
        r"\b(?:fix(?:es)?|patch(?:es)?|mitigations?|remediations?|workarounds?|solutions?)\b|lösung|behebung|"
        r"correctif|correction suggérée|mitigación|solución|correção|mitigação|修复|修正案|対策|해결",
    ),
    (
        "type",
        "line",
        True,
        r"^(?:the |a )?(?:\w+ )?(?:type|kind|class|category) of\b|vulnerability (?:type|class|category)|"
        r"art der|type de (?:la )?vuln|tipo de|漏洞类型|種類|유형",
    ),
    (
        "steps",
        "text",
        True,
        r"\bsteps?\b|reproduc|repro\b|step-by-step|instructions|how to trigger|schritte|nachvollz|étapes|"
        r"pasos|passos|passaggi|kroki|odtworz|шаги|воспроиз|adım|langkah|复现|重现|再現|手順|재현",
    ),
    (
        "exploit",
        "text",
        False,
        r"proof[- ]of[- ]concept|\bpocs?\b|exploit code|\bexploits?\b|demonstrat|test case|preuve de concept|"
        r"prueba de concepto|prova de conceito|概念验证|概念実証|개념 증명",
    ),
    (
        "impact",
        "text",
        True,
        r"\bimpact|consequence|what an attacker|attack scenario|exploitab|auswirkung|impacto|impatto|wpływ|"
        r"влияни|последств|etki|dampak|影响|影響|得られる|영향",
    ),
    ("paths", "text", False, r"\b(?:full )?paths?\b|source files?|affected files?|dateipfad|chemins?|文件路径"),
    (
        "location",
        "line",
        False,
        r"\blocation\b|tag/branch|\bbranch|\bcommit|direct url|\burl\b|\bwhere\b|affected (?:code|endpoint|"
        r"page)",
    ),
    ("version", "version", False, r"\bversions?\b|\breleases?\b|versión|versão|versione|wersj|верси|sürüm|versi\b|版本|バージョン|버전"),
    (
        "component",
        "line",
        False,
        r"\bcomponents?\b|\bmodules?\b|\bpackages?\b|affected (?:product|feature|part|area|repositor)|"
        r"komponente|composant|componente|组件|コンポーネント|모듈",
    ),
    (
        "configuration",
        "text",
        False,
        r"\bconfigurations?\b|\bpreconditions?\b|prerequisite|requirements?|set-?up\b|settings|permissions|"
        r"konfiguration|configuración|配置|設定|설정",
    ),
    (
        "environment",
        "text",
        False,
        r"\benvironment|\bplatform|operating system|\bos\b|\bbrowser|umgebung|environnement|entorno|ambiente|"
        r"环境|環境|환경",
    ),
    ("logs", "text", False, r"\blogs?\b|screenshots?|stack ?traces?|output|traffic|video|capturas|截图|日志|ログ|로그|스크린샷"),
    ("ai", "text", False, r"\bAI\b|\bLLM\b|language model"),
    ("disclosure", "text", False, r"disclosure (?:plan|timeline|date)|publication"),
    (
        "description",
        "text",
        True,
        r"descri|explanation|summary|details|overview|beschreibung|résumé|resumen|resumo|opis\b|описани|"
        r"açıklama|tanım|deskripsi|描述|説明|概要|설명",
    ),
)
KEYS = tuple((key, kind, core, re.compile(pattern, re.IGNORECASE)) for key, kind, core, pattern in KEYS)
# What a label that says none of this may still speak of.
THE_FINDING = ("description", "text", True, re.compile(r"issue|vulnerab|bug|problem|漏洞|脆弱|취약", re.IGNORECASE))

ASKED = words.one_of(
    r"\b(?:includ(?:e|ing)|provid(?:e|ing)|contain(?:s|ing)?|add|supply|attach|describe|share|specify|"
    r"following (?:information|details|items|requirements|points|data))\b|with (?:the following|as much)|"
    r"\b(?:what|information|details) (?:to|you should|should (?:you|we|be)|we need)|\b(?:fill|"
    r"form) .{0,20}\bwith\b|helpful report|good report|\breport (?:content|template|format|checklist)",
    r"\b(?:e-?mailing|writing to|emailing)\b.{0,120}\bwith:?$",
    r"\b(?:enthalten|angaben|angeben|folgende|beschreib|informationen)|\b(?:incluez|inclure|indiqu|fourni|précis|"
    r"informations? (?:à|suivant)|joind)|\b(?:inclu[yií]|proporcion|indi[cq]|aport|informaci[óo]n|detall|"
    r"adjunt)|\b(?:forne[cç]|inform|descrev)|\b(?:includ(?:a|ere|ete)\b|fornir|indic|specific|allega)",
    r"(?:dołącz|zawier|podaj|opisz|informacje)|(?:включ|укаж|приложи|содерж|опиш|предостав|сведени)|"
    r"(?:ekley|belirt|içer|açıklay|sağlay|bilgi)|\b(?:sertakan|cantumkan|jelaskan|informasi|berisi)|"
    r"(?:vermeld|bevat|geef|beschrijf|voeg)",
    r"包含|包括|提供|说明|注明|附上|含め|記載|記入|以下の(?:情報|内容)|포함|제공|기재|작성",
)
# A list of something else, although it is introduced in like words.
NOT_ASKED = re.compile(
    r"\b(?:in scope|out of scope|scope (?:is|of|includes) th|vulnerabilit(?:y|ies) (?:include|are)|"
    r"not (?:include|consider|accept)|exclud\w+|we (?:will|provide|include|commit|aim|promise|ask that)|"
    r"rewards?|supported|versions?:$|examples? of|limited to|out of|"
    r"our (?:process|response)|features?|measures|practices|protections|channels?|methods?|contact us|"
    r"following (?:ways|channels|methods|addresses|versions|products|projects|repositories|components))\b|"
    r"範囲|范围|perimetr|alcance|escopo",
    re.IGNORECASE,
)
OPTIONAL = words.one_of(
    r"\boptional\w*|\bif (?:you have|any|known|available|possible|applicable|you (?:know|can|wish|like|"
    r"want)|relevant|there is)\w*|\bif possible\b|\bwhere (?:possible|appropriate|applicable|available)|"
    r"\bideally\b|\bhelpful\b|\bany (?:suggested|potential|known|mitigation)",
    r"\bfalls\b|\bwenn möglich|si (?:disponible|possible|vous)|si (?:es posible|la tiene|lo tiene|"
    r"disponible)|se (?:possível|houver|disponível|possibile|disponibile)|jeśli|по возможности|если|varsa|"
    r"mümkünse|jika ada|indien|如有|如果有|可选|あれば|可能(?:であれば|なら)|가능하면|선택|있다면",
)
REQUIRED = re.compile(
    r"[(\[*]\s?(?:required|mandatory|erforderlich|pflicht\w*|obligatoire|obligator\w+|必填|必須|필수)|"
    r"\b(?:required|mandatory)\W*$|\(\*\)",
    re.IGNORECASE,
)
ALL_REQUIRED = re.compile(
    r"\ball (?:are |of (?:these|the following) are )?required\b|\bmust (?:include|contain|provide)\b|"
    r"\bminimum\b|\brequirements\b",
    re.IGNORECASE,
)
MOST = 40


def read(document: Document, taken: frozenset[int] = frozenset()) -> Reading:
    """Read the requested fields of a document, in its order; keys are unique. A list ends at a line that is taken by something else."""
    told = sentences.of(document)
    fields: list[Requested] = []
    lines: set[int] = set()
    for text, asking, strict in islice(_asked(told, taken), MOST):
        field = _field(text, asking[0], strict)
        lines |= {line for sentence in asking for line in (*sentence.lines, *sentence.lead_lines)}
        if field and not any(field.label.lower() == known.label.lower() for known in fields):
            fields.append(_unique(field, {known.key for known in fields}))
    return Reading(tuple(fields), frozenset(lines))


def _asked(told, taken):
    """Yield (what is asked for, its sentences, whether all is required): items of such lists, and listings in a sentence."""
    ended = None
    for _block, group in groupby(told, key=lambda sentence: sentence.block):
        item = list(group)
        first = item[0]
        if first.kind == "item" and _introduces(first):
            place = (first.section, first.lead_lines)
            if taken & set(first.lines) or clauses.PROMISED.search(first.text):
                ended = place
            if place != ended:
                item = [sentence for sentence in item if not sentence.text.endswith((":", "：")) or sentence is first]
                yield " ".join(sentence.text for sentence in item), item, bool(ALL_REQUIRED.search(first.lead))
        elif first.kind != "heading":
            yield from ((part, [sentence], False) for sentence in item for part in _listed(sentence))


def _introduces(sentence):
    lead = sentence.lead
    if lead:
        return bool(ASKED.search(lead) and not NOT_ASKED.search(lead) and _about_reports(sentence, lead))
    return bool(REPORT_CONTENT.search(sentence.heading))


REPORT_CONTENT = words.one_of(
    r"what (?:to|should (?:i|you)|you should) include|(?:information|details) (?:to (?:include|provide)|"
    r"we need|needed|required)|what (?:we need|to report|makes a)|report (?:content|requirements|template|"
    r"format)|include in (?:your|the|a) report",
    r"informations? à (?:inclure|fournir)|was .{0,30}enthalten|qué incluir|o que incluir|cosa includere|"
    r"报告内容|報告内容|report içeriği|что (?:включить|указать)",
)
ABOUT_REPORTS = re.compile(
    r"report|vulnerab|issue|e-?mail|message|includ|information|details|submi|advisory|meld|signal|rapport|"
    r"inform|segnal|zgłosz|сообщ|отч[её]т|bildir|lapor|漏洞|报告|報告|脆弱|신고|취약|보고",
    re.IGNORECASE,
)


def _about_reports(sentence, lead):
    return bool(ABOUT_REPORTS.search(lead) or ABOUT_REPORTS.search(sentence.heading))


INLINE = words.one_of(
    r"\b(?:please |should |must |to )?(?:include|provide|specify|contain)\b(?: (?:at least|the following|in your report|as much))*:?\s",
    r"\bmerci d['’]indiquer\s?:?\s|\bveuillez (?:inclure|indiquer|fournir|préciser)\s?:?\s|"
    r"\bbitte (?:geben sie|nennen sie|fügen sie)\b[^:]{0,40}:\s|\bincluya\s?:?\s|\binclua\s?:?\s|"
    r"\bincludere\s?:?\s|请(?:注明|提供|包含|说明)[：:]?",
)


def _listed(sentence: Sentence):
    """Yield the parts of "please include: a, b and c"."""
    found = INLINE.search(sentence.text)
    if not found or NOT_ASKED.search(sentence.text) or not ABOUT_REPORTS.search(f"{sentence.text} {sentence.heading}"):
        return
    rest = sentence.text[found.end() :].rstrip(".。")
    if not found[0].rstrip().endswith((":", "：")) and rest.count(",") + rest.count("、") < 2:
        return
    parts = [AND.sub("", part).strip() for part in LISTING.split(rest)]
    if sum(1 for part in parts if _key_of(part)) < 2:
        return
    optional = ""
    for part in parts:
        if OPTIONAL.fullmatch(part):
            optional = f" ({part})"
        elif 3 <= len(part) <= 120:
            yield part + optional


LISTING = re.compile(r"[,;，；、]\s*")
AND = re.compile(r"^(?:and|et|und|y|e|or|ou|oder|as well as)\s|\s(?:and|et|und|y|e|or)$", re.IGNORECASE)
AN_OR = re.compile(r",?\s(?:or|ou|oder|lub|или)\s", re.IGNORECASE)
IN_BRACKETS = re.compile(r"[(（]([^()（）]{0,300})[)）]")


def _is_optional(text, core):
    """Tell whether a field may stay empty. "Steps, or a script if you have one" may not: that is said of another way to fill it in."""
    text = IN_BRACKETS.sub(lambda found: found[0] if OPTIONAL.match(found[1]) else "", text)
    return bool(OPTIONAL.search(AN_OR.split(text)[0] if core else text))


def _field(text, sentence, strict):
    label, help_ = _label_and_help(text)
    if not label:
        return None
    key = _key_of(label) or _key_of(text)
    name, kind, core = key or (_slug(label), "text", False)
    required = bool(not _is_optional(text, core) and (strict or core or REQUIRED.search(text)))
    return Requested(name, label, help_, kind, required, sentence.first)


def _key_of(text):
    """Return (key, kind, whether every report can answer it) of the notion that a label names first, or None."""
    found = [(match.start(), place) for place, (*_rest, pattern) in enumerate(KEYS) if (match := pattern.search(text))]
    if found:
        return KEYS[min(found)[1]][:3]
    return THE_FINDING[:3] if THE_FINDING[3].search(text) else None


def _label_and_help(text):
    """Split "Impact (who is affected?)", "Steps: one after the other" and "Fix. If you have one." into question and help."""
    text = re.sub(r"^\W+|^\d+[.)]\s*", "", text).strip()
    inside = re.search(r"\s*[(（]([^()（）]{2,280})[)）]", text)
    if inside and inside.start() > 2:
        return _tidy(text[: inside.start()] + text[inside.end() :].rstrip(".")), _as_sentence(inside[1])
    for mark in (r"\.\s+(?=\S)", r"\s[—–-]\s", r":\s+", r"。"):
        parts = re.split(mark, text, maxsplit=1)
        if len(parts) == 2 and 2 < len(parts[0]) <= 120 and parts[1].strip():
            return _tidy(parts[0]), _as_sentence(parts[1])
    return _tidy(text), ""


def _tidy(label):
    label = re.sub(r"^(?:your|an?|the|any)\s+(?=\S)", "", label.strip(" .;,:*"), flags=re.IGNORECASE)
    return label[:1].upper() + label[1:]


def _as_sentence(text):
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?。" else ".")


def _slug(label):
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")[:40].strip("-")
    return slug or "field"


def _unique(field, taken):
    if field.key not in taken:
        return field
    number = next(number for number in range(2, MOST + 2) if f"{field.key[:37]}-{number}" not in taken)
    return Requested(f"{field.key[:37]}-{number}", field.label, field.help, field.kind, field.required, field.line)
