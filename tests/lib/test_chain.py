"""The hash chain: what was changed, removed or moved is found where it happened."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.lib import chain

ENTRIES = [{"seq": number, "kind": "seen", "facts": {"ü": number}} for number in range(1, 7)]


def linked(entries):
    previous, made = chain.GENESIS, []
    for entry in entries:
        previous = chain.link(previous, entry)
        made.append((entry, previous))
    return made


def test_a_whole_chain_has_no_break():
    assert chain.first_break(linked(ENTRIES)) is None
    assert chain.first_break([]) is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5), st.sampled_from(["change", "hash", "remove", "swap", "repeat", "insert"]))
def test_the_first_break_is_named(place, what):
    made = linked(ENTRIES)
    entry, kept = made[place]
    if what == "change":
        made[place] = ({**entry, "kind": "closed"}, kept)
    elif what == "hash":
        made[place] = (entry, kept[:-1] + ("0" if kept[-1] != "0" else "1"))
    elif what == "remove":
        del made[place]
    elif what == "swap":
        place = min(place, 4)
        made[place], made[place + 1] = made[place + 1], made[place]
    elif what == "repeat":
        made.insert(place, made[place - 1] if place else made[1])
    else:
        made.insert(place, ({"seq": 99}, chain.link("f" * 64, {"seq": 99})))
    expected = None if what == "remove" and place == 5 else place
    assert chain.first_break(made) == expected, "of an end that was cut off only a kept hash tells"


def test_the_order_of_keys_does_not_count_but_everything_else_does():
    assert chain.link(chain.GENESIS, {"a": 1, "b": 2}) == chain.link(chain.GENESIS, {"b": 2, "a": 1})
    assert chain.link(chain.GENESIS, {"a": 1}) != chain.link(chain.GENESIS, {"a": "1"})
    assert chain.link(chain.GENESIS, {"a": 1}) != chain.link("1" * 64, {"a": 1})


def test_a_commitment_needs_the_salt_to_be_guessed():
    one, other = ({"text": "yes", "salt": chain.new_salt()} for _number in range(2))
    assert len(one["salt"]) == 32 and one["salt"] != other["salt"]
    assert chain.commitment(one) != chain.commitment(other)
    assert chain.commitment(one) == chain.commitment(dict(reversed(one.items())))


def test_moments_must_be_text_by_then():
    with pytest.raises(TypeError):
        chain.link(chain.GENESIS, {"at": datetime.now(UTC)})
