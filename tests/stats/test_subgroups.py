"""Groups that attributes define, and which of them differ: the Titanic, DivExplorer, max-T."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from scipy.stats import chi2

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import (
    ANY,
    Cube,
    allowed_for,
    conjunctions,
    largest_by_chance,
    membership,
    pooled_z,
    signed_root,
    told,
)
from isg_audit.stats.conjunctions import counted_again
from isg_audit.stats.subgroups import apart_from_parents

CLASS, SEX, AGE = ("1st", "2nd", "3rd", "crew"), ("man", "woman"), ("adult", "child")

# Dawson (1995): people aboard and people saved, by class, sex and age
ABOARD = {
    ("1st", "man", "adult"): (175, 57), ("1st", "man", "child"): (5, 5),
    ("1st", "woman", "adult"): (144, 140), ("1st", "woman", "child"): (1, 1),
    ("2nd", "man", "adult"): (168, 14), ("2nd", "man", "child"): (11, 11),
    ("2nd", "woman", "adult"): (93, 80), ("2nd", "woman", "child"): (13, 13),
    ("3rd", "man", "adult"): (462, 75), ("3rd", "man", "child"): (48, 13),
    ("3rd", "woman", "adult"): (165, 76), ("3rd", "woman", "child"): (31, 14),
    ("crew", "man", "adult"): (862, 192), ("crew", "woman", "adult"): (23, 20),
}  # fmt: skip


def titanic(saved: bool = True) -> Cube:
    levels = (CLASS, SEX, AGE)
    codes = np.array([[names.index(one) for names, one in zip(levels, key, strict=True)]
                      for key in ABOARD])  # fmt: skip
    cases, hits = np.array(list(ABOARD.values()), dtype=float).T
    return Cube(codes, (4, 2, 2), cases, hits if saved else cases - hits)


def group(found, *asked):
    levels = (CLASS, SEX, AGE)
    row = [ANY if one is None else names.index(one)
           for names, one in zip(levels, asked, strict=True)]  # fmt: skip
    return int(np.flatnonzero((found.values == row).all(axis=1))[0])


def test_divexplorers_divergences_on_the_titanic():
    found = conjunctions(titanic(), 3, 22)
    overall = found.total[1] / found.total[0]
    assert found.total == (2201, 711)
    assert overall == approx(0.323035, abs=5e-7)
    for asked, divergence, t in (
        (("2nd", "man", "adult"), -0.239702, 9.843878),
        (("3rd", "man", None), -0.150486, 7.670550),
        ((None, "man", None), -0.111019, 7.923636),
        (("1st", "woman", None), 0.649379, 35.863034),
    ):
        at = group(found, *asked)
        hits, cases = found.hits[at], found.cases[at]
        assert hits / cases - overall == approx(divergence, abs=5e-7)
        beta = [(k + 1, n - k + 1) for k, n in ((hits, cases), (711, 2201))]
        mean = [a / (a + b) for a, b in beta]
        variance = [a * b / ((a + b) ** 2 * (a + b + 1)) for a, b in beta]
        assert abs(mean[0] - mean[1]) / np.sqrt(sum(variance)) == approx(t, abs=5e-6)


def test_slicelines_score_on_the_titanic():
    died = conjunctions(titanic(saved=False), 3, 30)
    average = died.total[1] / died.total[0]
    score = 0.95 * (died.hits / died.cases / average - 1) - 0.05 * (died.total[0] / died.cases - 1)
    best = int(np.argmax(score))
    assert best == group(died, None, "man", "adult")
    assert (score[best], died.cases[best]) == (approx(0.1527685, abs=5e-8), 1667)
    assert score[group(died, None, "man", None)] == approx(0.1422192, abs=5e-8)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(*(st.integers(0, size - 1) for size in (2, 3, 2, 3)), st.booleans()),
             min_size=1, max_size=60),
    st.integers(1, 4), st.integers(1, 5),
)  # fmt: skip
def test_every_group_is_counted_as_its_rows_say(rows, depth, least):
    table = np.array(rows, dtype=int)
    codes, hit = table[:, :4], table[:, 4].astype(float)
    cube = Cube(codes, (2, 3, 2, 3), np.ones(len(rows)), hit)
    found = conjunctions(cube, depth, least)
    inside = membership(cube, found)
    seen = {tuple(one) for one in found.values.tolist()}
    for asked in product(range(-1, 2), range(-1, 3), range(-1, 2), range(-1, 3)):
        of = cube.of_values(asked)
        literals = [at for at, one in enumerate(asked) if one >= 0]
        parents = [cube.of_values([ANY if at == drop else one for at, one in enumerate(asked)])
                   for drop in literals]  # fmt: skip
        wanted = (
            0 < len(literals) <= depth
            and of.sum() >= least
            and (~of).sum() >= least
            and all(of.sum() < over.sum() for over in parents)
        )
        assert wanted == (asked in seen)
        if wanted:
            at = int(np.flatnonzero((found.values == asked).all(axis=1))[0])
            assert (found.cases[at], found.hits[at]) == (of.sum(), hit[of].sum())
            assert (inside[[at]].toarray()[0] == of).all()
            again = counted_again(cube, found.values)
            assert (again[0][at], again[1][at]) == (of.sum(), hit[of].sum())
            over = found.over_cases[at][~np.isnan(found.over_cases[at])]
            assert over.tolist() == [one.sum() for one in parents]


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 60), st.integers(1, 60))
def test_signed_root_is_the_root_of_the_likelihood_ratio(hits, cases, others, among):
    from scipy.stats import chi2_contingency

    hits, others = min(hits, cases), min(others, among)
    root = signed_root(hits, cases, hits + others, cases + among)
    table = np.array([[hits, cases - hits], [others, among - others]])
    if (table.sum(axis=0) == 0).any():
        assert root == 0
        return
    wanted = chi2_contingency(table, correction=False, lambda_="log-likelihood")[0]
    assert root**2 == approx(wanted, abs=1e-8)
    if abs(hits / cases - others / among) > 1e-9:
        assert np.sign(root) == np.sign(hits / cases - others / among)


def test_pooled_z_is_the_square_root_of_chi_square_given_the_margins():
    z = pooled_z(14, 168, 711, 2201)
    pooled = 711 / 2201
    gap = 14 / 168 - 697 / 2033
    plain = gap / np.sqrt(pooled * (1 - pooled) * (1 / 168 + 1 / 2033))
    assert z == approx(plain * np.sqrt(2200 / 2201))
    assert np.isnan(pooled_z(0, 10, 0, 100))


def made(rng, cells=64, rows=2000, chance=0.3):
    cases = rng.multinomial(rows, np.full(cells, 1 / cells)).astype(float)
    codes = np.array(np.unravel_index(np.arange(cells), (2,) * 6)).T.copy()
    return Cube(codes, (2,) * 6, cases, rng.binomial(cases.astype(int), chance).astype(float))


def test_critical_value_of_six_attributes():
    # methods B3: 232 groups, max-T 3.59, Bonferroni 3.70
    rng = np.random.default_rng(3)
    several = []
    for _ in range(4):
        cube = made(rng)
        found = conjunctions(cube, 3, 30)
        assert len(found.cases) == 232
        several.append(largest_by_chance(cube, found, rng, draws=999, score=pooled_z).critical)
    assert np.mean(several) == approx(3.59, abs=0.06)


def test_nothing_is_told_in_19_of_20_audits_without_a_difference():
    rng = np.random.default_rng(11)
    wrong = 0
    for _ in range(100):
        cube = made(rng)
        found = conjunctions(cube, 3, 30)
        chance = largest_by_chance(cube, found, rng, draws=199)
        wrong += bool(told(cube, found, chance.critical) or told(cube, found, chance.critical, -1))
    assert wrong <= 11  # 5 % of 100, and three standard errors


def test_a_planted_group_is_told_in_its_own_words():
    rng = np.random.default_rng(4)
    cube = made(rng, rows=20_000)
    planted = [1, 0, ANY, 1, ANY, ANY]
    inside = cube.of_values(planted)
    chance = np.where(inside, 0.45, 0.3)
    cube = Cube(cube.codes, cube.sizes, cube.cases,
                rng.binomial(cube.cases.astype(int), chance).astype(float))  # fmt: skip
    found = conjunctions(cube, 4, 100)
    by_chance = largest_by_chance(cube, found, rng)
    assert [found.values[at].tolist() for at in told(cube, found, by_chance.critical)] == [planted]
    # Many are beyond the critical value, parents and children of the planted one.
    score = signed_root(found.hits, found.cases, found.total[1], found.total[0])
    assert (score > by_chance.critical).sum() > 10
    assert by_chance.p_adjusted(score.max(), len(score)) == 1 / 500


def test_a_group_worse_off_within_another_is_told_beside_it():
    cases = np.full(16, 1000.0)
    codes = np.array(np.unravel_index(np.arange(16), (2,) * 4)).T.copy()
    worse, worst = codes[:, 0] == 1, (codes[:, 0] == 1) & (codes[:, 2] == 1)
    cube = Cube(codes, (2,) * 4, cases, cases * (0.2 + 0.2 * worse + 0.2 * worst))
    found = conjunctions(cube, 4, 30)
    names = [found.values[at].tolist() for at in told(cube, found, 4.0)]
    assert names == [[1, ANY, ANY, ANY], [1, ANY, 1, ANY]]
    favoured = [found.values[at].tolist() for at in told(cube, found, 4.0, way=-1)]
    assert favoured == [[0, ANY, ANY, ANY], [ANY, ANY, 0, ANY]]
    assert not apart_from_parents(found)[group_of(found, [1, 1, 1, ANY])]


def group_of(found, asked):
    return int(np.flatnonzero((found.values == asked).all(axis=1))[0])


def test_bonferronis_level_stands_where_drawing_would_cost_too_much(monkeypatch):
    monkeypatch.setattr("isg_audit.stats.subgroups.MOST_WORK", 10.0)
    cube = titanic()
    found = conjunctions(cube, 3, 30)
    chance = largest_by_chance(cube, found, np.random.default_rng(1))
    many = len(found.cases)
    assert not len(chance.largest)
    assert chance.critical == approx(np.sqrt(chi2.isf(0.05 / many, 1)))
    assert chance.p_adjusted(chance.critical, many) == approx(0.05)


def test_nobody_and_one_kind_of_people():
    alone = Cube(np.zeros((1, 1), dtype=np.intp), (1,), np.array([50.0]), np.array([20.0]))
    found = conjunctions(alone, 4, 5)
    assert len(found.cases) == 0
    chance = largest_by_chance(alone, found, np.random.default_rng(1))
    assert chance.critical == np.inf
    assert told(alone, found, chance.critical) == []
    nowhere = conjunctions(Cube(np.zeros((0, 0), dtype=np.intp), (), *np.zeros((2, 0))), 4, 5)
    assert len(nowhere.cases) == 0
    never = Cube(titanic().codes, (4, 2, 2), titanic().cases, np.zeros(14))
    among = conjunctions(never, 3, 30)
    chance = largest_by_chance(never, among, np.random.default_rng(1))
    assert told(never, among, chance.critical) == []


def test_cases_that_are_not_whole_are_refused():
    cube = Cube(np.array([[0], [1]]), (2,), np.array([10.5, 20.0]), np.array([1.0, 2.0]))
    with pytest.raises(ImpossibleCount):
        largest_by_chance(cube, conjunctions(cube, 1, 5), np.random.default_rng(1))


@given(st.floats(2, 6), st.floats(0, 6))
def test_what_was_picked_is_expected_nearer_to_nothing(critical, beyond):
    seen = critical + beyond
    expected = allowed_for(seen, critical)
    assert 0 <= expected <= seen
    assert allowed_for(-seen, critical) == -expected
    assert allowed_for(critical + 8, critical) == approx(critical + 8, abs=1e-3)
