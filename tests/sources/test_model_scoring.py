"""Scoring: the favourable class's probability, and nothing believed that cannot be true."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.models.open_model import open_model
from isg_audit.sources.scoring import DECISION, SCORE, score

DATA = pd.DataFrame({"a": np.arange(40.0), "b": np.tile([0.0, 3.0, 1.0, 2.0], 10)})
LABEL = np.where(DATA.a + 5 * DATA.b > 24, "grant", "refuse")
FITTED = LogisticRegression().fit(DATA, LABEL)


class Odd:
    """A model that answers whatever the test wants."""

    name = "odd.onnx"
    features = ("a", "b")
    classes = (0, 1)
    gives_scores = True

    def __init__(self, labels=None, scores=None):
        self.labels = labels if labels is not None else np.zeros(40, dtype=int)
        self.scores = scores if scores is not None else np.tile([0.4, 0.6], (40, 1))

    def predict(self, frame):
        if isinstance(self.labels, Exception):
            raise self.labels
        return self.labels

    def predict_proba(self, frame):
        if isinstance(self.scores, Exception):
            raise self.scores
        return self.scores


@given(st.lists(st.integers(0, 39), unique=True, max_size=6))
def test_batches_however_cut_give_the_scores_of_the_whole(cuts):
    edges = [0, *sorted(cuts), 40]
    batches = [DATA[start:end] for start, end in zip(edges, edges[1:], strict=False)]
    got = pd.concat(list(score(open_model(FITTED), batches, "grant")))
    np.testing.assert_allclose(got[SCORE], FITTED.predict_proba(DATA)[:, 0], atol=1e-12)
    assert (got[DECISION] == (LABEL_PREDICTED == "grant")).all()
    assert got[DECISION].dtype == bool
    assert got.index.equals(DATA.index)


LABEL_PREDICTED = FITTED.predict(DATA)


def test_favourable_and_unfavourable_complete_each_other():
    for_ = next(score(open_model(FITTED), [DATA], "grant"))
    against = next(score(open_model(FITTED), [DATA], "refuse"))
    np.testing.assert_allclose(for_[SCORE] + against[SCORE], 1)
    assert (for_[DECISION] ^ against[DECISION]).all()


def test_labels_only_gives_decisions_and_no_score():
    got = next(score(open_model(LinearSVC().fit(DATA, LABEL)), [DATA], "grant"))
    assert SCORE not in got
    assert DECISION in got


def test_a_favourable_value_that_is_no_class_is_told_before_any_batch():
    with pytest.raises(ModelError, match="'grant', 'refuse'"):
        score(open_model(FITTED), iter([]), "approve")


def test_columns_a_batch_lacks_are_told():
    with pytest.raises(ModelError, match="reads a column 'b'"):
        list(score(open_model(FITTED), [DATA[["a"]]], "grant"))


ROWS = np.tile([0.4, 0.6], (40, 1))


def with_row(row):
    return np.vstack([ROWS[:-1], row])


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Odd(labels=ValueError("no such column\nstack")), "ValueError: no such column"),
        (Odd(scores=ZeroDivisionError()), "ZeroDivisionError"),
        (Odd(labels=np.zeros(39, dtype=int)), "39 came back as labels"),
        (Odd(labels=np.zeros((40, 1), dtype=int)), "40 x 1 came back as labels"),
        (Odd(labels=np.full(40, 2)), "label .*2.* came back; its classes are 0, 1"),
        (Odd(labels=np.full(40, np.nan)), "nan.* came back"),
        (Odd(scores=ROWS[:39]), "39 x 2 came back as probabilities, 40 x 2 were due"),
        (Odd(scores=ROWS[:, 1]), "40 came back as probabilities"),
        (Odd(scores=np.tile([0.2, 0.3, 0.5], (40, 1))), "40 x 3 came back"),
        (Odd(scores=with_row([np.nan, 0.5])), "1 rows came back with a probability that is no"),
        (Odd(scores=with_row([-0.001, 1.001])), r"-0\.001 came back as a probability"),
        (Odd(scores=with_row([0.4, 0.5])), r"sum to 0\.9, not 1"),
        (Odd(scores=np.full((40, 2), "x", dtype=object)), "not numbers"),
    ],
)
def test_an_answer_that_cannot_be_true_stops_the_audit(model, said):
    with pytest.raises(ModelFailed, match=said) as caught:
        list(score(model, [DATA], 1))
    assert "odd.onnx, batch 1 (40 rows)" in str(caught.value)


def test_rounding_is_forgiven_and_cut_off():
    got = next(score(Odd(scores=with_row([-1e-7, 1 + 1e-7])), [DATA], 1))
    assert got[SCORE].max() == 1.0
