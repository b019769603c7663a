"""Opening models: by content, from a list we keep, and never by running what a file brings."""

import gzip
import io
import lzma
import pickle
import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from isg_audit.errors import ModelError
from isg_audit.sources.models.model import class_position, readable, require_features
from isg_audit.sources.models.open_model import open_model

skops_io = pytest.importorskip("skops.io")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Small fits wait for threads on a busy machine."""
    with threadpool_limits(1):
        yield


class Trojan:
    """Says so if it is ever brought to life."""

    def __reduce__(self):
        return (pytest.fail, ("the pickle was opened",))


@pytest.fixture(scope="module")
def people():
    draw = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "income": draw.normal(50, 10, 300),
            "debt": draw.gamma(2, 3, 300),
            "area": draw.choice(["north", "south", "west"], 300),
        }
    )


@pytest.fixture(scope="module")
def repaid(people):
    noise = np.random.default_rng(2).normal(0, 8, 300)
    return np.where(people.income - people.debt + noise > 44, "yes", "no")


def prepared(final):
    return make_pipeline(
        make_column_transformer(
            (StandardScaler(), ["income", "debt"]),
            (OneHotEncoder(sparse_output=False), ["area"]),
        ),
        final,
    )


@pytest.mark.parametrize(
    "final",
    [LogisticRegression(), HistGradientBoostingClassifier(max_iter=5), RandomForestClassifier(5)],
    ids=["logistic", "boosting", "forest"],
)
def test_a_skops_file_gives_what_was_fitted(final, people, repaid, tmp_path):
    fitted = prepared(final).fit(people, repaid)
    skops_io.dump(fitted, tmp_path / "model.skops")
    model = open_model("model.skops", folder=tmp_path)
    assert model.kind == "scikit-learn (skops)"
    assert model.features == ("income", "debt", "area")
    assert model.classes == ("no", "yes")
    assert re.fullmatch("sha256:[0-9a-f]{64}", model.fingerprint)
    shuffled = people[["area", "debt", "income"]]
    np.testing.assert_array_equal(model.predict_proba(shuffled), fitted.predict_proba(people))
    np.testing.assert_array_equal(model.predict(shuffled), fitted.predict(people))
    assert readable(model) is model
    assert model.inside() is not None


def test_native_categories_load_from_skops(people, repaid, tmp_path):
    coded = make_column_transformer((OrdinalEncoder(), ["area"]), remainder="passthrough")
    fitted = make_pipeline(
        coded, HistGradientBoostingClassifier(max_iter=5, categorical_features=[0])
    ).fit(people, repaid)
    skops_io.dump(fitted, tmp_path / "model.skops")
    model = open_model(tmp_path / "model.skops")
    np.testing.assert_array_equal(model.predict(people), fitted.predict(people))


def test_a_type_that_is_not_on_our_list_is_named_and_refused(people, repaid, tmp_path):
    fitted = prepared(LogisticRegression()).fit(people, repaid)
    fitted.steps.append(("last", Trojan))
    skops_io.dump(fitted, tmp_path / "model.skops")
    with pytest.raises(ModelError, match=r"not trusted: .*Trojan"):
        open_model("model.skops", folder=tmp_path)


@pytest.mark.parametrize(
    ("final", "break_it"),
    [
        (
            HistGradientBoostingClassifier(max_iter=2),
            lambda last: last._predictors[0][0].nodes["feature_idx"].__setitem__(0, 2**28),
        ),
        (
            HistGradientBoostingClassifier(max_iter=2),
            lambda last: last._predictors[1][0].nodes["left"].__setitem__(0, 2**20),
        ),
        (
            HistGradientBoostingClassifier(max_iter=2),
            lambda last: last._predictors[1][0].nodes["right"].__setitem__(0, 0),
        ),
        (
            RandomForestClassifier(2),
            lambda last: last.estimators_[1].tree_.children_left.__setitem__(0, 10**7),
        ),
        (
            RandomForestClassifier(2),
            lambda last: last.estimators_[0].tree_.feature.__setitem__(0, 5),
        ),
    ],
    ids=["column", "child", "loop", "forest child", "forest column"],
)
def test_trees_that_lead_outside_are_refused_before_they_are_walked(
    final, break_it, people, repaid, tmp_path
):
    fitted = prepared(final).fit(people, repaid)
    break_it(fitted[-1])
    skops_io.dump(fitted, tmp_path / "model.skops")
    with pytest.raises(ModelError, match="damaged, or made to do harm"):
        open_model("model.skops", folder=tmp_path)


def test_a_skops_file_cut_short_is_said_to_be_damaged(people, repaid, tmp_path):
    content = skops_io.dumps(prepared(LogisticRegression()).fit(people, repaid))
    with (
        zipfile.ZipFile(io.BytesIO(content)) as whole,
        zipfile.ZipFile(tmp_path / "model.skops", "w") as part,
    ):
        part.writestr("schema.json", whole.read("schema.json"))
    with pytest.raises(ModelError, match="skops cannot read it"):
        open_model("model.skops", folder=tmp_path)


def joblib_content(how):
    import joblib

    stream = io.BytesIO()
    joblib.dump(Trojan(), stream, compress=how)
    return stream.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        *(pickle.dumps(Trojan(), protocol) for protocol in (0, 2, 3, 4, 5)),
        gzip.compress(pickle.dumps(Trojan())),
        lzma.compress(pickle.dumps(Trojan())),
        *(joblib_content(how) for how in (0, 3, ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3))),
    ],
    # By place: some packings hold the time of packing, and a test has to keep its name.
    ids=range(13),
)
@pytest.mark.parametrize("name", ["model.pkl", "model.onnx", "model.skops", "model"])
def test_no_pickle_is_ever_opened(content, name, tmp_path):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match="is a pickle.*run any code.*skops.io.dump or as ONNX"):
        open_model(name, folder=tmp_path)


def test_a_pickle_in_a_zip_archive_is_one_too(tmp_path):
    with zipfile.ZipFile(tmp_path / "model.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Trojan()))
    with pytest.raises(ModelError, match="is a pickle"):
        open_model("model.pt", folder=tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"tree\nversion=v4\n", "lightgbm cannot read it"),
        (b'{"learner": {}}', "xgboost cannot read it"),
        (b"\x08\x07\x12\xff", "of no known format"),
        (b"PK\x03\x04 not a zip archive", "of no known format"),
        (b"\x1f\x8b not gzip", "of no known format"),
        (b"gender,score\nF,1\n", "of no known format"),
    ],
)
def test_what_is_no_model_is_told(content, said, tmp_path):
    (tmp_path / "model.bin").write_bytes(content)
    with pytest.raises(ModelError, match=said):
        open_model("model.bin", folder=tmp_path)


def test_no_file_a_folder_an_address_and_code_are_told_apart(tmp_path):
    for source, said in {
        "nowhere.onnx": "no such model file",
        ".": "is a folder",
        "python:os:system": "may not name code",
        "https://example.org/model": "needs the table",
    }.items():
        with pytest.raises(ModelError, match=said):
            open_model(source, folder=tmp_path)


def test_a_name_that_promises_another_format_is_a_fault(people, repaid, tmp_path):
    skops_io.dump(prepared(LogisticRegression()).fit(people, repaid), tmp_path / "model.skops")
    (tmp_path / "model.skops").rename(tmp_path / "model.onnx")
    with pytest.raises(ModelError, match=r"is called \.onnx but holds skops"):
        open_model("model.onnx", folder=tmp_path)


def test_too_large_a_file_is_not_read(tmp_path):
    with (tmp_path / "model.onnx").open("wb") as file:
        file.truncate(2 * 2**30 + 1)  # sparse: takes no room on the disk
    with pytest.raises(ModelError, match="a model file may have 2 GiB"):
        open_model("model.onnx", folder=tmp_path)


def test_all_missing_columns_are_named_at_once_with_the_nearest(people, repaid):
    model = open_model(prepared(LogisticRegression()).fit(people, repaid))
    with pytest.raises(ModelError) as caught:
        require_features(model, ["incomes", "area", "dept"])
    assert len(caught.value.faults) == 2
    assert "Did you mean 'incomes'?" in str(caught.value)
    assert "Did you mean 'dept'?" in str(caught.value)
    require_features(model, ["area", "debt", "income", "sex"])


@pytest.mark.parametrize(
    ("classes", "favourable", "place"),
    [
        ((0, 1), 1, 1), ((0, 1), True, 1), ((0, 1), "1", 1), ((0, 1), 1.0, 1), ((0, 1), "0", 0),
        ((False, True), 1, 1), ((False, True), "true", 1), (("0", "1"), 1, 1),
        (("no", "yes"), "yes", 1), (("no", "yes"), " yes ", 1), ((-1.0, 1.0), -1, 0),
        (("nan", "1"), "nan", 0), (("1", 1), 1, 1), (("1", 1), "1", 0),
    ],
)  # fmt: skip
def test_the_favourable_class_is_found_however_it_is_written(classes, favourable, place):
    assert class_position(Stub(classes), favourable) == place


@pytest.mark.parametrize(
    ("classes", "favourable"), [((0, 1), 2), (("no", "yes"), "Yes"), (("1", "1.0"), 1)]
)
def test_a_favourable_value_that_is_no_class_is_an_error_that_lists_them(classes, favourable):
    with pytest.raises(ModelError, match=re.escape(repr(classes[0]))):
        class_position(Stub(classes), favourable)


class Stub:
    name = "stub"

    def __init__(self, classes):
        self.classes = classes
