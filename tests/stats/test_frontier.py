"""The frontier of gap against accuracy: a worked table, fairlearn, laws, the silent cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from isg_audit.errors import ImpossibleCount
from isg_audit.stats import LIMITS, Costs, best_thresholds
from isg_audit.stats.roc_hull import hull

# Two groups in four score bins: good outcomes, and people in all (methods reference, table T2).
GOOD = np.array([[18, 48, 47, 41], [10, 15, 13, 9]])
PEOPLE = np.array([[200, 150, 100, 50], [60, 40, 20, 10]])
BAD = PEOPLE - GOOD


@pytest.mark.parametrize(
    ("limit", "tolerance", "accuracy"),
    [
        ("none", 0.0, 0.753968),
        ("favourable_rate", 0.10, 0.752503),
        ("favourable_rate", 0.05, 0.750122),
        ("favourable_rate", 0.02, 0.748694),
        ("favourable_rate", 0.0, 0.747741),
        ("right_grant_rate", 0.10, 0.750790),
        ("right_grant_rate", 0.05, 0.749230),
        ("right_grant_rate", 0.0, 0.747669),
        ("wrong_grant_rate", 0.05, 0.752702),
        ("wrong_grant_rate", 0.0, 0.749593),
        ("both_rates", 0.10, 0.750790),
        ("both_rates", 0.05, 0.749230),
        ("both_rates", 0.02, 0.748279),
        ("both_rates", 0.0, 0.747163),
    ],
)
def test_the_frontier_of_the_worked_table(limit, tolerance, accuracy):
    assert best_thresholds(GOOD, BAD, limit, tolerance).accuracy == approx(accuracy, abs=6e-7)


def test_the_rates_of_the_worked_table():
    free = best_thresholds(GOOD, BAD)
    assert free.favourable == approx([0.1, 0.2308], abs=5e-5)
    assert free.right == approx([0.2662, 0.4681], abs=5e-5)
    assert free.wrong == approx([0.0260, 0.0964], abs=5e-5)
    odds = best_thresholds(GOOD, BAD, "both_rates", 0.0)
    assert odds.favourable == approx([0.129364, 0.143420], abs=1e-6)
    assert odds.right == approx([0.311043, 0.311043], abs=1e-6)
    assert odds.wrong == approx([0.048501, 0.048501], abs=1e-6)
    opportunity = best_thresholds(GOOD, BAD, "right_grant_rate", 0.0)
    assert opportunity.right == approx([0.4681, 0.4681], abs=5e-5)
    assert opportunity.wrong == approx([0.1273, 0.0964], abs=5e-5)


@pytest.mark.parametrize(
    ("limit", "constraint", "tolerance"),
    [
        ("favourable_rate", "demographic_parity", None),
        ("favourable_rate", "demographic_parity", 0.05),
        ("right_grant_rate", "true_positive_rate_parity", 0.1),
        ("wrong_grant_rate", "false_positive_rate_parity", None),
        ("both_rates", "equalized_odds", None),
    ],
)
def test_fairlearn_finds_the_same_on_its_grid(limit, constraint, tolerance):
    from fairlearn.postprocessing import ThresholdOptimizer
    from sklearn.base import BaseEstimator, ClassifierMixin

    class ItsScore(ClassifierMixin, BaseEstimator):
        def fit(self, rows, outcome):
            self.classes_ = np.array([0, 1])
            return self

        def predict(self, rows):
            return np.asarray(rows)[:, 0]

    groups, score, outcome = (
        np.array(
            [
                value(group, at, met)
                for group in range(2)
                for at in range(4)
                for met, counts in ((1, GOOD), (0, BAD))
                for _ in range(counts[group, at])
            ]
        )
        for value in (lambda g, a, m: g, lambda g, a, m: a, lambda g, a, m: m)
    )
    fitted = ThresholdOptimizer(
        estimator=ItsScore().fit(None, None),
        constraints=constraint,
        objective="accuracy_score",
        grid_size=2000,
        prefit=True,
        predict_method="predict",
        **({} if tolerance is None else {"tol": tolerance}),
    ).fit(score[:, None], outcome, sensitive_features=groups)
    chance = fitted._pmf_predict(score[:, None], sensitive_features=groups)[:, 1]
    its = float(np.where(outcome == 1, chance, 1 - chance).mean())
    ours = best_thresholds(GOOD, BAD, limit, tolerance or 0.0).accuracy
    assert its - 1e-9 <= ours <= its + 2e-4


counts = st.integers(2, 4).flatmap(
    lambda groups: st.lists(
        st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=5, max_size=5),
        min_size=groups,
        max_size=groups,
    ).map(np.array)
)


@settings(max_examples=25)
@given(counts, st.sampled_from(LIMITS), st.sampled_from([0.0, 0.03, 0.2]))
def test_what_is_found_keeps_to_its_limit(table, limit, tolerance):
    good, bad = table[..., 0], table[..., 1]
    found = best_thresholds(good, bad, limit, tolerance)
    rates = {
        "favourable_rate": [found.favourable],
        "right_grant_rate": [found.right],
        "wrong_grant_rate": [found.wrong],
        "both_rates": [found.right, found.wrong],
    }
    for rate in rates.get(limit, []):
        assert np.ptp(rate) <= tolerance + 1e-6
    if limit == "least_right_grant_rate":
        assert found.right.min() >= tolerance - 1e-6
    # A better score is never decided worse than a lower one of the same group.
    assert (np.diff(found.granted, axis=1) >= -1e-9).all()
    assert ((found.granted >= 0) & (found.granted <= 1)).all()


@settings(max_examples=25)
@given(counts, st.sampled_from(LIMITS[1:5]))
def test_a_wider_limit_never_costs_accuracy_and_no_group_blind_rule_beats_it(table, limit):
    good, bad = table[..., 0], table[..., 1]
    curve = [best_thresholds(good, bad, limit, t).accuracy for t in (0.0, 0.05, 0.2, 1.0)]
    assert (np.diff(curve) >= -2e-7).all()
    assert curve[-1] == approx(best_thresholds(good, bad).accuracy, abs=2e-7)
    blind = best_thresholds(good, bad, limit, 0.05, one_for_all=True)
    assert blind.accuracy <= curve[1] + 2e-7
    assert (blind.granted == blind.granted[0]).all()


def test_the_order_of_groups_changes_nothing():
    one = best_thresholds(GOOD, BAD, "both_rates", 0.02)
    other = best_thresholds(GOOD[::-1], BAD[::-1], "both_rates", 0.02)
    assert one.accuracy == approx(other.accuracy, abs=1e-8)
    assert one.right == approx(other.right[::-1], abs=1e-6)


def test_no_group_below_a_rate_leaves_those_above_it_as_they_are():
    """A floor lifts whoever is below it; nobody else pays with a refusal."""
    free, floor = (
        best_thresholds(GOOD, BAD, *how) for how in (("none",), ("least_right_grant_rate", 0.4))
    )
    assert floor.right == approx([0.4, free.right[1]], abs=1e-6)
    own = best_thresholds(GOOD, BAD, "least_right_grant_rate", [0.35, 0.6])
    assert own.right == approx([0.35, 0.6], abs=1e-6)


def test_costs_and_a_fixed_number_of_grants():
    dear = best_thresholds(GOOD, BAD, costs=Costs(wrong_denial=10.0))
    # In the worst bin of the first group 18 of 200 should be granted: 180 saved, 182 lost.
    assert dear.favourable == approx([0.6, 1.0], abs=1e-5)
    fixed = best_thresholds(GOOD, BAD, "right_grant_rate", 0.0, favourable=0.3)
    people = PEOPLE.sum(axis=1)
    assert (fixed.favourable * people).sum() / people.sum() == approx(0.3, abs=1e-6)
    assert best_thresholds(GOOD, BAD, "least_right_grant_rate", 0.9, favourable=0.1) is None


def test_the_hull_keeps_the_ends_and_drops_what_lies_between():
    wrong = np.array([1.0, 0.5, 0.25, 0.15, 0.0])
    assert hull(np.array([1.0, 0.9, 0.5, 0.2, 0.0]), wrong).tolist() == [0, 1, 2, 4]
    assert hull(np.array([1.0, 0.9, 0.5, 0.1, 0.0]), wrong).tolist() == [0, 1, 2, 3, 4]
    line = np.linspace(1.0, 0.0, 5)
    assert hull(line, line).tolist() == [0, 4]


def test_a_group_without_one_of_the_outcomes_has_no_frontier():
    with pytest.raises(ImpossibleCount, match="nobody of one of the two outcomes"):
        best_thresholds([[1, 2], [0, 0]], [[1, 1], [2, 3]])
    with pytest.raises(ImpossibleCount, match="is no limit"):
        best_thresholds(GOOD, BAD, "everything")  # type: ignore[arg-type]
    with pytest.raises(ImpossibleCount, match="group and bin"):
        best_thresholds([1, 2], [1, 2])
