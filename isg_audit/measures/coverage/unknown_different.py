"""Whether people of unknown group fare differently from people of known group.

Imports `measures` (the level above), this family, `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from isg_audit.measures.coverage.unknown_sides import table_of_unknown
from isg_audit.measures.estimates import Estimates, share
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.pairs import difference, p_values
from isg_audit.measures.plan import Plan
from isg_audit.tally.table import NEGATIVE, POSITIVE, Counted, Table

FEWEST = 30
"""Cases of unknown group below which their rate is too uncertain to be compared."""

KNOWN_OUTCOME = [(outcome, one) for outcome in (0, 1) for one in range(3)]


def unknown_different(
    counted: Counted, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Whether whose group is not known differs from whose group is: by decision, by outcome.

    `favourable_rate_of_unknown` and `base_rate_of_unknown` are the rates of people of unknown
    group, each with its difference from people of known group (`versus` rest) and the p of no
    difference. Where they differ, figures of known groups alone may mislead about everybody:
    groups are not known at random. Where no difference is shown they may mislead as well, if the
    unknown are of one group rather than another: only the bounds allow for that.

    Not measured with fewer than 30 cases of unknown group.

    Source:
        Rubin (1976), Biometrika 63:581-592; intervals and tests as for any difference of shares.
    """
    everybody = counted.table(())
    for name in plan.attributes:
        unknown, known = table_of_unknown(counted.table((name,)), everybody)
        for metric, made in (("favourable_rate", _favourable), ("base_rate", _base)):
            ours, theirs = made(unknown), made(known)
            if not (ours.n[0] >= FEWEST and theirs.n[0] >= FEWEST):
                if metric == "favourable_rate":
                    few = f"the value of {name} is unknown, or known, of fewer than {FEWEST} cases"
                    why = few if ours.n[0] + theirs.n[0] > 0 else "no decision is recorded"
                    yield NotMeasured(measure, why, f"{metric}_of_unknown", name)
                continue
            yield from _rows(f"{metric}_of_unknown", ours, theirs, name, plan, measure)


def _favourable(table: Table) -> Estimates:
    good = POSITIVE if table.positive_is_favourable else NEGATIVE
    known = [(outcome, one) for outcome in range(3) for one in (POSITIVE, NEGATIVE)]
    return share(table, [cell for cell in known if cell[1] == good], known)


def _base(table: Table) -> Estimates:
    return share(table, [cell for cell in KNOWN_OUTCOME if cell[0] == POSITIVE], KNOWN_OUTCOME)


def _rows(
    metric: str, ours: Estimates, theirs: Estimates, name: str, plan: Plan, measure: str
) -> Iterator[Measurement]:
    row = partial(
        Measurement, measure=measure, confidence=plan.confidence, n=int(ours.n[0]), by=name
    )
    low, high = ours.limits(plan.confidence)
    yield row(
        metric=metric, value=float(ours.value[0]), low=float(low[0]), high=float(high[0]),
        method=ours.method, note=f"people of unknown {name}",
    )  # fmt: skip
    limits = difference(ours, theirs)
    low, high = limits(plan.confidence)
    p = float(p_values(ours, theirs)[0])
    yield row(
        metric=f"{metric}.difference", versus="rest", value=float(ours.value[0] - theirs.value[0]),
        low=float(low[0]), high=float(high[0]), unit="difference",
        method="newcombe" + ours.method.removeprefix("wilson"),
        p_value=None if math.isnan(p) else p,
        note=f"people of unknown {name}, less people of known {name}",
        limits=lambda confidence: (float(limits(confidence).low[0]),
                                   float(limits(confidence).high[0])),
    )  # fmt: skip
