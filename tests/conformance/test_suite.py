"""The suite passes, and breaking what it checks makes it fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from isg_audit import stats
from isg_audit.conformance import Result, Run, laws, other_packages, run_suite
from isg_audit.conformance.closed_forms import ANSWERS, closed_forms
from isg_audit.conformance.coverage import NEAR, Covered, Interval, tried
from isg_audit.conformance.intervals import INTERVALS
from isg_audit.conformance.published import ANSWERS as PRINTED
from isg_audit.conformance.published import published
from isg_audit.conformance.result import compared
from isg_audit.stats import Bounds
from isg_audit.tally import Tally

DRAWS = 1_000


@pytest.fixture(scope="module")
def run() -> Run:
    return run_suite(quick=True)


def failed(results: Any) -> list[Result]:
    return [one for one in results if one.word == "failed"]


def test_it_passes(run: Run) -> None:
    assert failed(run.results) == []
    assert run.passed
    assert run.count("passed") > 150
    assert {one.area for one in run.results} == {
        "closed forms", "published tables", "laws", "other packages", "coverage"
    }  # fmt: skip


def test_a_check_has_a_name_of_its_own(run: Run) -> None:
    names = [(one.area, one.name) for one in run.results]
    assert len(set(names)) == len(names)


def test_nothing_run_is_no_pass() -> None:
    assert not Run(True, (), ()).passed
    assert not Run(True, (Result("laws", "one", "not run"),), ()).passed


NAMED = sorted({one.statistic for one in (*ANSWERS, *PRINTED) if isinstance(one.statistic, str)})


@pytest.mark.parametrize("name", NAMED)
def test_a_statistic_that_is_a_little_off_is_found(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = getattr(stats, name)

    def off(*given: Any) -> Any:
        found = right(*given)
        several = found if isinstance(found, tuple) else (found,)
        # a third of a percent more, and something where nothing is due
        numbers = [np.asarray(one, dtype=float) for one in several]
        return tuple(1.0033 * np.where(np.isnan(one), 0.5, one) for one in numbers)

    monkeypatch.setattr(stats, name, off)
    assert failed(closed_forms()) or failed(_printed())


def _printed() -> Any:
    from isg_audit.conformance.answer import held_against

    return held_against("published tables", PRINTED)


def _wald(hits: Any, cases: Any, confidence: float = 0.95) -> Bounds:
    hits, cases = np.asarray(hits, dtype=float), np.asarray(cases, dtype=float)
    with np.errstate(all="ignore"):
        reach = 1.96 * np.sqrt(hits * (cases - hits) / cases**3)
        return Bounds(hits / cases - reach, hits / cases + reach)


def _wald_difference(x: Any, n: Any, y: Any, m: Any, confidence: float = 0.95) -> Bounds:
    reach = 1.96 * np.sqrt(x * (n - x) / n**3 + y * (m - y) / m**3)
    return Bounds(x / n - y / m - reach, x / n - y / m + reach)


def _narrow(rule: Callable[..., Any]) -> Callable[..., Any]:
    """The limits at 85 instead of 95 %, told as those at 95."""

    def limits(*given: Any, **named: Any) -> Any:
        return rule(*given, **(named | {"confidence": 0.85}))

    return limits


def _interval(name: str, of: str) -> Interval:
    (found,) = (one for one in INTERVALS if (one.name, one.of) == (name, of))
    return found


@pytest.mark.parametrize(
    ("name", "of", "broken", "instead"),
    [
        ("wilson", "a share", "wilson", _wald),
        ("newcombe", "a difference", "newcombe", _wald_difference),
        ("miettinen-nurminen", "a ratio", "score_ratio", None),
        ("miettinen-nurminen", "a difference", "miettinen_nurminen", None),
        ("clopper-pearson", "a share", "clopper_pearson", None),
        ("student t", "a mean", "mean_interval", None),
        ("delong, logit", "an area", "auc_interval", None),
        ("percentile bootstrap", "a mean of counts", "percentile_interval", None),
        ("BCa bootstrap", "a mean of counts", "bca_interval", None),
        ("jackknife, logit", "a share of clustered cases", "delete_a_group", None),
        ("mantel-haenszel", "a difference over 5 strata", "mantel_haenszel_difference", None),
    ],
)
def test_an_interval_that_does_not_hold_the_truth_is_found(
    name: str, of: str, broken: str, instead: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    interval = _interval(name, of)
    monkeypatch.setattr(stats, broken, instead or _narrow(getattr(stats, broken)))
    with np.errstate(all="ignore"):
        assert not tried(interval, interval.claims_from, DRAWS).passed


def test_persons_taken_for_cases_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    interval = _interval("wilson, jackknife cases", "a share of clustered cases")
    monkeypatch.setattr(
        stats, "clustered_cases",
        lambda share, error, folds, cases: np.full_like(share, float(cases)),
    )  # fmt: skip
    assert not tried(interval, 60, DRAWS).passed


def test_where_it_claims_it_has_to_be_given_and_below_it_need_not() -> None:
    def none(cases: int, draws: int) -> Covered:
        return Covered(float("nan"), float("nan"), 1.0)

    never = Interval("none", "a share", none, (10, 20), 20)
    assert not tried(never, 20, 0).passed
    assert tried(never, 10, 0).passed


@pytest.mark.parametrize(("mean", "at_least", "passed"), [
    (NEAR[0], False, True), (NEAR[0] - 0.001, False, False), (NEAR[1] + 0.001, False, False),
    (0.999, True, True), (0.949, True, False),
])  # fmt: skip
def test_the_rule_of_coverage(mean: float, at_least: bool, passed: bool) -> None:
    interval = Interval("one", "a share", lambda *_: Covered(mean, 0.9, 0.0), (20,), 20, at_least)
    assert tried(interval, 20, 0).passed == passed


def test_a_merge_that_loses_people_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tally, "__add__", lambda one, other: one)
    assert [one.name for one in failed(laws.laws())] == [
        "parts counted apart and merged are the whole"
    ]


def test_rates_with_the_wrong_denominator_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from isg_audit.conformance import made_data

    right = made_data.measure_counts

    def off(tally: Any, plan: Any) -> Any:
        from dataclasses import replace

        found = right(tally, plan)
        moved = [
            replace(row, value=row.value * 1.001)
            if row.metric == "true_positive_rate" and row.value else row
            for row in found.measured
        ]  # fmt: skip
        return type(found)(moved)

    monkeypatch.setattr(made_data, "measure_counts", off)
    names = [one.name for one in failed(other_packages.other_packages())]
    assert names == ["true_positive_rate by group"]


def test_published_audits_go_through_the_whole_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    from isg_audit.conformance import made_data

    monkeypatch.setattr(made_data, "measure_counts", lambda tally, plan: _Nothing())
    assert len(failed(published())) == 12


class _Nothing:
    measured = ()


def test_a_package_that_is_absent_is_said_not_to_be_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_packages.util, "find_spec", lambda name: None)
    found = list(other_packages.other_packages())
    assert {one.word for one in found} == {"not run"}
    assert all("not installed" in one.found for one in found)


def test_what_cannot_be_compared_fails() -> None:
    for found, expected in (([1.0], [1.0, 2.0]), ([], []), ([np.nan], [1.0]), ([np.inf], [1.0])):
        assert compared("laws", "one", found, expected, 1.0, "").word == "failed"
    for number in (np.nan, np.inf, 1.0):
        assert compared("laws", "one", [number], [number], 0.0, "").word == "passed"
