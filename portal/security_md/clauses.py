"""Everything else that a policy says, by kind, in the project's words: what is in and out of scope, what is promised, and so on."""

import re
from collections.abc import Iterator

from portal.security_md import sentences, stances, words
from portal.security_md.document import Document
from portal.security_md.facts import Clause, Reading
from portal.security_md.sentences import Sentence

# What a heading, or the words before a list, make of what follows. First match wins.
BY_HEADING = tuple(
    (kind, words.one_of(*patterns))
    for kind, patterns in (
        (
            "scope_out",
            (
                r"\bout[- ]of[- ]scope\b|\bnot in scope\b|\bexclusions?\b|\bexcluded\b|\boutside (?:the |of )?scope",
                r"nicht im (?:umfang|geltungsbereich)|außerhalb des|hors (?:du )?périmètre|\bexclus\b|"
                r"fuera de(?:l)? alcance|fora d[eo] escopo|fuori (?:ambito|perimetro)|poza zakresem|вне области|"
                r"kapsam dışı|di luar (?:cakupan|lingkup)|范围外|不在范围|範囲外|対象外|범위 (?:외|밖|제외)",
            ),
        ),
        (
            "not_a_vulnerability",
            (
                r"\bnot?n?[- ](?:a |considered |be considered )?(?:a )?(?:security )?(?:vulnerab|security issue|"
                r"security bug)|\bnon[- ]qualifying|\breasons? (?:that )?reports? (?:are|get)|"
                r"\bnot (?:generally )?considered\b|\bknown (?:and|non)|false positives|will not be (?:treated|"
                r"considered|accepted)|\bnot accept",
                r"keine sicherheitslück|ne sont pas (?:considéré|des vuln)|no se considera|não (?:são|é) considerad|"
                r"不(?:视为|属于|算)漏洞|脆弱性(?:では|と(?:は)?みな)|취약점이 아닌|既知であり",
            ),
        ),
        (
            "safe_harbour",
            (r"safe[- ]harbo(?:u)?r|good[- ]faith|\blegal\b", r"bonne foi|buena fe|boa[- ]fé|buona fede|安全港|セーフハーバー|세이프 하버"),
        ),
        (
            "bounty",
            (
                r"bount(?:y|ies)|\brewards?\b",
                r"belohnung|récompense|recompens|ricompens|nagrod|вознагражд|ödül|hadiah|奖励|奖金|赏金|報奨|보상|포상",
            ),
        ),
        (
            "ai",
            (
                r"\bAI\b|\bLLMs?\b|artificial intelligence|AI-(?:assisted|generated)",
                r"künstliche intelligenz|intelligence artificielle|人工智能|生成AI|인공지능",
            ),
        ),
        (
            "credit",
            (
                r"\bcredits?\b|acknowledge?ments?|recognition|attribution",
                r"danksagung|anerkennung|crédit|reconnaissance|reconocimiento|créditos|riconoscimento|致谢|鸣谢|謝辞|"
                r"크레딧",
            ),
        ),
        ("embargo", (r"\bembargo|coordinated (?:vulnerability )?disclosure$", r"協調|协调披露|divulgation coordonnée")),
        (
            "advisories",
            (
                r"advisor(?:y|ies)|announcements?|notifications?|security (?:updates|bulletins?|notices)|"
                r"stay(?:ing)? informed|\bcves?\b",
                r"ankündigung|annonces|avisos|avvisi|公告|告知|アドバイザリ|공지",
            ),
        ),
        (
            "disclosure",
            (
                r"disclosure",
                r"offenlegung|veröffentlichung|divulgation|divulgación|divulgação|divulgazione|ujawn|раскрыти|ifşa|"
                r"açıklama politik|pengungkapan|披露|開示|公開|공개",
            ),
        ),
        (
            "scope_in",
            (
                r"\bscope\b|\bin[- ]scope\b|what (?:qualifies|counts)|\bwhen to report",
                r"geltungsbereich|\bumfang|périmètre|\binclus\b|alcance|escopo|ambito|zakres|област|kapsam|cakupan|"
                r"ruang lingkup|范围|範囲|범위",
            ),
        ),
        (
            "practice",
            (
                r"best[- ]practices?|recommend|harden|secur(?:e|ing) (?:your|deploy|config|installation|use|usage)|"
                r"security (?:tips|guidelines|checklist|recommendations|configuration)|for (?:users|deployers|"
                r"operators|contributors|developers)|keep .{0,30}(?:secure|up to date)|\bdeploy(?:ing|ment)",
                r"empfehl|bonnes pratiques|recommandation|buenas prácticas|recomendac|boas práticas|raccomandaz|"
                r"buone pratiche|dobre praktyki|zalecen|рекоменд|öner|praktik|建议|最佳实践|推奨|권장|모범",
            ),
        ),
        (
            "consideration",
            (
                r"consideration|security (?:model|features?|measures|design|architecture|principles|notes?|"
                r"properties)|threat model|limitations?|assumptions|known (?:issues|risks|limitations)|trust (?:model|"
                r"boundar)",
                r"sicherheits(?:modell|funktionen|maßnahmen)|principes de sécurité|modelo de|характеристик|"
                r"güvenlik (?:özellik|önlem)|fitur keamanan|安全(?:特性|措施|机制|考虑|模型)|取り組み|考慮|"
                r"보안 (?:기능|조치|고려)",
            ),
        ),
        (
            "promise",
            (
                r"what (?:to|you can|can you) expect|our (?:commitment|promise|response|process|pledge)|commitments?|"
                r"\bexpectations\b|response (?:process|policy)|(?:handling|review|triage|vulnerability management|"
                r"remediation|resolution|fix|security|incident response|what happens) (?:process|procedure|workflow|"
                r"after|next)|^process$|what happens|after (?:you|submi|report)|timelines?",
                r"was (?:sie erwarten|passiert)|unser (?:versprechen|vorgehen)|nos engagements|processus|qué esperar|"
                r"proceso|o que esperar|processo|cosa aspettarsi|proces|процесс|süreç|proses|流程|处理|対応|の流れ|"
                r"절차|처리",
            ),
        ),
    )
)

