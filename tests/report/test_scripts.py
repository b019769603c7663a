from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from isg_audit.report.charts.scripts import as_seen, runs_right_to_left
from isg_audit.report.charts.svg import words


def test_arabic_letters_join_and_run_from_right_to_left() -> None:
    # Sample word of the Unicode standard's chapter on cursive joining: beh, reh joins to the right
    # alone, so "برب" is initial beh, final reh, isolated beh; seen from the left: reversed.
    assert as_seen("\u0628\u0631\u0628") == "\ufe8f\ufeae\ufe91"


def test_hebrew_is_turned_and_not_joined() -> None:
    assert as_seen("\u05d0\u05d1") == "\u05d1\u05d0"


def test_only_the_part_that_runs_from_right_to_left_is_turned() -> None:
    assert as_seen("Group 12 \u00d7 \u05d0\u05d1 (34)") == "Group 12 \u00d7 \u05d1\u05d0 (34)"


def test_browsers_are_told_not_to_turn_it_again() -> None:
    assert 'unicode-bidi="bidi-override"' in words(0, 0, "\u05d0\u05d1")
    assert "unicode-bidi" not in words(0, 0, "Black")


@given(st.text(alphabet=st.characters(max_codepoint=0x58F)))
def test_other_scripts_are_left_alone(said: str) -> None:
    assert as_seen(said) == said
    assert not runs_right_to_left(said)
