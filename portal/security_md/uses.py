"""What an address that can be written to is for: reports, other matters, other people, or reports only where nothing better is named."""

from portal.security_md import asides, way_words, words

LITTLE = 40  # words before an address that lean on the sentence before, in letters
NAME, PERSON = 24, 60  # words beside an address that only name it, or a person, in letters


def is_weak(mention) -> bool:
    """Tell whether an address (a ways.Mention) counts only where nothing better is named.

    Nobody is asked to write there: it stands in a list of people, below the text, in the account of where a mail goes, or
    in a section about other projects; or it answers questions, or takes what may be anything.
    """
    sentence = mention.sentence
    if way_words.QUESTIONS.search(f"{sentence.before[-20:]} {mention.clause}") or not _is_of_security(mention):
        return True
    if way_words.NEIGHBOURS.search(sentence.heading) or way_words.NEIGHBOURS.search(sentence.lead):
        return True
    signed = way_words.SIGNED.match(sentence.text) or way_words.SIGNED.match(sentence.before)
    if signed or way_words.GOES_ON.search(mention.clause) or way_words.HELP.search(mention.clause):
        return True
    joining = way_words.JOINING.search(sentence.heading) and not way_words.REPORTING.search(sentence.heading)
    if joining or not _is_written_to(mention):
        return True
    of_people = way_words.PEOPLE.search(sentence.heading) and not way_words.ASKING_HEADING.search(sentence.heading)
    return bool(of_people and not words.ASK.search(f"{sentence.lead} {sentence.before} {mention.ahead}"))


def _is_written_to(mention):
    """Tell whether the words around an address ask somebody to write there, or its own name does."""
    sentence, local = mention.sentence, mention.uri.partition("@")[0].lower()
    before = sentence.before if len(mention.ahead) <= LITTLE or sentence.before.endswith((":", "：")) else ""
    told = f"{sentence.lead} {before} {mention.around} {mention.label}"
    asks = words.ASK.search(told) or way_words.OPENED.search(told)
    if way_words.OF_ALL.search(local):
        return False
    named = sentence.kind != "paragraph" or len(sentence.text) - (mention.end - mention.start) <= PERSON
    asks = asks or named and way_words.ASKING_HEADING.search(sentence.heading)
    if mention.uri.startswith("mailto:"):
        return bool(asks or way_words.OF_TEAM.search(local) or way_words.USED.search(mention.clause))
    if way_words.PLATFORMS.search(mention.host):
        return bool(words.ASK.search(mention.clause) or not way_words.RULES_OF.search(mention.clause))
    return bool(asks or not way_words.ADVISORIES.search(mention.uri))


def _is_of_security(mention):
    """Tell whether security is spoken of where a page stands; a mail address is taken for what asks to write there."""
    sentence = mention.sentence
    if mention.uri.startswith("mailto:") or way_words.PLATFORMS.search(mention.host):
        return True
    asking = way_words.ASKING_HEADING.search(sentence.heading)
    only_named = len(sentence.text) - (mention.end - mention.start) <= NAME and way_words.TRACKER.search(mention.uri)
    if asking and not (only_named and way_words.JUST_CONTACT.search(sentence.heading)):
        return True
    return bool(asides.OF_SECURITY.search(" ".join((sentence.heading, sentence.context, mention.around, mention.uri))))


def is_of_others(mention) -> bool:
    """Tell whether an address stands in an account of what was, or belongs to somebody else."""
    if way_words.ASKED_AFTER.search(mention.clause):
        return False
    # The form of a repository is made for reports, whoever is said to open it.
    they_do = mention.sentence.kind == "item" and way_words.THEY_DO.search(mention.sentence.lead)
    of_theirs = (they_do or way_words.OF_OTHERS.search(mention.clause)) and not way_words.ADVISORY_FORM.search(mention.uri)
    return bool(of_theirs or way_words.HISTORY.search(mention.around))


def is_for_members(mention) -> bool:
    """Tell whether an address is there for those who join a list, or are told before others."""
    return bool(way_words.MEMBERSHIP.search(f"{mention.clause} {mention.after}") and not words.NO_ANSWER.search(mention.clause))


def is_of_vendors(mention) -> bool:
    """Tell whether what is reported there is of other projects."""
    lead = mention.sentence.lead.rstrip(" :：") if mention.sentence.kind == "item" else ""
    return bool(way_words.UPSTREAM.search(mention.ahead) or way_words.UPSTREAM.search(lead))


def is_of_other_matters(mention) -> bool:
    sentence = mention.sentence
    if way_words.OTHER_OFFICES.search(mention.uri) and not way_words.ASKED_AFTER.search(mention.ahead):
        return True
    if asides.is_other(mention) or way_words.OTHER_USE.search(mention.clause) or way_words.OTHER_USE.search(sentence.heading):
        return True
    public = way_words.TRACKER.search(mention.uri) and not asides.OF_SECURITY.search(mention.around)
    if public and (words.OTHER_MATTERS.search(sentence.before) or way_words.NEIGHBOURS.search(sentence.before)):
        return True
    return any(words.OTHER_MATTERS.search(text) for text in (mention.ahead, sentence.lead, sentence.heading))
