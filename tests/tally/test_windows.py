"""Windows of time: every engine name, what it stands for, and that windows make the whole."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from isg_audit.run import run
from isg_audit.spec import DecisionsPart, Group, Spec, System
from isg_audit.spec.audit_file import AuditPart
from isg_audit.spec.time_part import ChangePart
from isg_audit.tally import is_over, over_time
from isg_audit.tally.windows import windows_of

CUTS = ("month", "quarter", "year", ("2023-06-01", "2024-01-15"))


def _log(people: int = 3000, seed: int = 1) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    return pd.DataFrame({
        "sex": generator.choice(["a", "b", ""], people, p=[0.6, 0.35, 0.05]),
        "age": generator.choice(["young", "old"], people),
        "fine": generator.integers(0, 2, people),
        "score": generator.integers(1, 40, people),
        "who": generator.integers(0, 1200, people),
        "day": pd.Timestamp("2023-02-03")
        + pd.to_timedelta(generator.integers(0, 700, people), "D"),
    })  # fmt: skip


def _spec(cut: object = "quarter", changes: tuple[str, ...] = (), **roles: str) -> Spec:
    return Spec(
        system=System(name="x"),
        decisions=DecisionsPart(decision="fine", favourable=1, time="day", **roles),
        groups={"sex": Group(), "age": Group()},
        audit=AuditPart(windows=cut),
        changes=tuple(ChangePart(date=day, what="new") for day in changes),
    )


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("texts", [False, True])
def test_every_day_is_in_the_window_that_says_so(cut, texts):
    log = _log(800)
    changes = ("2023-05-20", "2023-07-01", "2024-03-09", "2024-03-20")
    if texts:
        log["day"] = log["day"].dt.strftime("%Y-%m-%d")
    tally = run(_spec(cut, changes), log).tally
    windows = windows_of(tally.windows)
    days = sorted(date.fromisoformat(str(one)[:10]) for one in log["day"])
    for at, window in enumerate(windows):
        inside = sum(
            (window.start is None or window.start <= one)
            and (window.end is None or one < window.end)
            for one in days
        )
        assert tally.table((), tally.windows[at]).people.sum() == inside
    for one, after in zip(windows, windows[1:], strict=False):
        assert one.end is not None
        assert after.start is not None
        assert one.end <= after.start
    for change in changes:
        # No window holds days before and after a change.
        assert not any(
            (one.start is None or one.start < date.fromisoformat(change))
            and (one.end is None or one.end > date.fromisoformat(change))
            for one in windows
        )


def test_what_names_stand_for():
    names = ("(before 2023-01-05)", "from 2023-01-05")
    first, last = windows_of(names)
    assert (first.start, first.end) == (None, date(2023, 1, 5))
    assert (last.start, last.end, last.middle) == (date(2023, 1, 5), None, None)
    two = windows_of(("2023-12", "2023-12 from 2023-12-09", "2024-01"))
    assert [one.end for one in two] == [date(2023, 12, 9), date(2024, 1, 1), date(2024, 2, 1)]
    (quarter,) = windows_of(("2024 Q4",))
    assert (quarter.start, quarter.end) == (date(2024, 10, 1), date(2025, 1, 1))
    with pytest.raises(ValueError, match="no window"):
        windows_of(("spring",))


def test_the_last_window_may_not_be_over():
    (quarter,) = windows_of(("2024 Q4",))
    assert is_over(quarter, date(2024, 12, 31))
    assert is_over(quarter, date(2024, 12, 24))
    assert not is_over(quarter, date(2024, 11, 30))
    assert not is_over(windows_of(("from 2024-10-01",))[0], date(2025, 1, 1))


@pytest.mark.parametrize("seed", range(2))
def test_windows_together_are_the_whole(seed):
    tally = run(_spec(score="score", person="who"), _log(seed=seed)).tally
    for by in ((), ("sex",), ("sex", "age")):
        table = tally.table(by)
        every = over_time(tally, by)
        assert np.allclose(every.shaped(every.table.cases).sum(axis=1), table.cases)
        told = table.scored.sum(axis=1) if len(by) < 2 else 0.0
        assert np.allclose(every.scores.sum(axis=(1, 2)), told)
        for at, window in enumerate(tally.windows):
            alone = tally.table(by, window)
            for group, cases in zip(alone.groups, alone.cases, strict=True):
                place = table.groups.index(group)
                assert np.array_equal(every.shaped(every.table.cases)[place, at], cases)
        merged = every.merged([range(len(tally.windows))])
        assert np.allclose(merged.table.cases, table.cases)
        assert merged.table.folds is not None
        assert np.allclose(merged.table.folds.weight, table.folds.weight)
        assert np.allclose(merged.table.folds.nameless, table.folds.nameless)
        rest = merged.rest
        assert np.allclose(rest.cases, table.cases.sum(axis=0) - table.cases)
