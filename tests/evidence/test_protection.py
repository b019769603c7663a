"""No small count can be read off or worked out: against linear programming, and by laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from isg_audit.evidence.protection import By, Flags, Margin, protect, sums_publishable

LEAST = 10
SEX, RACE = ("sex",), ("race",)
BOTH = ("sex", "race")


def margins_of(counts: np.ndarray) -> dict[By, Margin]:
    """Tables over everybody, each attribute and both, of counts whose last row and column are
    people of unknown value."""
    rows, columns = counts.shape[0] - 1, counts.shape[1] - 1
    sexes, races = [f"s{i}" for i in range(rows)], [f"r{i}" for i in range(columns)]

    def margin(by: By, values: list[tuple[str, ...]], sums: np.ndarray) -> Margin:
        flat = sums.reshape(-1, 1).astype(float)
        return Margin(by, tuple(values), flat, flat[:, 0], np.full(len(flat), float(LEAST)))

    return {
        (): margin((), [()], counts.sum()),
        SEX: margin(SEX, [(s,) for s in sexes], counts[:rows].sum(axis=1)),
        RACE: margin(RACE, [(r,) for r in races], counts[:, :columns].sum(axis=0)),
        BOTH: margin(BOTH, [(s, r) for s in sexes for r in races], counts[:rows, :columns]),
    }


def bounds(counts: np.ndarray, flags: Flags, by: By, place: int) -> tuple[float, float]:
    """The least and the greatest that a withheld count can be, given all that is published."""
    margins = margins_of(counts)
    cells = {b: _cells(counts.shape, b) for b in margins}
    known = [cells[b][at] for b in margins for at in np.flatnonzero(~flags[b])]
    values = [margins[b].counts[at, 0] for b in margins for at in np.flatnonzero(~flags[b])]
    wanted = cells[by][place].astype(float)
    ends = [
        linprog(sign * wanted, A_eq=np.array(known, float), b_eq=values, method="highs").fun
        for sign in (1, -1)
    ]
    return ends[0], -ends[1]


def _cells(shape: tuple[int, ...], by: By) -> list[np.ndarray]:
    rows, columns = shape[0] - 1, shape[1] - 1
    found = []
    for s in range(rows) if "sex" in by else [slice(None)]:
        for r in range(columns) if "race" in by else [slice(None)]:
            mask = np.zeros(shape, dtype=bool)
            mask[s, r] = True
            found.append(mask.ravel())
    return found


def test_published_oracle_of_one_table() -> None:
    # Methods C1: hiding only the 3 exposes it, and so does hiding one more cell of its row.
    table = np.array([[20, 3, 17, 0], [15, 12, 9, 0], [30, 8, 22, 0], [0, 0, 0, 0]])
    alone = {by: np.zeros(len(m.values), dtype=bool) for by, m in margins_of(table).items()}
    alone[BOTH][1] = True
    assert bounds(table, alone, BOTH, 1) == pytest.approx((3, 3))
    flags = protect(margins_of(table))
    assert flags[BOTH].reshape(3, 3)[0, 1]
    assert flags[BOTH].reshape(3, 3)[1, 2]
    assert flags[BOTH].reshape(3, 3)[2, 1]
    for place in np.flatnonzero(flags[BOTH] & (margins_of(table)[BOTH].counts[:, 0] < LEAST)):
        low, high = bounds(table, flags, BOTH, int(place))
        assert high - low >= LEAST


counts_of_people = st.integers(2, 4).flatmap(
    lambda rows: st.integers(2, 4).flatmap(
        lambda columns: st.lists(
            st.sampled_from([0, 0, 1, 3, 9, 10, 12, 40, 200]),
            min_size=(rows + 1) * (columns + 1),
            max_size=(rows + 1) * (columns + 1),
        ).map(lambda flat: np.array(flat).reshape(rows + 1, columns + 1))
    )
)


@settings(max_examples=60)
@given(counts_of_people)
def test_no_small_count_is_published_or_determined(counts: np.ndarray) -> None:
    if 0 < counts.sum() < LEAST or counts.sum() == 0:
        return
    margins = margins_of(counts)
    flags = protect(margins)
    for by, margin in margins.items():
        small = margin.small[:, 0]
        assert flags[by][small].all()
        for place in np.flatnonzero(small):
            if (~flags[by]).sum() == 0 and len(margin.values) == 1:
                continue
            low, high = bounds(counts, flags, by, int(place))
            assert high - low > 1e-6, (by, margin.values[place])


@settings(max_examples=60)
@given(counts_of_people)
def test_withheld_children_together_are_not_few(counts: np.ndarray) -> None:
    margins = margins_of(counts)
    flags = protect(margins)
    for by, told in sums_publishable(margins, flags).items():
        hidden = flags[by]
        together = margins[by].counts[hidden].sum()
        if hidden.any() and not hidden.all() and not flags[()].any():
            assert not 0 < together < LEAST or (margins[by].people[~hidden] == 0).all()
        assert not told or together == 0 or together >= LEAST


@given(counts_of_people)
def test_nothing_small_withholds_nothing(counts: np.ndarray) -> None:
    flags = protect(margins_of(counts * LEAST))
    assert not any(flag.any() for flag in flags.values())


def test_what_is_withheld_already_stays_so() -> None:
    margins = margins_of(np.full((3, 3), 50))
    already = {by: np.zeros(len(m.values), dtype=bool) for by, m in margins.items()}
    already[RACE][0] = True
    flags = protect(margins, already)
    assert flags[RACE].all(), "alone it would follow from everybody less the other"
