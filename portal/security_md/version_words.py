"""Words by which a policy shows that it speaks of versions: heads of columns, headings, and what versions are called."""

import re
from enum import StrEnum

from portal.security_md.marks import one_of

VERSION = one_of(
    r"\bversions?\b|\breleases?\b|\bbranch(?:es)?\b|\bseries\b|\brelease line\b|\btags?\b|\bver\.?$|^v$|\bmajors?\b|\bmilestone\b",
    r"\bversion(?:en|s)?\b|\bversión\b|\bversiones\b|\bvers(?:ão|ões|ao|oes)\b|\bversion[ei]\b|\bversie[s]?\b|\bwersj\w+|\bверс\w+|"
    r"\bверз\w+|\bветк\w+|\bгілк\w+|\bрелиз\w*|\bverz\w+|\bsürüm\w*|\bversiyon\w*|\bversi\b|\brilis\b|\bwydani\w+|\bgałą\w+|\bcabang\b|"
    r"\bcommits?\b|"
    r"\bversiuni?\w*|\bversio\w*|\bέκδοσ\w+|\bphiên bản|版本|版号|分支|バージョン|ブランチ|リリース|版$|버전|브랜치|릴리스|"
    r"الإصدار|نسخه|גרסה",
)
STATUS = one_of(
    r"\bsupport(?:ed|s)?\b|\bstatus\b|\bstate\b|\bmaintained\b|\bmaintenance\b|\bactive\b|\b(?:security|bug ?-?)[- ]?(?:updates?|"
    r"fix(?:es)?|support|patch(?:es)?)\b|\breceives?\b|\bupdates?\b|"
    r"\bcovered\b|\bcoverage\b|\beligible\b|\bpatche[sd]\b|\blife-?cycle\b|\bfix(?:es)?\b|\bsecure\b",
    r"unterst|\bgewartet|\bstand\b|\bsupporté|\bmaintenu|prise en charge|\bstatut\b|\bétat\b|\bestado\b|soport|compatib|\bsituação\b|"
    r"suport|\bstato\b|supportat|ondersteun|wspar|wspier|obsług|\bstan\b|"
    r"поддерж|статус|состояни|підтрим|podpor|\bstav\b|destek|durum|dukung|支持|支援|状态|狀態|维护|維護|受支|サポート|対象|"
    r"対応|状態|状況|有効|지원|상태|hỗ trợ|stöd|støt|"
    r"tuettu|támogat|suportat|υποστ|دعم|پشتیبانی|תמיכה",
    r"correctifs?|mises? à jour|sicherheits\w*|aktualisier|korrektur|parches|actualizaciones|correç|atualizaç|correzion|aggiornament|"
    r"beveiliging|poprawk|aktualizacj|обновлени|исправлени|güncelleme|düzeltme|pembaruan|perbaikan|安全更新|安全修复|修复|修正|更新|"
    r"업데이트|패치",
)
ENDS = one_of(
    r"\beo[sl]m?\b|\beo[sl]/eo[sl]\b|end[- ]of|\bends?\b|\bending\b|\buntil\b|\btill\b|\bend date\b|\bexpir\w+|\bsunset|\bretire\w*|"
    r"supported (?:through|to)\b|"
    r"\bfin (?:de|du)\b|\bjusqu|\bfecha de fin|\bhasta\b|\bende\b|\bbis\b|\bfim\b|\baté\b|\bfine\b|\bfino\b|\beinde\b|\btot\b|\bдо\b|"
    r"окончан|заверш|\bkoniec|\bdo kiedy|\bkonec|\bbitiş|berakhir|hingga|"
    r"终止|結束|终了|截止|结束|停止|到期|終了|期限|まで|종료|만료|까지"
)
STARTS = one_of(
    r"\b(?:release|released|initial|launch|publi\w+|start|first|ga|general availability)\w*[\s-]+(?:date|on)\b|^released$|^date$|"
    r"date of release|\bstarts?\b|\bbegin|\bsince\b|\bfrom$|^release date",
    r"erschien|veröffentl|date de (?:sortie|publication)|fecha de (?:lanzamiento|publicación|inicio)|data (?:de|di) (?:lançamento|rilascio|"
    r"publicação)|data wydania|дата (?:выпуска|релиза|випуску)|"
    r"发布日期|發布日期|发布时间|リリース日|公開日|출시|릴리스 날짜|tanggal rilis|yayın tarihi|çıkış",
)
NOTES = one_of(
    r"\bnotes?\b|\bcomments?\b|\bremarks?\b|\bdescription\b|\bdetails?\b|\breason\b|\brecommend\w*|\baction\b|\binfo\w*|\bmigration\b|"
    r"\bupgrade\b|\bmeaning\b",
    r"说明|說明|备注|備註|備考|注記|コメント|비고|설명|notiz|anmerk|bemerk|hinweis|remarque|\bnotas?\b|observ|\bnote\b|"
    r"opmerk|uwag|примеч|коммент|примітк|"
    r"poznám|açıklama|notlar|keterangan|catatan",
)
COMPONENT = one_of(
    r"\bcomponents?\b|\bpackages?\b|\bproducts?\b|\bmodules?\b|\bprojects?\b|\bplugins?\b|\bimages?\b|\bcharts?\b|\bapp(?:lication)?s?\b|"
    r"\blibrar(?:y|ies)\b|\bname\b|\brepo(?:sitory)?\b|\bsdk\b|\bcrate\b",
    r"komponente|paket|produkt|modul|composant|produit|componente|producto|produto|modulo|prodotto|pakiet|пакет|продукт|компонент|модуль|"
    r"bileşen|ürün|komponen|组件|組件|产品|產品|模块|项目|製品|パッケージ|コンポーネント|モジュール|"
    r"제품|컴포넌트|패키지|모듈",
)
TAG = one_of(
    r"\brelease (?:tag|type|stage|channel)\b|\btag\b|\bchannel\b|\btype\b|\bedition\b|\bflavou?r\b|\bstage\b|\bstability\b|"
    r"\bphase\b|\btrack\b|类型|通道|種別|유형"
)
# Tables with such columns speak of something else.
FOREIGN = one_of(
    r"\baffected\b|\bvulnerable\b|\bpatched\b|\bfixed in\b|\bcves?\b|\bcwe\b|\bghsa\b|\badvisor\w+|\bseverity\b|\bcvss\b|\btools?\b|"
    r"\bscanner|\bresponse\b|\bsla\b|\btimeline\b|\bcontact\b|\be-?mail\b|\bbounty\b|"
    r"\breward\b|\bthreat\b|\bmitigation\b|\bcontrol\b|\brisk\b|\bpath\b|\bfile\b|\blicen[cs]e\b|\bkey\b|\bfingerprint\b|\breporter\b|"
    r"\bdependenc\w+|\bcheck\b|\bfeature\b|\bhash\b|\balgorithm\b",
    r"严重|嚴重|漏洞|深刻度|脆弱性|심각도|취약|schweregrad|gravité|sévérité|gravedad|severidad|gravidade|severità|"
    r"критичност|серь[её]зност|önem|"
    r"tingkat keparahan|ciężkość",
)
# What a project runs on, not what it releases.
PLATFORM = re.compile(
    r"\b(?:python|php|node(?:\.?js)?|java|jdk|ruby|golang|go|rust|msrv|\.net|rails|django|laravel|symfony|wordpress|postgres\w*|mysql|"
    r"redis|kubernetes|k8s|docker|ios|android|windows|macos|"
    r"linux|ubuntu|debian|kernel|os|compatible|compatibility|minimum|required?|browser|api|schema|protocol|tls|document)\b",
    re.IGNORECASE,
)


