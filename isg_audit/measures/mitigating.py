"""Trains the remedies of fairlearn, one after the other, and tells how each would decide.

Of fairlearn its public methods and attributes alone; its adversarial learners, which need a neural
network, are left out. Imports this level.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.inputs_as_numbers import as_numbers
from isg_audit.measures.people_to_mitigate import People, Truths
from isg_audit.measures.weighing import Point
from isg_audit.tally.table import Floats

if TYPE_CHECKING:
    from isg_audit.spec.remedy_part import RemedyPart

PLAIN = "plain model"
GRADIENT, GRID = "exponentiated gradient", "grid search"
THRESHOLDS, CORRELATION = "thresholds by group (fairlearn)", "correlation removal"

FEWEST = 30
"""People with each outcome in each half below which a group is left out and named."""

GRID_SIZE, MOST_IN_GRID = 20, 2
"""Models in a grid, and groups beyond which a grid no longer covers the weights."""

Tell = Callable[[str, int, int | None], None]

_PANDAS = (
    # fairlearn 0.15 grows its tables by assigning to labels that are not there yet; pandas 3 does
    # it as ever and warns of version 4, which the dependencies keep out.
    "Setting a value on a Series via .at with a key that does not exist",
    "Setting an item of incompatible dtype is deprecated",
)


@dataclass(frozen=True, eq=False)
class Mitigated:
    """How remedies would decide upon people of one attribute's groups.

    Attributes:
        by: the attribute.
        people: those whose group is known and large enough.
        groups: of each of them.
        decided: each remedy with the chance of a favourable decision, shape (people,).
        too_few: groups that were left out.
        why: why nothing was trained; empty where something was.
    """

    by: str
    people: People
    groups: NDArray[Any]
    decided: tuple[tuple[Point, Floats], ...] = ()
    too_few: tuple[str, ...] = ()
    why: str = ""


def mitigated(people: People, by: str, part: RemedyPart, seed: int, tell: Tell) -> Mitigated:
    """Train every remedy that is asked for on one half, and let it decide upon both.

    Args:
        people: drawn from the log.
        by: the attribute whose gap is to be closed.
        part: what is asked for.
        seed: of everything random.
        tell: told of each remedy.
    """
    here, groups, few = _large_enough(people, by)
    found = Mitigated(by, here, groups, too_few=few)
    if len(set(groups.tolist())) < 2:
        return replace(
            found, why=f"fewer than two groups have {FEWEST} people of each outcome in each half"
        )
    trained = _Training(here, groups, as_numbers(here.features, here.first), seed)
    steps = list(_steps(trained, part))
    decided = []
    for at, (point, fit) in enumerate(steps):
        tell(f"Trying remedies for {by}", at, len(steps))
        with _looked_at():
            decided.append((point, fit()))
    return replace(found, decided=tuple(decided))


@dataclass(frozen=True, eq=False)
class _Training:
    people: People
    groups: NDArray[Any]
    inputs: Floats
    seed: int

    @property
    def first(self) -> Truths:
        return self.people.first

    @property
    def outcome(self) -> NDArray[np.int64]:
        return self.people.good.astype(np.int64)

    def plain(self) -> Any:
        """A model without any limit, fitted on the first half."""
        return _logistic().fit(self.inputs[self.first], self.outcome[self.first])


def _logistic() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def _steps(training: _Training, part: RemedyPart) -> Iterator[tuple[Point, Callable[[], Floats]]]:
    yield Point(PLAIN, "accuracy", None, False), lambda: _plain(training)
    two = len(set(training.groups.tolist())) <= MOST_IN_GRID
    for method, name, fit, needs_group in (
        ("exponentiated_gradient", GRADIENT, _gradient, False),
        ("grid_search", GRID, _grid, False),
        ("thresholds", THRESHOLDS, _thresholds, True),
    ):
        if method not in part.methods or (method == "grid_search" and not two):
            continue
        for aim in part.aims:
            if method == "thresholds" and aim == "no_group_worse":
                continue  # fairlearn has no thresholds with a floor; the frontier has
            for gap in part.gaps:
                point = Point(name, aim, gap, needs_group)
                yield point, lambda fit=fit, aim=aim, gap=gap: fit(training, aim, gap)  # type: ignore[misc]
    if "correlation_removal" in part.methods:
        yield Point(CORRELATION, "accuracy", None, True), lambda: _without_correlation(training)


def _plain(training: _Training) -> Floats:
    return _float(training.plain().predict(training.inputs))


def _gradient(training: _Training, aim: str, gap: float) -> Floats:
    from fairlearn.reductions import ExponentiatedGradient

    first = training.first
    fitted = ExponentiatedGradient(_logistic(), _moment(training, aim, gap)).fit(
        training.inputs[first], training.outcome[first], sensitive_features=training.groups[first]
    )
    # A mixture of models, drawn by lot for each person: the chance is the weighted mean.
    chance = np.zeros(len(training.inputs))
    for at, weight in fitted.weights_.items():
        if weight > 0:
            chance += weight * _float(fitted.predictors_[at].predict(training.inputs))
    return np.clip(chance, 0.0, 1.0)


def _grid(training: _Training, aim: str, gap: float) -> Floats:
    from fairlearn.reductions import GridSearch

    first = training.first
    fitted = GridSearch(_logistic(), _moment(training, aim, gap), grid_size=GRID_SIZE).fit(
        training.inputs[first], training.outcome[first], sensitive_features=training.groups[first]
    )
    return _float(fitted.predict(training.inputs))


def _moment(training: _Training, aim: str, gap: float) -> Any:
    from fairlearn import reductions

    if aim == "no_group_worse":
        # No group may be decided wrongly more often than the best-off group is now, plus the gap.
        wrong = training.people.before != training.people.good
        here = [training.groups == group for group in sorted(set(training.groups.tolist()))]
        least = min(float(wrong[one & training.first].mean()) for one in here)
        return reductions.BoundedGroupLoss(
            reductions.ZeroOneLoss(), upper_bound=max(least + gap, 1e-3)
        )
    moment = {
        "equal_opportunity": reductions.TruePositiveRateParity,
        "demographic_parity": reductions.DemographicParity,
        "equal_wrong_grants": reductions.FalsePositiveRateParity,
        "equalized_odds": reductions.EqualizedOdds,
    }[aim]
    return moment(difference_bound=max(gap, 1e-3))


def _thresholds(training: _Training, aim: str, gap: float) -> Floats:
    from fairlearn.postprocessing import ThresholdOptimizer
    from sklearn.base import BaseEstimator, ClassifierMixin

    class ItsScore(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
        """The score of whoever decides now, as something that predicts."""

        def fit(self, rows: Any, outcome: Any) -> Any:
            self.classes_ = np.array([0, 1])
            return self

        def predict(self, rows: Any) -> Floats:
            return np.asarray(rows, dtype=float)[:, 0]

    score = training.people.score
    if score is None or not np.isfinite(score).all():
        score = training.plain().predict_proba(training.inputs)[:, 1]
    rows, first = score[:, None], training.first
    fitted = ThresholdOptimizer(
        estimator=ItsScore().fit(rows, training.outcome),
        constraints={
            "equal_opportunity": "true_positive_rate_parity",
            "demographic_parity": "demographic_parity",
            "equal_wrong_grants": "false_positive_rate_parity",
            "equalized_odds": "equalized_odds",
        }[aim],
        tol=None if aim == "equalized_odds" else gap or None,  # fairlearn relaxes no odds
        prefit=True,
        predict_method="predict",
    ).fit(rows[first], training.outcome[first], sensitive_features=training.groups[first])
    chance = np.zeros(len(rows))
    for group, how in fitted.interpolated_thresholder_.interpolation_dict.items():
        here = training.groups == group
        drawn = how.p0 * how.operation0(score[here]) + how.p1 * how.operation1(score[here])
        if "p_ignore" in how:
            drawn = how.p_ignore * how.prediction_constant + (1 - how.p_ignore) * drawn
        chance[here] = drawn
    return np.clip(chance, 0.0, 1.0)


def _without_correlation(training: _Training) -> Floats:
    from fairlearn.preprocessing import CorrelationRemover

    names = sorted(set(training.groups.tolist()))[1:]  # one group fewer: the rest follows
    marks = np.column_stack([training.groups == name for name in names]).astype(float)
    both = np.column_stack([training.inputs, marks])
    first, wide = training.first, training.inputs.shape[1]
    remover = CorrelationRemover(sensitive_feature_ids=list(range(wide, both.shape[1])))
    remover.fit(both[first])
    cleaned = np.asarray(remover.transform(both), dtype=float)
    fitted = _logistic().fit(cleaned[first], training.outcome[first])
    return _float(fitted.predict(cleaned))


def _large_enough(people: People, by: str) -> tuple[People, NDArray[Any], tuple[str, ...]]:
    """The people whose group is known and has people enough of each outcome in each half."""
    groups, few, kept = people.groups[by], [], np.zeros(len(people.good), dtype=bool)
    for group in sorted({name for name in groups.tolist() if name is not None}):
        its = groups == group
        fewest = min(
            int((its & (people.first == half) & (people.good == good)).sum())
            for half in (True, False)
            for good in (True, False)
        )
        if fewest < FEWEST:
            few.append(group)
        else:
            kept |= its
    return people.among(kept), groups[kept], tuple(few)


def _float(decisions: Any) -> Floats:
    return np.asarray(decisions, dtype=np.float64)


@contextmanager
def _looked_at() -> Iterator[None]:
    from threadpoolctl import threadpool_limits

    # Models this small are fitted ten times as fast by one thread as by several that wait.
    with threadpool_limits(1), warnings.catch_warnings():
        for message in _PANDAS:
            warnings.filterwarnings("ignore", message=message)
        yield
