"""The words of promises, by language: milestones, severities, what a clock counts from, and what is no promise.

Stems, one row a language; a language is added by adding its words. Patterns are bounded and run over one sentence, case ignored.
"""

import re

from portal.security_md.words import one_of

SOME = r"(?:[\w'’/-]{1,20}\s){0,5}?"

# Of two that begin at the same place, the first wins. "response" is an answer of some kind: with a severity it may mean a fix.
MILESTONES = {
    "status_update": (
        r"(?:status|progress|regular|periodic|ongoing|further|follow-?up|frequent|weekly|daily) (?:report|communication|notification)s?",
        r"(?:status|progress)(?: and progress)? updates?"
        r"|(?<!security )(?<!software )(?<!version )(?<!patch )(?<!please )updates?\b(?! (?:the|your|to)\b)",
        r"updating you|kept? (?:\w+ ){1,3}?(?:informed|updated|posted|apprised|in the loop|up[- ]to[- ]date)"
        r"|keep(?:ing)? (?:\w+ ){1,3}?(?:informed|updated|posted|in the loop|up[- ]to[- ]date)",
        r"statusmeldung\w*|status\w*|zwischenst\w+|aktualisierung\w*|informieren (?:sie|dich) (?:regel|laufend|über den)|auf dem laufenden",
        r"mises? à jour|points? d['’]étape|suivi\b|avancement|tien\w+ (?:\w+ )?inform\w+",
        r"actualizaci\w+|seguimiento|manten\w+ (?:\w+ )?inform\w+|atualizaç\w+|andamento",
        r"aggiornament\w+|aggiorner\w+|\bstato\b",
        r"обновлени\w+|статус\w*|ход[еа]? (?:работ|исправлен)\w*|оновленн\w+",
        r"durum\w*|güncelle\w+|guncelle\w+|bilgilendir\w+|bilgi ver\w+",
        r"pembaruan|perkembangan|kemajuan|aktualizacj\w+|postęp\w*|aktuali[sz]ace|cập nhật",
        r"进展|進展|进度|進度|状态更新|更新状态|进行更新|同步更新|状況|進捗|アップデート|경과|진행|상황 업데이트|상태 업데이트|업데이트"
        r"|상태",
    ),
    "assessment": (
        r"(?:more |further |fully? )?(?:detailed|in-depth|substantive|comprehensive|thorough|complete) (?:response|reply|answer"
        r"|assessment|analysis|feedback|information|evaluation)",
        r"(?:provide|give|share|send|offer|communicate|propose|include|have|get|with|an?|our|provid\w+|and) "
        + SOME
        + r"(?:plan|timelines?|time-?frames?|estimates?|estimation|eta|schedule|roadmap|time ?lines?|target date|expected date)\b"
        r"(?: (?:for|of|to) " + SOME + r"(?:fix\w*|patch\w*|remed\w+|resol\w+|mitigat\w+|address\w*|releas\w+|solution))?",
        r"(?:fix|remediation|mitigation|action|response|resolution|patch(?:ing)?) (?:plan|proposal|strategy)\b|eta\b|(?:plan|schedule"
        r"|estimate|eta) (?:for|of) (?:a |the )?(?:fix|remediation|mitigation|resolution|patch|action)",
        r"assess\w*|triag\w*|evaluat\w*|validat\w*|verif(?:y|ied|ies|ication)\b|investigat\w*|analy[sz]\w*|reproduc(?:e|ed|tion"
        r"|ibility)\b|review(?:ed|s|ing)?\b|look into|diagnos\w+",
        r"confirm\w* (?:of |or \w+ )?(?:(?:the|your|that the|whether|if|that|reported|a|an|its|all|it)\s){0,3}(?:vulnerabilit\w+|issues?"
        r"|bugs?|problem|validity|finding|existence|impact|severity|valid)",
        r"(?:vulnerability|issue|bug) confirmation|determin\w+ |severity (?:rating|classification|score|determination)|classif\w+"
        r"|decision|verdict|next steps|accept(?:ed|ance)? or|scop(?:ed|ing)\b",
        r"(?:erst)?einschätz\w+|ersteinschaetzung|(?:erst)?bewert\w+|beurteil\w+|prüf\w+|überprüf\w+|untersuch\w+|(?:ausführlich"
        r"|detailliert)\w* (?:antwort|rückmeldung)",
        r"évalu\w+|evaluation|qualification|diagnosti\w+|vérifi\w+|réponse (?:plus )?(?:détaillée|complète)|étudi\w+",
        r"evalua\w+|evaluaci\w+|análisis|analiz\w+|clasifica\w+|valoraci\w+|investiga\w+|respuesta (?:más )?(?:detallada|completa)"
        r"|plan de (?:acción|mitigación|remediación|corrección)",
        r"avalia\w+|análise\w*|analis\w+|triagem|verifica\w+|resposta (?:mais )?(?:detalhada|completa)|plano de (?:ação|mitigação"
        r"|correção)",
        r"valuta\w+|analisi|verific\w+|risposta (?:più )?(?:dettagliata|completa)|esamin\w+",
        r"оцен\w+|анализ\w*|провер\w+|рассм\w+|изуч\w+|подробн\w+ ответ\w*|оцін\w+|перевір\w+",
        r"değerlendir\w+|degerlendir\w+|incele\w+|analiz\w*|doğrula\w+|dogrula\w+|önceliklendir\w+",
        r"penilaian|menilai|evaluasi|analisis|investigasi|verifikasi|memverifikasi|triase|tinjau\w*|meninjau|rencana \w+",
        r"ocen\w+|weryfik\w+|zweryfik\w+|rozpatr\w+|beoordel\w+|posouzen\w+|đánh giá|bedöm\w+|vurder\w+",
        r"评估|評估|分析|定级|验证|驗證|详细(?:回复|答复|响应|反馈)|研判|审核|審核|调查|調查|分类|复现|修复(?:计划|方案|时间表)"
        r"|处理(?:方案|计划|意见)|対応方針|方針|評価|検証|トリアージ|再現|対処方針|修正(?:計画"
        r"|スケジュール|方針)"
        r"|調査|평가|분석|검토|조사|검증|분류|재현|대응 계획|수정 계획",
    ),
    "acknowledgement": (
        r"acknowledg\w*|confirm\w*|(?:initial|first|preliminary|prompt) (?:response|reply|answer|contact|feedback|reaction)|receipt|ack\b",
        r"get back to|getting back to|back to you|hear (?:back|from)|in touch|reach out|contact you|time to first response|first touch"
        r"|notif(?:y|ied) you|let you know",
        r"(?:eingangs|empfangs)?bestätig\w*|bestaetig\w*|erst(?:e |er |en )?(?:antwort|reaktion|rückmeldung)\w*|rückmeld\w*|rueckmeld\w*"
        r"|melden uns|eingang",
        r"accus\w+ (?:de |la |bonne )*réception|accus\w+|réception|premi(?:er|ère) (?:retour|réponse|contact)|réponse initiale"
        r"|confirmation|confirmer\w*",
        r"acus\w+|confirma\w+|recepción|recibo|primera respuesta|respuesta inicial|reconocimiento|recebimento|reconhec\w+"
        r"|primeir[ao] (?:resposta|retorno|contato)|resposta inicial|retorno|retornaremos",
        r"conferm\w+|ricezione|riscontro|presa in carico|prima risposta|risposta iniziale",
        r"подтвер\w+|первичн\w+ (?:ответ|отклик)\w*|перв\w+ ответ\w*|підтвер\w+",
        r"ilk (?:yanıt|yanit|geri dönüş|geri donus|dönüş|cevap)\w*|geri dönüş\w*|geri donus\w*|teyit\w*|onay\w*|alındı\w*|dönüş yap\w*",
        r"konfirmasi|mengonfirmasi|mengkonfirmasi|mengakui|pengakuan|respon(?:s)? (?:awal|pertama)|potwierdz\w+|pierwsz\w+ (?:odpowied"
        r"|kontakt)\w*|bevestig\w+|ontvangst\w*|potvrd\w+|potvrz\w+|xác nhận|bekräft\w+|bekreft\w+|bekræft\w+",
        r"确认收到|收到确认|确认|確認|首次(?:响应|回复|回应|答复)|初步(?:响应|回复|回应|答复)|初次(?:响应|回复)|受領|受付|受理"
        r"|一次(?:返信|回答|応答)|初動|初回|초기 (?:응답|답변|대응)|접수|확인|수신",
    ),
    "response": (
        r"respon(?:d|ds|se|ses|ded|ding)\b(?! process| team| plan)|repl(?:y|ies|ied)\b|answer(?:s|ed)?\b|feedback|reach you|respons time"
        r"|reaction",
        r"antwort\w*|reagier\w*|reaktion\w*|répon\w+|retour\b|respuesta\w*|respond\w+|contesta\w+|respost\w+|respos\w+|rispost\w*"
        r"|rispond\w+",
        r"ответ\w*|отвеч\w+|реакци\w+|реагир\w+|відпов\w+|yanıt\w*|yanit\w*|cevap\w*|cevab\w*|merespon\w*|respons?\b|tanggapan"
        r"|menanggapi|menjawab|balas\w*|membalas",
        r"odpowie\w*|odpowiedź|odpowiad\w*|reageren|reageer\w*|antwoord\w*|odpověd\w*|phản hồi|svar\w*|vastaa\w*|válasz\w*",
        r"回复|回覆|答复|答覆|响应|回應|回应|反馈|返信|返答|回答|応答|連絡|응답|답변|회신|답장|연락",
    ),
    "remediation": (
        r"(?:hot|bug)?fix(?:e[sd]|ing|able)?\b|patch\w*|remed\w+|mitigat\w*|resol(?:v\w+|ution\w*)|workaround\w*|correct(?:ed|ion"
        r"|ive)\w*|solution|solv(?:e|ed|ing)\b|tackl\w+|repair\w*|addressed|addressing|(?:to|will|we|be|and|promptly) address\b",
        r"security (?:update|release|upgrade)s?|(?:new|fixed|patched|point|emergency|corrective) (?:version|release)|release of (?:a"
        r"|the) (?:fix|patch)\w*|rollout|deploy(?:ed|ment)?",
        r"beheb\w+|behob\w+|korrektur\w*|lösung\w*|gelöst|sicherheitsupdate\w*|fehlerbehebung\w*|schließ\w+",
        r"correctif\w*|corrig\w+|correction\w*|remédi\w+|résol\w+|corriger\w*|publication d['’]un (?:correctif|patch)",
        r"correcci\w+|corregi\w+|parche\w*|soluci\w+|resolver\w*|resoluci\w+|mitigaci\w+|arregl\w+|remediaci\w+|correç\w+|correc\w+"
        r"|corrig\w+|soluç\w+|mitiga\w+|resolu\w+|remediaç\w+",
        r"correzion\w+|corregg\w+|risoluzion\w+|risol\w+|soluzion\w+|mitigazion\w+|исправ\w+|устран\w+|патч\w*|фикс\w*|решени\w+"
        r"|виправ\w+|усун\w+",
        r"düzelt\w*|duzelt\w*|çözüm\w*|çöz\w+|yama\w*|gider\w+|perbaik\w+|memperbaiki|diperbaiki|penyelesaian|menyelesaikan|mitigasi"
        r"|solusi",
        r"popraw\w*|napraw\w*|łatk\w+|rozwiąza\w+|usuni\w+|oplossing\w*|opgelost|lossen|verhelpen|verholpen|oprav\w+|sửa\b|khắc phục"
        r"|bản vá|åtgärd\w*|rett(?:else|et)\w*",
        r"修复|修復|补丁|補丁|修补|解决|解決|缓解|安全更新|修正|パッチ|対処|対策|回避策|수정|패치|해결|조치|완화|보완|대응",
    ),
    "disclosure": (
        r"disclos\w*|publicly|made public|go(?:ing)? public|publish\w*|publication|public (?:release|announcement|exposure)|advisor(?:y"
        r"|ies)\b|announce\w*|embargo\w*",
        r"veröffentlich\w*|veroeffentlich\w*|offenleg\w*|offengelegt|bekannt ?(?:gabe|gegeben|mach)\w*|divulg\w+|publi(?:er|é|ée|és"
        r"|ons)\b|publique\b",
        r"publicaci\w+|publicar\w*|revelaci\w+|publicaç\w+|divulgaç\w+|pubblic\w+|divulgazion\w+|раскры\w+|опублик\w+|публик\w+"
        r"|разглаш\w+|эмбарго|розкрит\w+",
        r"açıkla(?:ma|nma|nır|nabil)\w*|ifşa\w*|yayın\w*|pengungkapan|diungkap\w*|mengungkap\w*|publikasi|ujawni\w+|opublik\w+"
        r"|publikacj\w+|openbaar\w*|zveřejn\w+|công bố|offentlig\w+",
        r"披露|公开|公開|发布公告|安全公告|公表|開示|공개|발표",
    ),
}
LETTER_BEFORE = r"(?<![^\W\d_])"
HAN_BEGINS = re.compile(r"[\u2e80-\ud7ff]")


