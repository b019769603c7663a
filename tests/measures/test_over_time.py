"""Measures over time: worked numbers by another road, laws, false alarms, and who is protected."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

import isg_audit
from isg_audit.measures import Measurement, NotMeasured
from isg_audit.measures.impact.control_chart import alarm_of, control_chart
from isg_audit.measures.impact.gap_over_time import window_tests
from isg_audit.measures.impact.in_windows import in_tens, least_shown, step_of, told
from isg_audit.measures.impact.over_time import measure_over_time
from isg_audit.measures.impact.series import QUANTITIES, Series, series_of
from isg_audit.measures.plan import Plan
from isg_audit.spec.time_part import ChangePart
from isg_audit.stats import newcombe, wilson
from isg_audit.tally import Period, Tally, over_time
from tests.audits import spec_of

NAMES = ("gap_over_time", "control_chart", "persistence", "trend", "change_point", "after_update")
PLAN = Plan(("group",))


def tally_of(hits: np.ndarray, cases: np.ndarray, first_year: int = 2020) -> Tally:
    """A tally of favourable decisions by group and quarter, shape (groups, windows) each."""
    groups, windows = cases.shape
    rows, counts = [], []
    for group in range(groups):
        for window in range(windows):
            for decision, number in (
                (0, hits[group, window]),
                (1, cases[group, window] - hits[group, window]),
            ):
                if number:
                    rows.append([group, 2, decision, window, -1])
                    counts.append(number)
    sums = np.array(counts, dtype=float)[:, None] * np.array([[1.0, 1.0, 1.0, 0.0, 0.0]])
    names = tuple(f"{first_year + at // 4} Q{at % 4 + 1}" for at in range(windows))
    return Tally(
        ("group",), (tuple("abcdefgh"[:groups]),), np.array(rows, dtype=np.int32),
        np.full(len(rows), np.nan), sums, names,
    )  # fmt: skip


def period_of(tally: Tally, *changes: tuple[date, str]) -> Period:
    first, last = tally.windows[0], tally.windows[-1]
    end = date(int(last[:4]) + (last[-1] == "4"), int(last[-1]) * 3 % 12 + 1, 1)
    return Period(date(int(first[:4]), 1, 1), date.fromordinal(end.toordinal() - 1), changes)


def found(tally: Tally, *changes: tuple[date, str]) -> list[Measurement]:
    rows = measure_over_time(tally, PLAN, period_of(tally, *changes))
    return [one for one in rows if isinstance(one, Measurement)]


def one(rows: list[Measurement], measure: str, metric: str, group: str, versus: str = "",
        window: str = "") -> Measurement:  # fmt: skip
    (row,) = (
        row for row in rows
        if (row.measure, row.metric, row.group, row.versus, row.window, row.by)
        == (f"impact.{measure}", metric, group, versus, window, "group")
    )  # fmt: skip
    return row


def series(tally: Tally) -> Series:
    return series_of(QUANTITIES[0], over_time(tally, ("group",)), PLAN, period_of(tally), ())


HITS = np.array([[60, 58, 61, 55, 50, 52, 49, 44], [80, 79, 85, 83, 82, 84, 80, 81]])
CASES = np.array([[100, 101, 99, 103, 100, 102, 98, 100], [120, 121, 125, 122, 119, 123, 121, 124]])


def test_one_window_by_hand():
    rows = found(tally_of(HITS, CASES))
    rate = one(rows, "gap_over_time", "favourable_rate", "a", window="2021 Q1")
    low, high = wilson(50, 100)
    assert rate.n == 100
    assert rate.value == approx(0.5)
    # Told in steps, and never narrower than it is.
    assert rate.low is not None and low - 0.02 < rate.low <= low
    assert rate.high is not None and high <= rate.high < high + 0.02
    gap = one(rows, "gap_over_time", "favourable_rate.difference", "a", "rest", "2021 Q1")
    low, high = newcombe(50, 100, 82, 119)
    assert gap.value == approx(0.5 - 82 / 119, abs=0.01)
    assert gap.low is not None and low - 0.03 < gap.low <= low
    assert gap.high is not None and high <= gap.high < high + 0.03


def test_trend_and_pooled_gap_agree_with_statsmodels():
    import statsmodels.api as sm
    from statsmodels.stats.meta_analysis import combine_effects

    rows = found(tally_of(HITS, CASES))
    gap = HITS[0] / CASES[0] - HITS[1] / CASES[1]
    variance = np.zeros(8)
    for hits, cases in zip(HITS, CASES, strict=True):
        share = (hits.sum() + 1) / (cases.sum() + 2)
        variance += share * (1 - share) / cases
    quarters = pd.PeriodIndex([f"{2020 + at // 4}Q{at % 4 + 1}" for at in range(8)], freq="Q")
    start = quarters.start_time
    middle = (start + ((quarters + 1).start_time - start) / 2 - start[0]).days.to_numpy() / 365.2425
    line = sm.WLS(gap, sm.add_constant(middle), weights=1 / variance).fit(cov_type="fixed scale")
    trend = one(rows, "trend", "favourable_rate_per_year.difference", "a", "rest")
    assert trend.value == approx(line.params[1], abs=3e-4)
    low, high = line.conf_int()[1]
    assert (trend.low, trend.high) == (approx(low, abs=4e-4), approx(high, abs=4e-4))
    assert trend.p_value == approx(line.pvalues[1], rel=0.1)
    together = combine_effects(gap, variance).summary_frame().loc["fixed effect"]
    pooled = one(rows, "persistence", "favourable_rate_pooled.difference", "a", "rest")
    assert pooled.value == approx(together["eff"], abs=1e-4)
    assert pooled.low == approx(together["ci_low"], abs=1e-4)
    assert pooled.affected == approx(-together["eff"] * CASES[0].sum(), rel=0.01)


@pytest.mark.parametrize("seed", range(3))
def test_shifting_all_windows_leaves_a_trend_unchanged(seed):
    generator = np.random.default_rng(seed)
    cases = generator.integers(20, 90, (2, 8))
    hits = generator.binomial(cases, 0.5)
    here, there = (found(tally_of(hits, cases, year)) for year in (2000, 2012))
    for metric, versus in (("favourable_rate_per_year", ""),
                           ("favourable_rate_per_year.difference", "rest")):  # fmt: skip
        first, second = (one(rows, "trend", metric, "a", versus) for rows in (here, there))
        assert first.value == approx(second.value, abs=1e-4)
        assert first.low == approx(second.low, abs=2e-4)


def test_what_chance_gives_is_seldom_called_a_gap_a_change_or_an_alarm():
    # Three groups, ten quarters, no gap and no change: at most 5 in 100 logs may say otherwise.
    generator = np.random.default_rng(2)
    alarms = dict.fromkeys(("gap", "outside", "cusum", "trend", "change", "pooled"), 0)
    logs = 60
    for _ in range(logs):
        cases = generator.integers(30, 120, (3, 10))
        tally = tally_of(generator.binomial(cases, 0.35), cases)
        over = series(tally)
        tests = [window_tests(over, against).adjusted for against in over.several
                 if against.versus == "rest"]  # fmt: skip
        alarms["gap"] += bool(np.nanmin(tests) < 0.05)
        chart = list(control_chart(over, PLAN, "x"))
        alarms["outside"] += any(
            row.metric.endswith("windows_outside") and row.value for row in chart
        )
        heights = [alarm_of(over, at, 0.95) for at in range(3)]
        alarms["cusum"] += any(one is not None and one.window >= 0 for one in heights)
        for row in found(tally):
            for name, metric in (
                ("trend", "favourable_rate_per_year.difference"),
                ("pooled", "favourable_rate_pooled.difference"),
                ("change", "favourable_rate_change"),
            ):
                if row.metric == metric and row.by and row.versus in ("rest", ""):
                    of = "change_point" if name == "change" else row.measure[7:]
                    hit = (row.p_adjusted or 1.0) < 0.05 and row.measure == f"impact.{of}"
                    alarms[name] += hit / 3 if hit else 0
    most = logs * 0.05 + 3 * np.sqrt(logs * 0.05 * 0.95)
    assert all(number <= most for number in alarms.values()), alarms


def test_a_planted_change_is_found_by_chart_sum_and_search():
    cases = np.full((3, 16), 150)
    hits = np.round(cases * 0.6).astype(int)
    hits[0, 10:] = 50
    rows = found(tally_of(hits, cases))
    change = one(rows, "change_point", "favourable_rate_change", "a")
    assert (change.note, change.value) == ("from 2022 Q3", approx(-0.2667, abs=1e-4))
    assert change.p_adjusted is not None and change.p_adjusted < 0.01
    assert change.high is not None and change.high < 0
    gap = one(rows, "change_point", "favourable_rate_change.difference", "a", "rest")
    assert gap.note == "from 2022 Q3"
    assert (one(rows, "control_chart", "favourable_rate_windows_outside", "a").value or 0) > 0
    alarm = one(rows, "control_chart", "favourable_rate_cusum", "a")
    assert (alarm.value or 0) > 1
    assert alarm.note.startswith(("alarm in 2022 Q3", "alarm in 2022 Q4", "alarm in 2023 Q1"))
    assert "would be noticed after about" in alarm.note
    for group in "bc":
        assert (one(rows, "control_chart", "favourable_rate_cusum", group).value or 0) < 1
        assert one(rows, "control_chart", "favourable_rate_windows_outside", group).value == 0


def test_who_fell_behind_after_a_declared_change():
    cases = np.full((3, 8), 200)
    hits = np.full((3, 8), 120)
    hits[2, 4:] = 80
    rows = found(tally_of(hits, cases), (date(2021, 1, 1), "model 2"))
    fell = one(rows, "after_update", "favourable_rate_change.difference", "c", "rest", "2021 Q1")
    assert fell.feature == "2021-01-01 model 2"
    judged = one(rows, "after_update", "favourable_rate_change.difference", "c", "rest")
    assert (judged.value, judged.low, judged.high) == (fell.value, fell.low, fell.high)
    assert judged.note == fell.feature and not judged.feature
    assert fell.value == approx(-0.2)
    # 800 people of the group after it: 160 more would have been favoured.
    assert fell.affected == approx(160)
    assert fell.low is not None and fell.low < -0.2 < (fell.high or 0) < -0.1
    assert fell.p_adjusted is not None and fell.p_adjusted < 1e-6
    stayed = one(rows, "after_update", "favourable_rate_change", "a")
    assert stayed.value == 0
    assert stayed.affected is None
    # By hand: square and add over the Newcombe intervals of before and after.
    now, before = newcombe(320, 800, 960, 1600), newcombe(480, 800, 960, 1600)
    low = -0.2 - np.hypot(-0.2 - now.low, before.high - 0.0)
    assert low - 0.01 < fell.low <= low


def test_of_several_changes_the_worst_decides_and_the_choice_is_allowed_for():
    cases = np.full((2, 9), 200)
    hits = np.full((2, 9), 120)
    hits[0, 3:6], hits[0, 6:] = 100, 120
    changes = ((date(2020, 10, 1), "model 2"), (date(2021, 7, 1), "model 3"))
    rows = found(tally_of(hits, cases), *changes)
    metric = "favourable_rate_change.difference"
    worst = one(rows, "after_update", metric, "a", "rest")
    second = one(rows, "after_update", metric, "a", "rest", "2020 Q4")
    third = one(rows, "after_update", metric, "a", "rest", "2021 Q3")
    assert worst.value == second.value == approx(-0.1)
    assert third.value == approx(0.1)
    assert "the worst of 2 declared changes: 2020-10-01 model 2" in worst.note
    assert worst.low == second.low
    assert (worst.high or 0) > (second.high or 0)  # what was picked needs more to fail
    # With too few people at one change nothing is known of it, and nobody passes by that.
    cases[0, 6:] = 5
    hits[0, 6:] = 3
    rows = found(tally_of(hits, cases), *changes)
    unknown = one(rows, "after_update", metric, "a", "rest")
    assert unknown.low == -2.0
    assert "at 1 of them not enough" in unknown.note


def test_persistence_counts_windows_and_runs():
    cases = np.full((2, 8), 300)
    hits = np.array([[150, 90, 90, 90, 150, 90, 90, 150], [180] * 8])
    rows = found(tally_of(hits, cases))
    worse = one(rows, "persistence", "favourable_rate_worse_windows", "a", "rest")
    run = one(rows, "persistence", "favourable_rate_longest_run", "a", "rest")
    assert (worse.value, run.value) == (5, 3)
    assert worse.low is None  # a count of windows is no interval: no item can pass by it
    anytime = one(rows, "persistence", "favourable_rate_so_far.difference", "a", "rest")
    pooled = one(rows, "persistence", "favourable_rate_pooled.difference", "a", "rest")
    assert anytime.low < pooled.low < pooled.high < anytime.high


def test_few_people_are_not_enough_and_no_pass():
    rows = found(tally_of(np.array([[9, 10], [200, 210]]), np.array([[20, 22], [400, 420]])))
    small = one(rows, "gap_over_time", "favourable_rate.difference", "a", "rest", "2020 Q1")
    assert small.value is None and small.low is None
    assert "not enough" in small.note
    pooled = one(rows, "persistence", "favourable_rate_pooled.difference", "a", "rest")
    assert pooled.value is not None  # 42 people in all are enough for one figure of all windows
    trend = one(rows, "trend", "favourable_rate_per_year.difference", "a", "rest")
    assert trend.value is None and "fewer than 6 windows" in trend.note


def test_without_time_or_with_one_window_nothing_is_measured():
    tally = tally_of(np.array([[30], [40]]), np.array([[60], [70]]))
    for period in (None, period_of(tally)):
        rows = list(measure_over_time(tally, PLAN, period))
        assert {row.measure for row in rows} == {f"impact.{name}" for name in (*NAMES, "drift")}
        assert all(isinstance(row, NotMeasured) for row in rows)


def test_a_window_that_is_not_over_is_marked():
    tally = tally_of(HITS, CASES)
    rows = measure_over_time(tally, PLAN, Period(date(2020, 1, 1), date(2021, 11, 2)))
    last = [row for row in rows if isinstance(row, Measurement) and row.window == "2021 Q4"]
    assert last and all("not over: the data end on 2021-11-02" in row.note for row in last
                        if row.measure == "impact.gap_over_time")  # fmt: skip


def _log(people: int, repeats: int, seed: int = 0) -> pd.DataFrame:
    """Decisions about persons who come back every quarter and are decided upon alike."""
    generator = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), repeats)
    fate = generator.random(people) < 0.4
    return pd.DataFrame({
        "group": np.where(who % 2 == 0, "a", "b"),
        "decision": np.where(generator.random(len(who)) < 0.9, fate[who], ~fate[who]).astype(int),
        "who": who,
        "day": pd.Timestamp("2022-01-10")
        + pd.to_timedelta(np.tile(np.arange(repeats) * 91, people), "D"),
    })  # fmt: skip


def test_persons_in_several_windows_widen_what_is_pooled():
    log = _log(400, 8)
    widths = []
    for roles in ({}, {"person": "who"}):
        spec = spec_of(("group",), time="day", audit={"checklists": ()}, **roles)
        rows = [row for row in isg_audit.run(spec, log).findings if isinstance(row, Measurement)]
        pooled = one(rows, "persistence", "favourable_rate_pooled.difference", "a", "rest")
        widths.append((pooled.high or 0) - (pooled.low or 0))
        said = "repeated persons" in pooled.method
        assert said == bool(roles)
    assert widths[1] > 1.5 * widths[0]


def test_no_gap_between_persons_who_come_back_is_seldom_called_one():
    alarms = 0
    for seed in range(12):
        spec = spec_of(("group",), time="day", person="who", audit={"checklists": ()})
        rows = [row for row in isg_audit.run(spec, _log(160, 6, seed)).findings
                if isinstance(row, Measurement)]  # fmt: skip
        pooled = one(rows, "persistence", "favourable_rate_pooled.difference", "a", "rest")
        alarms += (pooled.p_value or 1) < 0.05
    assert alarms <= 3


def test_scores_that_drift_for_one_group_only():
    generator = np.random.default_rng(4)
    rows = 6000
    quarter = generator.integers(0, 8, rows)
    group = generator.choice(["a", "b"], rows, p=[0.3, 0.7])
    score = generator.normal(0, 1, rows) + np.where((group == "a") & (quarter >= 6), 0.8, 0.0)
    log = pd.DataFrame({
        "group": group, "decision": generator.integers(0, 2, rows), "score": score.round(1),
        "day": pd.Timestamp("2022-01-10") + pd.to_timedelta(quarter * 91, "D"),
    })  # fmt: skip
    spec = spec_of(("group",), time="day", score="score", audit={"checklists": ()})
    found = [row for row in isg_audit.run(spec, log).findings if isinstance(row, Measurement)]
    moved, stayed = (one(found, "drift", "score_drift", name) for name in "ab")
    assert (moved.low or 0) > 0.1
    assert stayed.low == 0.0
    assert (stayed.high or 1) < 0.1
    assert one(found, "drift", "decision_drift", "a").low == 0.0


counts = st.lists(st.integers(0, 60), min_size=24, max_size=24)


@given(counts, st.integers(2, 4), st.sampled_from([5, 10, 20]))
def test_no_small_count_follows_from_its_neighbours(numbers, groups, least):
    kinds = np.array(numbers, dtype=float).reshape(12, 2)
    place = np.arange(12).reshape(groups, -1)
    lines = [*place, *place.T]
    shown = least_shown(kinds, lines)
    hidden = (shown < least) & np.isfinite(shown)
    assert not (~hidden & ((kinds > 0) & (kinds < least)).any(axis=1)).any()
    for line in lines:
        withheld = line[hidden[line]]
        if not len(withheld) or len(withheld) == np.isfinite(shown[line]).sum():
            continue
        assert len(withheld) > 1
        together = kinds[withheld].sum(axis=0)
        assert ((together == 0) | (together >= least)).all()


@given(st.integers(30, 5000), st.floats(0.05, 0.95))
def test_limits_do_not_tell_cases_to_ten(cases, share):
    # Any of ten numbers of cases could stand behind limits that are told so coarsely.
    hits = round(share * cases)
    told_of = []
    for shift in (-5, 0, 5):
        some, every = min(max(hits + shift * share, 0), cases + shift), cases + shift
        low, high = wilson(some, every)
        step = step_of(float(high - low), cases)
        told_of.append((float(low), float(high), step))
    low, high, step = told_of[1]
    for other_low, other_high, _ in (told_of[0], told_of[2]):
        assert abs(other_low - low) <= step and abs(other_high - high) <= step
    assert told(low, step, -1) <= low and told(high, step, 1) >= high
    assert in_tens(cases) % 10 == 0


def test_what_is_published_of_windows(tmp_path):
    from isg_audit.evidence import keep, read, verify

    generator = np.random.default_rng(9)
    rows = 2400
    log = pd.DataFrame({
        "group": generator.choice(["a", "b", "c"], rows, p=[0.55, 0.41, 0.04]),
        "decision": generator.integers(0, 2, rows),
        "day": pd.Timestamp("2022-01-10")
        + pd.to_timedelta(generator.integers(0, 8, rows) * 91, "D"),
    })  # fmt: skip
    spec = spec_of(("group",), time="day", audit={"checklists": ()})
    spec = spec.model_copy(update={"changes": (ChangePart(date="2023-01-01", what="new"),)})
    keep(isg_audit.run(spec, log), tmp_path / "bundle")
    told_of = verify(tmp_path / "bundle")
    assert told_of.faults == ()
    assert any("by window of time" in line for line in told_of.not_recomputable)
    published = read(tmp_path / "bundle").results.measurements
    windows = [row for row in published if row.measure == "impact.gap_over_time" and row.window
               and row.group and row.metric == "favourable_rate"]  # fmt: skip
    assert windows
    true = log.assign(window=log.day.dt.year.astype(str) + " Q" + log.day.dt.quarter.astype(str))
    counts = true.groupby(["group", "window"]).decision.agg(["sum", "size"])
    hidden = []
    for row in windows:
        favoured, cases = counts.loc[(row.group, row.window)]
        if min(favoured, cases - favoured) < 10:
            assert row.value is None and row.n is None and row.low is None
        if row.n is None:
            hidden.append((row.group, row.window))
        else:
            assert row.n % 10 == 0
    assert hidden
    for axis in (0, 1):
        for name in {key[axis] for key in hidden}:
            assert sum(key[axis] == name for key in hidden) > 1
    gap = [row for row in published if row.measure == "impact.after_update" and row.group == "a"]
    assert gap and all(row.value is not None for row in gap)


def test_days_at_the_ends_of_the_calendar_break_nothing():
    log = _log(200, 6)
    log["day"] = log["day"].dt.date
    log.loc[:40, "day"] = date(1, 1, 1)
    log.loc[41:80, "day"] = date(9999, 12, 31)
    log.loc[81:90, "day"] = None
    for cut in ("month", "year", ("0001-02-01", "2023-01-01")):
        spec = spec_of(("group",), time="day", audit={"checklists": (), "windows": cut})
        rows = [row for row in isg_audit.run(spec, log).findings if isinstance(row, Measurement)]
        assert any(row.measure == "impact.gap_over_time" for row in rows)


def test_weights_and_counts_are_allowed_for():
    log = _log(300, 8).drop(columns="who")
    plain = spec_of(("group",), time="day", audit={"checklists": ()})
    metric = "favourable_rate_pooled.difference"
    rows = [row for row in isg_audit.run(plain, log).findings if isinstance(row, Measurement)]
    alone = one(rows, "persistence", metric, "a", "rest")
    twice = log.groupby(["group", "decision", "day"]).size().rename("n").reset_index()
    counted = spec_of(("group",), time="day", count="n", audit={"checklists": ()})
    rows = [row for row in isg_audit.run(counted, twice).findings if isinstance(row, Measurement)]
    assert one(rows, "persistence", metric, "a", "rest") == alone
    weights = np.random.default_rng(1).choice([0.2, 3.0], len(log))
    weighted = spec_of(("group",), time="day", weight="w", audit={"checklists": ()})
    rows = [row for row in isg_audit.run(weighted, log.assign(w=weights)).findings
            if isinstance(row, Measurement)]  # fmt: skip
    wider = one(rows, "persistence", metric, "a", "rest")
    assert "effective cases" in wider.method
    assert (wider.high or 0) - (wider.low or 0) > 1.2 * ((alone.high or 0) - (alone.low or 0))
    assert one(rows, "change_point", "favourable_rate_change", "a").p_value is not None
