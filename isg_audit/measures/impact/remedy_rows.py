"""The rows of one remedy: gap, accuracy, who gains and who loses, and whether it levels down.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from isg_audit.measures.impact.change import Change
from isg_audit.measures.measurement import Measurement
from isg_audit.measures.weighing import LIMIT_OF, Point
from isg_audit.stats import Levelling, generator_of
from isg_audit.stats.bounds import Estimate
from isg_audit.tally.table import Floats

AS_IT_IS = "as it is"
"""What stands for the name of a remedy in rows of the decisions as they are."""

OPEN = "cannot be told: too few people"
ONLY_LOSSES = "no gap closes, people only lose"

SIGNS = {
    "least_not_raised": "the gap closes but the lowest rate does not rise",
    "everybody_falls": "every group falls",
    "only_losses": "some group falls and none rises",
    "mostly_losses": "most of the closing is the best-off group falling",
}


@dataclass(frozen=True)
class About:
    """What all rows of one attribute share."""

    measure: str
    by: str
    confidence: float
    seed: int
    note: str = ""


def rows_of(change: Change, point: Point, about: About) -> Iterator[Measurement]:
    """Every row of one remedy, read on people whom it was not fitted on."""
    row = partial(_row, about, point.name, int(change.heads.sum()))
    gap = change.gap(point.limit, change.after, about.confidence)
    how = "newcombe by pairs, bonferroni"
    yield row("gap", gap, unit="difference", method=how)
    rights = change.gap("right_grant_rate", change.after, about.confidence)
    yield row("right_grants_gap", rights, unit="difference", method=how)
    accuracy = change.accuracy(change.after, about.confidence)
    yield row("accuracy", accuracy, method="wilson by group, combined")
    moved = change.accuracy_change(about.confidence)
    yield row("accuracy_change", moved, unit="difference", method="agresti-min, paired, combined")
    yield from _levelling(levelled(change, point, about), row)
    yield from _people(change, point.name, about)


def rows_as_it_is(change: Change, about: About) -> Iterator[Measurement]:
    """Gap, accuracy and wrong decisions as things are, of the same held-out people."""
    row = partial(_row, about, people=int(change.heads.sum()))
    for aim, limit in LIMIT_OF.items():
        gap = change.gap(limit, change.before, about.confidence)
        how = "newcombe by pairs, bonferroni"
        yield row(f"{AS_IT_IS} / {aim}", metric="gap", found=gap, unit="difference", method=how)
    accuracy = change.accuracy(change.before, about.confidence)
    yield row(AS_IT_IS, metric="accuracy", found=accuracy, method="wilson by group, combined")
    yield from _wrong(change, change.before, AS_IT_IS, about)


def levelled(change: Change, point: Point, about: About) -> Levelling:
    """Whether a remedy levels down, by draws that depend on what is drawn alone."""
    rng = generator_of(about.seed, point.name, about.by)
    return change.levelling(point.limit, rng, about.confidence)


def _levelling(found: Levelling, row: partial[Measurement]) -> Iterator[Measurement]:
    method = "counts drawn again (dirichlet)"
    for metric, one in (("gap_closed", found.closed), ("least_rise", found.least)):
        yield row(metric, one, unit="difference", method=method)
    yield row("lowered_share", found.lowered, unit="ratio", method=method)
    shown = [SIGNS[name] for name, state in found.signs.items() if state == "shown"]
    maybe = [SIGNS[name] for name, state in found.signs.items() if state == "open"]
    notes = {
        "shown": f"shown: {', '.join(shown)}",
        "open": f"{OPEN}: {', '.join(maybe)}",
        "excluded": f"{ONLY_LOSSES}: {', '.join(shown)}" if shown else "",
    }
    # Where it stays open there is no value, so that nothing can be judged by it.
    value, low, high = {"shown": (1.0, 1.0, 1.0), "excluded": (0.0, 0.0, 0.0)}.get(
        found.state, (math.nan,) * 3
    )
    yield row(
        "levelling_down",
        Estimate(np.asarray(value), np.asarray(low), np.asarray(high)),
        unit="yes or no",
        method="paired intervals",
        note=notes[found.state],
    )


def _people(change: Change, name: str, about: About) -> Iterator[Measurement]:
    for metric, chance in (("gained", change.gains), ("lost", change.losses)):
        counted = change.in_people(chance, about.confidence)
        yield from _by_group(change, metric, counted, change.head_count(chance), name, about)
    either = change.head_count(change.gains + change.losses)
    net = change.net_in_people(about.confidence)
    yield from _by_group(change, "net_gained", net, either, name, about)
    yield from _wrong(change, change.after, name, about)


def _wrong(change: Change, chance: Floats, name: str, about: About) -> Iterator[Measurement]:
    """Wrong denials and wrong grants in people, by group."""
    for metric, wrong in (
        ("wrong_denials", np.where(change.good, 1.0 - chance, 0.0)),
        ("wrong_grants", np.where(change.good, 0.0, chance)),
    ):
        counted = change.in_people(wrong, about.confidence)
        yield from _by_group(change, metric, counted, change.head_count(wrong), name, about)


def _by_group(
    change: Change, metric: str, found: Estimate, heads: Floats, name: str, about: About
) -> Iterator[Measurement]:
    every = change.heads.sum(axis=1)
    for at, group in enumerate(change.groups):
        few = [one for one in (heads[at], every[at] - heads[at]) if one > 0]
        yield Measurement(
            measure=about.measure,
            metric=metric,
            by=about.by,
            group=group,
            feature=name,
            value=_tens(found.value[at]),
            low=_tens(found.low[at], -1),
            high=_tens(found.high[at], 1),
            confidence=about.confidence,
            n=int(every[at]),
            unit="people",
            method="agresti-min, paired" if metric == "net_gained" else "wilson",
            note=about.note,
            smallest=float(min(few, default=0.0)) or None,
        )


def _row(
    about: About,
    feature: str,
    people: int,
    metric: str,
    found: Estimate,
    unit: str = "proportion",
    method: str = "",
    note: str = "",
) -> Measurement:
    value, low, high = (float(one) for one in found)
    bounded, known = math.isfinite(low) and math.isfinite(high), math.isfinite(value)
    notes = [note, "" if known else "not estimable", about.note]
    if not known and note:
        notes.pop(1)
    return Measurement(
        measure=about.measure,
        metric=metric,
        by=about.by,
        feature=feature,
        value=_short(value) if known else None,
        low=_short(low, -1) if known and bounded else None,
        high=_short(high, 1) if known and bounded else None,
        confidence=about.confidence,
        n=people,
        unit=unit,
        method=method,
        note="; ".join(filter(None, notes)),
    )


def _short(value: float, toward: int = 0) -> float:
    """To three decimals; -1 never up, 1 never down: no count follows from it."""
    scaled = value * 1000.0
    whole = round(scaled) if not toward else (math.floor if toward < 0 else math.ceil)(scaled)
    return whole / 1000.0 + 0.0


def _tens(value: float, toward: int = 0) -> float | None:
    """People to the next ten; differences of such figures tell of nobody."""
    if not math.isfinite(value):
        return None
    scaled = float(value) / 10.0
    whole = round(scaled) if not toward else (math.floor if toward < 0 else math.ceil)(scaled)
    return whole * 10.0
