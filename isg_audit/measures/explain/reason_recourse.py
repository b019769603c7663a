"""Whether a person who changed what a reason names could be decided otherwise.

Imports this family, numpy; pandas in functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from isg_audit.measures.explain.allowed import allowed_values, followed, never_changing
from isg_audit.measures.explain.asking import decided, inputs_of, is_number, like, seen
from isg_audit.measures.explain.by_group import About, Floats, shares, single
from isg_audit.measures.explain.explaining import FEWEST_PEOPLE, Explaining
from isg_audit.measures.explain.principal import Reasons
from isg_audit.measures.measurement import Measurement, NotMeasured

MEASURE = "explain.reason_recourse"
MOST_PEOPLE, MOST_VALUES = 300, 20


@dataclass(frozen=True, eq=False)
class Responding:
    """Of refused people and their reasons.

    Attributes:
        reasons: the people.
        share: of the allowed values of each reason's input, the share that turns the decision,
            shape (people, reasons); NaN where there is no reason.
    """

    reasons: Reasons
    share: Floats


def reason_recourse(
    explaining: Explaining, found: Reasons | str
) -> Iterator[Measurement | NotMeasured]:
    """Do the reasons that people are given tell them what they could change?

    Each principal reason of a refused person names an input. That input alone is set to up to 20
    other values seen in the data, those that the audit file's [recourse] allows (immutable inputs
    and protected attributes: none), and inputs that it says are computed from it change with it.
    `responsiveness` is the mean share of those values that turn the refusal round, of the people
    given that reason; `without_recourse_rate` the share of them for whom none does.
    `all_without_recourse_rate` is the share of refused people with reasons of whom no reason has
    one: nothing that they are told would help them, one thing at a time.

    At most 300 refused people; values at evenly spaced ranks of numbers, the most frequent of
    texts. Of everybody and of each group (single attributes by input). Interval: Wilson, in which
    a part of the values counts as that part of a person. Project default, no published threshold:
    any person whose reasons all lack recourse is a finding.

    Raises:
        ModelFailed: the model failed on changed rows, or returned what no model may return.

    Source:
        Responsiveness: Cheon, Wernimont, Kuperman & Ustun (2025), ICLR, arXiv 2410.22598.
    """
    told = found if isinstance(found, str) else responding(explaining, found)
    if isinstance(told, str):
        yield NotMeasured(MEASURE, told)
        return
    for place, feature in enumerate(told.reasons.features):
        given, which = np.nonzero(told.reasons.order == place)
        if not len(given):
            continue
        share, rows = told.share[given, which], told.reasons.rows[given]
        for metric, values in (("responsiveness", share), ("without_recourse_rate", share == 0)):
            about = About(MEASURE, metric, feature, method="one input changed")
            yield from shares(explaining, about, rows, values, single(explaining))
    some = np.isfinite(told.share).any(axis=1)
    nothing = np.asarray(~(told.share[some] > 0).any(axis=1))
    about = About(
        MEASURE,
        "all_without_recourse_rate",
        method="one input changed at a time",
        note="Of refused people who have a reason.",
    )
    yield from shares(explaining, about, told.reasons.rows[some], nothing)


def responding(explaining: Explaining, found: Reasons) -> Responding | str:
    """Tries the values of each reason of some refused people."""
    refused = found.only(found.refused)
    chosen = np.zeros(len(refused.rows), dtype=bool)
    chosen[explaining.drawn(len(refused.rows), MOST_PEOPLE, 28)] = True
    some = refused.only(chosen)
    if len(some.rows) < FEWEST_PEOPLE:
        return f"{len(some.rows)} refused people among those explained; {FEWEST_PEOPLE} needed"
    share = np.full(some.order.shape, np.nan)
    fixed = never_changing(explaining)
    for place, feature in enumerate(found.features):
        who, which = np.nonzero(some.order == place)
        if len(who):
            free = feature not in fixed
            share[who, which] = _shares(explaining, feature, some.rows[who]) if free else 0.0
    return Responding(some, share)


def _shares(explaining: Explaining, feature: str, rows: Any) -> Floats:
    people = inputs_of(explaining, rows)
    values = _values(explaining, feature)
    allowed = allowed_values(explaining, feature, people[feature], values)
    turned = np.zeros(allowed.shape, dtype=bool)
    if allowed.any():
        who, which = np.nonzero(allowed)
        moved = people.iloc[who].reset_index(drop=True)
        moved[feature] = values.take(which)
        moved = followed(explaining, feature, moved)
        turned[who, which] = decided(explaining, moved, f"changing the reason {feature}")
    share: Floats = turned.sum(axis=1) / np.maximum(allowed.sum(axis=1), 1)
    return share


def _values(explaining: Explaining, feature: str) -> Any:
    """Values to put in, as an array of the column's own type."""
    every = seen(explaining, feature)
    if not is_number(every):
        return every.value_counts().head(MOST_VALUES).index.to_series().astype(every.dtype).array
    ranks = np.quantile(
        np.unique(every.to_numpy(dtype=np.float64)), np.linspace(0, 1, MOST_VALUES),
        method="nearest",
    )  # fmt: skip
    import pandas as pd

    return pd.Series(like(np.unique(ranks), explaining.sample[feature])).array
