"""The words and marks of lengths of time, by language: numbers, units, "every", "within", "at least".

One row a language; a language is added by adding its words. Patterns are bounded.
"""

import re


def _table(*rows):
    return {word: value for words, value in rows for word in words.split()}


ONES = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11}
ONES |= {"twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
NUMBERS = _table(
    ("a an single", 1),
    ("ein eine einen einem einer eines un une uno una um uma en et één een bir sebuah satu jeden jedna jednego один одного одной одну", 1),
    ("zwei deux dos dois duas due två to twee iki dua dwa dwie dwóch два две двух дві", 2),
    ("drei trois tres três tre drie üç tiga trzy trzech три трех трёх", 3),
    ("vier quatre cuatro quatro quattro fyra fire dört empat cztery czterech четыре четырех четырёх", 4),
    ("fünf cinq cinco cinque fem vijf beş lima pięć pięciu пять пяти", 5),
    ("sechs six seis sei sex zes altı enam sześć шесть шести", 6),
    ("sieben sept siete sete sette sju zeven yedi tujuh siedem siedmiu семь семи", 7),
    ("zehn dix diez dez dieci tio tien on sepuluh dziesięć dziesięciu десять десяти", 10),
    ("vierzehn quatorze catorce catorze quattordici veertien czternaście czternastu четырнадцать четырнадцати", 14),
    ("quinze quince quindici", 15),
    ("dreißig dreissig trente treinta trinta trenta otuz trzydzieści trzydziestu тридцать тридцати", 30),
    ("neunzig noventa novanta doksan dziewięćdziesiąt девяносто", 90),
)
NUMBERS |= ONES | TENS
NUMBERS |= {f"{tens}-{one}": value + number for tens, value in TENS.items() for one, number in ONES.items() if number < 10}
HAN = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "兩": 2, "〇": 0}

# word → (hours or days, how many of them)
HOUR, DAY, WORKDAY, WEEK, MONTH, YEAR = ("hours", 1), ("days", 1), ("business_days", 1), ("days", 7), ("days", 30), ("days", 365)
UNITS = _table(
    ("hour hours hr hrs h hs stunde stunden std heure heures hora horas ora ore saat saatte jam timer timme timmar uur uren", HOUR),
    ("godzin godziny godzinę hodin hodiny час часа часов ч годин години giờ tuntia tunnin óra órán ساعة ساعات", HOUR),
    ("day days tag tage tagen tages jour jours día dia días dias giorno giorni gün günde günü günlük hari dag dage dager dagar", DAY),
    ("dagen dni dzień dnia den dny dnů dní день дня дней дн сутки суток доби днів дні ngày päivää päivän zile يوم أيام", DAY),
    ("weekday weekdays workday workdays werktag werktage werktagen arbeitstag arbeitstage arbeitstagen bankarbeitstage", WORKDAY),
    ("werkdag werkdagen werkdage arbejdsdage virkedager arbetsdag arbetsdagar arkipäivää arkipäivän munkanap munkanapon", WORKDAY),
    ("week weeks wk wks woche wochen semaine semaines semana semanas settimana settimane hafta haftada minggu uge uger uke uker", WEEK),
    ("weken vecka veckor tydzień tygodnia tygodni tygodnie týden týdny týdnů неделя недели недель неделю тиждень тижні тижнів", WEEK),
    ("tuần viikkoa viikon săptămâni أسبوع أسابيع", WEEK),
    ("fortnight fortnights", ("days", 14)),
    ("month months monat monate monaten mois mes meses mês mesi mese ay ayda bulan måned måneder månad månader maand maanden", MONTH),
    ("miesiąc miesiące miesięcy miesiąca měsíc měsíce měsíců месяц месяца месяцев місяць місяці місяців tháng شهر أشهر", MONTH),
    ("year years jahr jahre jahren ans año años ano anos anno anni yıl tahun rok lata лет год года", YEAR),
)
# Case says what these are: "7d", but "3D".
SMALL_UNITS = {"d": DAY, "w": WEEK, "mo": MONTH}
# Written without spaces, longest first.
HAN_UNIT = re.compile(
    r"\s?(?:(?P<business>個?个?(?:工作日|工作天|营业日|營業日|営業日)|영업일|근무일|평일|業務日)|(?P<hour>個?个?(?:小时|小時)|時間|시간)"
    r"|(?P<week>週間|周间|個?个?(?:星期|礼拜|禮拜)|周(?!年)|週|주(?:일|간)?(?!년))|(?P<month>[个個か箇ヶカヵケ]月|개월|달)"
    r"|(?P<day>個?个?(?:自然日|日历日)|日間|天|日|일)(?!본|語|本))"
)
HAN_UNITS = {"business": WORKDAY, "hour": HOUR, "week": WEEK, "month": MONTH, "day": DAY}
BUSINESS = _table(
    ("business working work office bank banking labor labour ouvré ouvrés ouvre ouvres ouvrable ouvrables hábil hábiles habil", True),
    ("habiles laborable laborables laboral laborales útil úteis util uteis lavorativo lavorativi lavorative iş mesai kerja", True),
    ("roboczych robocze roboczy roboczego pracovních pracovní рабочих рабочие рабочий рабочего робочих робочі làm lucrătoare", True),
)
CALENDAR = _table(
    ("calendar consecutive natural full civil elapsed kalender calendaires calendaire naturales corridos naturais solari", True),
    ("solare takvim kalendarzowych календарных", True),
)
EVERY = _table(
    ("every each per jede jeden jeder jedes alle chaque cada ogni каждые каждый каждую каждое her setiap tiap co kaikki minden", True)
)
ADVERBS = _table(
    (
        "daily täglich quotidienne quotidien quotidiennes diariamente giornaliero giornalieri ежедневно günlük harian codziennie dagelijks",
        1,
    ),
    ("weekly wöchentlich wöchentliche hebdomadaire hebdomadaires semanal semanais semanales semanalmente settimanale settimanali", 7),
    ("settimanalmente еженедельно еженедельные haftalık mingguan tygodniowo cotygodniowe wekelijks wekelijkse ugentlig veckovis", 7),
    ("biweekly bi-weekly fortnightly bihebdomadaire quinzenal quinzenalmente quincenal quincenales zweiwöchentlich", 14),
    ("monthly monatlich mensuel mensuelle mensuelles mensal mensalmente mensual mensuales mensile mensili ежемесячно aylık bulanan", 30),
)
HAN_ADVERBS = {"周": 7, "週": 7, "주": 7, "月": 30, "월": 30, "달": 30}
HAN_ADVERB = re.compile(r"(每[周週日天月]|毎[週日月]|매(?:주|일|월|달))(?!末)")

