"""What a mark says of a version: a sign, a word, or both, in the languages that policies are written in.

One pattern for each meaning, of bounded repetitions, over one cell or clause; a language is added by adding its words.
What says nothing clear is "unclear": never a guess. Signs are those of GitHub's emoji codes and of Unicode.
"""

import re
from collections.abc import Mapping

SUPPORTED, SECURITY_ONLY, ENDED, UNCLEAR = "supported", "security_only", "ended", "unclear"

GOOD_SIGNS = "✅✔☑✓√🟢🟩💚🆗👍⭕○◯〇◎🗸"
BAD_SIGNS = "❌✖✗✘✕☒❎🔴🟥⛔🚫🛑👎×💀⚰🪦"
CODES = {
    "white_check_mark": "✅", "heavy_check_mark": "✔", "ballot_box_with_check": "☑", "check_mark": "✅", "check": "✅",
    "green_circle": "🟢", "large_green_circle": "🟢", "green_square": "🟩", "green_heart": "💚", "ok": "🆗", "+1": "👍",
    "thumbsup": "👍", "o": "⭕", "x": "❌", "cross_mark": "❌", "heavy_multiplication_x": "✖", "negative_squared_cross_mark": "❎",
    "red_circle": "🔴", "red_square": "🟥", "no_entry": "⛔", "no_entry_sign": "🚫", "stop_sign": "🛑", "octagonal_sign": "🛑",
    "-1": "👎", "thumbsdown": "👎", "skull": "💀", "coffin": "⚰", "warning": "⚠", "yellow_circle": "🟡", "large_yellow_circle": "🟡",
    "orange_circle": "🟠", "large_orange_circle": "🟠", "hammer": "🔨", "hammer_and_wrench": "🛠", "wrench": "🔧",
    "construction": "🚧", "question": "❓", "grey_question": "❔", "hourglass": "⌛", "hourglass_flowing_sand": "⏳", "clock1": "🕐",
    "calendar": "📅", "date": "📅", "test_tube": "🧪", "lock": "🔒", "shield": "🛡", "rocket": "🚀", "seedling": "🌱", "new": "🆕",
    "soon": "🔜", "heavy_minus_sign": "➖",
}  # fmt: skip
CODE = re.compile(r":([a-z0-9_+-]{1,40}):")
BOX = re.compile(r"\[([ xX✓✔])\]")
SIGN = re.compile(r"[\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u3007\u221a\u00d7\U0001f000-\U0001faff]|:[a-z0-9_+-]{1,40}:|\[[ xX✓✔]\]")
# Say how a sign is drawn, and are no signs themselves.
VARIANTS = dict.fromkeys((0xFE0E, 0xFE0F, 0x200D, 0x20E3, *range(0x1F3FB, 0x1F400)))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


YES = _words(
    """
    yes y yep true ok oui si sí sì ja jo sim tak так да evet ya ano áno da kyllä igen ναι có ใช่ हाँ हां نعم بله کن כן
    はい 是 有 예 네 是的
    """
)
NO = _words(
    """
    no n nope false none non nein nee nej nei não nao nie ні нет ne hayır hayir tidak bukan nu ei nem όχι không ไม่ नहीं
    لا خیر לא いいえ 否 不 无 無 没有 沒有 不是 아니요 아니오 아니
    """
)


