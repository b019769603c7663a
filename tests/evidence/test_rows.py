"""Rows and verdicts that may be published, on a whole audit."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from isg_audit.evidence import Results, read
from isg_audit.evidence.assemble import assemble
from isg_audit.evidence.disclosure import publishable
from isg_audit.evidence.recount import Recount
from isg_audit.evidence.rests_on import view_of
from isg_audit.evidence.rows import NO_UPPER_LIMIT, TOO_FEW, _few, _row
from isg_audit.evidence.verdicts import published_verdicts
from isg_audit.judge import JudgedGroup
from isg_audit.measures.measurement import Measurement
from isg_audit.run import Audit
from tests.evidence.made import BYS, audit_of, frame, tally


@pytest.fixture(scope="module")
def results(kept: Path) -> Results:
    return read(kept).results


def rows(results: Results, **wanted: str) -> list[object]:
    return [
        row
        for row in results.measurements
        if all(getattr(row, name) == value for name, value in wanted.items())
    ]


def test_every_row_stays_and_those_withheld_say_no_number(audit: Audit, results: Results) -> None:
    assert len(results.measurements) == len(list(audit.findings.measured))
    numbers = ("value", "low", "high", "n", "people", "affected", "p_value", "p_adjusted")
    withheld = [row for row in results.measurements if row.note == TOO_FEW]
    assert withheld
    assert all(getattr(row, name) is None for row in withheld for name in numbers)
    assert results.disclosure.rows_withheld == len(withheld)


def test_a_group_of_three_has_no_number_anywhere(results: Results) -> None:
    of_three = [r for r in results.measurements if "Pacific" in r.group + r.versus]
    assert of_three
    assert all(row.value is None for row in of_three)
    judged = [g for c in results.checklists for i in c.items for g in i.groups]
    named = [g for g in judged if "Pacific" in g.group]
    assert named
    assert all(g.withheld and g.value is None and g.n is None for g in named)
    told = [i.sentence for c in results.checklists for i in c.items]
    assert not any("Pacific" in sentence for sentence in told)


def test_a_range_over_groups_is_withheld_with_any_of_them(results: Results) -> None:
    for name in ("favourable_rate.range", "favourable_rate.least_ratio"):
        (row,) = rows(results, measure="fairness.favourable_rate", metric=name, by="race")
        assert row.note == TOO_FEW
        (row,) = rows(results, measure="fairness.favourable_rate", metric=name, by="sex")
        assert row.value is not None


def test_published_groups_keep_rates_and_the_comparison_with_the_rest(
    audit: Audit, results: Results
) -> None:
    whole = {one.key: one for one in audit.findings.measured}
    kept = [
        row
        for row in rows(results, measure="fairness.favourable_rate", by="race")
        if row.note != TOO_FEW
    ]
    assert {row.versus for row in kept} >= {"", "rest"}
    for row in kept:
        key = (row.measure, row.metric, row.by, row.group, row.versus, row.feature, row.window)
        assert row.value == whole[key].value
        assert row.n == whole[key].n


def test_no_published_share_of_a_group_rests_on_a_small_count(results: Results) -> None:
    for row in results.measurements:
        if row.unit != "proportion" or row.value is None or not row.group or row.versus:
            continue
        if row.metric in ("f1_score", "balanced_accuracy"):
            continue
        for count in (row.value * row.n, (1 - row.value) * row.n):
            assert round(count) == 0 or round(count) >= 10, row


def test_words_of_verdicts_stay_with_the_numbers_gone(audit: Audit, results: Results) -> None:
    before = [[(i.id, i.word) for i in c.items] for c in audit.verdicts]
    after = [[(i.id, i.word) for i in c.items] for c in results.checklists]
    assert after == before


def test_what_stands_beside_a_verdict_is_withheld_with_its_numbers(results: Results) -> None:
    groups = [g for c in results.checklists for i in c.items for g in i.groups]
    beside = ("cases_needed", "smallest_gap", "flip_count")
    assert any(g.withheld for g in groups)
    assert all(getattr(g, name) is None for g in groups if g.withheld for name in beside)
    assert any(g.flip_count is not None for g in groups)


def test_what_a_published_verdict_needs_follows_from_published_numbers(results: Results) -> None:
    """Flips come from the ratio, the group's rate and its cases: all of them are published."""
    own = {(r.measure, r.metric, r.by, r.group): r for r in results.measurements if not r.versus}
    for group in (g for c in results.checklists for i in c.items for g in i.groups):
        if group.flip_count is None:
            continue
        rate = own[group.measure, group.metric.partition(".")[0], group.by, group.group]
        assert rate.value is not None and group.value is not None and rate.n == group.n
        bar = 0.8 * rate.value / group.value * rate.n
        hits = rate.value * rate.n
        expected = (
            math.ceil(bar - hits - 1e-9)
            if hits < bar - 1e-9
            else -(math.floor(hits - bar + 1e-9) + 1)
        )
        assert group.flip_count == expected


