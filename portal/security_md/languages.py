"""In which languages reports are read: names of languages, in several languages, as BCP 47 tags."""

import re

# A tag, and how its language is called: in English first, then in others.
NAMES = """
en english englisch anglais inglés ingles inglês inglese angielski angielskim английском английский англійською
en ingilizce inggris engels 英语 英文 英語 영어
de german deutsch allemand alemán alemão tedesco niemieckim немецком almanca jerman duits 德语 ドイツ語 독일어
fr french französisch français francés francês francese francuskim французском fransızca perancis frans 法语
fr フランス語 프랑스어
es spanish spanisch espagnol español castellano espanhol spagnolo hiszpańskim испанском ispanyolca spanyol spaans
es 西班牙语 スペイン語 스페인어
pt portuguese portugiesisch portugais portugués português portoghese portugalskim португальском portekizce portugis
pt 葡萄牙语 ポルトガル語
it italian italienisch italien italiano włoskim итальянском italyanca italia italiaans 意大利语 イタリア語
nl dutch niederländisch néerlandais neerlandés holandês olandese niderlandzkim нидерландском hollandaca belanda
nl nederlands 荷兰语
pl polish polnisch polonais polaco polonês polacco polski polskim польском lehçe polandia 波兰语
ru russian russisch russe ruso russo rosyjskim русском русский rusça rusia 俄语 ロシア語 러시아어
uk ukrainian ukrainisch ukrainien ucraniano ukraińskim украинском українською ukraynaca 乌克兰语
tr turkish türkisch turc turco tureckim турецком türkçe turki turks 土耳其语
zh chinese chinesisch chinois chino chinês cinese chińskim китайском çince tiongkok mandarin 中文 汉语 中国語 중국어
ja japanese japanisch japonais japonés japonês giapponese japońskim японском japonca jepang 日语 日本語 일본어
ko korean koreanisch coréen coreano koreańskim корейском korece korea 韩语 韓国語 한국어
cs czech tschechisch tchèque checo tcheco ceco czeskim чешском čeština česky
id indonesian indonesisch indonésien indonesio
sv swedish schwedisch suédois sueco svedese svenska
hi hindi
ar arabic arabisch arabe árabe
"""
TAGS = {name: line.split()[0] for line in NAMES.split("\n") for name in line.split()[1:]}
WORD = re.compile(r"[^\W\d_]+")
WRITTEN_IN = re.compile(
    r"\b(?:preferred|prefer|communicat|language|languages|write|written|report|reports|submit|speak|"
    r"accept|correspond|contact)\w*\b.{0,80}"
    r"|schreib|écri|escr[ií]b|escrev|scriv|пиш|yaz[ıi]|使用.{1,6}文|文(?:报告|撰写|提交)|日本語で|영어로|"
    r"한국어로|sprache|auf deutsch|auf englisch|langue|idioma|lingua|język|язык|мов[аі]|dil[i]?\b|bahasa|"
    r"语言|語言|言語|언어",
    re.IGNORECASE,
)
IN = re.compile(r"\b(?:in|language|languages|auf|en|em|po|на|su)\b|语|語|어|文|bahasa|dil", re.IGNORECASE)


HEADING = re.compile(r"language|langue|sprache|idioma|lingua|язык|语言|言語|언어", re.IGNORECASE)


def languages_of(sentence) -> str:
    """Return the tags of the languages that a sentence asks reports to be in, in its order, or ""."""
    text = sentence.text
    if (
        sentence.kind == "heading"
        and ":" not in text
        or not (WRITTEN_IN.search(text) and IN.search(text) or HEADING.search(sentence.heading))
    ):
        return ""
    named = [(found.start(), TAGS[found[0].lower()]) for found in WORD.finditer(text) if _names_a_language(found[0])]
    # Some scripts put no blank around a name.
    named += [(text.find(name), tag) for name, tag in TAGS.items() if name > "\u2e80" and name in text]
    return ",".join(list(dict.fromkeys(tag for _place, tag in sorted(named)))[:10])


def _names_a_language(word):
    # To polish a report is English, and no language.
    return word.lower() in TAGS and word != "polish"
