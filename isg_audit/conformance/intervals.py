"""Every interval of the toolkit, with what it claims. Imports `stats` and this room."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from isg_audit import stats
from isg_audit.conformance import enumerated, simulated
from isg_audit.conformance import simulated_designs as designs
from isg_audit.conformance.coverage import Interval
from isg_audit.stats import FloatArray

SHARES = "shares .05 to .95"
PAIRS = "pairs of shares .05 to .95"
SIZES = (10, 20, 50, 100, 200)
SMALL = (10, 20, 50, 100)
DRAWN = (20, 50, 200)


def _asked(rule: str, *counts: Any) -> Any:
    return getattr(stats, rule)(*counts)


def _mover(rule: str, *counts: Any) -> Any:
    """MOVER over Wilson limits."""
    x, n, y, m = counts
    return getattr(stats, rule)(x / n, *stats.wilson(x, n), y / m, *stats.wilson(y, m))


def _gap(one: Any, other: Any) -> FloatArray:
    return np.asarray(one - other)


def _quotient(one: Any, other: Any) -> FloatArray:
    return np.asarray(one / other)


def _middle(one: Any, other: Any) -> FloatArray:
    return np.asarray((one + other) / 2)


def _two(rule: str, truth: Any, more: int = 1) -> Any:
    return enumerated.two_shares(partial(_asked, rule), truth, more)


def _two_movers(rule: str, truth: Any) -> Any:
    return enumerated.two_shares(partial(_mover, rule), truth)


INTERVALS = (
    Interval("wilson", "a share", enumerated.one_share("wilson"), SIZES, 10, grid=SHARES),
    Interval(
        "clopper-pearson", "a share", enumerated.one_share("clopper_pearson"), SIZES, 10, True,
        SHARES,
    ),
    Interval("jeffreys", "a share", enumerated.one_share("jeffreys"), SIZES, 10, grid=SHARES),
    Interval("newcombe", "a difference", _two("newcombe", _gap), SMALL, 10, grid=PAIRS),
    Interval(
        "newcombe", "a difference from 5 times as many", _two("newcombe", _gap, 5), (10, 20, 50),
        10, grid=PAIRS,
    ),
    Interval(
        "miettinen-nurminen", "a difference", _two("miettinen_nurminen", _gap), SMALL, 10,
        grid=PAIRS,
    ),
    Interval(
        "miettinen-nurminen", "a ratio", _two("score_ratio", _quotient), SMALL, 10, grid=PAIRS,
    ),
    Interval(
        "miettinen-nurminen", "a ratio to 5 times as many", _two("score_ratio", _quotient, 5),
        (10, 20, 50), 10, grid=PAIRS,
    ),
    Interval("katz", "a ratio", _two("katz", _quotient), SMALL, 50, grid=PAIRS),
    Interval(
        "newcombe paired", "a difference of pairs", enumerated.paired, (10, 20, 30), 20,
        grid="shares .1 to .8, apart and going together",
    ),
    Interval(
        "mover over wilson", "a mean of two shares", _two_movers("mean_of_two", _middle), SMALL,
        10, grid=PAIRS,
    ),
    Interval(
        "mover over wilson", "a ratio", _two_movers("ratio_of", _quotient), SMALL, 20, grid=PAIRS,
    ),
    Interval(
        "poisson", "observed over expected", enumerated.poisson, (10, 20, 50), 10, True,
        "ratios .4 to 2",
    ),
    Interval(
        "wilson, effective cases", "a weighted share", simulated.weighted, DRAWN, 20,
        grid="shares .1 to .8, weights 1 to 4",
    ),
    Interval("wilson of the overlap", "F1", simulated.overlap, DRAWN, 20, grid="F1 .50 to .77"),
    Interval(
        "wilson of the observed share", "calibration in the large", simulated.overrated, DRAWN,
        20, True, "scores 0 to 20 % too high",
    ),
    Interval(
        "distances of the bands", "a calibration error", simulated.calibration_error,
        (50, 100, 500), 50, True, "scores 0 to 30 % too high",
    ),
    Interval(
        "wilson, repeated persons", "a share, persons with 1 to 4 cases", designs.repeated,
        DRAWN, 20, True, "likeness .05 to .3",
    ),
    Interval("student t", "a mean", simulated.mean, DRAWN, 20, grid="scores of four shapes"),
    Interval(
        "student t on the log scale", "a mean squared error", simulated.mean_square, DRAWN, 20,
        grid="normal, flat and one-sided errors",
    ),
    Interval(
        "student t on the log scale", "a Brier score", simulated.brier, DRAWN, 20,
        grid="scores of four shapes, calibrated",
    ),
    Interval(
        "welch", "a difference of Brier scores", simulated.difference_of_briers, DRAWN, 20,
        grid="scores of four shapes, calibrated",
    ),
    Interval(
        "welch", "a difference of means", simulated.welch, DRAWN, 20,
        grid="scores of four shapes",
    ),
    Interval(
        "mover", "a difference of means", simulated.difference_of_means, DRAWN, 20,
        grid="scores of four shapes",
    ),
    Interval(
        "mover", "a ratio of means", simulated.ratio_of_means, DRAWN, 20,
        grid="scores of four shapes",
    ),
    Interval(
        "delong, logit", "an area", simulated.area, (10, 20, 50, 200), 20,
        grid="areas .5 to .9, so many of each outcome",
    ),
    Interval(
        "mover", "a difference of areas", simulated.difference_of_areas, (10, 20, 50), 20,
        grid="areas .6 to .9",
    ),
    Interval(
        "percentile bootstrap", "a mean of counts", simulated.percentile, DRAWN, 50,
        grid="values 0 to 4",
    ),
    Interval(
        "BCa bootstrap", "a mean of counts", simulated.bias_corrected, DRAWN, 20,
        grid="values 0 to 4",
    ),
    Interval(
        "jackknife, logit", "a share of clustered cases", designs.jackknife, (30, 40, 60, 200),
        40, grid="20 cases a person, likeness .05 to .3",
    ),
    Interval(
        "wilson, jackknife cases", "a share of clustered cases", designs.clustered_wilson,
        (30, 40, 60, 200), 40, grid="20 cases a person, likeness .05 to .3",
    ),
    Interval(
        "mantel-haenszel", "an odds ratio over 5 strata", designs.strata("odds_ratio", False),
        DRAWN, 20, grid="1 to 2.5",
    ),
    Interval(
        "mantel-haenszel", "an odds ratio over 50 strata", designs.strata("odds_ratio", True),
        DRAWN, 20, grid="1 to 2.5",
    ),
    Interval(
        "mantel-haenszel", "a ratio over 5 strata", designs.strata("ratio", False), DRAWN, 20,
        grid=".7 to 1.3",
    ),
    Interval(
        "mantel-haenszel", "a ratio over 50 strata", designs.strata("ratio", True), DRAWN, 20,
        grid=".7 to 1.3",
    ),
    Interval(
        "mantel-haenszel", "a difference over 5 strata", designs.strata("difference", False),
        DRAWN, 20, grid="0 to .2",
    ),
    Interval(
        "mantel-haenszel", "a difference over 50 strata", designs.strata("difference", True),
        DRAWN, 20, grid="0 to .2",
    ),
    Interval(
        "pairs, all at once", "a range of 5 groups", designs.ranges("range"), DRAWN, 20, True,
        "equal and spread shares",
    ),
    Interval(
        "pairs, all at once", "a least ratio of 5 groups", designs.ranges("least_ratio"), DRAWN,
        20, True, "equal and spread shares",
    ),
    Interval(
        "newcombe, bonferroni", "5 differences together", designs.all_at_once("bonferroni"),
        DRAWN, 20, grid="shares .3 to .6",
    ),
    Interval(
        "newcombe, common comparator", "5 differences together", designs.all_at_once("common"),
        DRAWN, 50, grid="shares .3 to .6",
    ),
)  # fmt: skip
