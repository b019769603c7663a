"""Draws the people on whom remedies are trained, and those on whom they are read, from the log.

Imports `sources`, `spec`, `tally` and this level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.coded import coded
from isg_audit.measures.plan import Plan
from isg_audit.measures.row_labels import label_keys, labels_by
from isg_audit.sources.scoring import DECISION, SCORE, score
from isg_audit.stats import generator_of
from isg_audit.tally.meaning import decision_meaning, outcome_meaning
from isg_audit.tally.table import Floats

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources import Decisions, Model
    from isg_audit.spec import Spec
    from isg_audit.spec.remedy_part import RemedyPart

Truths = NDArray[np.bool_]

NO_FEATURES = "no model is given and [remedy] names no 'features' to train on"
SEVERAL = "a row stands for several cases (count), and remedies are trained on rows"
NO_DECISION = "there is neither a logged decision nor a model to compare a remedy with"


@dataclass(frozen=True, eq=False)
class People:
    """People with a known outcome and decision; arrays of shape (people,).

    Attributes:
        features: what remedies are trained on, without declared attributes.
        groups: for each attribute the group of each, None where unknown.
        good: whether the favourable decision would be right.
        before: whether the decision is favourable as things are.
        score: of the audited system, higher for a favourable decision; None without one.
        weight: of each; 1 where nothing is weighted.
        person: a number for each person, None where rows are people.
        first: whether in the half that is trained on; all rows of a person are in one.
        stands_for: people of the log whom one of these stands for.
        left_out: columns that were left out since they hold a declared attribute.
    """

    features: pd.DataFrame
    groups: dict[str, NDArray[Any]]
    good: Truths
    before: Truths
    score: Floats | None
    weight: Floats
    person: NDArray[np.intp] | None
    first: Truths
    stands_for: float
    left_out: tuple[str, ...]

    def among(self, chosen: Truths) -> People:
        """These people alone."""
        return People(
            self.features[chosen].reset_index(drop=True),
            {by: labels[chosen] for by, labels in self.groups.items()},
            self.good[chosen],
            self.before[chosen],
            None if self.score is None else self.score[chosen],
            self.weight[chosen],
            None if self.person is None else self.person[chosen],
            self.first[chosen],
            self.stands_for,
            self.left_out,
        )


def people_to_mitigate(
    log: Decisions, model: Model | None, spec: Spec, part: RemedyPart, plan: Plan
) -> People | str:
    """The people, or the reason why there are none.

    Raises:
        ModelFailed: the model could not decide upon them.
        EngineFailed: the engine could not draw.
    """
    roles = log.roles
    wanted = part.features or (() if model is None else model.features)
    features = [name for name in wanted if name not in set(log.columns.values())]
    if roles.count is not None:
        return SEVERAL
    if not features:
        return NO_FEATURES
    if roles.decision is None and model is None:
        return NO_DECISION
    frame = log.sample(part.rows, plan.seed, **label_keys(log, spec))
    total = int(log.ask(n=log.table.count())["n"])
    known, good = coded(frame[roles.outcome], roles, outcome_meaning)
    decided, before, its_score = _decided(frame, log, model, spec)
    kept = known & decided
    weight = np.ones(len(frame))
    if roles.weight is not None:
        weight = np.asarray(frame[roles.weight].astype("float64"), dtype=np.float64)
        kept &= np.isfinite(weight) & (weight > 0)
    if not kept.any():
        return "no case has both a decision and a known outcome"
    person = _persons(frame, roles.person)
    return People(
        features=frame.loc[kept, features].reset_index(drop=True),
        groups={by: labels[kept] for by, labels in labels_by(frame, spec, plan).items()},
        good=good[kept],
        before=before[kept],
        score=None if its_score is None else its_score[kept],
        weight=weight[kept],
        person=None if person is None else person[kept],
        first=_first(person, len(frame), plan.seed)[kept],
        stands_for=total / len(frame),
        left_out=tuple(name for name in wanted if name not in features),
    )


def _decided(
    frame: pd.DataFrame, log: Decisions, model: Model | None, spec: Spec
) -> tuple[Truths, Truths, Floats | None]:
    """Who is decided upon, who favourably, and the score of whoever decides: the log, the model."""
    roles = log.roles
    if roles.decision is None and model is not None:
        (own,) = score(model, [frame], spec.favourable_class)
        decision = np.asarray(own[DECISION], dtype=bool)
        its = np.asarray(own[SCORE], dtype=np.float64) if SCORE in own else None
        return np.ones(len(frame), dtype=bool), decision, its
    known, before = coded(frame[roles.decision], roles, decision_meaning)
    if roles.score is None:
        return known, before, None
    logged = np.asarray(frame[roles.score].astype("float64"), dtype=np.float64)
    return known, before, logged if roles.positive == "favourable" else -logged


def _persons(frame: pd.DataFrame, column: str | None) -> NDArray[np.intp] | None:
    if column is None:
        return None
    person = frame[column].astype(object).factorize()[0].astype(np.intp)
    alone = person < 0  # who is not named is nobody else
    person[alone] = person.max(initial=-1) + 1 + np.arange(alone.sum())
    return person


def _first(person: NDArray[np.intp] | None, rows: int, seed: int) -> Truths:
    rng = generator_of(seed, "halves of rows")
    if person is None:
        return rng.random(rows) < 0.5
    drawn: Truths = rng.random(int(person.max()) + 1) < 0.5
    return drawn[person]
