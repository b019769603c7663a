"""Distances of the model's scores from the logged ones, held against numpy."""

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit.measures.measurement import Measurement, NotMeasured
from tests.audits import spec_of

MEASURE = "explain.score_agreement"


class Half:
    """Gives back the input as its score."""

    classes_ = np.array([0, 1])
    feature_names_in_ = np.array(["given"], dtype=object)

    def predict(self, frame):
        return (frame.given.to_numpy() >= 0.5).astype(int)

    def predict_proba(self, frame):
        share = frame.given.to_numpy()
        return np.column_stack([1 - share, share])


def rows(frame):
    spec = spec_of(score="score", audit={"checklists": []})
    return [one for one in isg_audit.run(spec, frame, Half()).findings if one.measure == MEASURE]


@pytest.fixture(scope="module")
def log():
    draw = np.random.default_rng(3)
    given = draw.random(4_000)
    group = draw.choice(["a", "b"], 4_000)
    moved = np.where(draw.random(4_000) < 0.03, 0.25, 0.0) * (group == "b")
    return pd.DataFrame({"given": given, "group": group, "decision": (given > 0.5).astype(int),
                         "score": np.clip(given - moved, 0, 1)})  # fmt: skip


def test_the_99_percent_point_and_the_largest_are_those_of_the_rows(log):
    apart = (log.given - log.score).abs()
    found = {(one.metric, one.group): one for one in rows(log)}
    for group, part in (("", log), *log.groupby("group")):
        ours = found["distance_q99", group]
        exact = np.quantile(apart[part.index], 0.99, method="inverted_cdf")
        assert exact <= ours.value + 1e-12 and ours.value == pytest.approx(exact, abs=2e-3)
        assert ours.low <= ours.value <= ours.high
        largest = found["largest_distance", group].value
        assert largest == pytest.approx(apart[part.index].max(), abs=2e-3)
    assert found["distance_q99", "b"].low > 0.2


def test_the_same_scores_are_no_distance_apart(log):
    found = [one for one in rows(log.assign(score=log.given)) if isinstance(one, Measurement)]
    assert len(found) == 6 and {one.value for one in found} == {0.0}


def test_another_scale_is_not_compared(log):
    (only,) = rows(log.assign(score=(log.given * 10).round()))
    assert only == NotMeasured(MEASURE, "the logged score is no probability between 0 and 1")
