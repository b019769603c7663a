"""Counts by everything that may define a group, and where numbers are cut into bands."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isg_audit.sources import open_decisions
from isg_audit.spec import AuditFile, Spec
from isg_audit.tally import count_cube
from isg_audit.tally.bands import cuts
from isg_audit.tally.cube import NOT_KNOWN
from tests.audits import spec_of


def searching(columns, groups=("sex",), outcome=None, **search) -> Spec:
    spec = spec_of(groups=groups, outcome=outcome, outcome_favourable=1 if outcome else None)
    again = spec.model_dump(exclude_unset=True)
    return Spec.model_validate({**again, "search": {"columns": columns, **search}})


def cube_of(frame, spec):
    decisions = open_decisions(AuditFile.in_memory(spec), frame)
    try:
        return count_cube(decisions, spec)
    finally:
        decisions.close()


def people(rows=400, seed=1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], rows),
            "town": rng.choice(["A", "B", None], rows),
            "income": rng.lognormal(10, 1, rows),
            "children": rng.integers(0, 4, rows),
            "decision": rng.choice([1.0, 0.0, np.nan], rows),
            "repaid": rng.choice([1.0, 0.0, np.nan], rows),
        }
    )


def test_every_cell_is_counted_as_its_rows_say():
    frame = people()
    cube = cube_of(frame, searching(["town", "income", "children"], outcome="repaid"))
    assert cube.names == ("sex", "town", "income", "children")
    assert cube.declared == 1
    assert cube.levels[1] == ("A", "B", NOT_KNOWN)
    assert cube.levels[3] == ("0", "1", "2", "3")
    decided = frame[frame.decision.notna()]
    assert cube.cases.sum() == len(decided)
    assert cube.cases[cube.refused].sum() == (decided.decision == 0).sum()
    assert cube.cases[cube.deserving].sum() == (decided.repaid == 1).sum()
    town = np.bincount(cube.codes[:, 1], cube.cases)
    assert town.tolist() == [(decided.town == "A").sum(), (decided.town == "B").sum(),
                             decided.town.isna().sum()]  # fmt: skip
    edges = [float(one.split(" to under ")[0].removeprefix("under ").removesuffix(" or over"))
             for one in cube.levels[2]][1:]  # fmt: skip
    band = np.searchsorted(edges, decided.income, side="right")
    assert np.bincount(cube.codes[:, 2], cube.cases).tolist() == np.bincount(band).tolist()
    # Bands are quarters of all, to three figures of the cut.
    shares = np.bincount(np.searchsorted(edges, frame.income, side="right")) / len(frame)
    assert abs(shares - 0.25).max() < 0.02


def test_cuts_that_are_given_and_a_missing_number():
    frame = people().assign(income=[np.nan, *range(399)], decision=[1, 0] * 200)
    cube = cube_of(frame, searching(["income"], cut={"income": [100, 200.5]}))
    assert cube.levels[1] == ("under 100", "100 to under 200.5", "200.5 or over", NOT_KNOWN)


def test_columns_that_cannot_be_searched_are_named():
    frame = people().assign(
        name=[f"person {at}" for at in range(400)],
        day=pd.Timestamp("2024-01-31"),
        alone=7.5,
    )
    cube = cube_of(frame, searching(["name", "day", "children"]))
    assert cube.names == ("sex", "children")
    assert [one.split("'")[1] for one in cube.left_out] == ["name", "day"]
    assert cube_of(frame, spec_of(groups=("sex",))).why == "the audit file has no table [search]"
    assert (
        "16"
        in cube_of(
            frame.assign(**{f"c{at}": frame.town for at in range(16)}),
            searching([f"c{at}" for at in range(16)]),
        ).why
    )


def test_a_table_of_counts_is_counted_as_its_rows_would_be():
    frame = people()
    rows = frame.groupby(["sex", "children", "decision"], dropna=False).size().reset_index(name="n")
    spec = searching(["children"])
    counted = spec.model_copy(
        update={"decisions": spec.decisions.model_copy(update={"count": "n"})}
    )
    mine, whole = cube_of(rows, counted), cube_of(frame, spec)
    order = np.lexsort([*mine.codes.T, mine.refused])
    other = np.lexsort([*whole.codes.T, whole.refused])
    assert (mine.codes[order] == whole.codes[other]).all()
    assert mine.cases[order].tolist() == whole.cases[other].tolist()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(-3, 30), min_size=2, max_size=80), st.integers(2, 6))
def test_bands_start_at_numbers_that_occur_and_rise(numbers, bins):
    frame = pd.DataFrame({"sex": ["f", "m"] * len(numbers), "decision": [1, 0] * len(numbers),
                          "number": [one for one in numbers for _ in range(2)]})  # fmt: skip
    decisions = open_decisions(AuditFile.in_memory(searching(["number"])), frame)
    found = cuts(decisions, "number", bins)
    decisions.close()
    assert set(found) <= set(numbers)
    assert list(found) == sorted(set(found))
    assert len(found) < bins
    assert bool(found) == (len(set(numbers)) > 1)
    bands = np.bincount(np.searchsorted(found, numbers, side="right"), minlength=len(found) + 1)
    assert (bands > 0).all()


@pytest.mark.parametrize(
    ("search", "fault"),
    [
        ({"columns": ["town", "town"]}, "'town' stands twice"),
        ({"columns": ["sex"]}, "the declared group 'sex'"),
        ({"columns": ["decision"]}, "the column of 'decisions.decision'"),
        ({"columns": [], "cut": {"town": [1]}}, "'town' is not among 'columns'"),
        ({"columns": ["town"], "cut": {"town": [2, 1]}}, "the cuts must be one or more, and rise"),
    ],
)
def test_faults_of_the_table(search, fault):
    from isg_audit.spec.checks import check

    found = [one.what for one in check(searching(**search))]
    assert any(fault in one for one in found)
