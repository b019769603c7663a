"""Whether a change makes groups more equal by taking away instead of giving.

Everything is paired: the same people before and after. Imports numpy and this room.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from isg_audit.errors import ImpossibleCount
from isg_audit.stats.bounds import Estimate, FloatArray, checked_level, plain
from isg_audit.stats.changes import closure, kinds_of, paired_change

State = Literal["shown", "open", "excluded"]
"""Whether something is shown, cannot be told, or is excluded, at the confidence asked for."""

MARGIN = 0.01
"""A change of a rate below this is taken for none; this project's default, no published value."""

REPLICATES = 2000

_CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
"""Every way from before to after; each is given half a case, so that nothing unseen is excluded."""


class Levelling(NamedTuple):
    """Whether a change levels down, and the figures it was judged by.

    Attributes:
        state: `shown` where the gap closes and any of the signs is, `excluded` where it does not
            close or all of them are.
        signs: each sign by name: `least_not_raised`, `everybody_falls`, `only_losses`,
            `mostly_losses`.
        closed: how much smaller the range of the rates is.
        least: how much higher the lowest rate is.
        most: how much lower the highest rate is.
        lowered: share of the closing that comes from the highest rate falling.
    """

    state: State
    signs: dict[str, State]
    closed: Estimate
    least: Estimate
    most: Estimate
    lowered: Estimate


def levelling_down(
    cases: ArrayLike,
    before: ArrayLike,
    after: ArrayLike,
    rng: np.random.Generator,
    confidence: float = 0.95,
    margin: float = MARGIN,
    replicates: int = REPLICATES,
) -> Levelling:
    """Whether a change makes groups more equal by taking away instead of giving.

    Args:
        cases: people of each kind by group, shape (groups, kinds), at least two groups, each with
            people; need not be whole.
        before: chance of the benefit before, 0 to 1, of each kind, alike.
        after: chance afterwards.
        rng: the randomness.
        confidence: a share between 0 and 1.
        margin: a change below this is taken for none.
        replicates: how often the counts are drawn again.

    Returns:
        The signs: (a) the gap closes but the lowest rate does not rise; (b) every group falls;
        (c) some group falls by more than the margin and none rises by more than it; (c') more of
        the closing comes from the highest rate falling than from the lowest rising. Each is judged
        on an interval: of single groups by `paired_change`, of the extremes by drawing the
        counts again (Dirichlet, half a case for each way from before to after). Where the gap does
        not close by more than the margin nothing is levelled, so the state is `excluded`; (b) and
        (c) then still say whether people lose.

    Raises:
        ImpossibleCount: fewer than two groups, one of nobody, chances outside 0..1.

    Source:
        Mittelstadt, Wachter & Russell (2023); Hu & Chen (2020), Fair classification and social
        welfare; Rubin (1981), The Bayesian bootstrap, for the draws.
    """
    people, first, then = kinds_of(cases, before, after)
    if len(people) < 2 or not (people.sum(axis=1) > 0).all():
        raise ImpossibleCount("Two groups with people in them are needed, to compare.")
    drawn_before, drawn_after = _drawn(people, first, then, rng, replicates)
    share = people / people.sum(axis=1, keepdims=True)
    each = (share * first).sum(axis=1), (share * then).sum(axis=1)

    def spread(value: FloatArray, draws: FloatArray) -> Estimate:
        outside = (1.0 - checked_level(confidence)) / 2.0
        low, high = np.quantile(draws, [outside, 1.0 - outside])
        return Estimate(plain(value), plain(low), plain(high))

    least = spread(*(_least(*pair) for pair in (each, (drawn_before, drawn_after))))
    most = spread(*(_most(*pair) for pair in (each, (drawn_before, drawn_after))))
    closed = spread(
        _least(*each) + _most(*each),
        _least(drawn_before, drawn_after) + _most(drawn_before, drawn_after),
    )
    more = spread(
        _most(*each) - _least(*each),
        _most(drawn_before, drawn_after) - _least(drawn_before, drawn_after),
    )
    drawn_share = closure(drawn_before, drawn_after).lowered
    known = np.isfinite(drawn_share)
    lowered = Estimate(closure(*each).lowered, plain(np.nan), plain(np.nan))
    if np.isfinite(lowered.value) and known.mean() >= 0.99:
        lowered = spread(lowered.value, drawn_share[known])
    signs = _signs(paired_change(people, first, then, confidence), margin)
    closes = bool(closed.value > margin)
    signs["least_not_raised"] = _state(least.high < margin, least.low > 0, closes)
    signs["mostly_losses"] = _state(more.low > 0, more.high < 0, closes)
    states = set(signs.values())
    state: State = (
        "excluded"
        if not closes or states == {"excluded"}
        else "shown"
        if "shown" in states
        else "open"
    )
    return Levelling(state, signs, closed, least, most, lowered)


def _signs(change: Estimate, margin: float) -> dict[str, State]:
    """What is read from the groups one by one."""
    falls = change.high < -margin
    rises, stays = change.low > margin, change.high < margin
    return {
        "everybody_falls": _state(
            bool((change.high < 0).all()), bool((change.low > -margin).any()), True
        ),
        "only_losses": _state(
            bool(falls.any() and stays.all()),
            bool((change.low > -margin).all() or rises.any()),
            True,
        ),
    }


def _state(shown: object, excluded: object, applies: bool) -> State:
    if not applies:
        return "excluded"
    return "shown" if shown else "excluded" if excluded else "open"


def _least(before: FloatArray, after: FloatArray) -> FloatArray:
    rise: FloatArray = after.min(axis=-1) - before.min(axis=-1)
    return rise


def _most(before: FloatArray, after: FloatArray) -> FloatArray:
    fall: FloatArray = before.max(axis=-1) - after.max(axis=-1)
    return fall


def _drawn(
    people: FloatArray,
    first: FloatArray,
    then: FloatArray,
    rng: np.random.Generator,
    replicates: int,
) -> tuple[FloatArray, FloatArray]:
    """Rates before and after in tables drawn again, each of shape (replicates, groups)."""
    groups = len(people)
    wide = np.hstack([people, np.full((groups, 4), 0.5)])
    mass = rng.gamma(wide, size=(replicates, *wide.shape))
    mass /= mass.sum(axis=2, keepdims=True)
    old, new = (
        np.hstack([one, np.tile(_CORNERS[:, side], (groups, 1))])
        for side, one in enumerate((first, then))
    )
    return (mass * old).sum(axis=2), (mass * new).sum(axis=2)
