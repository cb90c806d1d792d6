"""What tells a place that takes reports from any other: hosts and paths of addresses, and the words beside them."""

import re

from portal.security_md import words

# --- addresses -----------------------------------------------------------------------------------------------------
TIDELIFT = "tidelift.com"
# Places made for reports, of which naming them is enough.
PLATFORMS = re.compile(
    r"(?:^|\.)(?:hackerone\.com|bugcrowd\.com|intigriti\.com|yeswehack\.com|huntr\.(?:dev|com)|"
    r"immunefi\.com|openbugbounty\.org|cantina\.xyz|"
    r"hackenproof\.com|bughunters\.google\.com|patchstack\.com|synack\.com|federacy\.com|hackerone\.eu|g\.co|tips\.hushline\.app)$"
)
# A page of a repository where reports are made: new ones, all advisories, or its security page.
ADVISORY_FORM = re.compile(r"/security/advisories/new(?:[/?#]|$)|/security/new(?:[/?#]|$)")
ADVISORIES = re.compile(r"/security(?:/advisories)?/?(?:#.*)?$")
TRACKER = re.compile(
    r"/-?/?issues(?:/new(?:/choose)?)?/?(?:\?.*)?$|/(?:discussions|pulls)(?:/.*)?$|(?:^|\.|//)(?:bugzilla|"
    r"bugs|jira|trac|issues)\.|/(?:newticket|filebug|\+filebug)|enter_bug|/-/work_items(?:/new)?/?(?:\?.*)?$"
)
PROFILE = re.compile(
    r"^https?://(?:www\.)?(?:github\.com|gitlab\.com|codeberg\.org)/(?!(?:advisories|security|features|about|contact|explore)(?:/|$))"
    r"@?[A-Za-z0-9-]{1,39}/?$"
)
# What a search finds, or a label: a list to look through.
FOUND = re.compile(r"/(?:issues|pulls|discussions)/?\?(?:[^#]{0,200}&)?q=|/labels/")
CHAT = re.compile(r"(?:^|\.)(?:discord\.(?:gg|com)|slack\.com|gitter\.im|telegram\.(?:me|org)|libera\.chat|zulipchat\.com)$")
# A chat is a way where reports are asked for in it, by that word.
REPORTED_ON = re.compile(r"\b(?:report|disclose)\b.{0,40}\b(?:on|in|via|through|to|at)\b", re.IGNORECASE)
INSTEAD = re.compile(r"\W{0,3}instead\b", re.IGNORECASE)
# People who are named, and to whom nobody is to write.
NOT_TO_THEM = re.compile(
    r"\b(?:do not|don['’]t|never|please avoid)\b.{0,60}\b(?:reporting|report|contact\w*|e-?mail\w*|writ\w+|reach\w*|send\w*|message)\b"
    r".{0,60}"
    r"\b(?:these|those|the following|the listed|the below) (?:\w+ )?(?:names|people|persons?|individuals?|contacts|members|maintainers)\b",
    re.IGNORECASE,
)
DIRECT_CHAT = re.compile(r"(?:^|\.)(?:matrix\.to|t\.me|signal\.me|wa\.me|twitter\.com|x\.com|bsky\.app|linkedin\.com)$")
# Pages where nothing can be sent.
FILE = re.compile(r"\.(?:md|rst|txt|adoc|ya?ml|json|pdf)(?:[?#].*)?$", re.IGNORECASE)
NO_PLACE = re.compile(
    r"\.(?:md|rst|txt|adoc|asc|gpg|pgp|pub|key|svg|png|gif|jpe?g)(?:[?#].*)?$|^https://git(?:hub|"
    r"lab)\.com/[^/]{1,40}/[^/]{1,100}/?$|/(?:wiki|releases?|blob|tree|commits?|pull|compare|tags|docs?|"
    r"actions|licenses?)(?:/|$)|"
    r"/security/(?:policy|dependabot|code-scanning|overview)|/advisories/GHSA|/(?:thanks|hacktivity|"
    r"hall-of-fame|disclosure-guidelines|updates|directory|resources?|terms|rules|policy_scopes|faqs?|handbook|leaderboard)(?:[/?#]|$)|"
    r"/bounties/[0-9a-f]{8}|/(?:reports|issues|"
    r"discussions)/\d|^https?://[^/]{0,200}/?$|"
    r"//github\.com/(?:advisories|features|about|security|explore)(?:[/?#]|$)",
    re.IGNORECASE,
)
REFERENCE_HOSTS = re.compile(
    r"(?:^|\.)(?:cve\.org|mitre\.org|nvd\.nist\.gov|first\.org|owasp\.org|"
    r"wikipedia\.org|semver\.org|docs\.github\.com|help\.github\.com|shields\.io|"
    r"osv\.dev|rustsec\.org|youtube\.com|legalhackers\.com|exploit-db\.com|apache\.org|opensource\.org|"
    r"creativecommons\.org|(?:pypi|npmjs|crates|rubygems|packagist|nuget)\.[a-z]{2,3}|"
    r"pkg\.go\.dev|hex\.pm|hub\.docker\.com|securitytxt\.org|keepachangelog\.com|gnupg\.org|iso\.org|"
    r"cisa\.gov|cert\.org|snyk\.io|support\.github\.com)$"
)
# They publish advisories, and take reports on pages of their own.
COORDINATORS = re.compile(r"(?:^|\.)(?:cert\.org|snyk\.io|cisa\.gov)$")
PAGE_FOR_REPORTS = re.compile(
    r"/[^/]*(?:report|disclos|submit|contact|form|bounty|whitehat|vulnz|vdp)|//(?:www\.)?(?:bug-?)?(?:bounty|report)\.", re.IGNORECASE
)
# Pages of texts, whatever their titles say.
TEXT = re.compile(r"/(?:blog|news|articles?|press|posts?)/", re.IGNORECASE)
# Sites of texts. A mail or a form for reports is somewhere else.
TEXTS = re.compile(r"^(?:docs?|blog|wiki|help|kb|handbook|learn|academy|login)\.")