def _named(name, rows):
    return f"(?P<{name}>{'|'.join(row if HAN_BEGINS.match(row) else f'{LETTER_BEFORE}(?:{row})' for row in rows)})"


MILESTONE = re.compile("|".join(_named(name, rows) for name, rows in MILESTONES.items()), re.IGNORECASE)
# Between two words for milestones: the second is what the first is done to ("acknowledge your disclosure").
OBJECT = re.compile(
    r"\s*(?:(?:to|of|receipt|receiving|on|for|about|your|the|all|any|each|every|new|vulnerability|vulnerabilities|security|responsible"
    r"|responsibly|private|privately|"
    r"initial|valid|these|such|reports?|reported|issues?|incoming|coordinated|regarding|towards|progress|status|state|de|del|della|dello"
    r"|du|des|la|le|l['’]|sur|sobre|état|"
    r"estado|über|der|den|van|o)\s*){0,7}",
    re.IGNORECASE,
)

# severity → (words with letters, words without spaces); "rest" is whatever was not named
SEVERITIES = {
    "critical": (
        r"critical\w*|kritisch\w*|critiques?|crític[ao]s?|critic[aoi]s?|critiche|критич\w+|крит|kritik|kritis|krytyczn\w+|kritiek\w*"
        r"|kritick\w+|nghiêm trọng",
        r"严重(?!性|程度|等级|级别)|嚴重(?!性|程度|等級)|紧急|緊急|致命|クリティカル|重大(?!度|性)|심각(?!도|성)|치명|크리티컬|긴급",
    ),
    "high": (
        r"high(?:er|est)?|(?:important|major)(?= (?:severity|vulnerabilit|issue|bug|risk))|hoch|hohe[rnms]?|élevée?s?|elevee?s?|hautes?"
        r"|alt[aoie]s?|elevad[ao]s?|graves?"
        r"|высок\w+|yüksek|yuksek|tinggi|wysok\w+|hoge?|hög|høy|vysok\w+",
        r"高危|高风险|高風險|高级|高(?=[^\w]|级|$)|高い|높음|높은|상(?=[^\w]|$)",
    ),
    "medium": (
        r"medium|moderate|mid|mittel\w*|mittlere[rnms]?|moyenn?e?s?|modérée?s?|medi[aoe]s?|médi[ao]s?|moderad[ao]s?|средн\w+|orta|sedang"
        r"|menengah|średni\w*"
        r"|gemiddeld\w*|medel|střední",
        r"中危|中风险|中風險|中级|中(?=[^\w]|级|度|$)|中程度|보통|중간|중(?=[^\w]|$)",
    ),
    "low": (
        r"low(?:er|est)?|minor(?= (?:severity|vulnerabilit|issue|bug|risk))|niedrig\w*|gering\w*|faibles?|basses?|baj[ao]s?|baix[ao]s?"
        r"|bass[aie]|lev[ei]s?|низк\w+"
        r"|düşük|dusuk|rendah|nisk\w+|laag|lage|låg|lav|nízk\w+",
        r"低危|低风险|低風險|低级|低(?=[^\w]|级|度|$)|低い|낮음|낮은|경미|하(?=[^\w]|$)",
    ),
    "rest": (
        r"(?:all |any )?(?:the rest|other|others|remaining|everything else|non-?critical|less (?:severe|critical))|übrige\w*|autres"
        r"|otr[ao]s|demás|outr[ao]s|altr[ie]"
        r"|остальн\w+|другие|diğer\w*|lainnya|pozostał\w+|overige",
        r"其他|其它|其余|その他|기타",
    ),
}
SEVERITY = re.compile(
    "|".join(f"(?P<{name}>{LETTER_BEFORE}(?:{spelt})(?![^\\W\\d_])|{signs})" for name, (spelt, signs) in SEVERITIES.items()),
    re.IGNORECASE,
)
# In a sentence, "high" says how severe only beside one of these.
SEVERE_THINGS = one_of(
    r"severit|risk|vulnerab|issue|bug\b|bugs|flaw|finding|report|fix|patch|problem|impact|cvss|level|classified|rated",
    r"lücke|schwachst|schwer|vulnérab|faille|gravité|sévérité|gravedad|severidad|gravidade|severidade|falla|falha|problema|gravità"
    r"|fall[ae]",
    r"уязвим|критичн|серь[её]зн|açı[kğ]|zafiyet|önem|kerentanan|tingkat|podatn|luk[ai]|ernst|kwetsba",
    r"漏洞|问题|問題|风险|風險|级|等級|脆弱性|深刻度|重要度|취약|등급|심각도|이슈",
)
FOR = (
    r"(?:for|if|in case of|on|bei|für|im falle|pour|en cas de|para|en caso de|em caso de|per|для|при|untuk|dla|voor|för|için"
    r"|对于|针对|對於)"
)
SEVERE_BEFORE = re.compile(
    rf"(?:(?<![^\W\d_]){FOR}\s(?:the |all |a |an |any |las? |los |les |des |as? |os |le |die )?|[(（/|]\s?"
    rf"|^\W*)$",
    re.IGNORECASE,
)
NOT_SEVERE_AFTER = re.compile(
    r"[\s-](?:to\b|for us|for our|part\b|role|importance|infrastructure|component|information|thinking|quality|standard|priority|availab"
    r"|traffic|profile|level\b(?! of sev)|load|volume|number|degree|latency)",
    re.IGNORECASE,
)
# "30 days (or sooner for critical)": the term is not that of the critical.
SOONER = re.compile(
    r"\b(?:sooner|faster|quicker|earlier|shorter|less|prioriti[sz]\w+|expedit\w+|except\w*|excluding|unless|longer"
    r"|more)\b",
    re.IGNORECASE,
)
CVSS = re.compile(
    r"(?:\bCVSS\b[^\d<>≥≤]{0,16})(?P<sign>[<>≥≤]=?)?\s?(?P<low>10|\d(?:\.\d)?)(?:\s?(?:[-–—~]|to|and|bis|à|a|до)\s?(?P<high>10"
    r"|\d(?:\.\d)?)(?:\.0)?)?",
    re.IGNORECASE,
)

