"""Groups nobody declared: what is told of them, what is not, and what it gives away."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from pytest import approx

from isg_audit import stats
from isg_audit.measures import Plan
from isg_audit.measures.impact.subgroup_search import subgroup_search
from isg_audit.measures.impact.subgroups_looked_at import look_at, smallest
from isg_audit.measures.measurement import NotMeasured
from isg_audit.tally.cube import Cube, no_cube
from tests.audits import spec_of, tally_of
from tests.stats.test_subgroups import ABOARD, AGE, CLASS, SEX

MEASURE = "impact.subgroup_search"
PLAN = Plan(("sex",))


def everybody(repeats=1.0):
    frame = pd.DataFrame({"group": ["a", "b"], "decision": [1, 0]})
    return replace(tally_of(frame, spec_of()).table(()), repeats=np.array([repeats]))


def titanic() -> Cube:
    levels = (CLASS, SEX, AGE)
    codes, refused, cases = [], [], []
    for key, (aboard, saved) in ABOARD.items():
        for lost, many in ((False, saved), (True, aboard - saved)):
            codes.append([names.index(one) for names, one in zip(levels, key, strict=True)])
            refused.append(lost)
            cases.append(many)
    return Cube(("class", "sex", "age"), 3, levels, np.array(codes), np.array(refused),
                np.zeros(len(cases), dtype=bool), np.array(cases, dtype=float))  # fmt: skip


def made(seed, harm=0.0, rows=20_000, chance=0.3, outcome=False) -> Cube:
    """Six attributes of two values; those of 1, 0, any, 1 are refused more often."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 2, (rows, 6))
    planted = (codes[:, 0] == 1) & (codes[:, 1] == 0) & (codes[:, 3] == 1)
    refused = rng.random(rows) < chance + harm * planted
    deserving = (rng.random(rows) < 0.5) & outcome
    names = tuple("abcdef")
    return Cube(names, 2, (("no", "yes"),) * 6, codes, refused, deserving, np.ones(rows))


def rows_of(cube, repeats=1.0, plan=PLAN):
    return list(subgroup_search(cube, everybody(repeats), plan, MEASURE))


def named(rows, metric):
    return [one for one in rows if one.metric == metric]


def test_the_titanic_as_divexplorer_counts_it():
    rows = rows_of(titanic())
    gap = {one.group: one for one in named(rows, "favourable_rate.difference")}
    # SliceLine's best slice: 1,667 men, of whom 79.7241 % died.
    assert list(gap) == ["man × adult", "3rd × man", "3rd", "2nd × man × adult"]
    assert gap["man × adult"].n == 1667
    assert gap["man × adult"].value == approx(338 / 1667 - 373 / 534, abs=5e-5)
    assert gap["man × adult"].affected == approx(round(373 / 534 - 338 / 1667, 4) * 1667)
    deeper = gap["2nd × man × adult"]
    assert (deeper.by, deeper.n) == ("class × sex × age", 168)
    rate = {one.group: one for one in named(rows, "favourable_rate")}
    assert rate["2nd × man × adult"].value == 0.0833  # 14 of 168
    assert all(one.low < one.value < one.high < 0 for one in gap.values())
    reason = next(one for one in rows if isinstance(one, NotMeasured))
    assert "no outcome" in reason.reason


def test_a_planted_group_is_told_in_one_row_and_the_rest_counted():
    rows = rows_of(made(3, harm=0.15))
    (gap,) = named(rows, "favourable_rate.difference")
    assert (gap.by, gap.group, gap.versus) == ("a × b × d", "yes × no × yes", "rest")
    assert gap.low < -0.15 < gap.high
    (confirmed,) = named(rows, "favourable_rate.groups_confirmed")
    assert confirmed.value > 10
    (largest,) = named(rows, "favourable_rate_searched.range")
    assert largest.value == round(-gap.value, 2)
    assert largest.low <= -gap.high + 0.03
    assert largest.high >= -gap.low
    assert gap.p_adjusted == 0.002
    expected = float(gap.note.split("expected: ")[1].split(" ")[0]) / 100
    assert gap.value - 0.001 <= expected < 0


