"""What a text says yes or no to: public issues, safe harbour, credit, bounty, embargo, reports made with AI; and its languages."""

import re
from dataclasses import dataclass
from itertools import islice

from portal.security_md import sentences, words
from portal.security_md.document import Document
from portal.security_md.facts import Reading
from portal.security_md.languages import languages_of
from portal.security_md.sentences import Sentence


@dataclass(frozen=True)
class Stance:
    """A field of the policy, its value, and the line that says so."""

    name: str
    value: object
    line: int


SAFE_HARBOUR = words.one_of(
    r"safe[- ]harbo(?:u)?r",
    r"\b(?:not|never|\w{1,6}n['’]t|neither)\b.{0,40}\b(?:legal|law ?enforcement|lawsuits?|sue|prosecut\w+|criminal|civil)\b",
    r"\bno legal (?:action|consequences|steps)\b|\bauthori[sz]ed (?:conduct|research|testing|access|"
    r"security)|\bnot? (?:pursue|penali[sz]e|punish)\b",
    r"\bkeine? (?:rechtlich|juristisch|strafrechtlich)\w+|\b(?:aucune?|pas de) (?:poursuite|"
    r"action (?:légale|en justice|judiciaire))|\bne poursuivr\w+",
    r"\bno (?:emprender|tomar|iniciar)\w* acciones legales|\bnão (?:tomar|iniciar|"
    r"process)\w*.{0,30}(?:legal|legais|judicia)|\bnessuna azione legale|\bazioni legali",
    r"bezpieczn\w+ przysta|działań prawnych|\bюридическ\w+ преследован|судебн\w+ преследован|yasal işlem|"
    r"tindakan hukum|法的措置|法律(?:行动|责任|诉讼|追究)|安全港|법적 (?:조치|책임|대응)",
)
# Somebody is named as the finder: by the word credit, or by being thanked or listed in a public place.
CREDIT_WORD = re.compile(r"\bcredit(?:s|ed|ing)?\b(?! cards?)", re.IGNORECASE)
FINDER = words.one_of(
    r"\b(?:you|your|yours|reporters?|researchers?|finders?|discoverers?|discover\w*|individuals?|people|"
    r"person|them|they|those|contributors?|anonym\w*|public\w*|names?|advisor\w+|release notes|changelog|"
    r"reports?|consent|permission|given|where)\b"
)
HONOURED = re.compile(
    r"\b(?:be|been|will|we(?:['’]ll)?|may|to|with|for|your|giv\w+|receiv\w+) (?:\w+ ){0,2}(?:acknowledg|"
    r"recogni[sz]|recognition|thank|mention|list|nam|featur|attribut|honou?r)(?:e|es|ed|ing|ment|ement|"
    r"ements|s|tion)?\b",
    re.IGNORECASE,
)
IN_PUBLIC = re.compile(
    r"\b(?:publicly|public (?:recognition|acknowledge?ments?|thanks)|hall of|security (?:page|advisor\w+|"
    r"bulletin)|advisor(?:y|ies)|release notes?|changelog|website|readme|contributors|"
    r"contributions?|efforts|credits? page|thanks page|acknowledge?ments? (?:page|section|list)|"
    r"public disclosure|permission|anonymous|anonymity|consent)\b",
    re.IGNORECASE,
)
CREDIT = words.one_of(
    r"\b(?:and|be|are) publicly (?:acknowledged|thanked|recogni[sz]ed)\b|\balong with credits?\b",
    r"\bhall[- ]of[- ](?:fame|thanks)\b|\bfame in history\b|\b(?:be|remain|stay|kept) (?:credited|"
    r"anonymous|named publicly)|\bprefer anonymity|\b(?:be|reporter is|you are) credited\b",
    r"\b(?:thank|acknowledge|recogni[sz]e)\b.{0,30}\b(?:following|reporters|researchers|people|"
    r"individuals|everyone|those|contributors)\b.{0,60}\b(?:report|research|disclos|discover|found|"
    r"vulnerab|contribut)",
    r"\b(?:(?:gives?|states?|includes?) the names? of|identif(?:y|ies)|acknowledges?|recogni[sz]es?) (?:the |each |all )?"
    r"(?:original )?(?:reporters?|finders?|discoverers?|person who (?:report|found|discover))",
    r"\b(?:reporters?|finders?|researchers?|you) (?:are|is|will be) (?:named|listed|mentioned) in\b|\bfor attribution\b|"
    r"\battribution (?:will|is|can)\b|\bpublic recognition\b|\brecognition for your\b",
    r"\bnamentlich|\bname\w*\b.{0,30}\b(?:genannt|nennen|erwähn)|\bnennen (?:wir|ihren|deinen|den)\b|"
    r"\bcrédit(?:er|é|ée|és|ons|erons|ez)\b|\bremerci\w* publiquement|\bmentionn\w+ .{0,30}(?:nom|avis|"
    r"note)|\bvous crédit",
    r"\b(?:crédit[oa]s?|dar(?:emos)? crédito|reconocim\w+ público|agradecim\w+ público|"
    r"mencion\w+ .{0,30}(?:nombre|nome|aviso|nota)|acreditar\w*|reconhec\w+ (?:as|suas|sua|publicamente|"
    r"pesquisador)|reconoc\w+ (?:a los|su|públicamente))\b",
    r"\bcredito\b.{0,30}\bscopr|\bringrazi\w+ pubblic|\bpodzięk\w+ publiczn|"
    r"\bwymieni\w+ .{0,20}(?:nazwisk|autor)|упомян\w+|указать (?:ваше )?имя|зал[еа]? слав|"
    r"\bteşekkür\w* (?:bölüm|liste)|\badınız\b|\batıf\b|\bkredit\b|\bcantumkan nama",
    r"致谢|致謝|鸣谢|名人堂|(?<!自己)署名(?!証)|クレジット|謝辞|크레딧|명예의 전당|기여자로|이름을 (?:명시|기재|올)",
)
NO_CREDIT = re.compile(
    r"\b(?:no|not|never|\w{1,6}n['’]t|without)\b.{0,25}\b(?:give|offer|provide|publish)?\s?(?:public )?credits?\b", re.IGNORECASE
)
KEPT_PRIVATE = re.compile(
    r"\b(?:not|never|\w{1,6}n['’]t) (?:share|disclose|publish|reveal|pass on|give out)\b.{0,20}\b(?:name|identity|contact|personal)\b",
    re.IGNORECASE,
)
BOUNTY = words.one_of(
    r"\bbug[- ]?bount(?:y|ies)\b|\bbount(?:y|ies)\b|\b(?:monetary|financial|cash) (?:reward|compensation|"
    r"incentive)s?\b|\brewards?\b.{0,30}\b(?:program|paid|vulnerab|report)|\bvrp\b|"
    r"\bvulnerability rewards?",
    r"\bswag\b|\bprämi\w+|\bbelohnung\w*|\bprime(?:s)? (?:aux|de) bug|\brécompense\w*|\brecompens\w+|"
    r"\bricompens\w+|\bnagrod\w+|вознагражд|баг-?баунти|ödül\w*|\bhadiah\b|\bimbalan\b",
    r"奖金|獎金|赏金|賞金|报酬|奖励|報奨金|バグバウンティ|報酬|버그 ?바운티|포상|보상금",
)
NEGATED = words.one_of(
    r"\b(?:no|not|\w{1,6}n['’]t|never|neither|without|none|ineligible|unpaid|unable|cannot|nor)\b",
    r"\b(?:kein\w*|nicht|pas|aucun\w*|ne|não|nao|sem|non|nessun\w*|nie|brak|нет|не|без|tidak|belum|geen|"
    r"niet)\b|\w+(?:mıyor|miyor|muyor|yok|değil)\w*|bulunmamaktadır",
    r"没有|無|无|不提供|暂无|沒有|ありません|なし|ない|実施していません|없|않",
)
EMBARGO = words.one_of(
    r"\bembargo\w*\b|\bcoordinat\w+ (?:vulnerability )?(?:disclosure|release|publication|public)|"
    r"\b(?:co-?ordinate|agree|negotiate|work (?:with you|together)|coordinated with you|"
    r"mutually)\b.{0,80}\b(?:disclosure|date|timeline|publication|release|announcement|embargo|"
    r"fix and disclosure)\b",
    r"\b(?:koordinierte\w*|abgestimmte\w*) (?:offenlegung|veröffentlichung)|\bdivulgation coordonnée|"
    r"\bdivulgación coordinada|\bdivulgação coordenada|\bdivulgazione coordinata|\bskoordynowan\w+ ujawn",
    r"скоординированн\w+ раскрыт|koordineli (?:açıklama|ifşa)|pengungkapan terkoordinasi|协调披露|"
    r"协同披露|協調的(?:な)?(?:開示|公開)|조율된 공개",
)
NO_EMBARGO = re.compile(r"\b(?:no|not|\w{1,6}n['’]t|never|without)\b.{0,40}\bembargo", re.IGNORECASE)
AI = re.compile(
    r"\b(?:AI|LLMs?|GPT|ChatGPT|Copilot|Claude|KI|IA)\b|\bartificial intelligence|\blanguage models?\b|"
    r"\bAI-(?:generated|assisted)|\bgenerative\b|künstliche\w* intelligenz|"
    r"intelligence artificielle|inteligencia artificial|inteligência artificial|искусственн\w+ интеллект|"
    r"yapay zek|人工智能|大模型|生成AI|인공지능",
)
AI_REFUSED = re.compile(
    r"\b(?:not|\w{1,6}n['’]t|never|no)\b.{0,40}\b(?:accept\w*|allow\w*|permit\w*|welcome|tolerate\w*|submit|send|"
    r"use|review|requested|consider\w*)\b|\b(?:will be|are|is|be) (?:\w+ )?(?:closed|rejected|ignored|"
    r"banned|prohibited|forbidden|blocked|discarded|dismissed)\b|\bban\b|\brefuse",
    re.IGNORECASE,
)
AI_DECLARED = re.compile(
    r"\b(?:disclos|declar|state|mention|indicat|tell us|let us know|say so|label|mark(?:ed)?|note|"
    r"transparen|acknowledg|specify|identif)\w*",
    re.IGNORECASE,
)
AI_ALLOWED = re.compile(r"\b(?:may|can|allowed|welcome|fine|acceptable|permitted|useful|okay|ok)\b", re.IGNORECASE)
# What a report was made with, not who reads it.
AI_REPORT = re.compile(r"report|submi|issue|finding|vulnerab|generated|assist|tool|content|slop|CVE|research", re.IGNORECASE)


