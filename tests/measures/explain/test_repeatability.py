"""Models that answer otherwise when asked again, or alone."""

from dataclasses import replace

import numpy as np
import pytest

from isg_audit.measures.explain.repeatability import repeatability


class Asked:
    """A model of one number; `shift` moves its score by whatever it likes."""

    classes_ = np.array(["refuse", "grant"])
    feature_names_in_ = np.array(["income"], dtype=object)

    def __init__(self, shift):
        self.shift = shift

    def predict_proba(self, frame):
        share = np.clip((frame.income.to_numpy() - 20) / 50 + self.shift(frame), 0, 1)
        return np.column_stack([1 - share, share])

    def predict(self, frame):
        return self.classes_[(self.predict_proba(frame)[:, 1] >= 0.5).astype(int)]


def by_metric(explaining, shift):
    return {one.metric: one for one in repeatability(explaining(Asked(shift)))}


def test_a_steady_model_never_flips(explaining):
    found = by_metric(explaining, lambda frame: 0.0)
    assert {one.value for one in found.values()} == {0.0}
    assert found["flip_rate_again"].n == 120
    assert found["flip_rate_alone"].n == 50
    assert found["flip_rate_again"].high == pytest.approx(0.031, abs=1e-3)


def test_a_model_that_looks_at_the_others_in_the_batch_is_seen(explaining):
    found = by_metric(explaining, lambda frame: 0.2 if len(frame) == 1 else 0.0)
    assert found["flip_rate_again"].value == 0
    assert found["flip_rate_alone"].value > 0.2
    assert found["largest_change_alone"].value == pytest.approx(0.2)


def test_a_model_that_throws_dice_is_seen(explaining):
    draw = np.random.default_rng(0)
    found = by_metric(explaining, lambda frame: draw.normal(0, 0.2, len(frame)))
    assert found["flip_rate_again"].low > 0
    assert found["largest_change_again"].value > 0.1


def test_a_service_that_remembers_is_asked_without_its_memory(explaining):
    draw = np.random.default_rng(0)
    asked = explaining(Asked(lambda frame: draw.normal(0, 0.2, len(frame))))

    class Remembering:
        def __init__(self, model):
            self.model = model

        def __getattr__(self, name):
            return getattr(self.model, name)

        def predict_proba(self, frame):
            return np.full((len(frame), 2), 0.5)

        def predict(self, frame):
            return np.full(len(frame), "grant")

        def afresh(self):
            return self.model

    found = {
        one.metric: one for one in repeatability(replace(asked, model=Remembering(asked.model)))
    }
    assert found["flip_rate_again"].value > 0