LEAD = tuple(
    (kind, words.one_of(*patterns))
    for kind, patterns in (
        (
            "scope_out",
            (
                r"\bout[- ]of[- ]scope\b|\bnot in scope\b|\bnot (?:use|report|submit|send)\b.{0,80}\b(?:for|about|"
                r"if)\b|\bexclud|\boutside (?:the |of )?(?:our )?scope|refrain from|hors (?:du )?périmètre|\bexclus\b|"
                r"fuera de|fora do|fuori|poza zakres|вне обла|kapsam dışı|范围外|範囲外|対象外|범위 밖",
            ),
        ),
        (
            "not_a_vulnerability",
            (
                r"\bnot\b.{0,30}\b(?:considered|treated|regarded|count)\b|\bnot (?:a )?(?:security )?vulnerab|"
                r"(?:close|reject|decline) reports|will not be accepted|not eligible|不(?:视为|属于)漏洞|意図的",
            ),
        ),
        ("scope_in", (r"\bin[- ]scope\b|\bscope (?:includes|covers)|périmètre|en alcance|no escopo|范围内|対象",)),
        ("safe_harbour", (r"legal action|good faith|safe harbo",)),
        (
            "practice",
            (
                r"\brecommend\w*|\bshould\b.{0,40}:$|best practice|we (?:suggest|advise)|empfehlen|recommandons|"
                r"recomendamos|raccomand|zalecamy|рекоменду|öneri|建议|推奨|권장",
            ),
        ),
        (
            "promise",
            (
                r"\b(?:we|our team|the team|maintainers?)\b(?:['’]ll| will| aim| commit| promise| try| strive)|"
                r"\byou can expect|\bwe (?:promise|commit|pledge)|(?:follow|comply with|respect) th(?:ese|is|"
                r"e following) (?:guidelines|policy|rules)|wir werden|nous (?:allons|nous engageons)|"
                r"nos comprometemos|ci impegniamo|мы обязуемся|biz |kami akan|我们(?:会|将|承诺)|以下の(?:流れ|手順)",
            ),
        ),
        (
            "consideration",
            (
                r"consider(?:ations)?\b|keep in mind|be aware|please note|following (?:security )?(?:features|"
                r"measures|properties|principles)",
            ),
        ),
        ("advisories", (r"advisor(?:y|ies)",)),
        ("disclosure", (r"\bdisclos\w+|divulg|offenleg|ujawn|раскрыт|披露|開示",)),
    )
)

