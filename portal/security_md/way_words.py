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
    r"/-?/?issues(?:/new(?:/choose)?)?/?(?:\?.*)?$|/(?:discussions|pulls)(?:/.*)?$|(?:^|\.)(?:bugzilla|"
    r"bugs|jira|trac|issues)\.|/(?:newticket|filebug|\+filebug)|enter_bug"
)
PROFILE = re.compile(r"^https?://(?:www\.)?(?:github\.com|gitlab\.com|codeberg\.org)/@?[A-Za-z0-9-]{1,39}/?$")
CHAT = re.compile(r"(?:^|\.)(?:discord\.(?:gg|com)|slack\.com|gitter\.im|telegram\.(?:me|org)|libera\.chat|zulipchat\.com)$")
DIRECT_CHAT = re.compile(r"(?:^|\.)(?:matrix\.to|t\.me|signal\.me|wa\.me|twitter\.com|x\.com|bsky\.app|linkedin\.com)$")
# Pages where nothing can be sent.
FILE = re.compile(r"\.(?:md|rst|txt|adoc)(?:[?#].*)?$", re.IGNORECASE)
NO_PLACE = re.compile(
    r"\.(?:md|rst|txt|adoc|asc|gpg|pgp|pub|key|svg|png|gif|jpe?g)(?:[?#].*)?$|^https://git(?:hub|"
    r"lab)\.com/[^/]{1,40}/[^/]{1,100}/?$|/(?:wiki|releases?|blob|tree|commits?|pull|compare|tags|docs?|"
    r"actions|licenses?)(?:/|$)|"
    r"/security/(?:policy|dependabot|code-scanning|overview)|/advisories/GHSA|/(?:thanks|hacktivity|"
    r"hall-of-fame|disclosure-guidelines|updates|directory|resources?|terms)(?:/|$)|/bounties/[0-9a-f]{8}|/(?:reports|issues|"
    r"discussions)/\d|^https?://[^/]{0,200}/?$",
    re.IGNORECASE,
)
REFERENCE_HOSTS = re.compile(
    r"(?:^|\.)(?:cve\.(?:org|mitre\.org)|cwe\.mitre\.org|nvd\.nist\.gov|first\.org|owasp\.org|"
    r"wikipedia\.org|semver\.org|docs\.github\.com|help\.github\.com|shields\.io|"
    r"osv\.dev|rustsec\.org|youtube\.com|legalhackers\.com|exploit-db\.com|apache\.org|opensource\.org|"
    r"creativecommons\.org|(?:pypi|npmjs|crates|rubygems|packagist|nuget)\.[a-z]{2,3}|"
    r"pkg\.go\.dev|hex\.pm|hub\.docker\.com|securitytxt\.org|keepachangelog\.com|gnupg\.org|iso\.org|"
    r"cisa\.gov|cert\.org|snyk\.io|support\.github\.com)$"
)
# They publish advisories, and take reports on pages of their own.
COORDINATORS = re.compile(r"(?:^|\.)(?:cert\.org|snyk\.io|cisa\.gov)$")
PAGE_FOR_REPORTS = re.compile(r"/[^/]*(?:report|disclos|submit|contact|form|bounty|whitehat|vulnz|vdp)", re.IGNORECASE)

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
    r"フォーム|양식)(?: \S{1,24}){0,2}\s{0,2}[:：]?\W{0,3}$",
    re.IGNORECASE,
)
# And in languages whose verb comes last, right after it.
WAY_BEFORE = re.compile(
    r"\W{0,3}(?:へ|に|まで|から|より|または|を(?:使|利用)|또는|으?로|에|[을를] 통해|处|提交|进行|adres\w+|üzerinden)", re.IGNORECASE
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
LABEL = words.one_of(words.ASK.pattern, r"\b(?:contact|form|open an? \w+)\b")
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
CONTACT_AT = re.compile(r"\b(?:contact|reach|report|write|submit)\b.{0,60}\b(?:at|via|through|using)\W*$", re.IGNORECASE)
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
    r"courtesy) (?:and \w+ )?(?:by|to|of)\b(?: \S{1,30}){0,8}\W*$"
    r"|\bcopyright\b(?: \S{1,30}){0,8}\W*$"
    r"|\b(?:we|team)(?:['’]ll| will| may| then| also)? (?:notify|announce|inform|send|post|publish|share|"
    r"disclose|e-?mail|coordinate)\b(?: (?!you\b)\S{1,30}){0,12}\W*$"
    r"|\b(?:is|are|was|were|be|been|will be) (?:notified|announced|sent|posted|published|informed|shared)\b(?: \S{1,30}){0,8}\W*$",
    re.IGNORECASE,
)
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
    r"\blinks\b|\bcves?\b|published|\badvisories\b",
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
