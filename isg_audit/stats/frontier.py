"""The best thresholds by group under a limit on a gap: the exact frontier of gap against accuracy.

A group may be given a mixture of thresholds (some of its people are decided by one, the others by
another, drawn by lot), which makes the problem linear. Imports numpy and this room; scipy inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import FloatArray, checked_amounts
from isg_audit.stats.roc_hull import Choices, by_group_choices, one_for_all_choices

Limit = Literal[
    "none",
    "favourable_rate",
    "right_grant_rate",
    "wrong_grant_rate",
    "both_rates",
    "least_right_grant_rate",
    "least_accuracy",
]
"""What is limited: the range over groups of a rate (of two rates, for `both_rates`) may be at most
the tolerance, or the rate of no group may lie below it (`least_...`)."""

LIMITS: tuple[Limit, ...] = get_args(Limit)

TIE = 1e-9
"""Loss of accuracy within which a solution counts as equally good."""


class Costs(NamedTuple):
    """What one wrong decision of each kind costs; equal costs make accuracy the aim."""

    wrong_denial: float = 1.0
    wrong_grant: float = 1.0


@dataclass(frozen=True, eq=False)
class Thresholds:
    """A mixture of thresholds for each group.

    Attributes:
        granted: chance of a favourable decision in each bin, shape (groups, bins).
        right: rate of favourable decisions among people with a favourable outcome, (groups,).
        wrong: the same among people with an unfavourable outcome.
        favourable: the same among all.
        accuracy: share of right decisions among all.
    """

    granted: FloatArray
    right: FloatArray
    wrong: FloatArray
    favourable: FloatArray
    accuracy: float


def best_thresholds(
    good: ArrayLike,
    bad: ArrayLike,
    limit: Limit = "none",
    tolerance: ArrayLike = 0.0,
    *,
    costs: Costs = Costs(),  # noqa: B008 - a tuple, never changed
    favourable: float | None = None,
    one_for_all: bool = False,
) -> Thresholds | None:
    """The thresholds that lose least, among all that keep to a limit on a gap between groups.

    Args:
        good: people with the favourable outcome by group and score bin, the best score last,
            shape (groups, bins); need not be whole.
        bad: people with the unfavourable outcome, alike.
        limit: what is limited; see `Limit`.
        tolerance: the largest range over groups; or the least rate, one or one for each group.
        costs: of a wrong denial and of a wrong grant.
        favourable: share of all people who are to be decided favourably; None: whatever is best.
        one_for_all: the same thresholds for every group, so that nobody's group need be known.

    Returns:
        The mixture of thresholds; None where no mixture keeps to the limit. Where several lose
        equally little, the one that grants most people who should be granted, each group
        weighing the same: nobody is refused for nothing.

    Raises:
        ImpossibleCount: a group without people of either outcome, negative or missing counts.

    The frontier is exact on the counts given. Read on the same counts it is too good: read it on
    others, such as another half of the people.

    Source:
        Hardt, Price & Srebro (2016), Equality of opportunity in supervised learning;
        Corbett-Davies et al. (2017), Algorithmic decision making and the cost of fairness;
        Martinez, Bertran & Sapiro (2020), Minimax Pareto fairness.
    """
    plus, minus = _checked(good, bad)
    if limit not in LIMITS:
        raise ImpossibleCount(f"'{limit}' is no limit; there are {', '.join(LIMITS)}.")
    choices = one_for_all_choices(plus, minus) if one_for_all else by_group_choices(plus, minus)
    allowed = np.broadcast_to(np.asarray(tolerance, dtype=np.float64), len(plus))
    problem = _problem(choices, plus.sum(axis=1), minus.sum(axis=1), limit, allowed, favourable)
    loss = _loss(choices, plus.sum(axis=1), minus.sum(axis=1), costs)
    first = problem.least(loss)
    if first is None:
        return None
    # Right grants, each group weighing the same, and far behind them fewer wrong ones.
    kind = (choices.right - 1e-3 * choices.wrong).sum(axis=0)
    kindest = problem.bounded(loss, float(loss @ first) + TIE).least(-kind)
    return _thresholds(choices, first if kindest is None else kindest, plus, minus)


class _Problem(NamedTuple):
    """Shares of the choices, then free levels (at most two), and what holds of them."""

    above: FloatArray
    most: FloatArray
    equal: FloatArray
    to: FloatArray

    def least(self, loss: FloatArray) -> FloatArray | None:
        """The shares with the least loss; None where none keep to the limits."""
        from scipy.optimize import linprog

        free = self.equal.shape[1] - len(loss)
        found = linprog(
            np.append(loss, np.zeros(free)),
            A_ub=self.above,
            b_ub=self.most,
            A_eq=self.equal,
            b_eq=self.to,
            bounds=(0, 1),
            method="highs",
        )
        return found.x[: len(loss)] if found.status == 0 else None

    def bounded(self, loss: FloatArray, most: float) -> _Problem:
        """The same with the loss limited too."""
        row = np.append(loss, np.zeros(self.equal.shape[1] - len(loss)))
        return self._replace(above=np.vstack([self.above, row]), most=np.append(self.most, most))


def _problem(
    choices: Choices,
    plus: FloatArray,
    minus: FloatArray,
    limit: Limit,
    allowed: FloatArray,
    favourable: float | None,
) -> _Problem:
    share = (plus / (plus + minus))[:, None]
    granted = share * choices.right + (1 - share) * choices.wrong
    groups, free = len(plus), {"none": 0, "both_rates": 2}.get(limit, 1)
    above, most = np.zeros((0, granted.shape[1] + free)), np.zeros(0)

    def held(rate: FloatArray, place: int) -> None:
        """Every group's rate lies between a level, free itself, and that plus the tolerance."""
        nonlocal above, most
        level = np.zeros((groups, free))
        level[:, place] = 1.0
        above = np.vstack([above, np.hstack([rate, -level]), np.hstack([-rate, level])])
        most = np.concatenate([most, allowed, np.zeros(groups)])

    if limit == "favourable_rate":
        held(granted, 0)
    elif limit in ("right_grant_rate", "both_rates"):
        held(choices.right, 0)
    if limit in ("wrong_grant_rate", "both_rates"):
        held(choices.wrong, free - 1)
    if limit.startswith("least"):
        # Shares add up to 1, so a refusal of everybody is right for all who should be refused.
        rate, owed = choices.right, allowed
        if limit == "least_accuracy":
            rate = share * choices.right - (1 - share) * choices.wrong
            owed = allowed - (1 - share[:, 0])
        above = np.hstack([-rate, np.zeros((groups, free))])
        most = -owed
    equal = np.hstack([choices.together, np.zeros((len(choices.together), free))])
    to = np.ones(len(equal))
    if favourable is not None:
        everybody = ((plus + minus) / (plus + minus).sum()) @ granted
        equal = np.vstack([equal, np.append(everybody, np.zeros(free))])
        to = np.append(to, favourable)
    return _Problem(above, most, equal, to)


