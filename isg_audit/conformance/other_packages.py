"""What other packages give for the same data: fairlearn, scikit-learn, scipy, statsmodels.

fairlearn, scikit-learn and scipy come with the toolkit; statsmodels is tried where it is installed,
and a check that lacks it is said to be not run. Imports this room; the packages inside functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import metadata, util
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from isg_audit import stats
from isg_audit.conformance.made_data import counted, made, rows_of
from isg_audit.conformance.result import Result, compared

AREA = "other packages"
ALLOWED = 1e-9

Compare = Callable[..., Result]


def other_packages() -> Iterator[Result]:
    """Every figure that another package gives as well."""
    for package, checks in (
        ("fairlearn", _fairlearn), ("scikit-learn", _sklearn), ("scipy", _scipy),
        ("statsmodels", _statsmodels),
    ):  # fmt: skip
        if util.find_spec(package.replace("scikit-learn", "sklearn")) is None:
            yield Result(AREA, package, "not run", f"{package} is not installed")
        else:
            yield from checks(_comparing(f"{package} {metadata.version(package)}"))


def _comparing(source: str) -> Compare:
    def compare(
        name: str, found: ArrayLike, expected: ArrayLike, allowed: float = ALLOWED
    ) -> Result:
        return compared(AREA, name, found, expected, allowed, source)

    return compare


def _by_group(complete: pd.DataFrame) -> dict[tuple[str, str], float | None]:
    """Our figures by metric and group."""
    rows = rows_of(counted(complete)).values()
    return {
        (row.metric, row.group): row.value
        for row in rows
        if row.by == "group" and not row.versus and row.family == "fairness"
    }


def _complete() -> pd.DataFrame:
    """Made data without anything missing, since the others know no missing values."""
    return made().dropna().reset_index(drop=True)


def _fairlearn(compare: Compare) -> Iterator[Result]:
    from fairlearn import metrics

    data = _complete()
    ours = _by_group(data)
    names = (
        "selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate",
        "false_negative_rate",
    )  # fmt: skip
    frame = metrics.MetricFrame(
        metrics={name: getattr(metrics, name) for name in names},
        y_true=data["outcome"].astype(int), y_pred=data["decision"],
        sensitive_features=data["group"],
    )  # fmt: skip
    for name in names:
        theirs = frame.by_group[name]
        found = [ours.get((name, group)) for group in theirs.index]
        yield compare(f"{name} by group", _numbers(found), theirs.to_numpy())
    whole = {
        "selection_rate.range": metrics.demographic_parity_difference,
        "selection_rate.least_ratio": metrics.demographic_parity_ratio,
    }
    for name, rule in whole.items():
        theirs = rule(data["outcome"], data["decision"], sensitive_features=data["group"])
        yield compare(name.replace(".", " "), _numbers([ours.get((name, ""))]), [theirs])


def _sklearn(compare: Compare) -> Iterator[Result]:
    from sklearn import metrics

    data = _complete()
    ours = _by_group(data)
    rules: dict[str, tuple[str, Callable[..., Any]]] = {
        "precision": ("decision", metrics.precision_score),
        "accuracy": ("decision", metrics.accuracy_score),
        "balanced_accuracy": ("decision", metrics.balanced_accuracy_score),
        "f1_score": ("decision", metrics.f1_score),
        "roc_auc": ("score", metrics.roc_auc_score),
        "brier_score": ("score", metrics.brier_score_loss),
    }
    groups = sorted(data["group"].unique())
    for name, (column, rule) in rules.items():
        theirs = [
            rule(part["outcome"].astype(int), part[column])
            for _, part in data.groupby("group", sort=True)
        ]
        found = [ours.get((name, group)) for group in groups]
        yield compare(f"{name} by group", _numbers(found), theirs)


def _scipy(compare: Compare) -> Iterator[Result]:
    from scipy import stats as theirs

    for hits, cases in ((0, 9), (7, 20), (33, 33), (170, 400)):
        test = theirs.binomtest(hits, cases)
        name = f"{hits} of {cases}"
        for method, rule in (("wilson", "wilson"), ("exact", "clopper_pearson")):
            known = test.proportion_ci(method=method)
            found = getattr(stats, rule)(hits, cases)
            yield compare(f"{rule.replace('_', '-').capitalize()}, {name}", found, known)
    for x1, n1, x2, n2 in ((10, 50, 170, 400), (3, 9, 8, 11), (0, 15, 9, 40)):
        known = theirs.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue
        yield compare(
            f"Fisher's test, {x1}/{n1} and {x2}/{n2}", stats.fisher_exact(x1, n1, x2, n2), known
        )
    p = [0.001, 0.01, 0.02, 0.04, 0.5]
    for method, rule in (("bh", "benjamini_hochberg"), ("by", "benjamini_yekutieli")):
        known = theirs.false_discovery_control(p, method=method)
        yield compare(f"adjusted p, {method}", getattr(stats, rule)(p), known)


def _statsmodels(compare: Compare) -> Iterator[Result]:
    from statsmodels.stats import contingency_tables, multitest, proportion, weightstats

    for hits, cases in ((0, 9), (7, 20), (170, 400)):
        known = proportion.proportion_confint(hits, cases, method="jeffreys")
        found = stats.jeffreys(hits, cases)
        if hits:  # at no hits ours starts at 0, as Brown, Cai & DasGupta advise
            yield compare(f"Jeffreys, {hits} of {cases}", found, known)
    pairs = ((10, 50, 170, 400), (9, 10, 3, 10), (56, 70, 48, 80), (1, 34, 7, 34))
    for pair in pairs:
        name = "{}/{} and {}/{}".format(*pair)
        known = proportion.confint_proportions_2indep(*pair, method="newcomb", compare="diff")
        yield compare(f"Newcombe, {name}", stats.newcombe(*pair), known)
        known = proportion.confint_proportions_2indep(*pair, method="log", compare="ratio")
        yield compare(f"Katz, {name}", stats.katz(*pair), known)
        known = proportion.confint_proportions_2indep(*pair, method="score", compare="ratio")
        # Their search stops earlier.
        yield compare(f"Score ratio, {name}", stats.score_ratio(*pair), known, 1e-5)
    rng = np.random.default_rng(1)
    cases, other_cases = rng.integers(20, 60, (2, 5))
    hits, others = rng.binomial(cases, 0.5), rng.binomial(other_cases, 0.3)
    tables = np.array([[hits, cases - hits], [others, other_cases - others]]).astype(float)
    strata = contingency_tables.StratifiedTable(tables)
    ours = (hits, cases, others, other_cases)
    low, high = strata.oddsratio_pooled_confint()
    yield compare(
        "Odds ratio over strata", stats.mantel_haenszel_odds_ratio(*ours),
        [strata.oddsratio_pooled, low, high],
    )  # fmt: skip
    yield compare(
        "Ratio over strata", stats.mantel_haenszel_ratio(*ours).value, strata.riskratio_pooled
    )
    for name, rule, test in (
        ("Test over strata", stats.cochran_mantel_haenszel, strata.test_null_odds()),
        ("Breslow-Day", stats.breslow_day, strata.test_equal_odds(adjust=True)),
    ):
        tested = rule(*ours)
        yield compare(name, [tested.chi_square, tested.p_value], [test.statistic, test.pvalue])
    p = [0.001, 0.01, 0.02, 0.04, 0.5]
    yield compare("adjusted p, Holm", stats.holm(p), multitest.multipletests(p, method="holm")[1])
    one, other = rng.normal(1, 2, 40), rng.normal(0, 1, 25)
    sums = [(part.sum(), (part**2).sum(), len(part)) for part in (one, other)]
    known = weightstats.DescrStatsW(one).tconfint_mean()
    yield compare("mean, Student's t", stats.mean_interval(*sums[0]), known)
    both = weightstats.CompareMeans.from_data(one, other)
    known = both.tconfint_diff(usevar="unequal")
    yield compare("difference of means, Welch", stats.mean_difference(*sums[0], *sums[1]), known)


def _numbers(several: list[float | None]) -> list[float]:
    return [np.nan if one is None else one for one in several]