# Kinds of a heading that hold under the headings below it too.
WIDE = ("scope_out", "not_a_vulnerability", "scope_in", "practice", "consideration", "promise")
# "Out of scope: …" in a sentence of its own.
BEGINS = (
    ("scope_out", re.compile(r"(?:out[- ]of[- ]scope|not in scope|exclu(?:ded|sions?)|hors périmètre|exclus)\s?[:：]", re.IGNORECASE)),
    ("scope_in", re.compile(r"(?:in[- ]scope|included|inclus)\s?[:：]", re.IGNORECASE)),
)

NOTIFIED = words.one_of(
    r"\b(?:publish|releas|issu|announc|post|subscri|notif|list|available|track|"
    r"disclos)\w*\b.{0,80}\b(?:security )?(?:advisor(?:y|ies)|announcements?|bulletins?|release notes|"
    r"changelog|cves?|security notifications)\b|\b(?:advisor(?:y|ies)|announcements?|bulletins?|"
    r"release notes)\b.{0,60}\b(?:publish|releas|issu|announc|post|subscri|list|avail)\w*",
    r"\b(?:sicherheitshinweis|veröffentlich)\w*.{0,40}(?:hinweis|advisor)|"
    r"publi\w+.{0,40}(?:avis de sécurité|advisor)|avisos de segur|发布.{0,12}(?:公告|通告)|"
    r"アドバイザリ.{0,10}公開|보안 (?:공지|권고)",
)
PROMISED = words.one_of(
    r"\b(?:we|our (?:security )?team|the (?:security |core |project )?(?:team|maintainers?|developers)|"
    r"maintainers|i)(?:['’]ll| will| shall| aim to| strive to| try to| endeavou?r to| commit to|"
    r" do our best| are committed| make every effort)\b|\byou(?:['’]ll| will| are| should|"
    r" can expect to)\b (?:be )?(?:receive|told|notified|kept|informed|updated|acknowledged|hear|get)",
    r"\bwir (?:werden|bemühen|bestätigen|melden|informieren|prüfen)\b|\bnous (?:nous (?:engageons|"
    r"efforçons)|vous (?:tenons|tiendrons|informerons|répondrons))|\bnos comprometemos|\btentaremos|"
    r"\bnós (?:iremos|vamos)|\bci impegn|\bpostaramy|\bмы (?:ответим|сообщим|постара|исправ|будем)|"
    r"\bkami akan\b|我们(?:会|将|承诺)|維護者會|(?:いたします|対応します|連絡します)|(?:하겠습니다|"
    r"드리겠습니다|노력합니다)",
)
KEEP_PRIVATE = words.one_of(
    r"\b(?:reasonable|sufficient|adequate|enough|appropriate) (?:amount of )?time\b|\b(?:until|before|"
    r"prior to)\b.{0,60}\b(?:fix|patch|released?|resolved|public|disclos|announce|addressed)\w*|"
    r"\bkeep\b.{0,40}\b(?:confidential|private|secret)\b|\bresponsible disclosure\b.{0,60}\b(?:ask|"
    r"request|kindly|practice|follow)|\b(?:ask|request|kindly|practice|follow|"
    r"appreciate)\w*\b.{0,60}\b(?:responsibl\w+|coordinated) disclos|\b(?:public|publicly|full) disclos\w*",
    r"\b(?:bis|bevor)\b.{0,60}\b(?:behoben|veröffentlich|patch)|\bavant\b.{0,60}\b(?:correctif|divulg|"
    r"publi)|\bantes de\b.{0,60}\b(?:public|divulg|corre)|\bprima (?:di|che)\b.{0,60}\b(?:pubblic|divulg|"
    r"corre)|\bprzed\b.{0,60}(?:publiczn|ujawn)|\bдо\b.{0,60}(?:исправл|публик|выпуск)|(?:修复|"
    r"公开)(?:之)?前|(?:修正|公開)(?:される)?まで|(?:수정|공개|패치)(?:되기)?\s?전",
)
THANKS = re.compile(
    r"^\W*(?:thanks?\b|thank you|we (?:sincerely |greatly |really |highly )?appreciate|vielen dank|danke|"
    r"merci\b(?! d)|gracias|obrigad|grazie|dziękuj|спасибо|благодар|teşekkür|terima kasih|感谢|感謝|谢谢|"
    r"ありがとう|감사)|\bappreciated\W*$",
    re.IGNORECASE,
)
MOST = 500
# Kinds of a place that hold for everything in it, whatever a single sentence speaks of.
WHOLE = ("scope_out", "scope_in", "not_a_vulnerability", "practice", "consideration", "ai", "safe_harbour", "bounty")


