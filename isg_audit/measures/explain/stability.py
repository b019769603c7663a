"""Whether explanations stay the same when nothing that matters has changed.

Imports this family, `measures.measurement`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from isg_audit.measures.explain.asking import decided, goes_in_steps, inputs_of, scored, seen
from isg_audit.measures.explain.attributing import attributed
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.by_group import About, Floats, Integers, shares
from isg_audit.measures.explain.changing import noisy
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.likeness import Likeness, likeness
from isg_audit.measures.explain.robustness import NOISE
from isg_audit.measures.measurement import Measurement, NotMeasured

if TYPE_CHECKING:
    import pandas as pd

DRAW, BASELINE = "explain.stability_draw", "explain.stability_baseline"
ERROR, METHOD = "explain.stability_noise", "explain.agreement"
MOST_PEOPLE = 500
MOST_COMPARED, OTHERS, EVALUATIONS = 200, 20, 40_000
SURE = 1e-12


@dataclass(frozen=True, eq=False)
class Compared:
    """Two explanations of some people: their positions in the sample, and how alike they are."""

    rows: Integers
    alike: Likeness
    how: str


def stability_draw(
    explaining: Explaining, compared: Compared | str
) -> Iterator[Measurement | NotMeasured]:
    """Do reasons stay the same when other people are drawn to compare with?

    The background is cut into halves by lot and each person is explained against either.
    `top_reasons_overlap` is the mean part of the four weightiest inputs that both explanations
    name (feature agreement), `same_first_reason` the share of people for whom both name the same
    one first, `rank_agreement` the mean part that stands at the same place, `sign_agreement` the
    mean part that both name with the same sign. Where a model has four inputs or fewer, one fewer
    than there are is compared.

    At most 500 people, of everybody and of each group; halves are smaller than the whole, so the
    explanations that the report shows are steadier than this. Not measured where attributions are
    sampled, which differ by chance, or where no background from the log is used. Interval: Wilson,
    in which a part of a person's inputs counts as that part of a person. No published threshold;
    project default: below 0.9 warns.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.

    Source:
        Krishna et al. (2022), the disagreement problem; Alvarez-Melis & Jaakkola (2018) and
        Agarwal et al. (2022) for stability.
    """
    yield from _rows(explaining, DRAW, compared)


def stability_baseline(
    explaining: Explaining, compared: Compared | str
) -> Iterator[Measurement | NotMeasured]:
    """Do reasons stay the same when people are compared with those decided favourably?

    "Why was I refused?" can be answered against everybody or against those who were not refused;
    either is in use, and which one was chosen is seldom said. Explanations against the whole
    background and against the people in it whom the model decides favourably are compared; metrics,
    limits and intervals as in `explain.stability_draw`. A low figure does not make either wrong: it
    says that a reason means little unless the comparison is named with it.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.

    Source:
        Choice of baseline: Sundararajan & Najmi (2020), ICML; Laberge et al. (2023), ICLR, arXiv
        2205.15419, for how far it can be abused.
    """
    yield from _rows(explaining, BASELINE, compared)


def stability_noise(
    explaining: Explaining, compared: Compared | str
) -> Iterator[Measurement | NotMeasured]:
    """Do reasons stay the same when the data are a little wrong?

    Every number of each person is moved by noise of 5 % of its standard deviation, once, and both
    are explained against the same background; metrics, limits and intervals as in
    `explain.stability_draw`. Not measured where no input is a number with many values.

    Raises:
        ModelFailed: the model failed, or returned what no model may return.

    Source:
        Local stability: Alvarez-Melis & Jaakkola (2018), arXiv 1806.08049; Yeh et al. (2019).
    """
    yield from _rows(explaining, ERROR, compared)


def agreement(
    explaining: Explaining, compared: Compared | str
) -> Iterator[Measurement | NotMeasured]:
    """Do two ways of explaining name the same inputs?

    SHAP values, which credit an input over all orders in which inputs could be learnt, are held
    against what the score loses when one input alone is replaced by that of others (occlusion);
    both with the same 20 rows of the background, so that only the way differs. Metrics and
    intervals as in `explain.stability_draw`; at most 200 people and 40,000 rows. The two differ
    where inputs work together: then neither names "the" reason, and a person who is told one of
    them is not told the other.

    Raises:
        ModelFailed: the model failed on changed rows, or returned what no model may return.

    Source:
        Krishna et al. (2022), "The Disagreement Problem in Explainable Machine Learning".
    """
    yield from _rows(explaining, METHOD, compared)


def other_draw(explaining: Explaining, found: Attributions | str) -> Compared | str:
    """Explanations against either half of the background, or why there are none."""
    few = _few(explaining, found)
    if isinstance(few, str):
        return few
    order = np.random.default_rng([explaining.seed, 21]).permutation(len(explaining.background))
    halves = [np.sort(order[0::2]), np.sort(order[1::2])]
    one, other = (
        attributed(replace(few.people, background=explaining.background.iloc[half]))
        for half in halves
    )
    return _compared(few, one, other, f"two backgrounds of {len(halves[1])} rows")


def other_baseline(explaining: Explaining, found: Attributions | str) -> Compared | str:
    """Explanations against everybody and against people decided favourably, or why none."""
    few = _few(explaining, found)
    if isinstance(few, str):
        return few
    features = list(explaining.model.features)
    good = decided(explaining, explaining.background[features], "choosing a background")
    if good.sum() < FEWEST_PEOPLE:
        return f"{good.sum()} people of the background are decided favourably"
    other = attributed(replace(few.people, background=explaining.background[good]))
    return _compared(few, few.found, other, f"background of {good.sum()} decided favourably")


def other_data(explaining: Explaining, found: Attributions | str) -> Compared | str:
    """Explanations of people as they are and with a little noise, or why there are none."""
    few = _few(explaining, found, game=False)
    if isinstance(few, str):
        return few
    features = explaining.model.features
    numbers = [name for name in features if not goes_in_steps(seen(explaining, name))]
    if not numbers:
        return "no input is a number with many values"
    draw = np.random.default_rng([explaining.seed, 22])
    people = few.people.sample
    moved = {name: noisy(seen(explaining, name), people[name], NOISE, draw) for name in numbers}
    other = attributed(replace(few.people, sample=people.assign(**moved)))
    return _compared(few, few.found, other, f"{NOISE:.0%} noise")


def other_method(explaining: Explaining, found: Attributions | str) -> Compared | str:
    """SHAP values beside occlusion, or why there is nothing to compare."""
    if not explaining.model.gives_scores:
        return "the model gives labels only"
    few = _few(explaining, found, game=False)
    if isinstance(few, str):
        return few
    inputs = len(explaining.model.features)
    most = min(MOST_COMPARED, EVALUATIONS // (inputs * OTHERS))
    if most < FEWEST_PEOPLE:
        return f"{inputs} inputs are too many to replace one at a time"
    chosen = explaining.drawn(len(few.rows), most, 23)
    others = explaining.drawn(len(explaining.background), OTHERS, 26)
    people = replace(few.people.some(chosen), background=explaining.background.iloc[others])
    one = attributed(people) if game_is_ours(few.found) else few.found.only(chosen)
    if isinstance(one, str):
        return one
    lost = _occluded(people, in_probability=one.unit == "probability")
    return Compared(few.rows[chosen], likeness(one.values, lost), "SHAP beside occlusion")


@dataclass(frozen=True, eq=False)
class _Few:
    """Some explained people: who (`rows` in the whole sample), and their attributions."""

    people: Explaining
    rows: Integers
    found: Attributions


def _few(explaining: Explaining, found: Attributions | str, *, game: bool = True) -> _Few | str:
    if isinstance(found, str):
        return found
    if found.pairs is not None:
        return "attributions are sampled, and differ by chance between any two runs"
    if len(found.features) < 2:
        return "the model has one input, and there is nothing to choose between"
    if game and not game_is_ours(found):
        return "these attributions use no background from the log"
    chosen = explaining.drawn(len(found.rows), MOST_PEOPLE, 24)
    rows = found.rows[chosen]
    return _Few(explaining.some(rows), rows, found.only(chosen))


def game_is_ours(found: Attributions) -> bool:
    """Whether people are compared with a background from the log; a library's own has none."""
    return found.note.startswith("Interventional")


