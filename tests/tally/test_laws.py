"""Laws of the tally that hold for all inputs: merging, rolling up, order, names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.errors import InputError
from isg_audit.tally import Tally
from isg_audit.tally.codes import aggregate
from tests.audits import spec_of, tally_of

ROW = st.tuples(
    st.sampled_from(["a", "b", "c", "é ×", None]),
    st.sampled_from(["x", "y", ""]),
    st.sampled_from([1, 0, None]),
    st.sampled_from([1, 0, None]),
    st.sampled_from([0.1, 0.25, -0.0, 0.9, None]),
)
# The first four rows make sure that every value which must occur does.
FIRST = [
    ("a", "x", 1, 1, 0.1),
    ("b", "y", 0, 0, 0.9),
    ("a", "y", 0, 1, 0.1),
    ("b", "x", 1, 0, 0.25),
]
ROWS = st.lists(ROW, max_size=30)
SPEC = spec_of(["g", "h"], outcome="outcome", outcome_favourable=1, score="score")


def frame_of(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["g", "h", "decision", "outcome", "score"])
    return frame.astype({"decision": "Int64", "outcome": "Int64", "score": "float64"})


@settings(max_examples=25)
@given(ROWS, ROWS)
def test_two_parts_merge_into_the_whole(one: list, other: list) -> None:
    parts = tally_of(frame_of(FIRST + one), SPEC) + tally_of(frame_of(FIRST + other), SPEC)
    assert parts == tally_of(frame_of(FIRST + one + FIRST + other), SPEC)


@settings(max_examples=15)
@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list, random: object) -> None:
    whole = FIRST + rows
    mixed = list(whole)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert tally_of(frame_of(whole), SPEC) == tally_of(frame_of(mixed), SPEC)


@settings(max_examples=15)
@given(ROWS)
def test_every_row_is_counted_once(rows: list) -> None:
    whole = FIRST + rows
    tally = tally_of(frame_of(whole), SPEC)
    assert tally.total == len(whole)
    assert tally.table(()).people.sum() == len(whole)
    known = [row for row in whole if row[0] is not None]
    assert tally.table(["g"]).people.sum() == len(known)


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """A tally with two attributes and random cells, made without an engine."""
    cells = draw(st.integers(0, 25))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = (("a", "b", "c"), ("x", "y"))
    codes = np.column_stack(
        [
            rng.integers(-1, 3, cells),
            rng.integers(-1, 2, cells),
            *rng.integers(0, 3, (2, cells)),
            np.full(cells, -1),
            rng.integers(-1, 3, cells),
        ]
    ).astype(np.int32)
    scores = rng.choice([0.0, 0.5, 1.0, np.nan], cells)
    n = rng.integers(1, 9, cells).astype(float)
    at = np.nan_to_num(scores)
    sums = np.column_stack([n, n, n, n * at, n * at * at])
    return Tally(("g", "h"), levels, *aggregate(codes, scores, sums))


@given(tallies(), tallies(), tallies())
def test_merging_is_associative_and_commutative(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a


@given(tallies(), tallies(), st.sampled_from([(), ("g",), ("h",), ("g", "h")]))
def test_merging_and_rolling_up_commute(a: Tally, b: Tally, kept: tuple[str, ...]) -> None:
    assert (a + b).roll_up(kept) == a.roll_up(kept) + b.roll_up(kept)


@given(tallies())
def test_rolling_up_loses_nobody(a: Tally) -> None:
    assert a.roll_up(["h"]).total == a.total
    assert a.roll_up(["h", "g"]) == a


def test_tallies_of_other_definitions_do_not_merge() -> None:
    one = tally_of(frame_of(FIRST), SPEC)
    other = tally_of(frame_of(FIRST), spec_of(["g"], positive="unfavourable"))
    with pytest.raises(InputError, match="differ in attributes.*\n.*differ in positive"):
        one + other


def test_rolling_up_names_what_was_not_counted() -> None:
    with pytest.raises(InputError, match="'gg' was not counted.*Did you mean 'g'"):
        tally_of(frame_of(FIRST), SPEC).roll_up(["gg"])