def read(document: Document) -> Reading:
    """Read the stances of a document: at most one fact for each field; what is not said has none."""
    told = sentences.of(document)
    found = [
        _first(told, "public_issues_forbidden", _forbids_public_issues),
        _first(told, "safe_harbour", _safe_harbour),
        _first(told, "credit", _credit),
        _first(told, "bounty", _bounty),
        _first(told, "embargo", _embargo),
        _strongest(told, "ai", _ai, ("refuse", "declare", "allow")),
        _first(told, "languages", languages_of),
    ]
    facts = tuple(stance for stance, _lines in found if stance)
    return Reading(facts, frozenset(line for _stance, lines in found for line in lines))


def _first(told, name, rule):
    """Return the stance of the first sentence of which the rule has an answer, and the lines of all such sentences."""
    answers = [(sentence, rule(sentence)) for sentence in told]
    answers = [(sentence, value) for sentence, value in answers if value]
    lines = {line for sentence, _value in answers for line in sentence.lines}
    return (Stance(name, answers[0][1], answers[0][0].first) if answers else None), lines


def _strongest(told, name, rule, order):
    answers = sorted(((sentence, rule(sentence)) for sentence in told if rule(sentence)), key=lambda pair: order.index(pair[1]))
    lines = {line for sentence, _value in answers for line in sentence.lines}
    return (Stance(name, answers[0][1], answers[0][0].first) if answers else None), lines


