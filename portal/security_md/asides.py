"""Addresses that a text mentions without meaning that anybody writes there: sources, examples, keys, settings, other concerns."""

import re

from portal.security_md import words

# What ends right before such an address.
BEFORE = words.one_of(
    r"(?<!channel )(?<!channels )(?<!way )(?<!ways )(?<!means )\b(?:such as|e\.g\.,?|for example,?|for instance,?)\W{0,4}$",
    r"\b(?:(?:adapted|borrowed|derived|copied|taken) from|inspired by|(?:based|modell?ed) (?:up)?on)\b"
    r"(?: (?!report|sen[dt]|contact|e-?mail|write)\S{1,80}){0,8}\W*$",
    r"\b(?:come|comes|coming|sent|e-?mails?|messages?|repl(?:y|ies)|answers?)(?: \w+)? from\b(?: \S{1,40}){0,4}\W*$",
    r"\bkeys?\b(?: (?:that|which|is|are|can|be|found|available|published|hosted|of|for|from|at|on|via|here))*[\s:<(\[]{1,3}$",
    r"\b(?:accounts?|instances?|installations?|demo|sandbox) (?:at|on|under)\W*$",
    r"\b(?:in|on|of|against|affect\w*|if) (?:our|the|this)(?: [\w-]+){0,3} "
    r"(?:web ?sites?|sites?|web ?apps?|services?|servers?|platform|api)(?: at| on)?\W*$",
    r"\b(?:donat|sponsor)\w*\b(?: \S{1,30}){0,8}\W*$",
    r"\b(?:guidelines|rules|terms|scope)(?: of (?:the|our) \w+)? (?:are|is) "
    r"(?:defined|described|listed|published|documented)\b(?: \S{1,30}){0,6}\W*$",
    r"\b(?:request|obtain|assign)\w* (?:an? )?CVE\b(?: \S{1,30}){0,8}\W*$",
    r"(?:[=?&]|\w://)[\"']?$",
)
# What follows it, where the place is for other things.
AFTER = re.compile(
    r"\W{0,3}\b(?:for|if|when|about|regarding)\b.{0,40}?\b(?:not (?:\w+ )?(?:sensitive|security|vulnerab)|non[- ]?(?:security|sensitive)|"
    r"(?:general|other|regular|normal|ordinary|usage) (?:questions?|issues?|bugs?|matters?|support|inquiries|discussions?|problems?)|"
    r"feature requests?|everything else|anything else)|\W{0,3}[(\[]?(?:only )?(?:for )?non[- ]?security\b",
    re.IGNORECASE,
)
# The name of an entry whose address is for something else: "Support: …".
ENTRY = re.compile(
    r"^\W*(?:(?!secur|vulnerab|report)[\w&/'’-]+ ){0,3}(?:general|others?|support|help ?(?:desk|cent(?:er|re))?|sales|press|media|"
    r"inquir\w+|enquir\w+|"
    r"questions|web ?site|home ?page|community|forums?|documentation|docs|blog|chat|billing|legal|privacy|feedback|licen[sc]ing|"
    r"donations?|source(?: code)?|repository)\W{0,4}[:：]\W*$",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"^\W*(?:privacy|abuse|copyright|licen[sc]e|(?:commercial |paid )?support|donat\w*|sponsor\w*|funding|"
    r"configuration|installation|deployment|community|about(?: us)?|further reading|resources)\W*$",
    re.IGNORECASE,
)
OF_SECURITY = re.compile(r"secur|vulnerab|bounty|disclos|exploit|sicherheit|sécurité|segur|sicurezza|безопас|安全|보안|脆弱", re.IGNORECASE)
# Where other projects are told, and told by the team.
DISTRIBUTORS = re.compile(r"@(?:vs|lists)\.openwall\.", re.IGNORECASE)
# A key, or what is written of one: its number.
KEY_LABEL = re.compile(r"\bkeys?\W*$|^\W*(?:0x)?[0-9A-F](?:[ :\u00a0]{0,3}[0-9A-F]){7,60}\W*$", re.IGNORECASE)
# "Encrypt it with our PGP key, which is on …": a page, not a mail address.
KEY_AT = re.compile(
    r"\b(?:(?:open)?pgp|gpg|gnupg|public|encryption)[ -](?:public[ -])?keys?\b,?(?: (?!report|sen[dt]|contact|e-?mail|write|submit|"
    r"or\b)\S{1,40}){0,10}\W*$",
    re.IGNORECASE,
)
OF_KEYS = re.compile(r"\bkeys?\b|\bpgp\b|\bgpg\b|fingerprint|signed|encrypt", re.IGNORECASE)
# A page of a person where one can also write.
KEYBASE = re.compile(r"//keybase\.io/\w{1,40}/?$", re.IGNORECASE)
# Pages of keys, of people, and for gifts.
NO_INBOX = re.compile(
    r"/[\w-]*keys?(?:[./#?]|$)|//github\.com/(?:orgs|sponsors|apps|marketplace)/|//(?:www\.)?(?:opencollective|patreon|paypal|ko-fi|"
    r"buymeacoffee|liberapay)\.",
    re.IGNORECASE,
)
# "the team (their page) at team@…": the address after the link is the place.
PLACE_FOLLOWS = re.compile(
    r"\W{0,3}\b(?:at|via|by|through|using|under)\s(?:(?:e-?mail(?:ing)?|sending (?:an )?e-?mail to)\s)?(?:at\s)?\W{0,2}"
    r"(?:[\w.+-]{1,64}@|https?://)",
    re.IGNORECASE,
)
OF_CODE = re.compile(r"[=({$|\\]|^\s*[-#/]|\w\.\w+\(")


def is_aside(mention) -> bool:
    """Tell whether an address (a ways.Mention) only stands in a text."""
    sentence, heading = mention.sentence, mention.sentence.heading
    if sentence.kind == "code" and OF_CODE.search(sentence.text) or BEFORE.search(mention.clause) or DISTRIBUTORS.search(mention.uri):
        return True
    return bool(HEADING.search(heading) and not OF_SECURITY.search(f"{sentence.context} {sentence.text}"))


def has_no_inbox(mention) -> bool:
    """Tell whether a page is there for keys, people or gifts."""
    return bool(KEY_LABEL.search(mention.label) or NO_INBOX.search(mention.uri) or KEY_AT.search(mention.clause))


def is_chat_of_person(mention) -> bool:
    """Tell whether a page that shows a key is where the text says to write."""
    asked = KEYBASE.search(mention.uri) and words.ASK.search(mention.clause)
    return bool(asked and not OF_KEYS.search(f"{mention.clause} {mention.sentence.lead}"))


def is_other(mention) -> bool:
    """Tell whether the words right beside an address say that it takes what is no matter of security."""
    return bool(AFTER.match(mention.after) or ENTRY.search(mention.clause))