HAN_NUMBER = re.compile(r"[一二三四五六七八九十两兩]{1,3}(?=\s?[个個か箇ヶカヵケ天日周週工小時营営營星])")
KOREAN_BUSINESS = re.compile(r"(?:영업일|근무일)(?: 기준)?\s?\d{1,3}\s?$")
OTHER = ("other", "second", "zwei", "zweite", "zweiten")

PLACES = re.compile(r"\d{1,4}|[^\W\d_]+(?:[-‐][^\W\d_]+)?")
WORD = re.compile(r"[\s\u00a0‑‐-]{0,3}([^\W\d_]{1,20})\.?")
AGAIN = re.compile(r"[\s-]{0,2}\(\s?(?:(\d{1,4})|[^\W\d_]{2,20}(?:-[^\W\d_]{2,20})?)\s?\)(?=[\s-])")
TO = re.compile(
    r"\s{0,3}(?:[-–—−‐‑~〜～/]|to\b|or\b|up to\b|through\b|till?\b|bis\b|oder\b|à\b|ou\b|a\b|o\b|ao?s?\b|hasta\b|até\b|до\b|или\b|i?le\b"
    r"|ila\b|sampai\b"
    r"|hingga\b|do\b|lub\b|至|到|から|또는|에서)\s{0,3}"
)
AND = re.compile(r"\s{1,3}(?:and|und|et|y|e|i|и)\s{1,3}")
BETWEEN = re.compile(r"(?:\b(?:between|zwischen|entre|tra|fra|między|между|mellan|tussen))\s{1,3}$", re.IGNORECASE)
# What a number must not follow: it would be a part of a version, a date, a clock time or a word.
GLUED = re.compile(r"(?:[\d][.,:/]|[A-Za-z]-|[A-Za-z$€£#]|[年月월]\s?|\d[-–/])$")