def one_of(*patterns: str) -> re.Pattern:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# Ends by itself, unless a date says when.
END_OF_LIFE = one_of(
    r"\bend[- ]of[- ](?:life|support|maintenance|service|security)\b|\beo(?:l|s|sl|m)\b|\bends?\b|\bexpire[sd]?\b|\bfin de (?:vie|support|"
    r"soporte|vida)\b|\bende\b"
)
NOT_SUPPORTED = one_of(
    r"\bun-?(?:supported|maintained|patched|secure)\b|\bno longer\b|\bnot\b(?! only).{0,30}\b(?:support\w*|maintain\w*|cover\w*|patch\w*|"
    r"eligible|receiv\w+|"
    r"get|updat\w+|active\w*|fix\w*|back-?port\w*|provided)\b|\bno (?:more |further |active |official |security |bug ?|new |upstream )*"
    r"(?:support|updates?|fix(?:es)?|patch(?:es)?|maintenance|releases?|backports?)\b|n['’]t (?:be )?(?:\w+ )?(?:support|receiv|get|"
    r"maintain|patch|fix|back-?port)\w*"
    r"|\b(?:support|maintenance) (?:has )?(?:ended|expired|stopped|dropped)\b|\b(?:ended|discontinued|retired|obsolete|unmaintained|"
    r"archived|abandoned|inactive|"
    r"sunset(?:ted)?|superseded|withdrawn|yanked|dead|insecure|outdated|dropped|reached (?:its )?end)\b|\bout[- ]of[- ](?:support|date|"
    r"maintenance)\b|"
    r"\b(?:please |must |should )?upgrade\b|\bnever\b.{0,20}support|\bdo not use\b|\bwithout support\b",
    r"nicht (?:mehr |länger |weiter )?(?:\w+ )?(?:unterstützt|gewartet|gepflegt|supportet|versorgt|betreut)|\bkeine?n? (?:\w+ )?(?:support|"
    r"unterstützung|updates?|"
    r"sicherheits\w*|wartung|fixes|patches)|eingestellt|abgekündigt|veraltet|ende der|nicht unterstützte?",
    r"\bnon (?:support|maintenu|pris|couvert)|\bplus (?:support|maintenu|prise?s? en charge|couvert)|\bn['’](?:est|ont|a) (?:pas|plus)|"
    r"\bne (?:sont|reçoi\w+|bénéfici\w+) "
    r"(?:pas|plus)|aucune? (?:support|correctif|mise|maintenance)|obsolète|abandonné|\bpas (?:de |pris |support|maintenu)|\barrêté|"
    r"\bsans support",
    r"\b(?:ya )?no (?:\w+ ){0,3}(?:soport|compatib|mant[ie]|admit|reci|tien|cuent|se )|sin soporte|descontinuad|obsolet|fin (?:de|"
    r"del) (?:vida|soporte)",
    r"\bn(?:ão|ao) (?:\w+ ){0,3}(?:suport|mant|receb|compat|atend)|sem suporte|\bfim (?:de|da|do) (?:vida|suporte)",
    r"\bnon (?:\w+ ){0,3}(?:support|manten|ricev|aggiorn)|nessun (?:supporto|aggiorn)|\bfine (?:vita|supporto)|dismess",
    r"\bniet (?:meer |langer )?(?:ondersteun|onderhoud)|\bgeen (?:ondersteuning|updates|support)|verouderd",
    r"\bnie ?(?:jest |są |będą |otrzymuj\w+ )?(?:już )?(?:wspieran|obsługiwan|utrzymywan)|\bnie (?:jest|są|otrzym)|brak (?:wsparcia|"
    r"aktualizacji)|koniec (?:wsparcia|życia)|zakończon",
    r"\bне (?:\w+ ){0,2}(?:поддерж|обслуж|получ|обновл)|неподдерж|без поддержки|нет поддержки|поддержка (?:прекращ|заверш|оконч)|"
    r"больше не|устарел|\bснят",
    r"\bне (?:\w+ ){0,2}(?:підтрим|отрим|обслуг)|непідтрим|без підтримки|застаріл|більше не",
    r"nepodporov|bez podpory|\bnení |\bnie je podpor|ukončen|zastaral",
    r"destekle(?:nm|m)(?:iyor|ez|eyen|edi|ektedir|emektedir)\w*|destek (?:yok|bitti|sona|verilm|alma)|desteklenmeyen|almaz\b|almıyor|"
    r"yaşam döngüsü|kullanım dışı|desteksiz",
    r"\btidak (?:lagi |akan )?(?:di|men|aktif)|tanpa dukungan|\busang\b|\bberakhir\b",

        r"不(?:再)?(?:受|被|会|予|能)?(?:到|得)?(?:安全)?(?:支持|支援|维护|維護|提供|更新|接收|享)|未支持|无支持|無支援|停止|"
        r"终止|終止|结束|結束|弃用|棄用|废弃|廢棄|过时|過時|不受|已淘汰",

        r"(?:サポート|対象|対応|メンテナンス|保守|提供|更新|修正)(?:は|の|を)?(?:対象)?(?:外|終了|しない|されな|されていな|"
        r"していな|行わな|行いま?せん|なし|無し|切れ|しません|はありません|ありません)|"
    r"非(?:サポート|対応|対象|推奨)|未(?:サポート|対応)|終了|廃止|対象外",
    r"지원(?:이|을|은)?\s?(?:되지|하지|안|종료|중단|불가|없|끝|받지)|미지원|종료|중단|제공되지|제공하지",
    r"không (?:còn )?(?:được )?(?:hỗ trợ|bảo trì)|ngừng|hết hạn",
    r"(?:stöds|underhålls) (?:inte|ej|inte längre)|ej stöd|inte stöd|(?:understøttes|støttes|vedlikeholdes) ikke|ikke (?:længere |"
    r"lenger )?(?:understøtt|støtt|vedlike)|ei (?:enää )?(?:tue|ylläp)|"
    r"nem támogat|nesuport|fără suport|nu (?:mai )?(?:este|sunt)|δεν υποστηρ|μη υποστηρ|غير مدعوم|لم يعد|پشتیبانی نمی|بدون پشتیبانی|לא נתמ",
)  # fmt: skip
WIDER = one_of(
    r"\b(?:bugs?|bug-?fix\w*|features?|full|regular|all fixes|all updates|new|complete|normal|general)\b|fonctionnalit|功能|"
    r"全面|完整|機能|バグ|기능|버그|全部"
)
SECURITY = one_of(
    r"\b(?:security|critical|severe|high[- ]severity|vulnerabilit(?:y|ies)|cves?)(?:,? (?:and|&|or) (?:critical|security|severe|high|"
    r"urgent))?[- /]{0,3}"
    r"(?:related |severity )?(?:bug[- ]?)?(?:fix(?:es)?|patch(?:es)?|updates?|issues?|bugs|maintenance|support|only|releases?|backports?|"
    r"vulnerabilities)\b|\bonly (?:critical|security)\b|^security$",
    r"sicherheits-?\s?(?:updates?|korrekturen|fixes|patch(?:es)?|aktualisierungen|lücken)|(?:nur|ausschließlich) (?:noch )?(?:kritische|"
    r"sicherheit)",
    r"(?:correctifs?|mises? à jour|patchs?|corrections?)(?: de| critiques| d['’]urgence)* (?:de )?sécurité|sécurité (?:uniquement|"
    r"seulement|seule)|critiques? (?:uniquement|seulement)",
    r"(?:parches|correcciones|actualizaciones|arreglos|correções|atualizações|correcções|patches)(?: críticas?|"
    r" críticos?)? (?:de )?(?:seguridad|segurança)|"
    r"(?:solo|sólo|únicamente|apenas|somente|só) (?:\w+ ){0,2}(?:seguridad|segurança|crític)|(?:vulnerabilidades|correcciones|"
    r"correções) críticas",
    r"(?:correzioni|aggiornamenti|patch|fix) (?:di |critici di )?sicurezza|solo (?:\w+ ){0,2}(?:sicurezza|critic)",
    r"(?:beveiligings|security)[- ]?(?:updates?|fixes|patches|oplossingen)|alleen (?:nog )?(?:kritieke|beveilig|security)",
    r"(?:poprawki|aktualizacje|łatki) (?:krytyczne |dot\w* )?bezpieczeństwa|tylko (?:\w+ )?(?:krytyczn|bezpiecze)",
    r"(?:исправлени\w*|обновлени\w*|патч\w*)(?: системы)? (?:безопасности|уязвимост\w*)|только (?:\w+ )?(?:критич|безопасн)|"
    r"(?:виправлення|оновлення) безпеки|(?:лише|тільки) (?:\w+ )?(?:критич|безпек)",
    r"bezpečnostn[íé] (?:opravy|aktualizace|aktualizácie|záplaty)|(?:pouze|jen) (?:kritické|bezpečn)",
    r"güvenlik (?:güncelleme|düzeltme|yama)|kritik (?:güncelleme|düzeltme|yama)|(?:yalnızca|sadece|yalnız) (?:kritik|güvenlik)",
    r"(?:perbaikan|pembaruan|patch) (?:keamanan|kritis)|hanya (?:\w+ )?(?:keamanan|kritis)|keamanan saja",

        r"安全(?:性)?(?:更新|修复|修復|补丁|補丁|修正|维护|維護|支持)|[仅僅只](?:限|提供|修复|修復|接收)?(?:安全|关键|關鍵|严重|"
        r"嚴重|重大|高危)",
    r"セキュリティ(?:の)?(?:修正|更新|パッチ|アップデート|フィックス|対応)|セキュリティのみ|(?:重大|重要|致命的)な?.{0,10}(?:のみ|だけ)",
    r"보안 ?(?:패치|업데이트|수정|픽스|지원)|보안만|(?:치명|중대|심각).{0,10}만",
)  # fmt: skip
OPEN = one_of(
    r"\b(?:deprecated|in development|under development|development|devel|dev|planned|upcoming|unreleased|future|beta|alpha|preview|"
    r"pre-?release|experimental|testing|nightly|rc|"
    r"release candidate|legacy|partial(?:ly)?|limited|best[- ]effort|unknown|tb[da]|n/?a|community|depends|case[- ]by[- ]case|(?:per|on|"
    r"upon) request|"
    r"maybe|paid|commercial|not (?:yet )?(?:released|available|known|clear|stated|decided)|not recommended|discouraged|if possible|"
    r"where possible|frozen|varies)\b",
    r"entwicklung|geplant|eingeschränkt|teilweise|développement|prévue?|limitée?|partiel|en desarrollo|planead|limitad|parcial|"
    r"em desenvolvimento|in sviluppo|pianificat|"
    r"in ontwikkeling|beperkt|planowan|ograniczon|rozwoj|разработк|планир|ограничен|частичн|розробц|vývoj|geliştir|planlan|sınırlı|kısmi|"
    r"pengembangan|direncanakan|terbatas|"
    r"开发|開發|计划|計劃|有限|部分|测试|測試|開発|予定|限定|一部|개발|예정|제한|부분|테스트",
)  # fmt: skip
SUPPORT = one_of(
    r"\b(?:supported|support(?:s)?|maintained|maintenance|active(?:ly)?|current(?:ly)?|stable|lts|long[- ]term|latest|full(?:y)?|"
    r"recommended|bug[- ]?fix(?:es)?|features?|"
    r"fix(?:es|ed)?|patch(?:es|ed)?|updates?|extended|ongoing|until|indefinitely|covered|eligible|production)\b",
    r"unterstütz|gewartet|gepflegt|\baktiv|aktuell|\bsupport|maintenu|prise? en charge|\bactif|\bactive|actuelle|corrig|soport|compatib|"
    r"mantenid|admitid|\bactiv|\bactual|vigente|suport|mantid|\bativ|\batual|"
    r"supportat|mantenut|\battiv|\battual|ondersteun|onderhoud|actief|wspieran|obsługiwan|aktywn|aktualn|wsparci|поддерж|актуальн|активн|"
    r"підтрим|podporov|aktivní|destek|aktif|güncel|"

        r"dukung|dipelihara|支持|支援|维护|維護|活跃|当前|當前|最新|长期|長期|稳定|穩定|サポート|対象|対応|有効|現行|保守|지원|"
        r"유지|활성|최신|hỗ trợ|stöds|stöd|understøtt|støttes|støttet|"
    r"tuettu|tuetaan|támogat|υποστηρ|مدعوم|پشتیبانی|נתמ",
)  # fmt: skip
# What an open end of support is called.
NO_END = one_of(
    r"further notice|\bpresent\b|\bongoing\b|\bindefinite\w*|\bcurrent(?:ly)?\b|\bnever\b|\bnone\b|not (?:yet )?(?:planned|scheduled|set|"
    r"announced|determined|defined|decided)|∞|\btb[ad]\b|"
    r"\bn/?a\b|\bactive\b|\blatest\b|^\W*$|待定|未定|無期限|长期|미정|aktuell|en cours|unbefristet|en curso|indefinid|не определ"
)


