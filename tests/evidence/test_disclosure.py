"""What is published of a tally: nothing small, margins that fit, and the same on the way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.errors import InputError
from isg_audit.evidence.blocks import COARSER, split
from isg_audit.evidence.disclosure import Published, publishable
from isg_audit.evidence.tally_file import read_tallies, write_tallies
from isg_audit.tally.table import UNKNOWN
from isg_audit.tally.tally import Tally
from tests.evidence.made import BYS, tally

LEAST = 10

tallies = st.builds(
    tally,
    people=st.integers(0, 900),
    seed=st.integers(0, 500),
    unknown=st.sampled_from([0.0, 0.01, 0.3]),
    undecided=st.sampled_from([0.0, 0.02, 0.3]),
    scores=st.sampled_from([0, 3]),
    shares=st.sampled_from([(0.01, 0.99), (0.5, 0.5), (0.02, 0.08, 0.9)]),
)


@settings(max_examples=50)
@given(tallies)
def test_no_count_below_the_minimum_cell_is_published(counted: Tally) -> None:
    published = publishable(counted, BYS, LEAST)
    for by, blocks in published.tables.items():
        for block, sums in blocks.sums.items():
            # How many of all lack a decision or an outcome is a fact about the file.
            if not by and block in ("undecided", "outcome"):
                continue
            cases = sums[0]
            assert not ((cases > 0) & (cases < LEAST)).any(), (by, block)
        for block, together in blocks.together.items():
            assert not ((together[0] > 0) & (together[0] < LEAST)).any(), (by, block)


@settings(max_examples=50)
@given(tallies)
def test_a_finer_block_is_withheld_where_a_coarser_one_is(counted: Tally) -> None:
    for blocks in publishable(counted, BYS, LEAST).tables.values():
        for block, coarser in COARSER.items():
            for one in coarser:
                assert not (blocks.withheld[one] & ~blocks.withheld[block]).any()


@settings(max_examples=50)
@given(tallies)
def test_outcomes_withheld_do_not_follow_from_the_cross_table(counted: Tally) -> None:
    """Where nobody of a group is undecided, its cross table adds up to its outcomes."""
    for by, blocks in publishable(counted, BYS, LEAST).tables.items():
        all_decided = counted.table(by).cases[..., UNKNOWN].sum(axis=1) == 0
        told = ~blocks.withheld["cross"] & all_decided
        assert not (told & blocks.withheld["outcome"]).any(), by


@settings(max_examples=50)
@given(tallies)
def test_what_is_published_is_what_was_counted(counted: Tally) -> None:
    published = publishable(counted, BYS, LEAST)
    for by in BYS:
        whole = counted.table(by)
        seen = replace(published, seen="cross").table(by)
        kept = ~seen.withheld
        assert seen.groups == whole.groups
        np.testing.assert_array_equal(
            seen.cases[kept][..., :UNKNOWN], whole.cases[kept][..., :UNKNOWN]
        )
        assert np.isnan(seen.cases[~kept][..., :UNKNOWN]).all()
        rates = replace(published, seen="decision").table(by)
        shown = ~rates.withheld
        np.testing.assert_array_equal(
            rates.cases[shown].sum(axis=1)[:, :UNKNOWN],
            whole.cases[shown].sum(axis=1)[:, :UNKNOWN],
        )


@settings(max_examples=50)
@given(tallies)
def test_a_minimum_cell_of_one_withholds_nothing(counted: Tally) -> None:
    published = publishable(counted, BYS, 1)
    assert published.whole
    for by in BYS:
        whole, seen = counted.table(by), replace(published, seen="whole").table(by)
        for name in ("cases", "weight", "squares", "scored", "score_sum", "score_squares"):
            np.testing.assert_allclose(getattr(seen, name), getattr(whole, name), atol=1e-12)


@settings(max_examples=50)
@given(tallies)
def test_withheld_groups_as_one_group_complete_the_whole(counted: Tally) -> None:
    published = publishable(counted, BYS, LEAST)
    for by in BYS:
        merged = replace(published, seen="decision", merged=True).table(by)
        known = counted.table(by).cases[..., :UNKNOWN].sum()
        told = merged.cases[..., :UNKNOWN].sum()
        assert np.isnan(told) or told == pytest.approx(known)


def same(one: Published, other: Published) -> None:
    assert list(one.tables) == list(other.tables)
    for by, blocks in one.tables.items():
        again = other.tables[by]
        assert (again.groups, again.values) == (blocks.groups, blocks.values)
        np.testing.assert_array_equal(again.levels, blocks.levels)
        np.testing.assert_array_equal(again.repeats, blocks.repeats)
        assert again.together.keys() == blocks.together.keys()
        assert again.sums.keys() == blocks.sums.keys()
        for block in COARSER:
            if block in blocks.sums:
                np.testing.assert_array_equal(again.sums[block], blocks.sums[block])
            np.testing.assert_array_equal(again.withheld[block], blocks.withheld[block])
        for block, together in blocks.together.items():
            np.testing.assert_array_equal(again.together[block], together)


@settings(max_examples=15)
@given(tallies, st.sampled_from([1, LEAST]))
def test_the_file_gives_back_what_was_written(counted: Tally, least: int) -> None:
    import tempfile

    published = publishable(counted, BYS, least)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "tally.parquet")
        write_tallies({"log": published, "model": published}, path)
        again = read_tallies(path)
    assert list(again) == ["log", "model"]
    same(published, again["model"])


def test_weighted_counts_come_back_and_their_score_bins_are_withheld(tmp_path: Path) -> None:
    published = publishable(tally(2_000, 1, scores=3, weighted=True), BYS, LEAST)
    assert published.tables[()].withheld["bins"].all()
    write_tallies({"log": published}, tmp_path / "tally.parquet")
    same(published, read_tallies(tmp_path / "tally.parquet")["log"])


def test_the_file_can_be_read_by_others(tmp_path: Path) -> None:
    import duckdb

    counted = tally(2_000, 1)
    write_tallies({"log": publishable(counted, BYS, LEAST)}, tmp_path / "tally.parquet")
    asked = f"""
        SELECT "group"[1], n FROM '{tmp_path}/tally.parquet'
        WHERE "by" = ['sex'] AND block = 'decision' AND decision = 'positive' ORDER BY 1
    """  # noqa: S608 - a path of our own
    rows = duckdb.sql(asked).fetchall()
    cases = counted.table(("sex",)).cases.sum(axis=1)[:, 0]
    assert rows == [("Female", cases[0]), ("Male", cases[1])]


def test_a_group_of_three_is_withheld_whole_and_one_more_with_it() -> None:
    counted = tally(1_000, 2, shares=(0.003, 0.3, 0.697))
    published = publishable(counted, (("race",),), LEAST)
    assert int(counted.table(("race",)).people[0]) < LEAST
    for block in ("decided", "decision", "cross", "outcome", "score"):
        assert published.tables[("race",)].withheld[block][0]
    assert published.withheld("decision", ("race",)) == {
        "Asian": True, "Black": True, "White": False
    }  # fmt: skip
    assert published.few == {(("race",), "Asian")}
    assert published.groups_withheld == {(("race",), "Asian"), (("race",), "Black")}


def test_few_undecided_cases_hide_the_size_and_not_the_rates() -> None:
    counted = tally(2_000, 2, undecided=0.003)
    published = publishable(counted, (("sex",),), LEAST)
    assert all(published.withheld("size", ("sex",)).values())
    assert not any(published.withheld("decision", ("sex",)).values())
    assert not any(published.withheld("cross", ("sex",)).values())


def test_few_persons_behind_many_decisions_are_withheld() -> None:
    counted = tally(400, 2, shares=(0.2, 0.4, 0.4))

    class OfFewPersons:
        attributes = counted.attributes

        def table(self, by: tuple[str, ...]) -> object:
            table = counted.table(by)
            persons = table.people.copy()
            if by == ("race",):
                persons[0] = 4
            return replace(table, persons=persons)

    published = publishable(OfFewPersons(), (("race",),), LEAST)  # type: ignore[arg-type]
    assert published.withheld("people", ("race",))["Asian"]


def test_repeated_persons_raise_the_least_count() -> None:
    counted = tally(120, 2, shares=(0.2, 0.4, 0.4))

    class Repeated:
        attributes = counted.attributes

        def table(self, by: tuple[str, ...]) -> object:
            table = counted.table(by)
            return replace(table, repeats=np.full(len(table.groups), 4.0))

    assert not any(publishable(counted, (("race",),), 5).withheld("people", ("race",)).values())
    published = publishable(Repeated(), (("race",),), 5)  # type: ignore[arg-type]
    smallest = int(np.argmin(counted.table(("race",)).people))
    assert counted.table(("race",)).people[smallest] > 5
    assert published.tables[("race",)].withheld["decision"][smallest]


def test_a_value_that_holds_the_joint_is_told_apart() -> None:
    known = {"sex": ("F × x", "M"), "race": ("A", "B × c")}
    assert split("F × x × B × c", ("sex", "race"), known) == ("F × x", "B × c")
    assert split("M × A", ("sex", "race"), known) == ("M", "A")
    assert split("", (), known) == ()
    with pytest.raises(Exception, match="not made of values"):
        split("F × B", ("sex",), known)


def test_counts_that_were_not_published_are_asked_for_in_vain() -> None:
    published = publishable(tally(), (("sex",),), LEAST)
    with pytest.raises(InputError, match="no counts by race"):
        published.table(("race",))
