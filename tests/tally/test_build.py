"""Counting: the same tally from every kind of source, and one clear message for each fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from isg_audit.errors import DataError
from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally import Tally
from isg_audit.tally.build import count
from tests.audits import spec_of, tally_of


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": ["Zoë", "b ×", None, "Zoë", "b ×", "漢", '"; drop table decisions'],
            "decision": [1.0, 0.0, 1.0, 0.0, np.nan, 1.0, -0.0],
            "outcome": ["good", "bad", "good", None, "bad", "good", "bad"],
            "score": [0.5, -0.0, np.nan, 0.25, 0.0, 1.0, 0.5],
            "age": [24.0, 25.0, np.nan, 61.5, 62.0, 99.0, 25.0],
        }
    )


SPEC = spec_of(
    {"group": {}, "age": {"cut": [25, 62]}},
    outcome="outcome",
    outcome_favourable="good",
    score="score",
)


def counted(path: Path, spec: Spec = SPEC) -> Tally:
    named = spec.model_copy(
        update={"decisions": spec.decisions.model_copy(update={"source": path.name})}
    )
    decisions = open_decisions(AuditFile(named, "", path.parent, "audit.toml"))
    try:
        return count(decisions, spec)
    finally:
        decisions.close()


def test_files_and_frames_give_one_tally(tmp_path: Path) -> None:
    frame, table = rows(), pa.Table.from_pandas(rows())
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_csv(tmp_path / "a.csv.gz", index=False)
    parquet.write_table(table, tmp_path / "a.parquet")
    parquet.write_table(table.slice(0, 3), tmp_path / "part-0.parquet")
    parquet.write_table(table.slice(3), tmp_path / "part-1.parquet")
    feather.write_feather(table, tmp_path / "a.arrow", compression="uncompressed")
    expected = tally_of(frame, SPEC)
    assert expected.total == 7
    for name in ("a.csv", "a.csv.gz", "a.parquet", "part-*.parquet", "a.arrow"):
        assert counted(tmp_path / name) == expected, name
    assert tally_of(table, SPEC) == expected  # type: ignore[arg-type]


def test_kinds_of_the_same_value_are_one_value() -> None:
    def decided(values: object) -> Tally:
        return tally_of(pd.DataFrame({"group": ["a", "b", "a"], "decision": values}), spec_of())

    expected = decided([1, 0, 1])
    assert decided([1.0, 0.0, 1.0]) == expected
    assert decided([True, False, True]) == expected
    assert decided(["1", "0", "1"]) == expected
    assert decided(["1.0", "0", "1.0"]) == expected


def test_bands_take_their_lower_edge_and_keep_their_order() -> None:
    table = tally_of(rows(), SPEC).table(["age"])
    assert table.groups == ("under 25", "25 to under 62", "62 or over")
    assert table.people.tolist() == [1, 3, 2]


def test_text_of_a_csv_stays_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("group,decision\n02139,1\n2139,0\n,1\n", encoding="utf-8")
    assert counted(tmp_path / "a.csv", spec_of()).table(["group"]).groups == ("02139", "2139")


def test_counts_and_weights_are_added_up() -> None:
    frame = pd.DataFrame({"group": ["a", "b"], "decision": [1, 0], "n": [5, 7], "w": [0.5, 2.0]})
    table = tally_of(frame, spec_of(count="n", weight="w")).table(["group"])
    assert table.people.tolist() == [5, 7]
    assert table.weight.sum(axis=(1, 2)).tolist() == [2.5, 14.0]
    assert table.squares.sum(axis=(1, 2)).tolist() == [1.25, 28.0]


def test_persons_are_counted_apart_from_their_decisions() -> None:
    frame = pd.DataFrame(
        {"group": ["a", "a", "a", "b"], "decision": [1, 1, 0, 0], "who": [1, 1, 2, 3]}
    )
    table = tally_of(frame, spec_of(person="who")).table(["group"])
    assert table.persons is not None
    assert table.persons.tolist() == [2, 1]
    # One person with two decisions and one with one: (4 + 1) / 3 decisions a case at worst.
    assert table.repeats.tolist() == pytest.approx([5 / 3, 1])


def test_cases_without_a_name_are_as_many_persons() -> None:
    frame = pd.DataFrame(
        {"group": ["a"] * 4 + ["b"], "decision": [1, 1, 0, 0, 1], "who": [1, 1, None, None, None]}
    )
    table = tally_of(frame, spec_of(person="who")).table(["group"])
    assert table.persons is not None
    assert table.persons.tolist() == [3, 1]
    assert table.repeats.tolist() == pytest.approx([(4 + 1 + 1) / 4, 1])


def test_many_scores_are_binned_and_their_sums_stay_exact() -> None:
    rng = np.random.default_rng(1)
    scores = rng.random(30_000)
    frame = pd.DataFrame(
        {"group": rng.choice(["a", "b"], 30_000), "decision": scores > 0.5, "score": scores}
    )
    tally = tally_of(frame.astype({"decision": int}), spec_of(score="score"))
    assert 1_000 < len(np.unique(tally.scores)) <= 1_100
    assert tally.table(()).score_sum.sum() == pytest.approx(scores.sum(), rel=1e-12)


@pytest.mark.parametrize(
    ("changed", "spec", "said"),
    [
        ({"decision": [1, 0, 2]}, spec_of(), "has 3 values: 0, 1, 2.*unfavourable = "),
        ({"decision": [1, 1, 1]}, spec_of(), "has one value only: 1"),
        ({"decision": [None, None, None]}, spec_of(), "has no value in any row"),
        ({}, spec_of(favourable="yes"), "'yes' never occurs in column 'decision'.*There is: 0, 1"),
        ({"group": ["a", "a", "a"]}, spec_of(), "holds one group only: a"),
        ({"group": ["", None, ""]}, spec_of(), "holds no known value"),
        ({}, spec_of({"group": {"reference": "c"}}), "'c' does not occur.*There is: a, b"),
        ({"y": [None, None, None]}, spec_of(outcome="y", outcome_favourable=1), "no value in any"),
        ({"score": [0.1, float("inf"), 0.3]}, spec_of(score="score"), "is infinite in 1 rows"),
        ({"score": ["high", "low", "low"]}, spec_of(score="score"), "holds text, not numbers"),
        ({"n": [1, -1, 1]}, spec_of(count="n"), "is negative"),
        ({"n": [1.5, 1, 1]}, spec_of(count="n"), "not a whole number"),
        ({"n": [1, None, 1]}, spec_of(count="n"), "missing in 1 rows"),
        ({}, spec_of(["grup"]), "no column 'grup'.*Did you mean 'group'"),
    ],
)  # fmt: skip
def test_data_that_cannot_be_counted(changed: dict, spec: Spec, said: str) -> None:
    frame = pd.DataFrame({"group": ["a", "b", "a"], "decision": [1, 0, 1]}).assign(**changed)
    with pytest.raises(DataError, match=f"(?s){said}"):
        tally_of(frame, spec)


def test_every_fault_is_said_at_once() -> None:
    frame = pd.DataFrame(
        {"g": ["a"] * 4, "h": list("abcd"), "decision": [1, 0, 2, 1], "y": [None] * 4}
    )
    spec = spec_of(["g", "h"], outcome="y", outcome_favourable=1)
    with pytest.raises(DataError) as error:
        tally_of(frame, spec)
    assert len(error.value.faults) == 3


def test_an_identifier_is_no_group() -> None:
    frame = pd.DataFrame({"group": range(10_000), "decision": [1, 0] * 5_000})
    with pytest.raises(DataError, match="has 10,000 values; 1,000 is the most"):
        tally_of(frame, spec_of())


def test_nan_in_a_csv_score_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("group,decision,score\na,1,0.5\nb,0,nan\n", encoding="utf-8")
    with pytest.raises(DataError, match="is NaN in 1 rows"):
        counted(tmp_path / "a.csv", spec_of(score="score"))