class Role(StrEnum):
    """What a column of a version table holds."""

    VERSION, STATUS, ENDS, STARTS, NOTES, COMPONENT, TAG, OTHER = (
        "version",
        "status",
        "ends",
        "starts",
        "notes",
        "component",
        "tag",
        "other",
    )


def role(head: str) -> Role:
    """Return what a column holds by its head."""
    if STARTS.search(head):
        return Role.STARTS
    if ENDS.search(head):
        return Role.ENDS
    if TAG.search(head):
        return Role.TAG
    if VERSION.search(head) and not PLATFORM.search(head):
        return Role.VERSION
    for pattern, found in ((STATUS, Role.STATUS), (NOTES, Role.NOTES), (COMPONENT, Role.COMPONENT)):
        if pattern.search(head):
            return found
    return Role.OTHER


NUMBER = r"[vV]?\d{1,8}(?:\.(?:\d{1,8}|[xX*]+|y|z)){0,4}(?:\.?[xX*])?(?:[-+_.]?[A-Za-z][0-9A-Za-z.-]{0,20}|\+)?"
NAMED = (
    r"latest|main|master|trunk|head|develop(?:ment)?|dev|devel|edge|canary|next|nightly|stable|rolling|snapshot|current|older|old|other|"
    r"others|all|any|every(?:thing)?|previous|prior|earlier|last|newest|recent|most recent|"
    r"legacy|pre-?releases?|unreleased|beta|alpha|rc|lts|default|"
    r"neueste\w*|aktuelle\w*|ältere|alle|dernière\w*|antérieur\w*|toutes|autres|anciennes|última|ultima|últimas|anteriores?|todas|otras|"
    r"outras|mais antigas|versões|ultime|precedenti|altre|nieuwste|oudere|"
    r"najnowsz\w*|starsz\w*|последн\w*|старые|старше|остальные|более|все|останн\w*|старі|nejnovější|starší|en son|son|eski\w*|önceki|diğer|"
    r"tüm|terbaru|lama|sebelumnya|lainnya|semua"
)
CJK_NAMED = (
    r"最新|当前|目前|現行|現在|旧|舊|老|其他|其它|所有|之前|以前|更早|以下|過去|古い|その他|それ以前|すべて|全て|上記|최신|"
    r"현재|이전|기타|모든|구버전|그 외|그 이전|主分支|开发版|プレリリース"
)
COMPARED = (
    r"(?:[<>]=?|[≤≥⩽⩾=~^]=?|=<|=>|\bv?er(?:sion)?s?\b|\bbelow\b|\bbefore\b|\babove\b|\bunder\b|\bup to\b|\bsince\b|\bfrom\b|"
    r"\bprior to\b|\bolder than\b|\bearlier than\b|\bnewer than\b|\bab\b|\bvor\b|\bunter\b|\bavant\b|\bantes de\b|\bдо\b)"
)
LIKE_A_VERSION = re.compile(
    rf"^[\W_]{{0,4}}(?:{COMPARED}\s*){{0,2}}(?:{NUMBER}(?![\w%])|(?:the |la |le |les |die |der |el |las |los |as |a |gli |i |"
    rf"de )?(?:{NAMED})\b|(?:{CJK_NAMED})|"
    rf"(?:version|versión|versão|versione|wersja|версия|версии|sürüm|versi|release|branch|series|版本|バージョン|버전)\s?{NUMBER})",
    re.IGNORECASE,
)
HAS_NUMBER = re.compile(rf"(?<![\w.]){NUMBER}(?![\w%])")
A_LINE = re.compile(
    r"(?<![\w.])[vV]?\d{1,8}(?:\.\d{1,8}){0,3}\.[xX*](?![A-Za-z0-9])|(?<![\w.-])[vV]?\d{1,4}\.\d{1,4}(?:\.\d{1,5})?(?![\w%])"
)