def plain_sign(sign: str) -> str:
    """Return a sign in one form: an emoji code as its character, without variants."""
    name = CODE.fullmatch(sign)
    return CODES.get(name[1], sign) if name else sign.translate(VARIANTS)


def signs(text: str) -> list[str]:
    """Return the signs in a text, in order, each in one form."""
    return [plain_sign(found[0]) for found in SIGN.finditer(text.translate(VARIANTS))]


def without_signs(text: str) -> str:
    """Return the words of a text."""
    return " ".join(SIGN.sub(" ", text.translate(VARIANTS)).split()).strip(" ,;:–—-")


def status(text: str, legend: Mapping[str, str] | None = None) -> str | None:
    """Return what a cell says, UNCLEAR for what is said unclearly or in two ways, None for what says nothing about it."""
    said, told = of_signs(text, legend or {}), of_words(without_signs(text))
    if said in (None, UNCLEAR) or told is None:
        return said if told is None else told
    if said == SUPPORTED:
        return {SECURITY_ONLY: SECURITY_ONLY, ENDED: UNCLEAR}.get(told, SUPPORTED)
    if said == ENDED:
        return UNCLEAR if told == SECURITY_ONLY else ENDED
    return said


def of_signs(text: str, legend: Mapping[str, str]) -> str | None:
    """Return what the signs in a text say together; a legend of the text itself goes first."""
    found = {legend.get(sign) or _of_sign(sign) for sign in signs(text)}
    if len(found) > 1:
        found.discard(UNCLEAR)
    return found.pop() if len(found) == 1 else UNCLEAR if found else None


def _of_sign(sign):
    if box := BOX.fullmatch(sign):
        return ENDED if box[1] == " " else SUPPORTED
    return SUPPORTED if sign in GOOD_SIGNS else ENDED if sign in BAD_SIGNS else UNCLEAR


def of_words(text: str) -> str | None:
    """Return what words say. Their order here is that of strength: an explicit end, security only, unclear, support."""
    first = re.split(r"[\s,.;:!()（，。–—-]", text.casefold(), maxsplit=1)[0] if text else ""
    if first in NO and not SECURITY.search(text):
        return ENDED
    if NOT_SUPPORTED.search(text):
        return UNCLEAR if first in YES else ENDED
    if SECURITY.search(text):
        return SUPPORTED if WIDER.search(text) else SECURITY_ONLY
    if first in YES:
        return SUPPORTED
    if END_OF_LIFE.search(text):
        return ENDED
    if OPEN.search(text):
        return SUPPORTED if re.search(r"\bactive(?:ly)? develop", text, re.IGNORECASE) else UNCLEAR
    return SUPPORTED if SUPPORT.search(text) else None
