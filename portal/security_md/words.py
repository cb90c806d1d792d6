"""What people write in their languages when they mean the same thing: one pattern for each notion.

Bounded patterns over one sentence, case ignored. A language is added by adding its words.
"""

import re


def one_of(*patterns: str) -> re.Pattern:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


# Asks somebody to send a report.
ASK = one_of(
    r"\b(?:report(?!ers?\b|ed\b)|submit|send(?!s)|fil(?:e|ing) (?:an?|it|your|the)|disclos(?:e|ing)|"
    r"contact|reach|e-?mail|message|notify|inform|write to|get in touch|raise|talk)",
    r"\b(?:melde|meldung|berichte|send|schick|schreib|kontakt|wend)",
    r"(?:signal|rapport|envoy|écri|contact|adress|utilis)",
    r"\b(?:report[ae]|inform[ae]|enví|envi[ae]|escrib|contact|comuni[cq]|notif|escrev|contat|relat|avis[ae])",
    r"\b(?:segnal|invia|scriv|contatt|comunic)",
    r"\b(?:meld|stuur|rapporteer|mail)\b",
    r"(?:zgłoś|zgłasza|zgłos|wyśl|napisz|kontakt)",
    r"(?:сообщ|отправ|пиши|писать|свяж|связ|присыл|контакт|повідом|надішл|напиш)",
    r"(?:bildir|gönder|yaz[ıi]n|iletiş|e-posta|rapor)",
    r"\b(?:lapor|kirim|hubungi|surel)",
    r"報告|連絡|送信|送付|メール|通知|신고|보고|제보|연락|보내|이메일|제출|报告|提交|发送|邮件|联系|反馈|回報|聯絡|通報|微信",
)

# No answer came.
NO_ANSWER = one_of(
    r"\b(?:if|when|should|unless)\b.{0,60}\b(?:(?:do|does|did|have|has|is|are|was)(?:\s?n[o']t|n['’]t)|"
    r"not|no|never|without|fail)\b.{0,60}"
    r"\b(?:repl\w+|respon\w+|answer\w*|acknowledg\w+|hear\w*|heard|receiv\w+|react\w*|back|reached|do not|don['’]t|do so)",
    r"\b(?:if|when|should|unless) (?:nobody|no one|none of us)\b.{0,40}\b(?:repl\w+|respon\w+|answer\w*|react\w*|gets back)",
    r"\b(?:no|without)\s(?:an?\s)?(?:reply|response|answer|acknowledg\w+)\b",
    r"\bif (?:for (?:some|any) reason )?you (?:do not|don['’]t|did not)\b",
    r"\bif (?:that|this) (?:does not|doesn['’]t|did not|didn['’]t) work\b",
    r"\b(?:falls|wenn|sollten).{0,80}\b(?:keine?|nicht)\b.{0,40}(?:antwort|rückmeldung|reaktion|erhalten|hören)",
    r"(?:sans (?:réponse|nouvelles)|pas (?:reçu )?de réponse|ne répond)",
    r"\bsi no (?:recib|respond|obtien)\w*.{0,40}|\bsin respuesta",
    r"\b(?:se não|caso não)\b.{0,60}(?:respost|retorno)|\bsem resposta",
    r"\bse non\b.{0,60}(?:risposta|ricev)",
    r"\b(?:jeśli|jeżeli)\b.{0,40}\bnie\b.{0,40}(?:odpowied|otrzym)",
    r"\bесли\b.{0,60}\bне\b.{0,60}(?:ответ|получ)",
    r"(?:yanıt|cevap)\s.{0,20}(?:alamaz|almaz|gelmez)",
    r"\b(?:jika|bila)\b.{0,40}(?:tidak|belum).{0,40}(?:balas|respon|jawab|tanggap)",
    r"(?:没有|未|沒有).{0,12}(?:回复|回覆|答复|响应|回應|收到)|(?:返信|返答|回答|応答|連絡)が?(?:ない|"
    r"なかった|得られない|来ない)|(?:답변|응답|회신)[이가을를]?\s?(?:없|받지 못)",
)