def read(document: Document, taken: frozenset[int] = frozenset()) -> Reading:
    """Read the clauses of a document; lines that are taken already, by rows of facts, make none."""
    told = sentences.of(document)
    found: list[Clause] = []
    lines: set[int] = set()
    for kind, group in _groups(told, taken):
        if kind and len(found) == MOST:
            continue
        lines |= {line for sentence in group for line in (*sentence.lines, *sentence.lead_lines)}
        text = " ".join(sentence.spelled for sentence in group)
        if kind and not any(clause.kind == kind and clause.text == text for clause in found[-20:]):
            found.append(Clause(kind, text, group[0].first))
    return Reading(tuple(found), frozenset(lines))


def _groups(told, taken) -> Iterator[tuple[str, list[Sentence]]]:
    """Yield (kind, sentences of one block that make one clause); "" for what is understood but makes none."""
    group, last = [], ("", None)
    for sentence in told:
        kind = None if sentence.kind == "heading" else _kind(sentence, taken)
        here = (kind, sentence.block)
        if group and here != last:
            yield last[0], group
            group = []
        last = here
        if kind is not None:
            group.append(sentence)
    if group:
        yield last[0], group


def _kind(sentence: Sentence, taken) -> str | None:
    """Return the kind of clause that a sentence belongs to, "" if it only introduces or thanks, None if it is not understood."""
    fact = taken.intersection(sentence.lines)
    if fact and (sentence.kind == "item" and sentence.first in fact):
        return None
    if sentence.kind in ("code", "row"):
        return None
    if sentence.text.endswith((":", "：")) and sentence.kind != "item" and of_lead(sentence.text):
        return ""
    said = _by_content(sentence)
    if said in ("scope_in", "scope_out"):
        return said
    placed = of_place(sentence)
    if THANKS.search(sentence.text) and not said:
        return ""
    if sentence.before and sentence.text.endswith((":", "：")):
        return ""
    if fact and said in (None, "promise"):
        return None
    if placed in WHOLE and not (said in ("bounty", "advisories", "credit") and sentence.before and placed in ("practice", "consideration")):
        return placed
    return said or placed


def of_place(sentence: Sentence) -> str | None:
    """Return the kind that the place of a sentence gives it: the words before its list, or the headings above it."""
    if sentence.kind == "item" and sentence.lead:
        kind = of_lead(sentence.lead)
        if kind:
            return kind
    kind = next((kind for kind, pattern in BY_HEADING if pattern.search(sentence.heading)), None)
    if kind or len(sentence.section) < 2:
        return kind
    above = next((kind for kind, pattern in BY_HEADING if pattern.search(sentence.section[-2])), None)
    return above if above in WIDE else None


def of_lead(text: str) -> str | None:
    return next((kind for kind, pattern in LEAD if pattern.search(text)), None)


def _by_content(sentence: Sentence) -> str | None:
    text = sentence.text
    for kind, pattern in BEGINS:
        if pattern.match(text):
            return kind
    if stances.SAFE_HARBOUR.search(text):
        return "safe_harbour"
    if stances.BOUNTY.search(text):
        return "bounty"
    if stances.speaks_of_credit(text) or stances.NO_CREDIT.search(text):
        return "credit"
    if stances.AI.search(text) and stances.AI_REPORT.search(text):
        return "ai"
    if NOTIFIED.search(text):
        return "advisories"
    if stances.EMBARGO.search(text):
        return "embargo"
    if KEEP_PRIVATE.search(text):
        return "disclosure"
    return "promise" if PROMISED.search(text) else None
