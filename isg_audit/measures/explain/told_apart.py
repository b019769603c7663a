"""Each group against everybody else: what is known of telling them apart, worked out once.

Measures of proxies, of the explanation-space test and of the certificate all rest on this.
Imports this family, `stats`, numpy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.explain.as_numbers import Numbers, as_numbers, binned
from isg_audit.measures.explain.cross_fit import FOLDS, folds_of, learnt, shifted
from isg_audit.measures.explain.explaining import Explaining
from isg_audit.measures.explain.stand_ins import protected_features
from isg_audit.measures.measurement import NotMeasured
from isg_audit.stats import PlacedAuc, auc_interval, critical_value, influence_error, placed_auc

FEWEST_TOLD_APART = 50
"""People on each side: ten in each fifth."""

MOST_TOLD_APART = 10_000

LEARNT_BOTH_WAYS = 2.0
"""What the variance is multiplied by. Each two people are learnt from both ways: the one in
telling the other apart, and the reverse. Where there is nothing to be learnt the two are the same
luck, and the variance is double what it would be of a rule found elsewhere (in 60 samples of 2,000
without a difference 20 % of plain intervals missed 0.5). Where much is learnt it is cautious."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Apart:
    """One group and everybody else whose group is known; every array has shape (rows,).

    Attributes:
        by: the attribute.
        group: of it.
        rows: positions in the sample.
        members: who is of the group.
        folds: no person is in two.
        persons: who stands behind each row, None where each is somebody else.
        inputs: the model's inputs, without those that are the attribute itself.
        names: of these inputs.
        factors: the factors that may explain a gap.
        legitimate: their names.
    """

    by: str
    group: str
    rows: Integers
    members: Truths
    folds: Integers
    persons: Integers | None
    inputs: Numbers
    names: tuple[str, ...]
    factors: Numbers
    legitimate: tuple[str, ...]

    @cached_property
    def by_inputs(self) -> Floats:
        """Log-odds of the group from all inputs."""
        return learnt(self.inputs, self.members, self.folds)

    @cached_property
    def by_factors(self) -> Floats:
        """Log-odds of the group from the factors that may explain a gap, added up in bins."""
        several = zip(self.factors.columns.T, self.factors.categorical, strict=True)
        bins = [binned(values, categorical=bool(of_text)) for values, of_text in several]
        return shifted(self._start, bins, self.members, self.folds)

    @cached_property
    def alone(self) -> dict[str, PlacedAuc]:
        """AUC of each input by itself."""
        return {name: self.area(self.by_input(at)) for at, name in enumerate(self.names)}

    @cached_property
    def beyond(self) -> dict[str, PlacedAuc]:
        """What each input that is no legitimate factor adds to these; empty without factors."""
        if not self.legitimate:
            return {}
        base = self.area(self.by_factors)
        found = {}
        for place, name in enumerate(self.names):
            if name not in self.legitimate:
                both = self.area(self.with_input(place, self.by_factors))
                found[name] = PlacedAuc(both.value - base.value, both.influence - base.influence)
        return found

    def with_input(self, place: int, offset: Floats) -> Floats:
        """Log-odds that add what one input says to those that are known already."""
        values = self.inputs.columns[:, place]
        bins = binned(values, categorical=bool(self.inputs.categorical[place]))
        return shifted(offset, [bins], self.members, self.folds)

    def by_input(self, place: int) -> Floats:
        """Log-odds of the group from one input alone."""
        return self.with_input(place, self._start)

    @property
    def _start(self) -> Floats:
        share = self.members.mean()
        return np.full(len(self.rows), np.log(share) - np.log1p(-share))

    @property
    def fewest(self) -> int:
        """Persons on the smaller side."""
        sides = (self.members, ~self.members)
        who = np.arange(len(self.rows)) if self.persons is None else self.persons
        return min(len(np.unique(who[side])) for side in sides)

    def among(self, some: Truths) -> Apart:
        """The same group among some of the rows, shape (rows,)."""
        if some.all():
            return self
        return replace(
            self,
            rows=self.rows[some],
            members=self.members[some],
            folds=self.folds[some],
            persons=None if self.persons is None else self.persons[some],
            inputs=self.inputs.among(some),
            factors=self.factors.among(some),
        )

    def area(self, scores: Floats, strata: Integers | None = None) -> PlacedAuc:
        """AUC within folds (a score of one fold says nothing of another's) and strata."""
        cells = self.folds if strata is None else strata * FOLDS + self.folds
        return placed_auc(scores, self.members, cells)

    def error(self, influence: Floats) -> float:
        """Standard error of an area or of a difference of areas, see `LEARNT_BOTH_WAYS`."""
        alone = influence_error(influence, self.members, self.persons)
        return alone * math.sqrt(LEARNT_BOTH_WAYS)

    def area_limits(self, area: PlacedAuc, confidence: float) -> tuple[float, float]:
        """Interval of an area, on the logit scale."""
        error, ones = self.error(area.influence), int(self.members.sum())
        low, high = auc_interval(area.value, error, ones, len(self.members) - ones, confidence)
        return float(low), float(high)

    def gain_limits(self, gain: PlacedAuc, confidence: float) -> tuple[float, float]:
        """Interval of a difference of areas of the same people."""
        reach = critical_value(confidence) * self.error(gain.influence)
        return gain.value - reach, gain.value + reach