# Not a matter of security.
OTHER_MATTERS = one_of(
    r"\bnon[- ]?security\b|\bnot (?:related to |about |a )?security\b|\bnot security[- ]related|"
    r"\bother than security|\bnon[- ]sensitive",
    r"\b(?:general|usage|support|other|commercial|sales|business|press|media|legal) (?:questions?|"
    r"inquir\w+|enquir\w+|bugs?|requests?|discussions?|matters?|issues?|feedback|support|chat(?:ter)?|talk|topics|help)\b",
    r"\b(?:feature requests?|regular bugs?|ordinary bugs?|normal bugs?|bug reports)\b",
    r"\b(?:suggestions?|comments?|questions?|feedback)\b.{0,30}\b(?:improve|about|on|regarding|"
    r"for)\b.{0,12}\b(?:this|that|its|our|the)\b.{0,20}(?:policy|process|document)",
    r"nicht sicherheits|allgemeine fragen|questions générales|preguntas generales|dúvidas gerais|domande generali|ogólne pytania",
    r"genel sorular|pertanyaan umum|общи[еx]\w* вопрос|一般(?:问题|的な質問|的問題)|非安全|일반 문의",
)

# Sections that name people who are thanked.
THANKS = one_of(
    r"hall of fame|acknowledge?ments?|\bcredits?\b|\bthanks\b|thank you|contributors|past reports|\bhistory\b",
    r"danksagung|remerciements|agradec|ringrazia|podzięk|благодарн|teşekkür|terima kasih|致谢|致謝|謝辞|감사",
)

# What is announced, or a list to join.
ANNOUNCE = one_of(
    r"\bannounce(?!r)|\bsubscri|\bnotifications? (?:will|are|is|can|about|of)|\bdistributed\b|\b(?:receiv|"
    r"follow|watch)\w* .{0,30}\b(?:updates|notifications|advisories|releases)\b|\bnewsletter|\bto join\b|"
    r"\bjoin the\b|\bnotified of\b|\b(?:posted|published|listed|available|archived|tracked) (?:on|in|at|"
    r"via|through)\b",
    r"ankündig|annonc|anuncio|annunci|ogłosze|анонс|duyuru|pengumuman|公告|告知|공지",
)

# Elsewhere: a page to read, where nothing can be sent.
READ = one_of(
    r"\b(?:see|read|refer|consult|visit|check|search|browse|look(?:ing)? (?:through|at|into|up)|"
    r"template|review|learn|described|documented|guidelines?|according|"
    r"more (?:info(?:rmation|s)?|details|about|on)|details (?:of|on|about)\b.{0,80}\b(?:are|is|can be)|"
    r"following (?:the|our|these)|go through the|information (?:mentioned|provided|given|listed|on)|further (?:information|details)|"
    r"found (?:here|at|in|on)|follow|documentation|detailed in|details (?:here|at|on))\b",
    r"\b(?:refs?|references?|website|home ?page|docs|sources?|wiki)\s?[:：]",
    r"\b(?:siehe|voir|véase|ver|vedi|zobacz|смотр|lihat|bkz)\b|\b(?:find|detailed|additional|full) (?:\w+ )?(?:information|details)\b|"
    r"\b(?:weitere|mehr|nähere) (?:infos?|informationen|details)\b|\bplus d['’]info|\bpara (?:más|mais) informa|\bmás información|"
    r"\bmais informações|\b(?:maggiori|ulteriori) informazioni|\bwięcej informacji|"
    r"\bdaha fazla bilgi|\binformasi (?:lebih lanjut|selengkapnya)|подробн|"
    r"更多(?:信息|資訊|详情)|詳細[はに]|자세한|参照|详见|参见|请参考|참조|참고",
)

