"""Of a join, neither reporter learns anything of the other: on no page, in no letter, in no copy; but one commitment and one time."""

import pytest
from django.utils.timezone import now

from intake import closure, joining, mentions, parts, people, triage
from portal.keys import Keys
from portal.lib.crypto import DecryptError
from tests import builders
from tests.intake import copied, joined
from tests.intake.doing import keyed, letters, said, worded, words_of


@pytest.fixture
def pair(cast):
    """Both with messages of either side and with a guest each, before and after the join, and with the team's own words."""
    first, second = joined.two(cast)
    cast.left = second.case
    for report, who in ((first, cast.rita), (second, cast.carol)):
        mark = joined.EARLIER if report is first else joined.LATER
        builders.a_guest(report, builders.a_person(f"Guest-{mark}"), by=who)
        builders.a_reporter_reply(report, by=who, text=f"{mark} said")
    for case in (first.case, second.case):
        builders.a_note(case, by=cast.bob, text="canary-note-33")
        triage.retitle(keyed(case), title="canary-title-33", by=cast.bob, at=now())
    second = joined.join(second, first, by=cast.bob)
    builders.a_team_reply(second, by=cast.alice, text=f"{joined.LATER} answered")
    builders.a_team_reply(first, by=cast.bob, text=f"{joined.EARLIER} answered")
    triage.accept(keyed(first.case), by=cast.bob, at=now(), **worded("The same words to both."))
    cast.client("bob").get(f"/cases/{first.case.ref}/")
    return joined.anew(first), joined.anew(second)


def of_other(cast, other):
    """What must not be seen of a report by the other's reporter."""
    mark, who = (joined.EARLIER, "Rita") if other.submitted_by == cast.rita else (joined.LATER, "Carol")
    team = ["canary-note-33", "canary-title-33", cast.left.ref, other.case.ref, str(other.case_id), str(cast.left.pk)]
    return [mark, who, other.ref, str(other.pk), other.pk.hex, *team]


def pages(client, report):
    base = f"/reports/{report.ref}/"
    copied.proved(client)
    for path in ("/reports/", base, f"{base}receipt/", f"{base}guests/", f"{base}copy/", f"{base}erasure/", f"{base}news/"):
        answer = client.get(path, headers={"HX-Request": "true"} if path.endswith("news/") else {})
        assert answer.status_code == 200, path
        yield path, answer.content.decode()
    yield "search", client.post("/search/", {"words": "canary"}).content.decode()


def test_no_page_shows_the_other(cast, pair):
    for report, other, who in ((pair[0], pair[1], "rita"), (pair[1], pair[0], cast.carol)):
        for path, page in pages(cast.client(who), report):
            for word in of_other(cast, other):
                assert word not in page, f"{word} on {path}"
        assert "answered" in cast.client(who).get(f"/reports/{report.ref}/").content.decode(), "the positive control"


def test_the_earlier_reporter_does_not_learn_that_another_was_joined(cast, pair):
    page = cast.client("rita").get(f"/reports/{pair[0].ref}/").content.decode()
    assert "Joined to" not in page and pair[1].commitment not in page
    told = copied.document(copied.bytes_of(copied.taken(cast.client("rita"), pair[0].ref)))
    assert "report_joined" not in {event["entry"]["kind"] for event in told["reports"][0]["events"]}


def test_the_later_one_sees_commitment_and_time_and_what_they_prove(cast, pair):
    page = cast.client(cast.carol).get(f"/reports/{pair[1].ref}/").content.decode()
    assert "Joined to an earlier report" in page and pair[0].commitment in page
    assert "It shows" in page and "It does not show" in page


def test_one_that_was_joined_to_a_later_report_is_not_told_that_it_was_earlier(cast):
    first, second = joined.two(cast)
    joined.join(first, second, by=cast.bob)
    page = cast.client("rita").get(f"/reports/{first.ref}/").content.decode()
    assert "Joined to another report" in page and "earlier report" not in page and second.commitment in page


def test_one_that_was_joined_to_a_case_without_a_report(cast):
    first, second = joined.two(cast)
    third = builders.a_report(cast.mailat, by=cast.charlie)
    empty = second.case
    joined.join(second, first, by=cast.bob)
    joined_case = keyed(empty)
    from_team = joined_case.joined_into
    assert from_team == first.case
    closure.reopen(joined_case, by=cast.alice, at=now())
    third = joined.join(third, empty, by=cast.bob)
    assert joining.of(third).commitment == ""
    assert "had found itself" in cast.client("charlie").get(f"/reports/{third.ref}/").content.decode()


def test_a_guest_without_history_is_not_told(cast, pair):
    late = builders.a_guest(pair[1], builders.a_person("Late"), by=cast.carol, with_history=False).user
    page = cast.client(late).get(f"/reports/{pair[1].ref}/").content.decode()
    assert pair[0].commitment not in page and "Joined to" not in page


def test_neither_copy_holds_anything_of_the_other(cast, pair, tmp_path):
    for report, other, who in ((pair[0], pair[1], "rita"), (pair[1], pair[0], cast.carol)):
        zipped = copied.bytes_of(copied.taken(cast.client(who), report.ref))
        files = copied.files_of(zipped)
        whole = b"".join(files.values()).decode("utf-8", "replace")
        for word in of_other(cast, other):
            assert word not in whole, word
        (tmp_path / f"{report.ref}.zip").write_bytes(zipped)
        code, told = copied.verified(tmp_path / f"{report.ref}.zip")
        assert code == 0, told


def test_no_letter_to_one_names_the_other(cast, pair):
    by_person = {"rita@example.org": pair[1], "carol-canary@example.org": pair[0]}
    seen = 0
    for letter in letters():
        other = by_person.get(letter.to[0])
        if other:
            seen += 1
            words = words_of(letter).replace(letter.to[0], "")
            assert not [
                word for word in (*of_other(cast, other)[:5], other.commitment, other.case.ref) if word in words.replace("Carol-canary", "")
            ]
    assert seen > 4


def test_the_keys_of_one_do_not_open_the_other(cast, pair):
    first, second = pair
    with pytest.raises(DecryptError):
        Keys.to(shared=[second.pk]).open(first)
    with pytest.raises(DecryptError):
        Keys.to(shared=[first.pk]).open(second.messages.first())


def test_nobody_is_offered_who_takes_part_in_the_other(cast, pair):
    for report, who in ((pair[0], cast.rita), (pair[1], cast.carol)):
        other = {row.user_id for row in (pair[1] if report is pair[0] else pair[0]).participants.exclude(role="team")}
        taking_part = parts.of([report], project=report.policy.project_id, viewer=who)
        assert not {one.user for one in mentions.known_to(taking_part, viewer=who)} & other
        shown = people.of([report], taking_part, viewer=who)[report.pk]
        assert len(shown) == len([row for row in report.participants.all() if row.user_id])


def test_a_message_of_one_cannot_be_answered_or_fetched_through_the_other(cast, pair):
    message = pair[0].messages.first()
    carol, ref = cast.client(cast.carol), pair[1].ref
    assert carol.post(f"/reports/{ref}/reply/", said(parent=str(message.pk))).status_code == 404
    assert carol.get(f"/reports/{ref}/messages/{message.pk}/history/").status_code == 404
    assert carol.get(f"/reports/{pair[0].ref}/").status_code == 404
