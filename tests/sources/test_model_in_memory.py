"""Fitted classifiers in memory: what they read, and a fingerprint every process agrees on."""

import subprocess
import sys
from textwrap import dedent

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from isg_audit.errors import ModelError
from isg_audit.sources.models.model_fingerprint import NOT_HASHED, fingerprint_of_object
from isg_audit.sources.models.open_model import open_model

DATA = pd.DataFrame({"a": np.arange(40.0), "b": np.tile([0.0, 3.0, 1.0, 2.0], 10)})
LABEL = (DATA.a + 5 * DATA.b > 24).to_numpy().astype(int)


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Small fits wait for threads on a busy machine."""
    with threadpool_limits(1):
        yield


def test_features_come_from_the_fit_or_from_the_audit_file():
    named = open_model(LogisticRegression().fit(DATA, LABEL))
    assert named.features == ("a", "b")
    assert named.classes == (0, 1)
    assert type(named.classes[0]) is int
    by_hand = open_model(LogisticRegression().fit(DATA.to_numpy(), LABEL), ("a", "b"))
    np.testing.assert_array_equal(by_hand.predict(DATA[["b", "a"]]), named.predict(DATA))


@pytest.mark.parametrize(
    ("fitted", "features", "said"),
    [
        (LogisticRegression(), (), "not fitted"),
        (LinearRegression().fit(DATA, LABEL), (), "gives numbers and not decisions"),
        (object(), (), "no method `predict`"),
        (LogisticRegression().fit(DATA.to_numpy(), LABEL), (), "does not name the 2 columns"),
        (LogisticRegression().fit(DATA.to_numpy(), LABEL), ("a",), "reads 2 columns"),
        (LogisticRegression().fit(DATA, LABEL), ("a", "c"), "does not read 'c'"),
        (LogisticRegression().fit(DATA, LABEL), ("a",), "reads 'b', which model.features leaves"),
        (
            RandomForestClassifier(1).fit(DATA, np.c_[LABEL, LABEL]),
            (),
            "decides several things at once",
        ),
    ],
)
def test_what_cannot_be_audited_is_told(fitted, features, said):
    with pytest.raises(ModelError, match=said):
        open_model(fitted, features)


def test_labels_only_is_said():
    assert not open_model(LinearSVC().fit(DATA, LABEL)).gives_scores
    assert open_model(LogisticRegression().fit(DATA, LABEL)).gives_scores


FITS = {
    "logistic": "make_pipeline(StandardScaler(), LogisticRegression(C=0.5))",
    "boosting": "HistGradientBoostingClassifier(max_iter=3, random_state=0)",
    "forest": "RandomForestClassifier(3, random_state=0)",
    "network": "MLPClassifier((3,), solver='lbfgs', max_iter=200, random_state=0)",
}


def fitted(name):
    return eval(FITS[name]).fit(DATA, LABEL)  # noqa: S307 - our own text, shared with the process below


@pytest.mark.parametrize("name", FITS)
def test_the_fingerprint_follows_parameters_and_fit(name):
    one = fingerprint_of_object(fitted(name))
    assert one.startswith("sha256:")
    assert fingerprint_of_object(fitted(name)) == one
    other = fitted(name)
    other.fit(DATA, 1 - LABEL)
    assert fingerprint_of_object(other) != one


def test_another_process_gives_the_same_fingerprint():
    program = dedent(
        f"""
        import numpy as np, pandas as pd
        from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
        from sklearn.linear_model import LogisticRegression
        from sklearn.neural_network import MLPClassifier
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        from isg_audit.sources.models.model_fingerprint import fingerprint_of_object
        data = pd.DataFrame({{"a": np.arange(40.0), "b": np.tile([0.0, 3.0, 1.0, 2.0], 10)}})
        label = (data.a + 5 * data.b > 24).to_numpy().astype(int)
        for fitted in [{", ".join(FITS.values())}]:
            print(fingerprint_of_object(fitted.fit(data, label)))
        """
    )
    there = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert there == [fingerprint_of_object(fitted(name)) for name in FITS]


def test_one_changed_number_changes_the_fingerprint():
    fit = fitted("forest")
    before = fingerprint_of_object(fit)
    fit.estimators_[2].tree_.threshold[0] += 1e-9
    assert fingerprint_of_object(fit) != before


def test_what_has_no_name_is_said_to_be_not_hashed():
    nameless = make_pipeline(FunctionTransformer(lambda x: x), LogisticRegression())
    assert fingerprint_of_object(nameless.fit(DATA, LABEL)) == NOT_HASHED


__all__ = ["HistGradientBoostingClassifier", "MLPClassifier", "StandardScaler"]  # named in FITS