def _compared(
    few: _Few, one: Attributions | str, other: Attributions | str, how: str
) -> Compared | str:
    if isinstance(one, str) or isinstance(other, str):
        return one if isinstance(one, str) else str(other)
    if one.pairs is not None or other.pairs is not None or len(one.rows) != len(other.rows):
        return "attributions could not be made twice in the same way"
    return Compared(few.rows, likeness(one.values, other.values), how)


def _occluded(explaining: Explaining, *, in_probability: bool) -> Floats:
    """What the score loses when an input alone is replaced, shape (people, inputs)."""
    people = inputs_of(explaining, np.arange(len(explaining.sample)))
    size = len(explaining.background)
    who = np.repeat(np.arange(len(people)), size)
    which = np.tile(np.arange(size), len(people))

    def score(frame: pd.DataFrame) -> Floats:
        share = scored(explaining, frame, "replacing one input")
        return share if in_probability else _logit(share)

    before = score(people)
    lost = np.empty(people.shape)
    for place, feature in enumerate(explaining.model.features):
        moved = people.iloc[who].reset_index(drop=True)
        moved[feature] = explaining.background[feature].array.take(which)
        lost[:, place] = before - score(moved).reshape(len(people), size).mean(axis=1)
    return lost


def _logit(share: Floats) -> Floats:
    inside = np.clip(share, SURE, 1 - SURE)
    logit: Floats = np.log(inside) - np.log1p(-inside)
    return logit


def _rows(
    explaining: Explaining, measure: str, compared: Compared | str
) -> Iterator[Measurement | NotMeasured]:
    if isinstance(compared, str):
        yield NotMeasured(measure, compared)
        return
    alike = compared.alike
    method = f"{compared.how}; top {alike.size} inputs"
    for metric, values in (
        ("top_reasons_overlap", alike.overlap),
        ("same_first_reason", alike.first),
        ("rank_agreement", alike.ranks),
        ("sign_agreement", alike.signs),
    ):
        yield from shares(explaining, About(measure, metric, method=method), compared.rows, values)