OPENING = words.one_of(
    r"\b(?:report|open|fil|creat|post|submit|disclos|discuss|rais|us|send|publish|shar|put|mak|log|start|"
    r"writ|announc|reveal|leak)(?:e|ing|es|s|t|ting)?\b|\bvia\b|\bthrough\b",
    r"meld|eröffn|erstell|veröffentlich|nutz|verwend|signal|ouvr|créé|crée|publi(?:er|ez|quer|que[sz]?|"
    r"zier|car|ki)|utili[sz]|divulg|\b(?:abr|cre|cri|apr)|\b(?:em|en|in) issues?\b|\bkeine?n? öffentlich|\bgeen openba|"
    r"segnal|zgłasz|twórz|otwier|\büber\b|\bals\b|\bprzez\b|\blewat\b|\bmelalui\b|\bчерез\b|\bpor\b|"
    r"\bpar\b",
    r"публик|созда|открыв|сообщ|повідом|maak|buat|laporkan|membu|buka",
)
# The same, in languages that name the place first.
OPENING_AFTER = re.compile(
    "(?i:eröffn|erstell|melden|öffnen|publik|buka|skri|schreib)|披露|创建|提交|发布|讨论|报告|使用|公布|提出|提及|分享|開|报漏洞"
)


# The same said of the reports or of the place.
NO_PLACE_FOR_REPORTS = words.one_of(
    r"\b(?:should|must|may|shall)(?: not|n['’]t) be (?:reported|discussed|posted|disclosed|filed|opened|submitted|raised|created)\b",
    r"\b(?:do|does)(?: not|n['’]t) belong (?:in|on)",
    r"\bkeep\b[^.]{0,60}\bout of\b",
    r"\b(?:no|zero)(?= public (?:\w+ )?(?:issues?|tickets?|bug reports?)\b)",
    r"\b(?:report|disclos|submit|send|write)\w*\b[^.]{0,60}\b(?:not|never)(?= (?:in|on|via|through|to) )",
)
PLACE_REFUSED = re.compile(
    r"[^.]{0,40}\b(?:is|are) (?:(?:strongly |highly )?(?:discouraged|forbidden|prohibited)|"
    r"not (?:allowed|permitted|the (?:\w+ )?(?:place|way|channel)))",
    re.IGNORECASE,
)
MOST_NEGATIONS = 20  # in one sentence


