"""Unknown groups imputed: right where its assumption holds, and said to rest on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pytest import approx

from isg_audit.measures.coverage import unknown_imputed
from isg_audit.measures.measurement import Measurement, NotMeasured
from isg_audit.measures.plan import plan_of
from tests.audits import spec_of, tally_of
from tests.measures.test_unknown import log

MEASURE = "coverage.unknown_imputed"


def rows_of(frame: pd.DataFrame, **more: object) -> dict[tuple[str, str, str], Measurement]:
    spec = spec_of(more.pop("groups", ("group",)), **more)  # type: ignore[arg-type]
    tally = tally_of(frame, spec)
    found = unknown_imputed(tally, plan_of(spec, tally), MEASURE)
    return {
        (one.metric, one.group, one.versus): one for one in found if isinstance(one, Measurement)
    }


def hidden(rng: np.random.Generator, people: int = 900) -> pd.DataFrame:
    """Favourable decisions of `b` 0.45, of `a` 0.60; the refused of area 1 are often unknown."""
    group = rng.random(people) < 0.4
    area = (rng.random(people) < np.where(group, 0.7, 0.3)).astype(int)
    yes = rng.random(people) < np.where(group, 0.45, 0.60)
    gone = rng.random(people) < np.where(yes, 0.05, 0.25 + 0.4 * area)
    return pd.DataFrame(
        {
            "group": np.where(gone, "", np.where(group, "b", "a")),
            "area": [f"area {one}" for one in area],
            "decision": yes.astype(int),
        }
    )


def test_where_missing_at_random_it_covers_and_leaving_out_does_not() -> None:
    rng = np.random.default_rng(20221129)
    covered, plain = [], []
    for _ in range(120):
        frame = hidden(rng)
        rows = rows_of(frame, groups=("group", "area"))
        gap = rows["favourable_rate_imputed.difference", "b", "rest"]
        share = rows["favourable_rate_imputed", "b", ""]
        assert gap.low is not None and gap.high is not None
        assert share.low is not None and share.high is not None
        covered.append((gap.low <= -0.15 <= gap.high, share.low <= 0.45 <= share.high))
        known = frame[frame.group != ""].groupby("group").decision.mean()
        plain.append(abs(known["b"] - 0.45) < 0.05)
    assert np.mean(covered, axis=0) == approx([0.95, 0.95], abs=0.06)
    assert np.mean(plain) < 0.05


def test_the_mean_is_that_of_spreading_the_unknown_by_decision() -> None:
    rows = rows_of(log(a=(600, 1000), b=(300, 1000), unknown=(300, 900)))
    # of 300 favourable 600/900 go to a, of 600 others 400/1100
    hits, misses = 600 + 300 * 600 / 900, 400 + 600 * 400 / 1100
    row = rows["favourable_rate_imputed", "a", ""]
    assert row.value == approx(hits / (hits + misses), abs=0.003)
    assert row.note.startswith("an estimate: assumes that unknown group is missing at random given")
    assert row.low is not None and row.high is not None
    plain = 1.96 * np.sqrt(row.value * (1 - row.value) / (hits + misses))  # type: ignore[operator]
    assert row.high - row.low > 2 * plain


def test_the_same_seed_gives_the_same() -> None:
    frame = log(a=(60, 100), b=(30, 100), unknown=(30, 90))
    assert rows_of(frame) == rows_of(frame)


def test_nothing_unknown_and_weights_are_not_measured() -> None:
    spec = spec_of()
    tally = tally_of(log(a=(5, 9), b=(3, 9)), spec)
    (none,) = unknown_imputed(tally, plan_of(spec, tally), MEASURE)
    assert isinstance(none, NotMeasured) and "known of everybody" in none.reason
    frame = log(a=(60, 100), b=(30, 100), unknown=(30, 90)).assign(w=np.tile([1.0, 2.0], 145))
    spec = spec_of(weight="w")
    tally = tally_of(frame, spec)
    (none,) = unknown_imputed(tally, plan_of(spec, tally), MEASURE)
    assert isinstance(none, NotMeasured) and "weighted" in none.reason