def test_cases_still_needed_do_not_give_a_withheld_size_away(results: Results) -> None:
    """Of decisions they rest on the decided alone; else they go where the size of any group does.

    With the decided published, a size would tell how many are undecided, who may be few.
    """
    hidden = {a.name for a in results.subject.attributes if any(g.n is None for g in a.groups)}
    assert hidden == {"sex", "race"}
    groups = [
        JudgedGroup(
            by=by, group="F", versus="rest", measure="fairness.x", metric=f"{name}.difference",
            word="inconclusive", value=0.1, low=-0.1, high=0.3, n=90, cases_needed=41.0,
        )
        for by in ("sex", "colour")
        for name in ("favourable_rate", "wrong_denial_rate")
    ]  # fmt: skip
    verdict = next(i for c in results.checklists for i in c.items if i.groups)
    item = verdict.model_copy(update={"groups": tuple(groups), "word": "inconclusive"})
    (kept,) = published_verdicts(
        [results.checklists[0].model_copy(update={"items": (item,)})], (), (), hidden, 0.95
    )
    assert [g.cases_needed for g in kept.items[0].groups] == [41.0, None, 41.0, 41.0]


def test_cases_still_needed_of_decisions_do_not_change_with_the_undecided() -> None:
    data = frame()
    some = audit_of(data[data.approved.notna()])
    ours, theirs = (
        [g.cases_needed for c in one.verdicts for i in c.items for g in i.groups]
        for one in (audit_of(data), some)
    )
    assert ours == theirs
    assert any(one is not None for one in ours)


def test_the_subject_withholds_sizes(results: Results) -> None:
    sizes = {g.name: g.n for a in results.subject.attributes for g in a.groups}
    assert sizes["Pacific"] is None
    assert results.subject.undecided == 12
    assert results.disclosure.groups_withheld > results.disclosure.complementary > 0


def test_explanations_rest_on_people_alone() -> None:
    assert view_of("explain.shap_gap", "shap_gap") == "people"
    assert view_of("explain.reasons", "reason_rate") == "decision"  # tells how many are refused
    assert view_of("impact.wrong_denials", "wrong_denial_rate.difference") == "cross"
    assert view_of("coverage.undecided", "undecided_rate") == "size"
    assert view_of("fairness.something_new", "something_new") == "cross"


@pytest.mark.parametrize(
    ("share", "n", "few"), [(0.5, 9, True), (0.05, 100, True), (0.95, 100, True),
                            (0.0, 100, False), (0.2, 100, False), (0.0, 0, False)]
)  # fmt: skip
def test_rows_on_other_counts_are_withheld_for_few_cases(share: float, n: int, few: bool) -> None:
    row = Measurement("experiment.audit_pairs", "callback_rate", share, n=n, window="2024")
    assert _few(row, 10) is few


def test_an_infinite_limit_is_said_in_words() -> None:
    published = publishable(tally(), BYS, 1)
    row = Measurement(
        "fairness.x", "x.ratio", 2.0, 1.0, math.inf, unit="ratio", group="Female", by="sex"
    )
    kept = _row(row, published, Recount({}))
    assert kept.high is None
    assert kept.note == NO_UPPER_LIMIT


def test_a_fake_measure_can_stand_for_the_catalogue(audit: Audit) -> None:
    from isg_audit.measures.measurement import Findings

    results, _ = assemble(audit, lambda counted, plan, prefix: Findings())
    compared = [r for r in results.measurements if r.by == "race" and r.versus == "rest"]
    assert all(r.note == TOO_FEW for r in compared), "what does not come out again is withheld"