def _forbids_public_issues(sentence: Sentence) -> bool:
    text = words.CONDITION.sub("", sentence.text.replace("İ", "i"))
    if SECRETS.search(text):
        return False
    for found in islice(words.NOT.finditer(text), MOST_NEGATIONS):
        after = re.split(r"[.!?;]\s|。|\((?=[A-Z])", text[found.start() : found.start() + 260])[0]
        place = words.PUBLIC_PLACE.search(after, len(found[0]))
        if (
            not place
            or found[0].lower().startswith(("is", "are", "does", "did"))
            or _is_other(after)
            or OUR_OWN.search(text, 0, found.start())
        ):
            continue
        if OPENING.search(after, 0, place.end()) or OPENING_AFTER.search(after):
            return True
    refused = NO_PLACE_FOR_REPORTS.search(text)
    if refused and words.PUBLIC_PLACE.search(text[refused.end() : refused.end() + 80].split(". ")[0]):
        return True
    place = words.PUBLIC_PLACE.search(text)
    if place and not _is_other(text) and PLACE_REFUSED.match(text, place.end()):
        return True
    if place and OPENING.search(text) and any(words.NOT_THESE.search(above) for above in (sentence.lead, sentence.heading)):
        return True
    return bool(place and words.AFTERWARDS.search(text, place.end()))


# Advice to users, not to reporters.
SECRETS = re.compile(
    r"\b(?:API keys?|secrets?|credentials?|tokens?|passwords?|\.env|private keys?|"
    r"public(?:ly)? (?:internet|network|accessible|key|apis?|interfaces?|endpoints?))\b",
    re.IGNORECASE,
)
ABOUT_FINDERS = re.compile(r"\b(?:you|your|reporters?|researchers?|finders?|discover\w+|individuals|people|contributors)\b", re.IGNORECASE)
RECEIPT = re.compile(
    r"\backnowledg\w+ (?:the |your |of |receipt|that |all |each |every |new )*(?:reports?|receipt|"
    r"e-?mails?|messages?|submissions?|issues?|vulnerab\w+)\b"
    r"|\b(?:reports?|e-?mails?|submissions?|issues?|receipt)\b.{0,30}\backnowledged\b|"
    r"\backnowledged? (?:\w+ ){0,3}(?:within|in \d)",
    re.IGNORECASE,
)
# What the team itself does not do.
OUR_OWN = re.compile(r"\b(?:we|i|the (?:team|project|maintainers?|developers?))\s(?:\w+\s)?$", re.IGNORECASE)


OTHER = re.compile(
    r"\bscanner|\bfeature\b|\bscan results|\bpublic disclosure (?:is|will)|\bsupport questions|\bfor (?:\w+ )?questions", re.IGNORECASE
)


def _is_other(text):
    return bool(OTHER.search(text))


def _safe_harbour(sentence: Sentence) -> str:
    if sentence.kind == "heading":
        return "yes" if re.search(r"safe[- ]harbo(?:u)?r", sentence.text, re.IGNORECASE) else ""
    return "yes" if SAFE_HARBOUR.search(sentence.text) else ""


def _credit(sentence: Sentence) -> str:
    if NO_CREDIT.search(sentence.text):
        return "no"
    return "yes" if speaks_of_credit(sentence.text) else ""


def speaks_of_credit(text: str) -> bool:
    """Tell whether a sentence says that finders are named."""
    if KEPT_PRIVATE.search(text) and not CREDIT_WORD.search(text):
        return False
    if CREDIT.search(text) or CREDIT_WORD.search(text) and FINDER.search(text):
        return True
    honoured = HONOURED.search(text)
    return bool(honoured and IN_PUBLIC.search(text) and ABOUT_FINDERS.search(text) and not RECEIPT.search(text))


def _bounty(sentence: Sentence) -> str:
    found = BOUNTY.search(sentence.text)
    if not found or sentence.kind == "heading":
        return ""
    return "no" if NEGATED.search(sentence.text) else "yes"


def _embargo(sentence: Sentence) -> str:
    if sentence.kind == "heading":
        return ""
    if NO_EMBARGO.search(sentence.text):
        return "no"
    return "yes" if EMBARGO.search(sentence.text) else ""


def _ai(sentence: Sentence) -> str:
    if not AI.search(sentence.text) or not AI_REPORT.search(sentence.text) or sentence.kind == "heading":
        return ""
    if AI_REFUSED.search(sentence.text) and not re.search(r"\bunless\b|\bwithout\b|\bunverified\b", sentence.text, re.IGNORECASE):
        return "refuse"
    if AI_DECLARED.search(sentence.text):
        return "declare"
    return "allow" if AI_ALLOWED.search(sentence.text) else ""