# What a clock counts from, in the order in which it is looked for.
ANCHORS = {
    "fixed": r"fix\w*|patch\w*|releas\w*|remediat\w+|resolution|resolved|mitigation|correctif|correction|publication du|correcci\w+"
    r"|parche|correç\w+|correzion\w+"
    r"|исправл\w+|düzelt\w+|yama\w*|perbaikan|popraw\w+|behebung|修复|修復|修正|발표|패치|수정",
    "accepted": r"confirm(?:ed|ing|ation)\b(?! of receipt)|triag\w+|validat\w+|verif\w+|accept\w+|assess\w+|reproduc\w+|bestätigung der"
    r"|confirmación|confirmação|conferma|validación|validação"
    r"|подтверждени\w+|doğrula\w+|verifikasi|potwierdzeni\w+|确认|確認|驗證|验证|확인|검증",
    "acknowledged": r"acknowledg\w+|(?:initial|first) (?:response|reply|contact)|erstantwort|accusé|acuse",
    "last_update": r"(?:last|previous|prior) (?:update|message|contact|communication|status)",
    "received": r"receipt|receiv\w+|report\w*|submi\w+|notification|notified|contact\w*|disclosure|erhalt\w*|eingang\w*|meldung"
    r"|réception|signalement|recep\w+|recib\w+|reporte|informe"
    r"|receb\w+|relat\w+|report\w+|ricezione|segnalazione|получ\w+|сообщ\w+|обращени\w+|bildir\w+|lapor\w+|dilaporkan|diterima|zgłosz\w+"
    r"|otrzym\w+|melding",
}
ANCHOR = "|".join(f"(?P<{name}>{words})" for name, words in ANCHORS.items())
SINCE = (
    r"(?:of|after|from|following(?! up)|since|upon|post|once|when|nach|ab|seit|après|suivant|à compter|à partir|dès|después|tras|desde"
    r"|a partir|após|depois"
    r"|dopo|dal?l['’ao]?|от|после|с момента|со дня|setelah|sejak|od|po|na|efter|etter)"
)
UNNAMED = "|".join(ANCHORS.values())
MORE = rf"(?:\s(?:or|and|oder|ou|o|и|или)\s(?:[^\s,.;:()]{{1,20}}\s)?(?:{UNNAMED})(?![^\W\d_]))?"
ANCHOR_AFTER = re.compile(rf"\s?[(,]?\s?{SINCE}\s(?:[^\s,.;:()]{{1,20}}\s){{0,5}}?(?:{ANCHOR})(?![^\W\d_]){MORE}", re.IGNORECASE)
ANCHOR_BEFORE = re.compile(
    r"(?<![^\W\d_])(?:after|once|upon|following(?! up)|when|(?:counted|counting|measured|starting|beginning) (?:from|at|with)"
    r"|nachdem|sobald|nach|après|dès|une fois|después de|tras|una vez|após|depois"
    r"|uma vez|dopo|una volta|после|setelah|po)"
    rf"\s(?:[^\s,.;:()]{{1,20}}\s){{0,6}}?(?:{ANCHOR})(?![^\W\d_]){MORE}",
    re.IGNORECASE,
)
ANCHOR_ASIDE = re.compile(rf"[(（]\s?{SINCE}\s(?:[^\s,.;:()]{{1,20}}\s){{0,4}}?(?:{ANCHOR})[^()]{{0,60}}[)）]", re.IGNORECASE)
HAN_ANCHOR = re.compile(
    r"(?P<received>(?:收到|接到|接收|提交|报告|報告|受領|受付|受理|報告を受け(?:取っ)?た?|ご連絡)[^，,。：:、]{0,12}?(?:后|後|から"
    r"|之日起|起)|(?:접수|신고|제보|수신)[^,.]{0,6}?(?:후|부터))"
    r"|(?P<accepted>(?:确认|確認|验证|核实)[^，,。：:、]{0,8}?(?:后|後)|확인 후)|(?P<fixed>(?:修复|修復|修正|发布"
    r"|リリース)[^，,。：:、]{0,8}?(?:后|後)|(?:수정|패치) 후)"
    r"|(?<![^\W\d_])(?P<turkish>(?:bildirim|rapor|başvuru)\w*\s(?:\w+\s)?(?:sonra\w*|itibaren))",
    re.IGNORECASE,
)

