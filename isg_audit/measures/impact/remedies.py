"""What remedies that are trained would cost, and whom: read on people they were not trained on.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.impact.change import DIGITS, Change
from isg_audit.measures.impact.choosing import Tried, summary_of
from isg_audit.measures.impact.remedy_rows import About, rows_as_it_is, rows_of
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.mitigating import Mitigated
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import Floats

NOT_ASKED = "the audit file has no table [remedy], so that no remedy was trained"


def remedies(
    tried: Sequence[Mitigated] | str | None, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """What remedies that are trained would cost, and which people.

    Where the audit file has a table `[remedy]`: people are drawn once from the log, half to train
    on and half to read (all rows of a person in one half). Tried are a plain logistic regression
    without any limit, to tell what a new model alone would change; fairlearn's exponentiated
    gradient and grid search, which train under a limit and need nobody's group when deciding (for
    `no_group_worse` a bound on every group's share of wrong decisions, the best-off group's as
    things are plus the gap that may stay); fairlearn's thresholds by group on the score of whoever
    decides now, which need the group when deciding, often unlawfully; and a plain model on inputs
    from which what goes with the group in a straight line was taken out, which needs it too.
    Adversarial learners are left out. Columns of declared attributes are never trained on. A
    remedy that decides by lot is read by its chance of a favourable decision.

    Compared is with the decision as it is: the logged one, else the model's. Rows, rounding,
    intervals, the warning of levelling down and the summaries are those of `impact.frontier`, of
    which see the manual page; the cost in accuracy here is that of a new model, so read it beside
    the plain one. Trained without weights; weighted people count by Kish's effective cases when
    read. Repeated persons count by their worst case. No remedy is applied.

    Source:
        Agarwal, Beygelzimer, Dudik, Langford & Wallach (2018), A reductions approach to fair
        classification; Agarwal, Dudik & Wu (2019), Fair regression; Hardt, Price & Srebro (2016);
        Weerts et al. (2023), Fairlearn, JMLR 24:257.
    """
    if tried is None or isinstance(tried, str):
        yield NotMeasured(measure, NOT_ASKED if tried is None else tried, "gap")
        return
    for one in tried:
        if one.too_few:
            reason = f"too few people of an outcome in a half: {', '.join(one.too_few)}"
            yield NotMeasured(measure, reason, "gap", one.by)
        if one.why:
            yield NotMeasured(measure, one.why, "gap", one.by)
            continue
        yield from _of(one, plan, measure)


def _of(mitigated: Mitigated, plan: Plan, measure: str) -> Iterator[Measurement | NotMeasured]:
    about = About(measure, mitigated.by, plan.confidence, plan.seed, _note(mitigated))
    read = ~mitigated.people.first
    yield from rows_as_it_is(change_of(mitigated, read, None), about)
    tried = []
    for point, chance in mitigated.decided:
        change = change_of(mitigated, read, chance)
        yield from rows_of(change, point, about)
        tried.append(Tried(point, change_of(mitigated, ~read, chance), change))
    yield from summary_of(tried, about)


def _note(mitigated: Mitigated) -> str:
    left = mitigated.people.left_out
    return f"trained without {', '.join(left)}" if left else ""


def change_of(mitigated: Mitigated, half: NDArray[np.bool_], chance: Floats | None) -> Change:
    """People of one half before and after; without chances after as before."""
    people = mitigated.people
    names, group = np.unique(mitigated.groups.astype(str), return_inverse=True)
    before = people.before.astype(float)
    after = before if chance is None else np.round(chance, DIGITS)
    kinds, kind = np.unique(
        np.column_stack([people.good, before, after])[half], axis=0, return_inverse=True
    )
    at = (group[half], kind.reshape(-1))
    shape = (len(names), len(kinds))
    heads, weight = np.zeros(shape), np.zeros(shape)
    np.add.at(heads, at, 1.0)
    np.add.at(weight, at, people.weight[half])
    effective = _effective(mitigated, group, half, len(names))
    counted = np.bincount(group, minlength=len(names)).astype(float)
    everybody: Floats = counted * people.stands_for
    good, old, new = (np.broadcast_to(column, shape) for column in kinds.T)
    return Change(
        groups=tuple(str(name) for name in names),
        cases=weight * effective[:, None],
        heads=heads,
        good=good.astype(bool),
        before=old,
        after=new,
        people=everybody,
    )


def _effective(
    mitigated: Mitigated, group: NDArray[np.intp], half: NDArray[np.bool_], groups: int
) -> Floats:
    """Independent cases of equal weight that a weight of 1 stands for (Kish; worst case)."""
    people = mitigated.people
    weight = people.weight[half]
    alone = np.arange(int(half.sum())) if people.person is None else people.person[half]
    # All rows of a person are taken to agree, so that they count as one of their weight together.
    each, where = np.unique(np.column_stack([group[half], alone]), axis=0, return_inverse=True)
    together = np.bincount(where.reshape(-1), weight, len(each))
    total = np.bincount(each[:, 0], together, groups)
    squares = np.bincount(each[:, 0], together**2, groups)
    effective: Floats = total / squares
    return effective
