"""Whose decision changes when they stand where another group stands.

Imports this family, `stats`, `sources`, numpy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.as_numbers import as_numbers
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.proxy_available import strong_stand_ins
from isg_audit.measures.explain.shares import counted, measured
from isg_audit.measures.explain.stand_ins import protected_features
from isg_audit.measures.explain.told_apart import Apart
from isg_audit.measures.explain.transport import opposite
from isg_audit.measures.measurement import Limits, Measurement, NotMeasured
from isg_audit.sources.models.model import class_position
from isg_audit.sources.scoring import decided_favourably
from isg_audit.stats import newcombe, newcombe_paired, wilson

MEASURE = "explain.flip_test"
MOST_MOVED = 1_000
"""On each side; a matching of a thousand takes a tenth of a second, of ten thousand minutes."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class _Moved(NamedTuple):
    """Decisions of people, shape (people,): as they are, and the mean of where they were moved."""

    own: Floats
    better: Floats
    worse: Floats


def flip_test(
    explaining: Explaining, every: Sequence[Apart]
) -> Iterator[Measurement | NotMeasured]:
    """Who would be decided upon otherwise where the other group stands, wholly or in proxies only.

    People of a group are matched with as many of everybody else so that the distances over all
    inputs sum to least (exact optimal transport between two samples of real people).
    `flips_to_favourable` is the share of the group who are refused while the person opposite is
    decided for, `flips_to_unfavourable` the reverse, `net_flips` the first less the second: the
    gap in the model's decisions, seen through people.

    `proxy_flips_to_favourable`, `proxy_flips_to_unfavourable` and `proxy_net_flips` change less:
    each person keeps all inputs but those that are the attribute or strongly stand in for it, and
    takes these from the person opposite, who is now matched on what is kept. What flips here
    hangs on the attribute and its stand-ins; above 0 the group loses by them. An input strongly
    stands in where its `proxy_auc` is above 0.7 or its `extra_auc` above 0.05, the project's
    defaults, and it is no legitimate factor; the note names what was moved. Without such an input
    nothing is moved and nothing is measured. It is a test of the model, and not of what would
    have happened to somebody else.

    At most 1,000 people a side. A small group is matched several times over. Intervals: Wilson's
    for shares; Newcombe's for net flips, of two groups and of pairs; by person. They take the
    matching as given. `affected`: the share times the people of the group whom the sample stands
    for. No threshold is published.

    Raises:
        ModelFailed: the model failed on moved people, or returned what no model may return.

    Source:
        Black, Yeom & Fredrikson (2020), FAT*, "FlipTest"; with optimal transport in place of a
        generative network. Moving the proxies alone is the project's.
    """
    none: dict[str, list[str]] = {}
    for apart in every:
        yield from _whole(explaining, apart)
        own = tuple(protected_features(explaining, apart.by))
        moved = (*own, *strong_stand_ins(apart))
        if moved:
            yield from _proxies(explaining, apart, moved)
        else:
            none.setdefault(apart.by, []).append(apart.group)
    for by, groups in none.items():
        reason = f"no input is the attribute or strongly stands in for {', '.join(groups)}"
        for metric in _METRICS:
            yield NotMeasured(MEASURE, reason, f"proxy_{metric}", by)


_METRICS = ("flips_to_favourable", "flips_to_unfavourable", "net_flips")


def _whole(explaining: Explaining, apart: Apart) -> Iterator[Measurement]:
    features = list(explaining.model.features)
    frame = explaining.sample[features].iloc[apart.rows].reset_index(drop=True)
    ours, theirs = _drawn(explaining, apart)
    across = opposite(as_numbers(frame), ours, theirs)
    decided = _decided(explaining, frame)
    moved = _flips(ours, decided[ours], decided[across])

    def net(confidence: float) -> tuple[float, float]:
        low, high = newcombe(
            *counted(decided[theirs], _persons(apart, theirs)),
            *counted(moved.own, _persons(apart, np.unique(ours))),
            confidence,
        )
        return float(low), float(high)

    note = f"{len(np.unique(ours))} people of the group matched with {len(theirs)} others."
    yield from _rows(explaining, apart, "", moved, np.unique(ours), net, note)