# --- words beside an address ----------------------------------------------------------------------------------
WAY = re.compile(
    r"\b(?:at|to|via|through|using|use|by|on|with|open|form|page|portal|program(?:me)?|here|or|and|and/or|"
    r"channel|instead|please|issue)\b[\W_]{0,12}"
    r"(?:(?:the|our|this|a|an|following|official|dedicated|private|new|"
    r"secure)\b\W{0,3})*(?:[\w'’.-]{1,24}\W{1,3}){0,6}$|[:：]\W{0,5}$|^\W{0,5}$|[\]\)）→>]\s*$",
    re.IGNORECASE,
)
# The same in other languages, right before the address.
WAY_THERE = re.compile(
    r"(?:\b(?:über|unter|via|par|sur|formulaire|formular|formulario|formulário|modulo|formulier|formularz\w*|por|en|a|em|através de|"
    r"tramite|su|przez|na|через|по|на|в|форм\w+|üzerinden|melalui|ke|op)|"
    r"[从在至到]|通过|透過|使用|表单|"
    r"フォーム|양식)(?:我们的|本项目的?|以下|下列|官方的?|此|该)?(?: \S{1,24}){0,2}\s{0,2}[:：]?\W{0,3}$",
    re.IGNORECASE,
)
# "report it in the advisory section", "contact Rita Muster": the page of it, or of hers, is right after.
IN_SECTION = re.compile(r"\b(?:in|under|from) (?:(?:the|our|this)\b\W{0,3})?(?:[\w'’.-]{1,24}\W{1,3}){0,3}$", re.IGNORECASE)
CONTACT_THEM = re.compile(
    r"\b(?:contact|message|reach|reach out to|get in touch with|write to)\W{1,3}(?:(?:the|our)\W{1,3})?$", re.IGNORECASE
)
# And in languages whose verb comes last, right after it.
WAY_BEFORE = re.compile(
    r"\W{0,3}(?:へ|に|まで|から|より|または|を(?:使|利用)|또는|으?로|에|[을를] 통해|处|提交|进行|adres\w+|üzerinden)",
    re.IGNORECASE,
)
REPORTING = re.compile(
    r"report|contact|disclos|vulnerab|security (?:issue|bug|problem|concern)|how to|meld|signal|segnala|"
    r"inform|reportar|relat|zgłasz|сообщ|повідом|bildir|lapor|報告|신고|제보|报告|漏洞|联系|脆弱性",
    re.IGNORECASE,
)
ASKING_HEADING = re.compile(
    r"\breport(?!ed)|\bcontact|submi|how to reach|meld|kontakt|signal|segnala|informe|reportar|relat|"
    r"zgłasz|сообщ|bildir|lapor|報告|신고|제보|报告|联系",
    re.IGNORECASE,
)
LABEL = words.one_of(words.ASK.pattern, r"\b(?:contact|form|(?:open|create) an? (?:\w+ ){0,2}\w+)\b")
# "[Tool](…) is a plug-in": of what is told, not where to write.
IS_THAT = re.compile(r"\W{0,2}\s?(?:is an?|are|was|were|has|have|contains?|covers?|provides?)\b", re.IGNORECASE)
# What leads to ways.
LEADS_TO = re.compile(
    r"\b(?:us(?:e|ing)|via|through|ways?|methods?|channels?|options?|forms?|steps?|following|do|go|either|one of|information|details|"
    r"here)\b|"
    r"[^\x00-\x7f]",
    re.IGNORECASE,
)
# A link whose words go on from those before it: "report it [privately on GitHub](…)".
LABEL_GOES_ON = re.compile(r"^(?:directly |privately |securely )?(?:to|via|through|at|on|with|by|using|here|privately)\b", re.IGNORECASE)
# "go to the page and create a report"
THEN = re.compile(
    r"\W{0,4}(?:(?:page|site|form|tab|portal|section)\W{1,3})?(?:and|to|then|where you can)\s(?:then |please |also |there )?"
    r"(?:creat|open|submit|fil[el]|report|send|fill|click|describ)",
    re.IGNORECASE,
)
# The same as asking, in words that do not ask.
OPENED = re.compile(
    r"\b(?:open|creat(?:e|ing)|rais(?:e|ing)|start|log|shar(?:e|ing)) (?:(?:an?|the|your|any|it|them) )?(?:[\w-]{1,20} ){0,4}?"
    r"(?:issues?|tickets?|reports?|advisory|cases?|posts?|details?|findings?|vulnerabilit(?:y|ies)|bugs?|what)\b|"
    r"\b(?:should|must|can|may|are to|need to|has to|have to) (?:\w+ ){0,3}?be (?:\w+ ){0,2}?"
    r"(?:reported|sent|submitted|disclosed|filed|directed|raised|made|addressed|e-?mailed|shared)\b",
    re.IGNORECASE,
)
ABOUT_IT = re.compile(
    r"\b(?:process|procedure|polic(?:y|ies)|instructions?|how to|about|guide|program(?:me)?|advisories|"
    r"overview)\b",
    re.IGNORECASE,
)
# "To report one, visit …/report" reads a page, but one that takes reports.
TO_REPORT = re.compile(r"\bto (?:\w+ )?(?:report|submit|disclose)\b", re.IGNORECASE)
HOME = re.compile(r"https?://[^/]{1,200}/?", re.IGNORECASE)
NOT_TO = re.compile(
    r"\b(?:do not|don['’]t|never|must not|should not)\s(?:\w{1,12}\s){0,1}(?:use|e-?mail|mail|contact|write|send|report)"
    r"(?: [\w'’-]{1,20}){0,4}[\s(<\[:]{0,3}$|\b(?:instead of|rather than|not) (?:to|via|through|us\w+|writing to|e-?mailing)?"
    r"(?: ?[\w'’-]{1,20}){0,4}[\s(<\[:]{0,3}$",
    re.IGNORECASE,
)
CONTACT_AT = re.compile(
    r"\b(?:contact|reach|report(?:ed)?|write|submit(?:ted)?|disclosed?|sent|send)\b.{0,140}\b(?:at|via|through|using)\W*$", re.IGNORECASE
)
# "use the form, which is available at …": no announcement.
USE_AT = re.compile(
    r"\b(?:use|using|via|through|fill (?:in|out)|contact|report|submit)\b.{0,100}\b(?:available|listed|found|located|hosted) "
    r"(?:at|on|under|from)\W*$",
    re.IGNORECASE,
)
# "… to report security issues", after an address.
FOR_REPORTS = re.compile(
    r"\W{0,4}(?:to|for) (?:\w{1,20} ){0,2}?(?:report|submit|disclos|vulnerab|security (?:issue|report|concern|bug|vulnerab))", re.IGNORECASE
)
# What is done with a report, and by whom.
DONE_BY = re.compile(
    r"\b(?:triaged|handled|reviewed|managed|assessed|evaluated|investigated|processed|"
    r"verified) by\b(?: \S{1,30}){0,5}\W*$",
    re.IGNORECASE,
)
# A way that is closed.
RETIRED = re.compile(
    r"\bno longer\b|\bdiscontinued\b|\bformerly\b|\bpreviously\b|\bdeprecated\b|\b(?:do|does|is|"
    r"are)(?: not|n['’]t) (?:\w+ )?(?:accept|us(?:e|ing)|support|monitor)",
    re.IGNORECASE,
)
# Whose find it was, or whom the team tells: no place to write to.
OF_OTHERS = re.compile(
    r"\b(?:reported|discovered|found|disclosed|identified|fixed|patched|credited|thanks|credits?|kudos|"
    r"courtesy) (?:and \w+ )?(?:by|of)\b(?: \S{1,30}){0,8}\W*$"
    r"|\b(?:(?:was|were|been) (?:\w+ )?(?:reported|disclosed)|credited|thanks|credits?|kudos) to\b(?: \S{1,30}){0,8}\W*$"
    r"|\bcopyright\b(?: \S{1,30}){0,8}\W*$"
    r"|(?<!\byou )(?<!reporters )(?<!researchers )\b(?:will|shall)(?: also| then| first)? (?:send|e-?mail|notify|inform|announce|post|"
    r"publish|share|forward|request|open|create|file|track)\b(?: (?!you\b)\S{1,30}){0,12}\W*$"
    r"|(?<!\byou )\bwill (?:\S{1,30} ){1,10}?by (?:e-?mailing|notifying|sending|posting|visiting|opening)\b(?: \S{1,30}){0,6}\W*$"
    r"|\b(?:we|team)(?:['’]ll| will| may| then| also)? (?:notify|announce|inform|send|post|publish|share|"
    r"disclose|e-?mail|coordinate|open|create|file|track)\b(?: (?!you\b)\S{1,30}){0,12}\W*$"
    r"|\b(?:is|are|was|were|be|been|will be) (?:notified|announced|sent|posted|published|informed|shared)\b(?: \S{1,30}){0,8}\W*$"
    r"|\bwill be (?:\w+ )?(?:disclosed|released|documented|listed|tracked) (?:via|through|on|in|at|using|as)\b(?: \S{1,30}){0,6}\W*$",
    re.IGNORECASE,
)
# "A member of the team will:" – what is listed below is what they do.
THEY_DO = re.compile(
    r"\b(?:we|(?:the |our |a )?(?:[\w-]+ ){0,3}(?:teams?|members?|maintainers?|developers?|leads?|coordinators?|handlers?)"
    r"(?: of (?:the |our )?[\w`/-]+(?: [\w-]+){0,3})?)"
    r"(?:['’]ll| will| shall| must| should| then| takes?| does?)(?: (?:then|also|do|take|follow|perform|the|these|following|steps|actions|"
    r"this)){0,5}\s?[:：]?$",
    re.IGNORECASE,
)
# Where a mail goes on to, and by whom it is read: written to only where nothing else is named.
GOES_ON = re.compile(
    r"\b(?:(?:it|which|that|this|list|alias|address|mailbox|inbox|e-?mail|mail|message) (?:goes|reaches)|(?:messages|mails|e-?mails|"
    r"they) (?:go|reach)|"
    r"(?:is|are|gets?|will be) (?:then |also |automatically |only )?(?:forwarded|delivered|relayed|routed|redirected|copied|read|"
    r"monitored|watched|seen|run|staffed|maintained) (?:\w{1,20} ){0,2}?(?:by|to))\b(?: \S{1,40}){0,10}\W*$",
    re.IGNORECASE,
)
# Addresses that say themselves whom they reach.
OF_TEAM = re.compile(r"secur|psirt|csirt|cert|vuln|disclos|bount|sicherheit|segur|sécur|abuse|incident")
USED = re.compile(r"\b(?:use|using|via|through)\b(?: \S{1,40}){0,6}\W*$", re.IGNORECASE)
# "the rules of our programme on …"
RULES_OF = re.compile(
    r"\b(?:rules|guidelines|terms|conditions|scope|polic(?:y|ies)|rewards?|details)\b(?: \S{1,30}){0,6}\W*$", re.IGNORECASE
)
# A name below the text, and who made it.
SIGNED = re.compile(
    r"\W{0,3}(?:(?:—|--)(?! ?(?:e-?mail|security|contact|report))|(?:maintained|written|created|developed|made|built|prepared|authored|"
    r"published|owned) by\b|authors?\b|©|"
    r"copyright\b|(?:kind |best )?regards\b|sincerely\b|cheers\b|last (?:updated|reviewed|modified)\b|(?:document )?owner\b)",
    re.IGNORECASE,
)
# A list that is joined, or a notice that others ask for.
MEMBERSHIP = re.compile(
    r"\bmembership\b|\b(?:request\w*|apply|ask|eligible|like|want|wish) to (?:join|subscribe|be added)\b|"
    r"\byou (?:would |may |might )?(?:like|want|wish|ask) to be (?:notified|informed)\b|"
    r"\bto (?:join|subscribe)\b|\bdistributors?\b.{0,20}\blists?\b|\bpre-?notif\w+|\bprior notif\w+|\bearly (?:disclosure|access|"
    r"notif\w+|warning)\b|\bsponsorship\b",
    re.IGNORECASE,
)
JOINING = re.compile(
    r"\bmembership\b|\bjoin(?:ing)?\b|\bdistributors?\b|\bpre-?notif|\bembargo|\bearly disclosure|\bsubscri", re.IGNORECASE
)
# Sections about the code and the projects of others.
NEIGHBOURS = re.compile(
    r"\bthird[- ]part(?:y|ies)\b|\bupstream\b|\bdependenc(?:y|ies)\b|\b(?:other|related|neighbou?ring|downstream|partner) "
    r"(?:\w+ )?(?:projects?|products?|components?|packages?|repositories|software)\b|\bdisclosure (?:agreements?|relationships?)\b",
    re.IGNORECASE,
)
# What an address is for that is no report: abuse of a service, leave to try something, another reason.
OTHER_USE = re.compile(
    r"\b(?:another|any other|other|different|unrelated) (?:reasons?|purposes?|topics?|subjects?)\b|\b(?:everything|anything|"
    r"something) else\b|\b(?:is|are|was)(?: no| not an?|n['’]t an?) (?:security|vulnerab|sensitive)|\breport(?:s|ing)? (?:of )?abuse\b|"
    r"\babuse (?:reports?|complaints?|of (?:the|our))\b|\bDMCA\b|"
    r"\bcopyright infring|\bfor permission\b|\bprior (?:written )?(?:permission|authori[sz]ation|consent|approval)\b|"
    r"\b(?:wish|want|plan|intend|like) to (?:run|perform|conduct|do|use) (?:an? |any )?(?:\w+ )?(?:scan|test|pentest|penetration|"
    r"automated|load)",
    re.IGNORECASE,
)
HELP = re.compile(
    r"\b(?:if you |should you |you )?(?:need|require|want|looking for) (?:any |some |our |more |further )?(?:help|assistance|advice|"
    r"clarification|"
    r"support|guidance)\b",
    re.IGNORECASE,
)
JUST_CONTACT = re.compile(r"^\W*(?:contacts?|kontakt|contato|contacto|contatti)(?: us| information| info| details)?\W*$", re.IGNORECASE)
# Lists of everybody who works on a project.
OF_ALL = re.compile(r"(?:^|[-_.])(?:dev|devel|developers?|general|talk|chat|commits?|forum)$")
ASKED_AFTER = re.compile(
    r"\b(?:please|should|must|can|may|you)\b.{0,60}\b(?:report|send|sent|contact|e-?mail|submit|disclos|"
    r"write)|\bto (?:\w+ )?(?:report|send|contact|submit|disclose|write)\b",
    re.IGNORECASE,
)
UPSTREAM = re.compile(
    r"\bthird[- ]part(?:y|ies)\b(?:[^,.;]{0,60})$|\bupstream\b[^.;]{0,80}$|"
    r"\brespective (?:\w+ )?(?:projects?|maintainers?|vendors?|owners?|teams?)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
# A list that everybody reads, or one that is joined.
OPEN_LIST = re.compile(
    r"\b(?:public|open|developers?|users?|discussion|community)\b.{0,20}\b(?:mailing )?lists?\b|\b(?:join|"
    r"added to|member of|apply for|access to)\b.{0,60}\b(?:list|group|programme|program)\b",
    re.IGNORECASE,
)
OF_A_LIST = re.compile(r"(?:-|\b)(?:announce\w*|request|users?|discuss\w*|subscribe|unsubscribe|no-?reply|help)$")
HISTORY = re.compile(r"\bCVE-\d{4}-\d{4,}|\bGHSA(?:-\w{4}){3}")
OTHER_OFFICES = re.compile(
    r"^mailto:(?:privacy|legal|conduct|coc|sales|press|media|careers|jobs|billing|compliance|dpo|gdpr|marketing|"
    r"licen[sc]ing)\b",
    re.IGNORECASE,
)
QUESTIONS = re.compile(
    r"\b(?:for|if you have|have)(?: any| further| other| more)? questions\b(?!.{0,40}\b(?:or|report)\b)|"
    r"\bquestions\?\s[^.?!]{0,80}$",
    re.IGNORECASE,
)
TOLD = re.compile(
    r"\bannounce|\bsubscri|\bnotifications?\b|\bdistributed\b|\breceive\b.{0,40}\b(?:updates|advisories)|"
    r"\bpublish",
    re.IGNORECASE,
)
PEOPLE = re.compile(r"\b(?:teams?|members|maintainers?|committers|people|authors?|owners|roles?|who we are)\b", re.IGNORECASE)
NEWS = re.compile(
    r"announce|mailing list|updates|notification|subscri|\bnews\b|\bpast\b|\bhistor|\breferences\b|\bresources\b|further reading|"
    r"\blinks\b|\bcves?\b|published|\badvisories\b|\bsee also\b|\blearn(?:ing)? more|\b(?:extra|more|additional|further) info",
    re.IGNORECASE,
)
FIRST_WAY = re.compile(r"\b(?:report|send|submit)\b.{0,60}\b(?:vulnerab|security|issue)", re.IGNORECASE)
OWNER_OF_KEY = re.compile(r"^(?:uid|pub|sub|comment|version)\b|<[^>]*>$", re.IGNORECASE)
CONDUCT = re.compile(r"code of conduct", re.IGNORECASE)
GITHUB_PRIVATE = re.compile(
    r"\b(?:github|private|security)\b.{0,40}\b(?:private vulnerability reporting|vulnerability reporting|"
    r"security advisor(?:y|ies)|private report)|report a vulnerability\b.{0,20}\b(?:button|tab|link|form)|"
    r"\bsecurity\b.{0,6}(?:tab\b|→|>|->).{0,40}report a vulnerab|github.{0,20}privat|privat.{0,30}github|signalement privé|security → ",
    re.IGNORECASE,
)