def told_apart(explaining: Explaining) -> tuple[tuple[Apart, ...], tuple[NotMeasured, ...]]:
    """Every group of every attribute that holds people enough, and why others are left out.

    Of two groups, both rows are made from the same split, so that they agree.

    Returns:
        The groups; and one reason for each attribute with a group that is too small, of no
        measure yet.
    """
    found: list[Apart] = []
    missing: list[NotMeasured] = []
    for by in explaining.groups:
        if by not in explaining.columns:
            continue  # several attributes joined: a proxy is sought for each by itself
        few = []
        for group, members in _sides(explaining, by):
            if isinstance(members, str):
                few.append(f"{group} ({members})")
            else:
                found.append(_apart(explaining, by, group, members))
        if few:
            reason = f"fewer than {FEWEST_TOLD_APART} people on a side: {', '.join(few)}"
            missing.append(NotMeasured("", reason, "", by))
    return tuple(found), tuple(missing)


def _sides(explaining: Explaining, by: str) -> Iterator[tuple[str, Truths | str]]:
    rows = _rows(explaining, by)
    for group, members in explaining.members(by, rows):
        ours = _persons_in(explaining, rows[members])
        rest = _persons_in(explaining, rows[~members])
        enough = min(ours, rest) >= FEWEST_TOLD_APART
        yield group, members if enough else f"{ours}, against {rest}"


def _rows(explaining: Explaining, by: str) -> Integers:
    every = np.arange(len(explaining.sample))
    known = np.flatnonzero(explaining.known(by, every))
    return known[explaining.drawn(len(known), MOST_TOLD_APART, 5)]


def _persons_in(explaining: Explaining, rows: Integers) -> int:
    return len(rows if explaining.persons is None else np.unique(explaining.persons[rows]))


def _apart(explaining: Explaining, by: str, group: str, members: Truths) -> Apart:
    rows = _rows(explaining, by)
    own = protected_features(explaining, by)
    names = tuple(one for one in explaining.model.features if one not in own)
    persons = None if explaining.persons is None else explaining.persons[rows]
    people = explaining.sample.iloc[rows]
    # The same folds whichever of two groups is looked at: the rarer value is drawn first.
    first = members if members.sum() * 2 <= len(members) else ~members
    return Apart(
        by=by,
        group=group,
        rows=rows,
        members=members,
        folds=folds_of(first, persons, np.random.default_rng([explaining.seed, 6])),
        persons=persons,
        inputs=as_numbers(people[list(names)]),
        names=names,
        factors=as_numbers(people[list(explaining.legitimate)]),
        legitimate=explaining.legitimate,
    )
