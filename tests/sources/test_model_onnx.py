"""ONNX: the same answers as the model it was made from, and plain words where it cannot."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.models.onnx_labels import class_labels, is_onnx
from isg_audit.sources.models.open_model import open_model

pytest.importorskip("onnxruntime")
skl2onnx = pytest.importorskip("skl2onnx")
kinds = pytest.importorskip("skl2onnx.common.data_types")

COMPAS = Path(__file__).parents[2] / ".." / "shared" / "data" / "compas_models"


@pytest.fixture(scope="module")
def people():
    draw = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "income": draw.normal(50, 10, 400).astype(np.float32).astype(float),
            "children": draw.integers(0, 5, 400),
            "area": draw.choice(["north", "south", "west"], 400),
        }
    )


@pytest.fixture(scope="module")
def granted(people):
    noise = np.random.default_rng(4).normal(0, 8, 400)
    return people.income - 2 * people.children + noise > 46


BY_COLUMN = {
    "income": ("FloatTensorType", [None, 1]),
    "children": ("Int64TensorType", [None, 1]),
    "area": ("StringTensorType", [None, 1]),
}


def exported(fitted, inputs=BY_COLUMN, **options):
    shapes = [(name, getattr(kinds, kind)(shape)) for name, (kind, shape) in inputs.items()]
    return skl2onnx.to_onnx(
        fitted, initial_types=shapes, options={id(fitted): options} if options else None
    ).SerializeToString()


def mixed(final):
    return make_pipeline(
        make_column_transformer(
            (StandardScaler(), ["income", "children"]), (OneHotEncoder(), ["area"])
        ),
        final,
    )


def opened(content, tmp_path, features=()):
    (tmp_path / "model.onnx").write_bytes(content)
    return open_model("model.onnx", features, tmp_path)


@pytest.mark.parametrize("zipmap", [True, False, "columns"])
@pytest.mark.parametrize("labels", [("bad", "good"), (0, 1), (7, -3)])
def test_a_round_trip_gives_the_same_answers(zipmap, labels, people, granted, tmp_path):
    fitted = mixed(LogisticRegression()).fit(people, np.where(granted, *labels[::-1]))
    model = opened(exported(fitted, zipmap=zipmap), tmp_path)
    assert model.features == ("income", "children", "area")
    assert model.classes == tuple(sorted(labels))
    backwards = people[["area", "children", "income"]]
    np.testing.assert_allclose(
        model.predict_proba(backwards), fitted.predict_proba(people), atol=1e-6
    )
    assert (model.predict(backwards) == fitted.predict(people)).all()


@pytest.mark.parametrize(
    "final", [GradientBoostingClassifier(n_estimators=5), KNeighborsClassifier(3)]
)
def test_one_tensor_of_columns_takes_its_names_from_the_audit_file(
    final, people, granted, tmp_path
):
    numbers = people[["income", "children"]]
    fitted = final.fit(numbers.to_numpy(np.float32), granted.astype(int))
    content = exported(fitted, {"X": ("FloatTensorType", [None, 2])}, zipmap=False)
    model = opened(content, tmp_path, ("income", "children"))
    assert model.classes == (0, 1)
    np.testing.assert_allclose(
        model.predict_proba(people), fitted.predict_proba(numbers.to_numpy()), atol=1e-6
    )
    with pytest.raises(ModelError, match="takes 2 columns without naming them"):
        opened(content, tmp_path)
    with pytest.raises(ModelError, match=r"reads 2 columns, model\.features has 3"):
        opened(content, tmp_path, ("income", "children", "area"))


def test_what_is_no_classifier_of_columns_is_told(people, granted, tmp_path):
    numbers = people[["income"]].to_numpy()
    line = exported(LinearRegression().fit(numbers, granted), {"X": ("FloatTensorType", [None, 1])})
    with pytest.raises(ModelError, match="0 outputs that hold labels"):
        opened(line, tmp_path, ("income",))
    fitted = mixed(LogisticRegression()).fit(people, granted.astype(int))
    with pytest.raises(ModelError, match=r"does not read 'sex'(?s:.*)reads 'area', which"):
        opened(exported(fitted), tmp_path, ("income", "children", "sex"))


@pytest.mark.parametrize("cut", [0.3, 0.9])
def test_a_damaged_file_is_told(cut, people, granted, tmp_path):
    whole = exported(mixed(LogisticRegression()).fit(people, granted.astype(int)))
    with pytest.raises(ModelError):
        opened(whole[: int(len(whole) * cut)], tmp_path)
    inside = bytearray(whole)
    inside[len(whole) // 2 : len(whole) // 2 + 40] = b"\xff" * 40
    with pytest.raises(ModelError):
        opened(bytes(inside), tmp_path)


def test_values_its_inputs_cannot_hold_are_told(people, granted, tmp_path):
    model = opened(exported(mixed(LogisticRegression()).fit(people, granted.astype(int))), tmp_path)
    for column, value, said in [
        ("area", None, "'area' has 1 missing values"),
        ("children", np.nan, "'children' has 1 missing values"),
        ("children", 1.5, "'children' has fractions"),
        ("income", "plenty", "'income' must hold numbers"),
    ]:
        spoilt = people.head(5).astype({column: object})
        spoilt.loc[2, column] = value
        with pytest.raises(ModelFailed, match=said):
            model.predict(spoilt)


def test_labels_are_read_as_the_package_onnx_reads_them(people, granted):
    onnx = pytest.importorskip("onnx")
    content = exported(mixed(LogisticRegression()).fit(people, np.where(granted, "ja", "nee")))
    graph = onnx.load_from_string(content).graph
    named = [
        [text.decode() for text in attribute.strings]
        for node in graph.node
        for attribute in node.attribute
        if attribute.name.startswith("classlabels_str")
    ]
    assert list(class_labels(content)) == named[-1] == ["ja", "nee"]
    assert is_onnx(content)
    assert not is_onnx(content[:-1])


@pytest.mark.shared
@pytest.mark.skipif(not COMPAS.is_dir(), reason="no folder `shared` beside the checkout")
def test_somebody_elses_recidivism_model_gives_the_published_outputs():
    features = ("age_cat_cat", "sex_code", "race_code", "priors_count", "c_charge_degree_cat")
    inputs = pd.read_csv(COMPAS / "inputs.csv.gz")
    model = open_model("logistic_compas.onnx", features, COMPAS)
    with gzip.open(COMPAS / "expected_outputs.csv.gz", "rt") as file:
        due = list(csv.DictReader(file))
    np.testing.assert_allclose(
        model.predict_proba(inputs)[:, 1], [float(row["logistic_proba"]) for row in due], atol=1e-6
    )
    assert (model.predict(inputs) == [int(row["logistic_label"]) for row in due]).all()
    for sibling in ("logistic_sklearn.sav", "lightgbm_sklearn.joblib.sav"):
        with pytest.raises(ModelError, match="is a pickle"):
            open_model(sibling, features, COMPAS)
