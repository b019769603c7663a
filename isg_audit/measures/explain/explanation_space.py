"""Whether explanations give a group away. Imports this family, `stats`, numpy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from isg_audit.measures.explain.as_numbers import Numbers
from isg_audit.measures.explain.attributions import Attributions
from isg_audit.measures.explain.cross_fit import learnt
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.proxy_available import NO_FACTORS
from isg_audit.measures.explain.shares import measured
from isg_audit.measures.explain.told_apart import FEWEST_TOLD_APART, Apart
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.stats import PlacedAuc, holm

MEASURE = "explain.explanation_space"


def explanation_space(
    explaining: Explaining, found: Attributions, every: Sequence[Apart]
) -> Iterator[Measurement | NotMeasured]:
    """Whether a person's group can be read off what the model makes of them.

    `explanation_auc` is the chance that a person of the group ranks above somebody else when
    people are ordered by how far their SHAP values speak for the group; 0.5 where the model
    treats the group's inputs as it treats everybody's. It is above 0.5 also where groups differ
    in what may rightly count. `explanation_extra_auc` therefore asks what SHAP values add to the
    legitimate factors: the AUC of both together, less that of the factors alone, by the same
    learner; 0 where people alike in these factors are explained alike. Even a little of an input
    that carries the group gives it away: `explain.proxy_use` says how much of it there is.

    Thirty small boosted trees, five folds, no person in two, people compared within a fold.
    Intervals as in `explain.proxy_available`; p-values of no difference from the same standard
    errors, Holm over the groups of an attribute. They do not cover the noise of sampled SHAP
    values, which hides groups rather than showing them.

    The factors are not held fixed in strata: people of a stratum differ still, and with strata of
    100 people 20 % of audits of a model that went by the factors alone raised an alarm.

    No threshold is published. The project's default: a group is told apart where the whole
    interval of `explanation_auc` lies above 0.5 and the value above 0.55; to be read beside
    `explain.gap_share`.

    Source:
        Mougan et al. (2023), arXiv 2303.08040. Conditioning on the factors is the project's.
    """
    if not explaining.legitimate:
        yield NotMeasured(MEASURE, NO_FACTORS, "explanation_extra_auc")
    for by in dict.fromkeys(apart.by for apart in every):
        rows: list[Measurement] = []
        few = []
        for apart in (one for one in every if one.by == by):
            here = apart.among(np.isin(apart.rows, found.rows))
            if here.fewest < FEWEST_TOLD_APART:
                few.append(f"{apart.group} ({here.fewest})")
            else:
                rows += _of_group(explaining, found, here)
        yield from _adjusted(rows)
        if few:
            reason = f"fewer than {FEWEST_TOLD_APART} people explained: {', '.join(few)}"
            yield NotMeasured(MEASURE, reason, "explanation_auc", by)


def _of_group(explaining: Explaining, found: Attributions, apart: Apart) -> Iterator[Measurement]:
    values = found.values[np.searchsorted(found.rows, apart.rows)]
    shap = Numbers(values, np.zeros(values.shape[1], dtype=bool))
    area = apart.area(learnt(shap, apart.members, apart.folds))
    yield _row(explaining, found, apart, "explanation_auc", area, 0.5)
    if explaining.legitimate:
        both = apart.area(learnt(apart.factors.beside(shap), apart.members, apart.folds))
        alone = apart.area(learnt(apart.factors, apart.members, apart.folds))
        gain = PlacedAuc(both.value - alone.value, both.influence - alone.influence)
        yield _row(explaining, found, apart, "explanation_extra_auc", gain, 0.0)


def _row(
    explaining: Explaining,
    found: Attributions,
    apart: Apart,
    metric: str,
    area: PlacedAuc,
    level: float,
) -> Measurement:
    from scipy.special import ndtr

    error = apart.error(area.influence)
    chance = 2.0 * float(ndtr(-abs(area.value - level) / error)) if error > 0 else None
    limits_of = apart.area_limits if level else apart.gain_limits
    return measured(
        explaining,
        lambda confidence: limits_of(area, confidence),
        area.value,
        measure=MEASURE,
        metric=metric,
        by=apart.by,
        group=apart.group,
        n=len(apart.rows),
        p_value=chance,
        unit="index" if level else "difference",
        method=f"{found.method}; cross-fitted trees; DeLong{', logit' if level else ''}",
        note=found.note,
    )


def _adjusted(rows: Sequence[Measurement]) -> Iterator[Measurement]:
    for metric in dict.fromkeys(one.metric for one in rows):
        ours = [one for one in rows if one.metric == metric]
        chances = [1.0 if one.p_value is None else one.p_value for one in ours]
        for one, adjusted in zip(ours, holm(chances), strict=True):
            yield one if one.p_value is None else replace(one, p_adjusted=float(adjusted))