EVERY_BEFORE = re.compile(
    r"(?:\b(?:every|each|once per|once every|once in|at intervals of|alle|tous les|toutes les|cada|ogni|her|setiap|tiap|co)|кажды[ехй]"
    r"|каждую|[每毎]|매)\s{0,2}$",
    re.IGNORECASE,
)
EVERY_AFTER = re.compile(
    r"\s{0,2}(?:ごと|毎に|おき|마다|에 한 번|에 1회|[一1]次|(?:interval|intervals|cadence|rhythm)\b|arayla|aralıklarla"
    r"|sekali\b)",
    re.IGNORECASE,
)
LEAST_BEFORE = re.compile(
    r"(?:\b(?:at least|a? ?minimum(?: of)?|no (?:less|fewer|sooner|earlier) than|more than|over|longer than|mindestens|au moins"
    r"|minimum de|al menos|"
    r"pelo menos|no mínimo|almeno|en az|minimal|setidaknya|co najmniej)|не менее|minstens|至少|不少于|>=?|≥)\s{0,2}$",
    re.IGNORECASE,
)
LEAST_AFTER = re.compile(r"\s?(?:\+|or (?:more|longer)\b|or so\b\+|以上|이상)", re.IGNORECASE)
LASTING_BEFORE = re.compile(
    r"\b(?:for|during|lasting|over|throughout|für|während|pendant|durant|durante|por|per|voor)"
    r"\s{1,2}(?:the (?:first|next|last|past) |up to |at least |about |around |approximately |a (?:minimum |maximum |period )?of |"
    r"a further |another |an additional |mindestens |au moins |al menos |pelo menos |almeno )?$",
    re.IGNORECASE,
)
LASTING_AFTER = re.compile(r"\s{0,2}(?:boyunca|selama|long\b|lang\b|間(?!以内|内)|동안)", re.IGNORECASE)
WITHIN_BEFORE = re.compile(
    r"(?:\b(?:with ?in|in|under|up to|at most|max(?:imum)?\.?(?: of)?|less than|no (?:later|more|longer) than|not (?:later|more) than|by|"
    r"after|takes?|innerhalb(?: von)?|binnen|spätestens(?: nach)?|in|bis zu|max\.?|maximal|sous|dans(?: les| un délai(?: maximum)? de)?|"
    r"en(?: moins de)?|d.ici|en(?: un plazo(?: máximo)? de)?|dentro de|antes de|em(?: até)?|até|no prazo de|entro(?: e non oltre)?|w ciągu|"
    r"do|dalam(?: waktu)?|maksimal|paling lambat|en geç|en fazla|azami|inom|inden(?: for)?|innen|tot|do|trong(?: vòng)?)|в течение|до|"
    r"не позднее|протягом|[<≤~≈]=?|在|最迟|最晚|最大|最長|最长)\s{0,2}(?:(?:the|about|approximately|around|roughly|ca\.?|ungefähr|first"
    r"|next)\s)?$",
    re.IGNORECASE,
)
WITHIN_AFTER = re.compile(
    r"\s?(?:之?以?内|이내|내에|안에|içinde|icinde|içerisinde|zarfında|or (?:less|sooner|faster)|at (?:the )?(?:most|latest)"
    r"|max\b|maximum\b)",
    re.I,
)
# "24 hours a day", "14 days ago", "1-day exploit", "90 days old", "3 times a week": no term.
NO_TERM_AFTER = re.compile(
    r"\s{0,2}(?:(?:a|per|/)\s?(?:day|week|month|year|jour|semaine|dia|día|tag|woche)\b|ago\b|old\b|earlier\b|(?:exploit|attack|vuln)|"
    r"(?:in|of) advance\b|['’]? (?:notice|prior)\b|前(?!に)|전에)",
    re.IGNORECASE,
)
NO_TERM_BEFORE = re.compile(
    r"\b(?:twice|times|last|past|previous|letzten|derniers|últimos|ultimi|past few"
    r"|every few)\s{1,2}(?:an?\s)?$",
    re.IGNORECASE,
)
IN_OTHER_WORDS = re.compile(r"\s{0,2}[(（]\s?(?:=|~|≈|or|i\.e\.,?|about|max\.?)?\s?$")
DAY_NUMBER = re.compile(
    r"\W{0,4}(?:day|tag|jour|día|dia|giorno|dag|день|dzień)s?\s(\d{1,3})(?:\s?(?:[-–—]|to|bis|à"
    r"|a)\s?(?:day\s)?(\d{1,3}))?(?![\w.])",
    re.IGNORECASE,
)
WITHIN_NUMBER = re.compile(r"\b(?:within|in under|innerhalb von|sous|dans les|em até|en|entro)\s$", re.IGNORECASE)
NUMBER_ALONE = re.compile(r"\s?(?:[,;)]|\.(?!\d)|$|(?:and|or|for|und|et|y|e)\b)")