# "Not": what stands after it is not to be done.
NOT = one_of(
    r"\b(?:do|does|did|should|must|will|can|could|may|is|are)\s?(?:not|n['’]t)\b|\b(?:never|not|avoid|"
    r"refrain|rather than|instead of|cannot|without)\b",
    r"\b(?:nicht|keine?n?|keinesfalls|niemals|statt|anstatt|anstelle)\b|\b(?:ne|pas|jamais|évite[zr]|"
    r"plutôt que|au lieu)\b|\bn['’](?=ouvr|utilis|envoy|écri)",
    r"\b(?:no|non|não|nao) (?:(?:l[oae]s?|se|as?|os?|em|en|deve\w*|debe\w*|por favor) )?(?=(?:abr|apr|cre|"
    r"cri|public|pubblic|report|divulg|us|utili|env|inv|comp|revel|hag|fa[cz]|segnal|rivel|discut|issue))",
    r"\b(?:nunca|evite[n]?|evitar|evita(?:re)?|mai|em vez de|en (?:lugar|vez) de|invece di)\b|\b(?:nie|nigdy|unikaj|zamiast)\b",
    r"\b(?:не|никогда|ніколи|вместо|замість)\b|\b(?:niet|geen|nooit|in plaats van)\b|\b(?:jangan|tidak|"
    r"daripada|hindari|dilarang|bukan)\b|\b(?:inte|ikke|neotev\w*)\b",
    r"(?:不要|请勿|勿|切勿|禁止|避免|不得|別|不应|而不是|而非)",
)
# A heading or the words before a list, under which everything is refused.
NOT_THESE = re.compile(
    r"(?:\bdo(?:n['’]t| not)|\bavoid|\bnever|\brefrain from|\bnicht|\bne pas|\bno debe\w*|\bnão deve\w*|"
    r"不要|しないで)\W*$",
    re.IGNORECASE,
)
# A condition is no refusal: "if you cannot use that, write to …".
CONDITION = re.compile(r"\b(?:if|when|in case|should|wenn|falls|si|se|jeśli|если|jika)\b[^,]{0,200},", re.IGNORECASE)
# The same, in languages that say it after what is not to be done.
AFTERWARDS = one_of(
    r"(?:açma|oluşturma|kullanma|bildirme|paylaşma|yapma|yayınlama|gönderme|yazma)(?:y[ıi]n(?:[ıi]z)?|"
    r"s[ıi]n|mak|mek|dan|den)?\b|\byerine\b",
    r"(?:ないで|ないこと|せず|ずに|控え|避け|ではな(?:く|い)|禁止|厳禁|代わりに)",
    r"(?:하지 ?마|지 ?마|지 ?않|마세요|말아|말고|마십시오|금지|삼가|않도록|않습니다|대신|아닌)",
)

# In the open.
PUBLIC_PLACE = one_of(
    r"\bpublic\b|\bpublicly\b|\bin (?:the )?(?:open|public)\b",
    r"\b(?:git(?:hub|lab|ea) ?(?:issues?|tracker|discussions?)|(?:issue|bug)[- ]?trackers?|"
    r"issues? (?:page|section|tab|tracker|queue|list))\b",
    r"\b(?:open|file|create|submit|raise|post|opening|filing|creating|raising|posting)\b (?:an? |any |"
    r"new |regular |normal |the |github |standard )*"
    r"(?:issues?|tickets?|bug reports?|pull requests?|prs?|discussions?|bugs?)\b",
    r"\b(?:via|through|in|as|on|to|using|use) (?:an? |any |new |regular |normal |the |our |this |standard |github['’]?s? )*"
    r"(?:issues?|tickets?|pull requests?|discussions?|forums?|discord|slack|social media|bug reports?)\b|"
    r"\b(?:on|through|via|using) github\b",
    r"\b(?:w|na|em|en|dans|di|in|через|в|als|über|lewat|melalui) (?:\w+ ){0,2}issues?\b|\böffentlich|"
    r"\bissues? (?:públic|pubblic|publi)|\bpubli(?:que|quement|c|ques|er)\b|\bpúblic|\bpubblic|\bpubliczn|"
    r"публичн|открыт\w+ (?:issue|задач|тикет)|публічн|\bopenbaar|\bpubliek|\bpublik",
    r"açık (?:bir )?(?:github )?(?:issue|konu|sorun)|herkese açık|kamuya açık|genel (?:issue|konu)",
    r"公开|公開|공개|議題|议题|工单|イシュー|이슈|\bissues?(?=\s?(?:[\u3040-\u9fff\uac00-\ud7a3]|açma|oluştur))",
)
