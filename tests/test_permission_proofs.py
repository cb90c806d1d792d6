"""The same table with less proof: too old, none, or given by people of another project. A door that forgets to ask anew fails."""

from accounts.middleware import BEFORE_SECOND_FACTOR
from tests.matrix.table import ALIKE, STAFF, STALE, STANDINGS, rows


def test_a_proof_that_is_too_old_is_asked_for_where_the_matrix_says_so_and_nowhere_else(scene):
    wrong = []
    for key, row, asks_anew in rows():
        if row in ALIKE:
            continue
        for standing, expected in zip(STANDINGS[1:], row[1:], strict=True):
            if expected in ("401", "403", "404", "login"):
                continue  # refused with a fresh proof already
            if asks_anew and expected == "open":
                expected = STALE.get(key) or ("factor" if standing in STAFF else "password")
            found = scene.meets(scene.people[standing], scene.door(key), proof="stale")
            if found != expected:
                wrong.append(f"{key} as {standing}: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_who_has_a_role_elsewhere_is_nobody_here(scene):
    """What the owner of another project meets, its triager and maintainer meet; its reporter and guest are strangers here."""
    like = {"triager": "foreign", "maintainer": "foreign", "reporter": "outsider", "guest": "outsider"}
    wrong = []
    for key, row, _asks_anew in rows():
        if row in ALIKE:
            continue
        for there, user in scene.elsewhere.items():
            found, expected = scene.meets(user, scene.door(key), proof="fresh"), row[STANDINGS.index(like[there])]
            if key == "GET recoveries":
                expected = "404"  # which only an owner, of whichever project, has to answer
            if found != expected:
                wrong.append(f"{key} as {there} elsewhere: {found}, not {expected}")
    assert not wrong, "\n".join(wrong)


def test_staff_without_the_second_factor_get_nowhere(scene):
    wrong = []
    for key, row, _asks_anew in rows():
        door = scene.door(key)
        if row in ALIKE or door.name in BEFORE_SECOND_FACTOR:
            continue
        for standing in STAFF:
            found = scene.meets(scene.people[standing], door, proof="none")
            if found not in ("factor", "enrol", "403"):
                wrong.append(f"{key} as {standing}: {found}")
    assert not wrong, "\n".join(wrong)