def _proxies(
    explaining: Explaining, apart: Apart, moved_inputs: tuple[str, ...]
) -> Iterator[Measurement]:
    features = list(explaining.model.features)
    frame = explaining.sample[features].iloc[apart.rows].reset_index(drop=True)
    kept = [name for name in features if name not in moved_inputs]
    ours, theirs = _drawn(explaining, apart)
    across = opposite(as_numbers(frame[kept]), ours, theirs)
    decided = _decided(explaining, frame)
    there = frame.iloc[ours].reset_index(drop=True)
    for name in moved_inputs:
        there[name] = frame[name].take(across).array
    moved = _flips(ours, decided[ours], _decided(explaining, there))

    def net(confidence: float) -> tuple[float, float]:
        _, cases = counted(moved.own, _persons(apart, np.unique(ours)))
        up, down = moved.better.mean() * cases, moved.worse.mean() * cases
        both = moved.own.mean() * cases - down
        low, high = newcombe_paired(both, up, down, cases - both - up - down, confidence)
        return float(low), float(high)

    note = f"Moved: {', '.join(moved_inputs)}. Kept: {', '.join(kept) or 'nothing'}."
    yield from _rows(explaining, apart, "proxy_", moved, np.unique(ours), net, note)


def _drawn(explaining: Explaining, apart: Apart) -> tuple[Integers, Integers]:
    """People of the group, as often as others can be found for them, and as many others."""
    ours, theirs = np.flatnonzero(apart.members), np.flatnonzero(~apart.members)
    ours = ours[explaining.drawn(len(ours), min(MOST_MOVED, len(theirs)), 7)]
    times = max(1, min(MOST_MOVED, len(theirs)) // len(ours))
    ours = np.repeat(ours, times)
    return ours, theirs[explaining.drawn(len(theirs), len(ours), 8)]


def _flips(ours: Integers, own: Floats, moved: Floats) -> _Moved:
    """Of each person the mean over the times that they were matched."""
    _, person = np.unique(ours, return_inverse=True)
    times = np.bincount(person)

    def mean(values: Floats) -> Floats:
        return np.asarray(np.bincount(person, weights=values) / times)

    return _Moved(mean(own), mean((1 - own) * moved), mean(own * (1 - moved)))


def _rows(
    explaining: Explaining,
    apart: Apart,
    prefix: str,
    moved: _Moved,
    people: Integers,
    net: Limits,
    note: str,
) -> Iterator[Measurement]:
    size = float(apart.members.sum()) / max(1, len(explaining.sample))
    stand_for = None if explaining.people is None else explaining.people * size
    values: tuple[tuple[Floats, Limits], ...] = (
        (moved.better, _share(moved.better, _persons(apart, people))),
        (moved.worse, _share(moved.worse, _persons(apart, people))),
        (moved.better - moved.worse, net),
    )
    for metric, (flips, limits) in zip(_METRICS, values, strict=True):
        low, high = limits(explaining.confidence)
        value = float(flips.mean())
        yield measured(
            explaining,
            limits,
            value,
            measure=MEASURE,
            metric=prefix + metric,
            by=apart.by,
            group=apart.group,
            n=len(people),
            affected=None if stand_for is None else value * stand_for,
            affected_low=None if stand_for is None else low * stand_for,
            affected_high=None if stand_for is None else high * stand_for,
            unit="difference" if metric == "net_flips" else "proportion",
            method="optimal transport; " + ("newcombe" if metric == "net_flips" else "wilson"),
            note=note,
        )


def _share(values: Floats, persons: Integers | None) -> Limits:
    def limits(confidence: float) -> tuple[float, float]:
        low, high = wilson(*counted(values, persons), confidence)
        return float(low), float(high)

    return limits


def _persons(apart: Apart, places: Integers) -> Integers | None:
    return None if apart.persons is None else apart.persons[places]


def _decided(explaining: Explaining, people: Any) -> Floats:
    place = class_position(explaining.model, explaining.favourable)
    where = f"{explaining.model.name}, moving people"
    return np.asarray(decided_favourably(explaining.model, people, place, where), dtype=np.float64)