def _loss(choices: Choices, plus: FloatArray, minus: FloatArray, costs: Costs) -> FloatArray:
    """What each choice costs, a person of all on average, less what refusing everybody costs."""
    saved = costs.wrong_denial * plus @ choices.right - costs.wrong_grant * minus @ choices.wrong
    loss: FloatArray = -saved / (plus.sum() + minus.sum())
    return loss


def _thresholds(
    choices: Choices, shares: FloatArray, plus: FloatArray, minus: FloatArray
) -> Thresholds:
    groups, bins = plus.shape
    share = np.clip(shares, 0.0, None)
    mixed = [share * row / (share @ row) for row in choices.together]
    if len(mixed) < groups:
        mixed *= groups
    # Granted where the threshold is this bin or one before it.
    granted = np.array([np.bincount(choices.threshold, one, bins + 1)[:bins] for one in mixed])
    granted = np.clip(granted.cumsum(axis=1), 0.0, 1.0)
    good, bad = (granted * plus).sum(axis=1), (granted * minus).sum(axis=1)
    people = plus.sum(axis=1) + minus.sum(axis=1)
    accuracy = float((good.sum() + minus.sum() - bad.sum()) / people.sum())
    return Thresholds(
        granted, good / plus.sum(axis=1), bad / minus.sum(axis=1), (good + bad) / people, accuracy
    )


def _checked(good: ArrayLike, bad: ArrayLike) -> tuple[FloatArray, FloatArray]:
    plus, minus = checked_amounts(good, bad)
    if plus.ndim != 2 or not plus.size or np.isnan(plus + minus).any():
        raise ImpossibleCount("Counts by group and bin are needed, none of them missing.")
    if not (plus.sum(axis=1) > 0).all() or not (minus.sum(axis=1) > 0).all():
        raise ImpossibleCount("A group has nobody of one of the two outcomes: no threshold shows.")
    return plus, minus
