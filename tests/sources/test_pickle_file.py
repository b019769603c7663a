"""Pickles: what is on our list opens as it was written, and nothing else is made or run."""

import io
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.gaussian_process import GaussianProcessClassifier
from sklearn.linear_model import (
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    RidgeClassifier,
    SGDClassifier,
)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid, RadiusNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)
from sklearn.svm import SVC, LinearSVC, NuSVC
from sklearn.tree import DecisionTreeClassifier, ExtraTreeClassifier
from threadpoolctl import threadpool_limits

from isg_audit.errors import ModelError
from isg_audit.sources.models.pickle_file import open_pickle
from isg_audit.sources.models.pickle_names import LISTED, may_be_named
from isg_audit.sources.models.pickle_trace import traced
from tests.shared_data import real_data
from tests.sources.hostile_pickles import COLUMNS, joblib_of, pipeline, specimens

DRAW = np.random.default_rng(3)
PEOPLE = pd.DataFrame(
    {"income": DRAW.gamma(3, 1, 80), "debt": DRAW.gamma(2, 1, 80), "age": DRAW.uniform(18, 80, 80)}
)
REPAID = np.where(PEOPLE.income - PEOPLE.debt + DRAW.normal(0, 1, 80) > 1, "yes", "no")

BASE = LogisticRegression()
CLASSIFIERS = [
    AdaBoostClassifier(n_estimators=3), BaggingClassifier(n_estimators=3), BernoulliNB(),
    CalibratedClassifierCV(BASE), ComplementNB(), DecisionTreeClassifier(), DummyClassifier(),
    ExtraTreeClassifier(), ExtraTreesClassifier(5), GaussianNB(), GaussianProcessClassifier(),
    GradientBoostingClassifier(n_estimators=3), HistGradientBoostingClassifier(max_iter=3),
    KNeighborsClassifier(), KNeighborsClassifier(algorithm="ball_tree"),
    LinearDiscriminantAnalysis(), LinearSVC(), LogisticRegression(), LogisticRegressionCV(),
    MLPClassifier(max_iter=2000), MultinomialNB(), NearestCentroid(), NuSVC(),
    OneVsRestClassifier(BASE), Perceptron(),
    QuadraticDiscriminantAnalysis(), RadiusNeighborsClassifier(200.0), RandomForestClassifier(5),
    RidgeClassifier(), SGDClassifier(loss="log_loss"), SVC(),
    StackingClassifier([("a", BASE), ("b", GaussianNB())]),
    VotingClassifier([("a", BASE), ("b", GaussianNB())], voting="soft"),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Small fits wait for threads on a busy machine."""
    with threadpool_limits(1):
        yield


class Made:
    """Pickles to a call and a state of one's choice."""

    def __init__(self, *reduced):
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


def same(model, fitted, people):
    np.testing.assert_array_equal(model.predict(people), fitted.predict(people))
    assert model.gives_scores == hasattr(fitted, "predict_proba")
    if model.gives_scores:
        np.testing.assert_array_equal(model.predict_proba(people), fitted.predict_proba(people))


@pytest.mark.parametrize("final", CLASSIFIERS, ids=lambda one: type(one).__name__)
def test_a_classifier_answers_as_before(final):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = final.fit(PEOPLE, REPAID)
    for content in (pickle.dumps(fitted), pickle.dumps(fitted, 1), joblib_of(fitted, 3)):
        model = open_pickle(content, "model.pkl", ())
        assert model.classes == ("no", "yes")
        assert model.kind == "scikit-learn (pickle)"
        same(model, fitted, PEOPLE)


@pytest.mark.parametrize("how", [*range(6), None, 0, *(("zlib", 3), ("gzip", 3), ("bz2", 3))])
def test_a_pipeline_answers_as_before_however_it_is_written(how):
    people = PEOPLE.assign(area=np.where(PEOPLE.age > 40, "north", "south"))
    fitted = make_pipeline(
        make_column_transformer(
            (make_pipeline(FunctionTransformer(np.log1p), StandardScaler()), ["income", "debt"]),
            (OneHotEncoder(sparse_output=True), ["area"]),
            remainder="passthrough",
        ),
        LogisticRegression(),
    ).fit(people, REPAID)
    content = pickle.dumps(fitted, how) if isinstance(how, int) else joblib_of(fitted, how or 0)
    same(open_pickle(content, "model.pkl", ()), fitted, people)


def test_native_categories_come_through():
    people = PEOPLE.assign(area=np.where(PEOPLE.age > 40, "north", "south"))
    coded = make_column_transformer((OrdinalEncoder(), ["area"]), remainder="passthrough")
    final = HistGradientBoostingClassifier(max_iter=5, categorical_features=[0])
    fitted = make_pipeline(coded, final).fit(people, REPAID)
    same(open_pickle(joblib_of(fitted), "model.joblib", ()), fitted, people)


@pytest.mark.parametrize("package", ["xgboost", "lightgbm", "catboost"])
def test_boosting_of_other_packages_answers_as_before(package):
    made = pytest.importorskip(package)
    final, granted = {
        "xgboost": lambda: (made.XGBClassifier(n_estimators=5), (REPAID == "yes").astype(int)),
        "lightgbm": lambda: (made.LGBMClassifier(n_estimators=5, verbose=-1), REPAID),
        "catboost": lambda: (
            made.CatBoostClassifier(iterations=5, verbose=0, allow_writing_files=False),
            REPAID,
        ),
    }[package]()
    fitted = final.fit(PEOPLE, granted)
    for content in (pickle.dumps(fitted), joblib_of(fitted, 3)):
        model = open_pickle(content, "model.pkl", ())
        assert model.features == ("income", "debt", "age")
        np.testing.assert_array_equal(model.predict_proba(PEOPLE), fitted.predict_proba(PEOPLE))
        np.testing.assert_array_equal(model.predict(PEOPLE), np.ravel(fitted.predict(PEOPLE)))


FEATURES = ("age_cat_cat", "sex_code", "race_code", "priors_count", "c_charge_degree_cat")


@pytest.mark.parametrize(
    ("file", "score", "kind", "close"),
    [
        ("logistic_sklearn.sav", "logistic_proba", "scikit-learn", 1e-9),
        ("lightgbm_sklearn.joblib.sav", "lightgbm_proba", "LightGBM", 1e-9),
        ("xgboost_booster.joblib.sav", "xgboost_proba", "XGBoost", 1e-7),
    ],
)
def test_models_of_somebody_else_give_the_outputs_they_are_said_to_give(file, score, kind, close):
    if kind != "scikit-learn":
        pytest.importorskip(kind.lower())
    folder = real_data("compas_models")
    model = open_pickle((folder / file).read_bytes(), file, FEATURES)
    people = pd.read_csv(folder / "inputs.csv.gz")
    due = pd.read_csv(folder / "expected_outputs.csv.gz")[score]
    assert model.kind.startswith(f"{kind} (pickle")
    assert model.features == FEATURES
    np.testing.assert_allclose(model.predict_proba(people)[:, 1], due, rtol=0, atol=close)


def test_another_version_of_the_package_is_said():
    content = (real_data("compas_models") / "logistic_sklearn.sav").read_bytes()
    model = open_pickle(content, "logistic_sklearn.sav", FEATURES)
    assert "written by scikit-learn 1.5.2, read with " in model.kind


HOSTILE = list(specimens(Path("nowhere")))


@pytest.mark.parametrize("fault", HOSTILE)
def test_a_hostile_pickle_is_refused_and_does_nothing(fault, tmp_path, monkeypatch):
    monkeypatch.setattr("isg_audit.sources.models.pickle_reading.MOST_STEPS", 200_000)
    marker = tmp_path / "ran"
    content = specimens(marker)[fault]
    with pytest.raises(ModelError) as caught:
        open_pickle(content, "model.pkl", ())
    assert not marker.exists()
    assert "model.pkl" in str(caught.value)


def test_all_strangers_are_named_at_once_with_another_way():
    class Two:
        def __reduce__(self):
            return exec, ("pass",)

    fitted = pipeline()
    fitted.note_ = [Two(), sys.exit, Path]
    with pytest.raises(ModelError) as caught:
        open_pickle(joblib_of(fitted), "model.pkl", ())
    said = str(caught.value)
    for name in ("'builtins.exec'", "'sys.exit'", "'pathlib.Path'"):
        assert f"model.pkl: names {name}" in said
    assert "skops" in said
    assert "ONNX" in said
    assert "address" in said


def test_no_listed_name_opens_files_imports_or_looks_up_attributes():
    for module, name in LISTED:
        assert not {"open", "eval", "exec", "getattr", "setattr", "load", "loads"} & {name}
        assert module.partition(".")[0] not in {"os", "sys", "subprocess", "importlib", "io"}
        assert "." not in name
    assert not may_be_named("builtins", "getattr")
    assert not may_be_named("sklearn.base", "os.system")
    assert not may_be_named("operator", "attrgetter")


def test_trees_of_neighbours_with_rows_that_there_are_not_are_refused():
    fitted = KNeighborsClassifier(algorithm="kd_tree").fit(PEOPLE, REPAID)
    made, arguments, state = fitted._tree.__reduce__()
    fitted._tree = Made(made, arguments, (state[0], state[1] + 10**9, *state[2:]))
    with pytest.raises(ModelError, match="reads rows that there are not"):
        open_pickle(pickle.dumps(fitted), "model.pkl", ())


def test_trees_that_lead_outside_are_refused():
    fitted = RandomForestClassifier(2).fit(PEOPLE, REPAID)
    fitted.estimators_[1].tree_.children_left[0] = 10**7
    with pytest.raises(ModelError, match="damaged, or made to do harm"):
        open_pickle(pickle.dumps(fitted), "model.pkl", ())


def test_numbers_are_never_taken_for_objects():
    """A type of array that hides an object would read memory at an address of the file's choice."""
    made, arguments, state = np.array([1.0]).__reduce__()
    hidden = np.dtype([("a", "O")])
    for dtype in (np.dtype(object), hidden):
        crafted = Made(made, arguments, (*state[:2], dtype, False, b"\x01" * 8))
        with pytest.raises(ModelError, match="made to do harm"):
            open_pickle(pickle.dumps(crafted), "model.pkl", ())


def test_a_type_that_keeps_its_objects_quiet_is_refused():
    made, arguments, state = np.dtype([("a", "O")]).__reduce__()
    quiet = Made(made, arguments, (*state[:7], 16))
    with pytest.raises(ModelError, match="holds objects"):
        open_pickle(pickle.dumps(quiet), "model.pkl", ())


def test_150_random_edits_give_a_model_or_a_plain_refusal():
    content = joblib_of(pipeline())
    draw = np.random.default_rng(7)
    opened = 0
    for _ in range(150):
        edited = bytearray(content)
        for place in draw.integers(0, len(content), draw.integers(1, 4)):
            edited[place] = draw.integers(0, 256)
        try:
            open_pickle(bytes(edited), "model.pkl", ("a", "b"))
            opened += 1
        except ModelError as error:
            assert "model.pkl" in str(error)
    assert 0 < opened < 150


def test_a_trace_makes_nothing_and_stays_small():
    """Two gigabytes of opcodes' bytes are passed over in little memory."""
    program = (
        "import io, resource, sys; sys.path.insert(0, sys.argv[1])\n"
        "from isg_audit.sources.models.pickle_trace import traced\n"
        "import numpy\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "class Endless(io.RawIOBase):\n"
        "    at = 0\n"
        "    def read(self, size=-1):\n"
        "        head = b'\\x80\\x04\\x8e' + (2**26).to_bytes(8, 'little')\n"
        "        piece = head[self.at:self.at + size] or bytes(min(size, 2**26 + 11 - self.at))\n"
        "        self.at += len(piece)\n"
        "        return piece\n"
        "    def seek(self, place, whence=0):\n"
        "        self.at = place\n"
        "print(traced(Endless(), 'x', 2**31).broken)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program, str(root)], capture_output=True, text=True, check=True
    )
    broken, grown = done.stdout.splitlines()
    assert "ends too early" in broken
    assert int(grown) < 20_000  # KiB


def test_a_trace_follows_arrays_that_would_blind_a_scanner():
    fitted = HistGradientBoostingClassifier(max_iter=3).fit(PEOPLE, REPAID)
    stream = io.BytesIO()
    joblib.dump(fitted, stream)
    stream.seek(0)
    trace = traced(stream, "model.joblib", 2**31)
    assert not trace.broken
    assert not trace.after
    assert trace.arrays > 5
    assert ("sklearn._loss.loss", "HalfBinomialLoss") in trace.names
    assert all(may_be_named(*one) for one in trace.names)


def test_columns_are_named_from_the_audit_file_where_the_model_does_not():
    model = open_pickle(pickle.dumps(pipeline()), "model.pkl", ("a", "b"))
    people = pd.DataFrame(COLUMNS, columns=["a", "b"])
    np.testing.assert_array_equal(model.predict(people), pipeline().predict(COLUMNS))
