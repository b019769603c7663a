"""What stands beside a range over groups, and that the range itself stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from isg_audit.measures import Plan, measure_counts
from isg_audit.measures.estimates import Estimates, Share
from isg_audit.measures.luck_notes import luck_note, luck_of
from isg_audit.stats import luck_of_shares, wilson
from isg_audit.stats.bounds import Bounds
from tests.evidence.made import tally


def shares(hits: list[float], cases: list[float]) -> Estimates:
    some, every = np.array(hits, dtype=float), np.array(cases, dtype=float)
    with np.errstate(invalid="ignore"):
        value = some / every
    return Estimates(
        value,
        every,
        lambda level: wilson(some, every, level),
        "wilson",
        Share(some, every, 0 * every),
    )


def test_the_note_says_both_numbers_in_the_unit_of_the_range() -> None:
    ours = shares([170, 66, 10], [400, 200, 50])
    luck = luck_of_shares([170, 66, 10], [400, 200, 50])
    assert luck_note(ours, 0.95, percent=True) == (
        f"chance alone would give about {100 * luck.by_chance:.1f} percentage points, corrected "
        f"for it about {100 * luck.corrected:.1f} percentage points"
    )
    assert luck_note(shares([40, 42, 44], [100] * 3), 0.95, percent=True) == (
        "chance alone would give about 8.4 percentage points, and no more than that is seen"
    )


def test_what_is_no_share_takes_its_errors_from_its_limits() -> None:
    value, error = np.array([3.0, 4.0, 9.0]), np.array([0.5, 0.4, 0.6])

    def limits(level: float) -> Bounds:
        return Bounds(value - 1.959964 * error, value + 1.959964 * error)

    ours = Estimates(value, np.full(3, 50.0), limits, "made up")
    luck = luck_of(ours, 0.95)
    assert luck is not None
    assert luck.by_chance == pytest.approx(1.693 * 0.5, rel=0.05)
    assert 5 < luck.corrected < 6
    assert luck_note(ours, 0.95, percent=False).endswith(f"about {luck.corrected:.2f}")


@pytest.mark.parametrize("counts", [([4, 5], [9, 9]), ([4, 5, 0], [9, 9, 0]), ([2] * 4, [9] * 4)])
def test_two_groups_nobody_or_no_range_say_nothing(counts: tuple[list[float], list[float]]) -> None:
    assert luck_note(shares(*counts), 0.95, percent=True) == ""


def test_every_range_over_three_groups_has_the_note_and_its_raw_value() -> None:
    found = measure_counts(tally(900), Plan(("sex", "race"), (("sex", "race"),)))
    rows = {row.key: row for row in found.measured}
    ranges = [row for row in rows.values() if row.metric.endswith(".range")]
    by_race = [row for row in ranges if row.by == "race" and row.value]
    assert len(by_race) > 8
    assert all("chance alone would give about" in row.note for row in by_race)
    assert not any("chance alone" in row.note for row in ranges if row.by == "sex")
    for row in by_race:
        if row.metric == "favourable_rate.range":
            rates = [
                one.value
                for one in rows.values()
                if (one.metric, one.by, one.versus) == ("favourable_rate", "race", "")
                and one.value is not None
            ]
            assert row.value == max(rates) - min(rates)