A_TIME = re.compile(
    r"^\W*\d+\s?(?:[–-]\s?\d+\s?)?(?:hours?|hrs?|days?|weeks?|months?|years?|business|working|%|h\b|d\b|小时|个|天|日|時間|"
    r"営業日|시간|일|stunden|"
    r"tage?\b|werktage|heures?|jours?|mois|"
    r"horas?|d[ií]as?|semanas?|ore\b|giorni|godzin|dni|час|дн|saat|gün|jam\b|hari)",
    re.IGNORECASE,
)


def like_a_version(text: str) -> bool:
    """Say whether a text begins as versions are named."""
    return len(text) <= 200 and bool(LIKE_A_VERSION.match(text)) and not A_TIME.match(text)


def speaks_of_versions(heading: str) -> bool:
    """Say whether a heading opens a section about which versions get fixes."""
    if len(heading) > 100 or not VERSION.search(heading):
        return False
    return bool(STATUS.search(heading) or BARE.fullmatch(heading))


BARE = re.compile(
    r"[\W_]*(?:\d+[.)]\s*)?(?:software |product |release |our |the |current |project |package |security )*(?:versions?|releases?|"
    r"versioning|version policy|release policy|versionen|versiones|versões|versioni|wersje|версии|версії|"
    r"verze|sürümler|versi|版本|バージョン|버전)(?: policy| status| info\w*| matrix| table)?[\W_]*",
    re.IGNORECASE,
)
