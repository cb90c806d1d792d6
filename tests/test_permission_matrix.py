"""Who gets where: every URL × every method × every standing. A URL that is not in the table fails.

The table is tests/matrix/table.py; what lies behind each URL is made in tests/matrix/scene.py. With less than a fresh proof:
tests/test_permission_proofs.py.
"""

from django.urls import reverse

from portal.lib.permissions import ALLOWED, REFUSALS, Action, Standing, may
from tests import builders
from tests.intake.restricted import restrict
from tests.matrix.scene import names
from tests.matrix.table import ALIKE, MATRIX, STANDINGS, rows


def test_every_url_is_in_the_matrix():
    listed = [key for key, _row, _anew in rows()]
    assert len(listed) == len(set(listed)), "each stands once"
    listed = {key.split(" ")[1] for key in listed}
    assert set(names()) - listed == set(), "say in MATRIX who may open these"
    assert listed - set(names()) == set(), "these are gone"
    assert all(len(row) == len(STANDINGS) and len(MATRIX[key].split()) <= len(STANDINGS) + 1 for key, row, _anew in rows() if key in MATRIX)


def test_no_url_takes_a_method_that_is_not_in_the_matrix(scene):
    listed = {key for key, _row, _anew in rows()}
    wrong = []
    for key in (f"{method} {name}" for name in names() for method in ("GET", "POST")):
        for standing in () if key in listed else ("reporter", "owner", "administrator"):
            found = scene.meets(scene.people[standing], scene.door(key), proof="fresh")
            if found not in ("405", "404", "403"):
                wrong.append(f"{key} as {standing}: {found}")
    assert not wrong, "\n".join(wrong)


def test_everybody_meets_what_the_matrix_says(scene):
    wrong = []
    for key, row, _asks_anew in rows():
        for standing, expected in zip(STANDINGS, row, strict=True):
            found = scene.meets(scene.people[standing], scene.door(key), proof="fresh")
            if found != expected:
                wrong.append(f"{key} as {standing}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_a_guest_without_history_meets_the_same_doors(scene):
    cast = scene.cast
    late = builders.a_guest(cast.report, builders.a_person("Lea"), by=cast.rita, with_history=False).user
    wrong = []
    for key, row, _asks_anew in rows():
        if row in ALIKE:
            continue
        door, expected = scene.door(key), row[STANDINGS.index("guest")]
        expected = "404" if door.name.startswith(("message_", "report_file")) else expected  # it was said before they joined
        found = scene.meets(late, door, proof="fresh")
        if found != expected:
            wrong.append(f"{key}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_a_team_mate_whom_a_restricted_case_does_not_name_meets_nothing_of_it(scene):
    ref = restrict(scene.cast.case, by=scene.cast.alice).ref
    wrong, doors = [], [(key, scene.door(key)) for key, _row, _asks_anew in rows()]
    for key, door in [(key, door) for key, door in doors if f"/cases/{ref}/" in door.url]:
        for who, expected in (("triager", "404"), ("owner", "404")):
            found = scene.meets(scene.people[who], door, proof="fresh")
            if found != expected:
                wrong.append(f"{key} as {who}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)
    assert len(doors) > 100, "the positive control"
    assert scene.meets(scene.people["maintainer"], scene.door("GET case"), proof="fresh") == "open"


def test_the_admin_is_for_administrators_with_their_second_factor(scene):
    cast, people = scene.cast, scene.people
    pages = [reverse("admin:index")]
    pages += [f"/admin/{label}/" for label in ("accounts/user", "accounts/auditevent", "accounts/delivery", "portal/project")]
    pages += [f"/admin/portal/{label}/" for label in ("securitypolicy", "membership", "invitation")]
    for page in pages:
        for standing in STANDINGS:
            response = cast.client(people[standing]).get(page)
            assert (response.status_code == 200) == (standing == "administrator"), f"{page} as {standing}"
        assert cast.client("ada", factor=False).get(page).status_code == 302


def test_the_admin_holds_no_case(scene):
    page = scene.cast.client("ada").get("/admin/").content.decode()
    assert "/admin/intake/" not in page
    assert "/admin/advisories/advisorydraft" not in page


def test_the_table_knows_every_action_and_has_a_sentence_for_each():
    assert set(ALLOWED) == set(REFUSALS) == set(Action)
    for action in Action:
        assert str(action.refusal).endswith(".")
        assert not may(Standing.ANONYMOUS, action)
        assert not may(None, action)


def test_an_administrator_opens_no_case():
    content = set(Action) - {Action.SUBMIT_REPORT, Action.READ_AUDIT}
    assert not any(may(Standing.ADMINISTRATOR, action) for action in content)
