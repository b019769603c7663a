"""Draws the people among whom groups without a name are looked for, from the log.

Imports `sources`, `spec`, `row_labels`, `tally`. Declared attributes are drawn beside, to describe
what is found; they are never among the features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.plan import Plan
from isg_audit.measures.row_labels import label_keys, labels_by
from isg_audit.tally.codes import FAVOURABLE, UNFAVOURABLE
from isg_audit.tally.distinct import distinct
from isg_audit.tally.meaning import outcome_meaning
from isg_audit.tally.within import good_and_bad

if TYPE_CHECKING:
    import pandas as pd

    from isg_audit.sources import Decisions
    from isg_audit.spec import Spec

MOST_ROWS = 50_000
"""Half of them are searched and half tested: a cluster of 1 % is 250 people in the test."""

Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PeopleToCluster:
    """A seeded sample of those decided upon; the first axis of everything is the row.

    Attributes:
        features: what may make people alike.
        refused: whether the decision was against the person.
        known: whether the true outcome is known.
        wrong: whether the decision did not fit the outcome; False where it is not known.
        groups: by declared attribute, the group of each; None where unknown.
        persons: who stands behind each row, None where each is somebody else.
        least: the smallest cluster looked for, as a share of all.
        seed: of everything random.
        why: why nothing was drawn; empty where something was.
    """

    features: pd.DataFrame | None
    refused: Truths
    known: Truths
    wrong: Truths
    groups: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    persons: NDArray[np.int64] | None = None
    least: float = 0.005
    seed: int = 0
    why: str = ""


def nobody_to_cluster(why: str) -> PeopleToCluster:
    """Nobody, and why."""
    none = np.zeros(0, dtype=bool)
    return PeopleToCluster(None, none, none, none, why=why)


def people_to_cluster(decisions: Decisions, spec: Spec, plan: Plan) -> PeopleToCluster:
    """A seeded sample of the decisions, with the columns that [search] and `legitimate` name.

    Args:
        decisions: where they are, and the roles of the columns.
        spec: names the columns and the attributes.
        plan: the seed, and which attributes there are.

    Raises:
        EngineFailed: the engine could not answer.
    """
    roles, search = decisions.roles, spec.search
    if search is None:
        return nobody_to_cluster("the audit file has no table [search]")
    if roles.decision is None or roles.audited not in ("binary", "classes"):
        return nobody_to_cluster("no decision is recorded")
    if roles.audited == "classes" and roles.favourable is None:
        return nobody_to_cluster("no class of decision is named as favourable")
    if roles.count is not None:
        return nobody_to_cluster("a row stands for several people, who cannot be told apart")
    held = {*decisions.columns.values(), roles.decision, roles.outcome, roles.score, roles.time}
    held |= {roles.person, roles.weight}
    columns = [
        name
        for name in dict.fromkeys((*search.columns, *spec.audit.legitimate))
        if name not in held
    ]
    if not columns:
        return nobody_to_cluster("[search] names no columns beside the declared attributes")
    rows = decisions.sample(MOST_ROWS, plan.seed + 2, **label_keys(decisions, spec))
    return _people(rows, columns, decisions, spec, plan)


def _people(
    rows: pd.DataFrame, columns: list[str], decisions: Decisions, spec: Spec, plan: Plan
) -> PeopleToCluster:
    import pyarrow as pa

    roles = decisions.roles
    decided = pa.table({"decision": pa.Array.from_pandas(rows[roles.decision])})
    good, bad = good_and_bad(roles, distinct(decided, "decision"))
    taken = good | bad
    known, wrong = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
    if roles.outcome is not None and roles.audited == "binary":
        column = pa.table({"outcome": pa.Array.from_pandas(rows[roles.outcome])})
        raw = distinct(column, "outcome")
        texts = raw.numbers_or_texts
        meaning = outcome_meaning(roles, texts)
        codes = np.array([meaning.code(text) for text in texts])[raw.place]
        known = np.isin(codes, (FAVOURABLE, UNFAVOURABLE))
        wrong = known & ((codes == FAVOURABLE) != good)
    labels = labels_by(rows, spec, plan)
    persons = None
    if roles.person is not None:
        numbered, every = rows[roles.person].factorize()
        persons = np.where(numbered < 0, len(every) + np.arange(len(numbered)), numbered)[taken]
    return PeopleToCluster(
        features=rows.loc[taken, columns].reset_index(drop=True),
        refused=bad[taken],
        known=known[taken],
        wrong=wrong[taken],
        groups={name: labels[name][taken] for name in plan.attributes},
        persons=persons,
        least=spec.search.least if spec.search is not None else 0.005,
        seed=plan.seed,
    )