# Reporters are asked to keep it to themselves …
ASKED = one_of(
    r"\b(?:giv(?:e|es|ing)|allow(?:s|ing)?|grant(?:ing)?) (?:us|our|the|maintainers?|developers?|vendors?|project|them)\b",
    r"\bplease (?:give|allow|wait)\b|\b(?:ask|request|expect|require|urge)(?:s|ing)? (?:that |for )?(?:up to |at least )?(?:\d|you"
    r"|reporters?|researchers?|everyone|all|finders?|a)\b|\brefrain\w*|\bnot (?:to )?(?:be )?(?:publicly )?(?:disclos|publish|shar"
    r"|discuss|post|reveal|mak|go)\w*",
    r"\b(?:keep|kept|remain) (?:\w+ ){0,5}(?:private|confidential|secret|undisclosed)|withh[eo]ld\w*|hold off|\bwait\b|embargo\w*"
    r"|grace period|\bno (?:public )?disclosure|\bavoid\w*",
    r"\b(?:before|prior to|until) (?:(?:any|you|making|going|full|publicly|public|it|it's|the|is|details|are)\s){0,3}(?:public|disclos"
    r"|publish|announc|expos)\w*",
    r"disclosure (?:window|timeline|time ?frame|deadline|period|policy|embargo|date)|(?:coordinated"
    r"|responsible) (?:vulnerability )?disclosure",
    r"geben sie uns|geben? uns|nicht (?:öffentlich|zu veröffentlichen)|vertraulich|pas de divulgation|ne (?:pas )?divulgu\w+"
    r"|ne (?:pas )?publi\w+|laiss\w+[- ]nous|confidentiel\w*|accord\w+[- ]nous|avant (?:toute )?(?:la )?divulgation",
    r"no (?:divulg|publi)\w+|não (?:divulg|publi)\w+|non (?:divulg|pubblic)\w+|confidencial\w*|riservat\w+|nos (?:dé|dê|conced"
    r"|permit)\w+|antes de (?:divulg|public|torn)\w+",
    r"не (?:раскры|публик|разглаш)\w+|açıklama(?:yın|may\w+)|gizli|jangan \w*(?:ungkap|publikasi)\w*|rahasia|nie (?:ujawni|publik)\w+",
    r"保密|请勿|請勿|不要(?:公开|披露)|公开(?:披露)?(?:之)?前|公開(?:を)?(?:しない|控え|お控え)|公開前|비공개|공개하지",
)
PRIVATE = one_of(
    MILESTONES["disclosure"][0],
    *MILESTONES["disclosure"][1:],
    r"private|confidential|secret|coordinated|vertraulich"
    r"|confiden|保密|비공개|非公開",
)
GIVE_US = re.compile(
    r"\b(?:giv(?:e|es|ing)|allow(?:s|ing)?|grant(?:ing)?) (?:us|our|the|maintainers?|developers?|vendors?|project|them)\b"
    r"|\b(?:is|are|be) given\b|\bplease (?:give|allow|wait)\b|\bask(?:s|ing)? for\b",
    re.IGNORECASE,
)
NOTICE_TO_US = re.compile(r"\b(?:notify|notice|inform|tell|contact|warn)\b[^.;]{0,40}$", re.IGNORECASE)

