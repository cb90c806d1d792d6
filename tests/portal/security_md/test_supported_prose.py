"""Statements in sentences, in a section on versions and elsewhere."""

import pytest

from portal.security_md import document, supported

SUPPORTED, SECURITY, ENDED, UNCLEAR = "supported", "security_only", "ended", "unclear"


def rows(text, heading="Supported versions"):
    return [(row.text, row.status) for row in supported.read(document.read(f"# Policy\n\n## {heading}\n\n{text}\n")).facts]


@pytest.mark.parametrize(
    "sentence, expected",
    [
        ("Only the latest release is supported.", [("latest release", SUPPORTED)]),
        ("We support the last two minor versions of Parley.", [("last two minor versions", SUPPORTED)]),
        ("There is one supported version, and it is the latest.", [("latest", SUPPORTED)]),
        (
            "Only the `main` branch and the newest release get fixes. Older tags do not.",
            [("main branch", SUPPORTED), ("newest release", SUPPORTED), ("Older tags", ENDED)],
        ),
        ("Version 2.x is supported; 1.x is no longer supported.", [("2.x", SUPPORTED), ("1.x", ENDED)]),
        ("The 3.x series gets security fixes only.", [("3.x series", SECURITY)]),
        ("Versions 4 and above receive security fixes.", [("Versions 4 and above", SUPPORTED)]),
        ("Security updates are made for versions >= 4.0.", [("versions >= 4.0", SUPPORTED)]),
        ("All versions prior to 2.0 are unsupported.", [("All versions prior to 2.0", ENDED)]),
        ("We do not support any versions other than the latest release.", [("latest release", SUPPORTED)]),
        ("We support the newest release, but not older versions.", [("newest release", SUPPORTED), ("older versions", ENDED)]),
        ("Other releases get security fixes per request.", [("Other releases", UNCLEAR)]),
        ("Until v1.0.0, only the latest release is supported.", [("latest release", SUPPORTED)]),
        ("Security fixes land on the newest minor release (now 0.13.x, once 0.12.x).", [("newest minor release", SUPPORTED)]),
        ("Security patches are applied to the newest commit on `main` only.", [("newest commit on main", SUPPORTED)]),
        ("The newest published version.", [("newest published version", SUPPORTED)]),
        ("Only the latest version of the plugin is supported.", [("latest version of the plugin", SUPPORTED)]),
        ("Only HEAD and the last release are supported.", [("HEAD", SUPPORTED), ("last release", SUPPORTED)]),
        ("Fixes are made in the primary development branch.", [("primary development branch", SUPPORTED)]),
        (
            "Version 1.8.2 and later are supported. Versions below 1.8.2 are not.",
            [("1.8.2 and later", SUPPORTED), ("Versions below 1.8.2", ENDED)],
        ),
        ("v8 is maintained until 2027-01-31, v7 is not maintained.", [("v8", SUPPORTED), ("v7", ENDED)]),
        ("Anything before 2.8 is not patched.", [("Anything before 2.8", ENDED)]),
    ],
)
def test_a_sentence_states_what_is_supported(sentence, expected):
    assert rows(sentence) == expected


@pytest.mark.parametrize(
    "sentence, expected",
    [
        ("Nur die neueste Version wird unterstützt.", [("neueste Version", SUPPORTED)]),
        ("Seule la dernière version est prise en charge.", [("dernière version", SUPPORTED)]),
        ("Les versions antérieures ne sont plus maintenues.", [("versions antérieures", ENDED)]),
        ("Solo la última versión recibe parches de seguridad.", [("última versión", SUPPORTED)]),
        ("Apenas a versão mais recente é suportada.", [("versão mais recente", SUPPORTED)]),
        ("Riceve correzioni solo l'ultima versione pubblicata.", [("ultima versione pubblicata", SUPPORTED)]),
        ("Alleen de nieuwste versie wordt ondersteund.", [("nieuwste versie", SUPPORTED)]),
        ("Wspierana jest gałąź `main` oraz ostatnie wydanie.", [("gałąź main", SUPPORTED), ("ostatnie wydanie", SUPPORTED)]),
        (
            "Поддерживается только последняя версия. Старые версии не поддерживаются.",
            [("последняя версия", SUPPORTED), ("Старые версии", ENDED)],
        ),
        ("Підтримується лише остання версія.", [("остання версія", SUPPORTED)]),
        ("Podporována je pouze nejnovější verze.", [("nejnovější verze", SUPPORTED)]),
        ("Sadece en son sürüm güvenlik güncellemeleri alır.", [("en son sürüm", SUPPORTED)]),
        ("Hanya rilis terbaru yang mendapat perbaikan keamanan.", [("rilis terbaru", SUPPORTED)]),
        ("当前仅支持最新版本。旧版本不再维护。", [("最新版本", SUPPORTED), ("旧版本", ENDED)]),
        ("最新バージョンのみサポートしています。", [("最新バージョン", SUPPORTED)]),
        ("최신 버전만 지원합니다. 이전 버전은 지원되지 않습니다.", [("최신 버전", SUPPORTED), ("이전 버전", ENDED)]),
    ],
)
def test_a_sentence_states_it_in_many_languages(sentence, expected):
    assert rows(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "We will release a fix for all supported versions.",
        "A security release is made for the latest version once the fix is ready.",
        "Please upgrade to the latest version to get security fixes.",
        "If you use an older version, upgrade to the latest version.",
        "Older releases may receive security fixes at our discretion.",
        "The fix is backported to older branches where needed.",
        "We support TLS 1.2 and 1.3 only.",
        "The server supports Python 3.10 and later.",
        "Version 1.2 of this policy is supported by the team.",
        "Tool 2.x includes native support for access lists.",
        "Version 2.1 supports encrypted storage.",
        "The v2tool project is maintained by volunteers.",
        "There are no supported versions yet.",
        "No version has been released yet.",
        "A CVSS score of 9.0 and above gets a fix within 7 days.",
        "When a new major version is released, the older one gets security fixes for a while.",
        "Before reporting, check that the latest version on main is not fixed.",
    ],
)
def test_advice_chances_and_other_matters_state_nothing(sentence):
    assert rows(sentence) == rows(sentence, heading="Reporting") == []


def test_outside_a_section_on_versions_only_support_itself_counts():
    assert rows("Fixes are merged to the main branch.", heading="Process") == []
    assert rows("We support only the newest release.", heading="Process") == [("newest release", SUPPORTED)]


def test_the_scope_says_which_versions_are_meant():
    assert rows("- Bugs in the latest release", heading="In scope") == [("latest release", SUPPORTED)]
    assert rows("- Bugs in outdated versions\n- Bugs in old versions of browsers", heading="Out of scope") == [("outdated versions", ENDED)]


def test_a_table_goes_before_sentences():
    table = "| Version | Supported |\n|---|---|\n| 2.x | Yes |"
    assert rows(f"Only the latest release is supported.\n\n{table}") == [("2.x", SUPPORTED)]
