"""People who are alike, whom no label names, and who fare worse: leads for human review.

Imports `measures` (the level above), `stats`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from isg_audit.measures.impact.cluster_columns import ClusterColumns, columns_of
from isg_audit.measures.impact.cluster_tree import cluster_of, clustered
from isg_audit.measures.impact.cluster_words import described, shares_said
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.people_to_cluster import PeopleToCluster
from isg_audit.measures.plan import Plan
from isg_audit.measures.within_words import rounded
from isg_audit.stats import bonferroni_confidence, fisher_exact, newcombe, wilson
from isg_audit.tally.table import Table

MEASURE = "impact.clusters"

LEAD = "a lead for human review, never a verdict"

BY = "cluster"

FEWEST, FEWEST_ROWS = 50, 400
"""People that a cluster holds at least in each half, and in all, so that anything could show."""

DECIMALS = 3

Truths = NDArray[np.bool_]
Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Harm:
    """What happens to people: the metric, whether it happened, and among whom it could."""

    metric: str
    happened: Truths
    among: Truths
    better: str


def clusters(
    people: PeopleToCluster | None, everybody: Table, plan: Plan, measure: str
) -> Iterator[Measurement | NotMeasured]:
    """Clusters of people who are alike in features, whom nobody named, and who fare worse.

    A seeded sample of at most 50,000 decisions is cut in two halves (nobody is in both). In the
    first, people are split recursively by k-means where the decision against them (or, where
    outcomes are known, the wrong decision) differs most. In the second, each cluster that fared
    worse in the first is held against everybody else: it is told if Newcombe's interval and
    Fisher's exact test, at Bonferroni's level for all clusters tested of both harms, leave out no
    difference. So where nothing is there, nothing is told in at least 95 of 100 audits. The
    features are the columns that the audit file names in [search] and as `legitimate`, never the
    declared attributes: numbers standardised, text as its 12 most frequent values, missing values
    as a value. `favourable_rate` and `error_rate` are those of the cluster in the second half,
    their `.difference` against everybody else there; the note describes the cluster by what sets
    it apart, and by declared groups of which at least ten people are in it. `clusters_tested` is
    how many were tested of each harm, `clusters_found` how many are told. What is found is a lead
    for human review, never a verdict: clusters have no sharp edges, and another sample makes
    others. Weights are not used; where persons repeat, cases are divided by the most decisions
    about one.

    Source:
        Misztal-Radecka & Indurkhya (2021), Information Processing & Management 58:102519 (HBAC);
        Bonferroni over clusters on a held-out half as in Algorithm Audit's
        unsupervised-bias-detection.
    """
    if people is None or people.features is None:
        yield NotMeasured(
            measure,
            people.why if people else "the audit file has no table [search]",
            "favourable_rate",
        )
        return
    if len(people.refused) < FEWEST_ROWS:
        yield NotMeasured(measure, f"fewer than {FEWEST_ROWS} decisions", "favourable_rate")
        return
    columns = columns_of(people.features)
    if not columns.features:
        why = "no column says in what people are alike: each names somebody, or does not vary"
        yield NotMeasured(measure, why, "favourable_rate")
        return
    repeats = float(max(1.0, everybody.repeats[0]))
    decided = float(np.nan_to_num(everybody.cases[0, :, :2]).sum())
    harms = _harms(people)
    tested = [_tested(harm, columns, people) for harm in harms]
    told = _told(harms, tested, repeats, plan.confidence)
    for harm, one in zip(harms, tested, strict=True):
        note = "how many were tested on the other half"
        yield _count(f"{harm.metric}.clusters_tested", len(one.worse), len(one.rows), note, plan)
    yield _count("clusters_found", len(told), len(people.refused), LEAD, plan)
    for number, found in enumerate(told, 1):
        inside, outside = found.inside, found.outside
        said = described(columns, people, inside, outside)
        about = (said, shares_said(people, inside, outside), LEAD)
        yield from found.rows(number, decided, "; ".join(filter(None, about)), plan, measure)


def told_clusters(people: PeopleToCluster, confidence: float) -> list[Cluster]:
    """The clusters that are told of some people, each of whom is somebody else.

    Args:
        people: with features.
        confidence: that nothing is told where nothing is there.
    """
    columns = columns_of(people.features) if people.features is not None else None
    if columns is None or not columns.features:
        return []
    harms = _harms(people)
    return _told(harms, [_tested(harm, columns, people) for harm in harms], 1.0, confidence)


def _harms(people: PeopleToCluster) -> list[_Harm]:
    harms = [_Harm("favourable_rate", people.refused, np.ones_like(people.refused), "high")]
    if people.known.sum() >= FEWEST_ROWS:
        harms.append(_Harm("error_rate", people.wrong, people.known, "low"))
    return harms


def _told(
    harms: list[_Harm], tested: list[_Tested], repeats: float, confidence: float
) -> list[Cluster]:
    several = max(1, sum(len(one.worse) for one in tested))
    level = bonferroni_confidence(confidence, several)
    every = [
        Cluster(harm, one, at, repeats, level)
        for harm, one in zip(harms, tested, strict=True)
        for at in one.worse
    ]
    return [one for one in every if one.shows]


@dataclass(frozen=True, eq=False)
class _Tested:
    """The cluster of each row of the second half, and which clusters fared worse in the first."""

    rows: Integers
    cluster: Integers
    worse: tuple[int, ...]


def _tested(harm: _Harm, columns: ClusterColumns, people: PeopleToCluster) -> _Tested:
    first = _first_half(people)
    rows, others = np.flatnonzero(first & harm.among), np.flatnonzero(~first & harm.among)
    least = max(FEWEST, int(np.ceil(people.least * len(rows))))
    here, happened = columns.values[rows], harm.happened[rows]
    tree = clustered(here, happened, least, people.seed % 2**32)
    own, found = cluster_of(tree, here), cluster_of(tree, columns.values[others])
    worse = []
    for at in np.unique(own):
        inside = own == at
        enough = min((found == at).sum(), (found != at).sum()) >= FEWEST
        if enough and not inside.all() and happened[inside].mean() > happened[~inside].mean():
            worse.append((happened[inside].mean(), int(at)))
    return _Tested(others, found, tuple(at for _, at in sorted(worse, reverse=True)))


def _first_half(people: PeopleToCluster) -> Truths:
    """Half of the rows; all rows of a person are in the same half."""
    rng = np.random.default_rng(people.seed)
    count = len(people.refused)
    if people.persons is None:
        order = rng.permutation(count)
        chosen = np.zeros(count, dtype=bool)
        chosen[order[: count // 2]] = True
        return chosen
    heads = rng.random(int(people.persons.max(initial=0)) + 1) < 0.5
    return np.asarray(heads[people.persons], dtype=bool)


@dataclass(frozen=True, eq=False)
class Cluster:
    """One cluster in the second half, against everybody else there."""

    harm: _Harm
    tested: _Tested
    at: int
    repeats: float
    level: float

    @property
    def inside(self) -> Integers:
        """Rows of its people."""
        return np.asarray(self.tested.rows[self.tested.cluster == self.at], dtype=np.int64)

    @property
    def outside(self) -> Integers:
        """Rows of everybody else."""
        return np.asarray(self.tested.rows[self.tested.cluster != self.at], dtype=np.int64)

    @property
    def counts(self) -> tuple[float, float, float, float]:
        """Hits of the metric and cases, independent ones, inside and outside."""
        hit = ~self.harm.happened if self.harm.better == "high" else self.harm.happened
        several = [(float(hit[rows].sum()), float(len(rows))) for rows in
                   (self.inside, self.outside)]  # fmt: skip
        (a, n), (b, m) = several
        return a / self.repeats, n / self.repeats, b / self.repeats, m / self.repeats

    @property
    def shows(self) -> bool:
        """Whether it fares worse for sure, all clusters tested allowed for."""
        low, high = newcombe(*self.counts, self.level)
        worse = high < 0 if self.harm.better == "high" else low > 0
        # so far out in the tails only the exact test holds its level
        exact = fisher_exact(*(np.rint(one) for one in self.counts))
        return bool(worse and exact <= 1 - self.level)

    def rows(
        self, number: int, decided: float, about: str, plan: Plan, measure: str
    ) -> Iterator[Measurement]:
        """Its rate, and the gap to everybody else."""
        a, n, b, m = self.counts
        parts = [a, n - a, b, m - b]
        bare = Measurement(
            measure=measure,
            metric=self.harm.metric,
            value=rounded(a / n, decimals=DECIMALS),
            confidence=plan.confidence,
            n=len(self.inside),
            by=BY,
            group=f"cluster {number}",
            smallest=min((one for one in parts if one > 0), default=None),
            note=about,
        )
        low, high = (float(one) for one in wilson(a, n, self.level))
        yield replace(
            bare, low=rounded(low, -1, DECIMALS), high=rounded(high, 1, DECIMALS),
            method="wilson, bonferroni, on a held-out half",
        )  # fmt: skip
        limits = partial(_gap_limits, (a, n, b, m), self.level, plan.confidence)
        low, high = limits(plan.confidence)
        gap = rounded(a / n - b / m, decimals=DECIMALS)
        share = len(self.inside) / len(self.tested.rows)
        people = [decided * share * abs(one) for one in (gap, low, high)]
        yield replace(
            bare, metric=f"{self.harm.metric}.difference", versus="rest", value=gap, low=low,
            high=high, unit="difference", method="newcombe, fisher, bonferroni, on a held-out half",
            affected=round(people[0]), affected_low=round(min(people[1:])),
            affected_high=round(max(people[1:])), limits=limits,
        )  # fmt: skip


def _gap_limits(
    counts: tuple[float, float, float, float], level: float, plain: float, confidence: float
) -> tuple[float, float]:
    """Never narrower than the search allows."""
    strict = max(level, 1 - (1 - confidence) * (1 - level) / (1 - plain))
    low, high = newcombe(*counts, strict)
    return rounded(float(low), -1, DECIMALS), rounded(float(high), 1, DECIMALS)


def _count(metric: str, value: int, n: int, note: str, plan: Plan) -> Measurement:
    return Measurement(
        measure=MEASURE,
        metric=metric,
        value=float(value),
        confidence=plan.confidence,
        n=n,
        unit="count",
        method="k-means on one half, tested on the other",
        note=f"no interval: {note}",
    )