# No promise of the team: support periods, past deeds, what reporters or users must do, other clocks, money.
SUPPORT = one_of(
    r"\bsupport (?:for|until|period|window|policy|ends?|lifetime)|\b(?:is|are|be|remains?|been|actively|get|officially) (?:supported"
    r"|maintained)|\bmaintenance\b|end[- ]of[- ](?:life|support)",
    r"\beol\b|\blts\b|backport\w*|life ?cycle|deprecat\w+|(?:release|update) (?:cadence|cycle|schedule|train)"
    r"|releas\w+ (?:\w+ ){0,3}every|\bsprint",
    r"after (?:(?:the|a|its|that|new|next|initial|first|major|minor|of|\d+\.\w+)\s){0,5}(?:major|minor|version|release(?! of (?:a"
    r"|the) fix)|successor)|unterstützt (?:für|bis)|soporte (?:durante|por)|支持周期|サポート期間",
)
OTHER_CLOCKS = one_of(
    r"\bexpir\w+|\brotat\w+|\btokens?\b|\bsessions?\b|\bpasswords?\b|api keys?|\bcertificates?\b|backup\w*|\bretention\b|\bretain\w*"
    r"|\bstored\b|\bdistros\b|\bkept for\b|uptime|rate[- ]limit\w*|lock(?:ed)?[- ]?out|\bcach\w+",
    r"dependabot|renovate|dependenc\w+|\bscan(?:s|ned|ning)?\b|penetration|pentest\w*|\baudits?\b|\bcron|\bnightly\b|\bci\b|passwör\w+"
    r"|mot de passe|contraseña|senha",
    r"\bpa(?:y|id|ys|yment|yments|yout|youts)\b|\breward\w*|\bbount(?:y|ies)\b|\bgdpr\b|\bdsgvo\b|\benisa\b|\bnis ?2\b"
    r"|cyber resilience act|data breach|authorit(?:y|ies)\b|\bregulator\w*",
    r"\b(?:notify|inform|alert|warn)\w* (?:\w+ ){0,4}(?:users|customers|clients|downstream|distributors|enisa|cert|csirt|parties)\b"
    r"|(?:during|outside|in) (?:our )?(?:business|office) hours|\bon-?call\b",
    r"(?:密码|密钥|令牌|备份|依赖|传感|日志)",
)
PAST = one_of(
    r"\b(?:was|were|had been|have been) (?:\w+ )?(?:fixed|patched|resolved|acknowledged|released|disclosed|addressed|answered|published"
    r"|triaged)",
    r"\btook\b|\bhistorical\w*|\bin the past\b|\bpreviously\b|\bin reality\b|\bmore likely\b|\b(?:in|since|on|during) (?:\w+ )?(?:19"
    r"|20)\d\d\b",
)
THEIR_DUTY = one_of(
    r"\b(?:you|reporters?|researchers?|users?|operators?|contributors?|authors?|vendors?) (?:must|should|need to|have to|are (?:asked"
    r"|expected|required) to|shall) (?:\w+ )?"
    r"(?:respond|reply|answer|provide|submit|report|notify|delete|publish|upgrade|update|apply|install|patch|rotate|review|confirm"
    r"|be able)",
    r"(?<!will )(?<!we )(?<!we'll )(?<!to )\bfollow(?:ing)? up\b|\bping\b|\bremind\w*|\bre-?send\b|\bescalat\w+|\btry again\b|\bnudge\b"
    r"|\breach out again|\binactiv\w+|\bstale\b|\bclosed?\b|\bif you fail\b",
    r"\bif (?:we|the (?:team|maintainers?)|no) (?:\w+ ){0,3}(?:can ?not|can['’]t|unable|fail|do not|don['’]t|fix|response|patch)"
    r"|\bunresponsive\b|\bplease (?:apply|upgrade|update|install|rotate|respond|reply)\b",
)
EXPLOITED = one_of(
    r"(?:actively|being|known|already) exploited|active exploit\w*|exploited in the wild|in the wild|zero[- ]?days?|\b0-?days?\b"
    r"|under (?:active )?attack|aktiv ausgenutzt|activement exploité",
    r"已被利用|在野|零日|悪用|활발히 악용|제로데이",
)
# Sections about something else than how reports are handled.
OTHER_SECTIONS = one_of(
    r"best practice|recommend|harden|deploy|configur|\bfeatures?\b|security measures|infrastructure|dependenc|\baudits?\b|\bscan"
    r"|compliance|retention|privacy|data protection|monitoring|backup|checklist",
    r"changelog|history|roadmap|hall of fame|thanks|threat model|architecture|\bkeys?\b|encryption|past (?:incidents|vulnerab)"
    r"|known (?:issues|vulnerab)|bewährte|empfehl|bonnes pratiques|buenas prácticas|boas práticas|最佳实践|建议",
)
VERSIONS_SECTION = one_of(
    r"supported|versions?\b|support (?:policy|matrix|period)|end[- ]of|life ?cycle|maintenance|unterstützte|supportées|prises en charge"
    r"|soportad|suportad|compatib|supportate|поддержива|desteklenen|didukung|wspierane",
    r"支持的版本|支持版本|サポート|対象バージョン|지원",
)
REGULAR = one_of(
    r"(?:regular|periodic|frequent|ongoing|continu\w+)(?:ly)?\s(?:\w+\s){0,3}?(?:updates?|informed|updated|posted|communication"
    r"|progress)|(?:told|informed|updated|posted|updates?)\s(?:\w+\s){0,4}?regularly",
    r"regelmäßig\w*|régulière\w*|réguliers?|regularmente|\w+ regulares\b|periódic\w+|regolar\w+|регулярн\w+|düzenli|berkala|regularn\w+"
    r"|regelmatig|定期|정기",
)
# A heading or a column that announces times, by severity.
TIMELINE = one_of(
    r"time|target|sla\b|slas\b|deadline|commitment|expect|respon|window|severity|handling|process|frist|zeit|délai|plazo|tiempo|prazo"
    r"|tempo|tempi|срок|süre|waktu|czas|termin",
    r"时间|時間|时限|期限|时效|目安|期間|기한|시간|목표|일정",
)
# A sentence that goes on with what the one before was about.
GOES_ON = re.compile(
    r"\W*(?:th(?:is|at|ese|ose)|it|they|typically|usually|normally|generally|in most cases|please allow|expect|we (?:aim|try|strive)"
    r"|dies|das|cela|ceci|esto|eso|isso|questo|это|обычно"
    r"|これ|通常|通常は|보통|这|通常在)(?![^\W\d_])",
    re.IGNORECASE,
)
# "48 hours for acknowledgement, 7 days for triage": what a time is for stands after it.
TIME_FOR = re.compile(
    r"\s?(?:[(（=]|[-–—:]\s|(?:for|to|until|für|bis|zur|pour|para|per|для|на|untuk|dla|voor)\s)[^,;.]{0,40}", re.IGNORECASE
)