def test_nothing_found_says_what_could_have_been():
    rows = rows_of(made(5, harm=0.0, rows=4_000))
    assert not named(rows, "favourable_rate.difference")
    (largest,) = named(rows, "favourable_rate_searched.range")
    assert (largest.value, largest.low) == (0.0, 0.0)
    assert largest.high > 0.05
    sizes = named(rows, "favourable_rate.detectable_gap")
    assert [one.feature for one in sizes] == ["0.75% of all", "1% of all", "2% of all",
                                              "5% of all", "10% of all"]  # fmt: skip
    gaps = [one.value for one in sizes]
    assert gaps == sorted(gaps, reverse=True)


def test_a_detectable_gap_is_found_four_times_in_five():
    found = 0
    for seed in range(40):
        cube = made(seed, rows=8_000)
        looked = look_at("favourable_rate", cube, 0.95, 1.0, np.random.default_rng(seed))
        if not seed:
            harm = looked.detectable(1_000) * 7 / 8  # others hold nobody of the group
            planted = (cube.codes[:, [0, 1, 3]] == [1, 0, 1]).all(axis=1)
            assert planted.mean() == approx(1 / 8, abs=0.01)
        rng = np.random.default_rng(seed)
        refused = rng.random(8_000) < 0.3 + harm * 8 / 7 * (
            cube.codes[:, [0, 1, 3]] == [1, 0, 1]
        ).all(axis=1)
        again = look_at("favourable_rate", replace(cube, refused=refused), 0.95, 1.0, rng)
        at = np.flatnonzero((again.groups.values == [1, 0, -1, 1, -1, -1]).all(axis=1))[0]
        found += again.scores()[at] > again.critical
    assert 0.8 - 3 * 0.063 < found / 40 <= 1


def test_two_harms_share_the_level_and_each_has_its_rows():
    rows = rows_of(made(3, harm=0.2, outcome=True))
    one, other = (
        named(rows, "favourable_rate.difference"),
        named(rows, "wrong_denial_rate.difference"),
    )
    assert one[0].group == other[0].group == "yes × no × yes"
    assert one[0].value < 0 < other[0].value
    alone = named(rows_of(made(3, harm=0.2)), "favourable_rate.difference")[0]
    assert one[0].low < alone.low  # at half of the 5 %


def test_repeated_persons_widen_it():
    once, thrice = (named(rows_of(made(3, harm=0.2), repeats), "favourable_rate.difference")[0]
                    for repeats in (1.0, 3.0))  # fmt: skip
    assert thrice.high - thrice.low == approx(np.sqrt(3) * (once.high - once.low), rel=0.05)
    assert "repeated persons" in thrice.method
    assert thrice.smallest == approx(once.smallest / 3)


def test_same_seed_same_rows():
    assert rows_of(made(3, harm=0.2)) == rows_of(made(3, harm=0.2))


def test_what_a_group_is_less_than_a_published_one_is_a_count_too():
    # All but 4 of the declared group "yes" are in the told group.
    cases = np.array([500.0, 4.0, 3000.0, 3000.0])
    codes = np.array([[1, 1], [1, 0], [0, 1], [0, 0]])
    looked = stats.Cube(codes, (2, 2), cases, cases * np.array([0.6, 0.5, 0.1, 0.1]))
    groups = stats.conjunctions(looked, 2, 30)
    at = int(np.flatnonzero((groups.values == [1, 1]).all(axis=1))[0])
    from isg_audit.measures.impact.subgroups_looked_at import LookedAt

    chance = stats.Chance(3.0, np.zeros(0))
    told = LookedAt("favourable_rate", True, looked, groups, chance, 3.0, 1.0, (at,), 1, 30)
    assert smallest(told, 1, None) == [2.0]  # 4 people, 2 of them refused
    assert smallest(told, 0, None) == [200.0]  # nobody can know of "yes" alone


@pytest.mark.parametrize(
    ("cube", "why"),
    [
        (None, "no table [search]"),
        (no_cube("no decision is recorded"), "no decision is recorded"),
        (replace(made(1, rows=40), refused=np.zeros(40, dtype=bool)), "nobody, or everybody"),
        (made(1, rows=40), "no group has 30 cases"),
    ],
)
def test_silent_cases_say_why(cube, why):
    rows = rows_of(cube)
    assert all(isinstance(one, NotMeasured) for one in rows)
    assert why in rows[0].reason
