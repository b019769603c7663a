"""MLflow's folders, written by hand as mlflow 3.17 writes them; mlflow is not installed."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from sklearn.linear_model import LogisticRegression

from isg_audit.errors import ModelError
from isg_audit.sources.models.open_model import open_model
from tests.sources.boosted import answers, as_logged, people

TYPES = {"float64": "double", "int64": "long", "category": "string"}


def written(folder: Path, flavour: dict[str, Any], frame: pd.DataFrame | None = None) -> Path:
    """A folder with the keys that mlflow writes, those we must not follow among them."""
    folder.mkdir(exist_ok=True)
    (name,) = flavour
    described: dict[str, Any] = {
        "artifact_path": "model",
        "flavors": {
            "python_function": {
                "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
                "loader_module": "os",
                "code": "code",
                "data": "../../somewhere",
                "python_version": "3.11.7",
            },
            name: {"code": None} | flavour[name],
        },
        "mlflow_version": "3.17.2",
        "model_uuid": "m-5d0f6e7b2a",
        "utc_time_created": "2026-11-25 06:00:00.000000",
    }
    if frame is not None:
        columns = [
            {"type": TYPES[str(kind)], "name": one, "required": True}
            for one, kind in frame.dtypes.items()
        ]
        described["signature"] = {
            "inputs": json.dumps(columns),
            "outputs": json.dumps([{"type": "tensor", "tensor-spec": {"dtype": "int64"}}]),
            "params": None,
        }
    (folder / "MLmodel").write_text(yaml.safe_dump(described), encoding="utf-8")
    return folder


def xgboost_folder(folder: Path) -> tuple[Any, pd.DataFrame]:
    xgboost = pytest.importorskip("xgboost")
    frame = people(200)
    origin = xgboost.XGBClassifier(n_estimators=4, n_jobs=1, enable_categorical=True)
    origin.fit(frame, answers(frame))
    written(folder, {"xgboost": {"data": "model.ubj", "model_format": "ubj"}}, frame)
    origin.save_model(folder / "model.ubj")
    return origin, frame


def test_an_xgboost_folder(tmp_path: Path) -> None:
    origin, frame = xgboost_folder(tmp_path / "m")
    model = open_model("m", folder=tmp_path)
    assert model.kind == "MLflow folder: XGBoost (UBJ)"
    assert model.name == "m/model.ubj"
    np.testing.assert_array_equal(
        model.predict_proba(as_logged(frame)), origin.predict_proba(frame)
    )
    lines = "".join(
        f"{one} sha256:{hashlib.sha256((tmp_path / 'm' / one).read_bytes()).hexdigest()}\n"
        for one in ("MLmodel", "model.ubj")
    )
    assert model.fingerprint == f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def test_a_lightgbm_folder_takes_names_with_spaces_from_the_signature(tmp_path: Path) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    frame = people(200).rename(columns={"income": "yearly income"})
    labels = answers(people(200))
    origin = lightgbm.LGBMClassifier(n_estimators=4, n_jobs=1, verbose=-1).fit(frame, labels)
    written(tmp_path / "m", {"lightgbm": {"data": "model.lgb", "lgb_version": "4.7.0"}}, frame)
    origin.booster_.save_model(tmp_path / "m" / "model.lgb")
    model = open_model(tmp_path / "m")
    assert model.features == tuple(frame)
    np.testing.assert_array_equal(model.predict_proba(frame), origin.predict_proba(frame))


def test_a_catboost_folder(tmp_path: Path) -> None:
    catboost = pytest.importorskip("catboost")
    frame = people(200)[["income", "debt"]]
    origin = catboost.CatBoostClassifier(iterations=4, verbose=0, allow_writing_files=False)
    origin.fit(frame, answers(people(200)))
    conf = {"data": "model.cb", "model_type": "CatBoostClassifier", "save_format": "cbm"}
    written(tmp_path / "m", {"catboost": conf}, frame)
    origin.save_model(tmp_path / "m" / "model.cb")
    model = open_model(tmp_path / "m")
    np.testing.assert_array_equal(model.predict_proba(frame), origin.predict_proba(frame))


def test_a_scikit_learn_folder_is_read_from_skops_with_our_own_list(tmp_path: Path) -> None:
    skops = pytest.importorskip("skops.io")
    frame = people(200)[["debt", "priors"]]
    origin = LogisticRegression().fit(frame, answers(people(200)))
    conf = {
        "pickled_model": "model.skops",
        "serialization_format": "skops",
        "sklearn_version": "1.9.1",
        "skops_trusted_types": ["os.system"],
    }
    written(tmp_path / "m", {"sklearn": conf}, frame)
    skops.dump(origin, tmp_path / "m" / "model.skops")
    model = open_model(tmp_path / "m")
    assert model.kind == "MLflow folder: scikit-learn (skops)"
    np.testing.assert_array_equal(model.predict_proba(frame), origin.predict_proba(frame))


def test_an_onnx_folder_names_its_tensor_by_the_signature(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    skl2onnx = pytest.importorskip("skl2onnx")
    frame = people(200)[["debt", "priors"]].astype("float64")
    origin = LogisticRegression().fit(frame.to_numpy(), answers(people(200)))
    made = skl2onnx.to_onnx(origin, frame.to_numpy(dtype=np.float32), options={"zipmap": False})
    written(tmp_path / "m", {"onnx": {"data": "model.onnx", "providers": ["X"]}}, frame)
    (tmp_path / "m" / "model.onnx").write_bytes(made.SerializeToString())
    model = open_model(tmp_path / "m")
    assert model.features == ("debt", "priors")
    found, due = model.predict_proba(frame), origin.predict_proba(frame.to_numpy())
    np.testing.assert_allclose(found, due, atol=1e-6)


@pytest.mark.parametrize("stored_as", ["cloudpickle", "pickle", None])
def test_a_pickle_in_a_folder_is_refused(stored_as: str | None, tmp_path: Path) -> None:
    conf = {"pickled_model": "model.pkl", "serialization_format": stored_as}
    written(tmp_path / "m", {"sklearn": conf})
    (tmp_path / "m" / "model.pkl").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match="can run any code"):
        open_model(tmp_path / "m")


@pytest.mark.parametrize(
    "file", ["../model.ubj", "/etc/passwd", "a/model.ubj", "..", "", "a\\b", None, 3, ["x"]]
)
def test_a_file_outside_the_folder_is_refused(file: Any, tmp_path: Path) -> None:
    written(tmp_path / "m", {"xgboost": {"data": file}})
    (tmp_path / "model.ubj").write_bytes(b"{L\x00")
    with pytest.raises(ModelError, match=r"is no file inside the folder"):
        open_model(tmp_path / "m")


def test_links_pipes_and_absent_files_are_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "m", {"xgboost": {"data": "model.ubj"}})
    with pytest.raises(ModelError, match="m/model.ubj: there is no such file"):
        open_model(folder)
    (tmp_path / "elsewhere").write_bytes(b"{L\x00learner")
    (folder / "model.ubj").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match="is a link, and is not followed"):
        open_model(folder)
    (folder / "model.ubj").unlink()
    os.mkfifo(folder / "model.ubj")
    with pytest.raises(ModelError, match="is no plain file"):
        open_model(folder)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"flavors: [", "no YAML that can be read"),
        (b"\xff\xfe\x00", "no YAML that can be read"),
        (b"!!python/object/apply:os.system [true]", "no YAML that can be read"),
        (b"[" * 100_000, "no YAML that can be read"),
        (b"just words", "names no flavors"),
        (b"flavors: {python_function: {loader_module: os}}", "python_function. Read are: sklearn"),
        (b"flavors: {}", "its flavors are: none"),
        (b"x" * (2**20 + 1), "1,048,577 bytes; 1,048,576 are allowed"),
    ],
    ids=["cut", "binary", "code", "deep", "words", "python", "none", "large"],
)
def test_a_description_that_is_none_of_mlflows_is_told(
    content: bytes, said: str, tmp_path: Path
) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "MLmodel").write_bytes(content)
    with pytest.raises(ModelError, match=re.escape(said)):
        open_model(tmp_path / "m")


def test_a_file_of_another_flavour_and_columns_that_differ_are_told(tmp_path: Path) -> None:
    _, frame = xgboost_folder(tmp_path / "m")
    written(tmp_path / "m", {"lightgbm": {"data": "model.ubj"}}, frame)
    with pytest.raises(ModelError, match="holds XGBoost UBJ. MLmodel says lightgbm"):
        open_model(tmp_path / "m")
    other = frame.rename(columns={"debt": "depth"})
    written(tmp_path / "m", {"xgboost": {"data": "model.ubj"}}, other)
    with pytest.raises(ModelError, match="does not read 'depth'"):
        open_model(tmp_path / "m")
    described = yaml.safe_load((tmp_path / "m" / "MLmodel").read_text(encoding="utf-8"))
    for inputs, said in [
        ('[{"name": "a", "type": "datetime"}]', "column 'a' is of type datetime"),
        ("[1]", "its signature is none of MLflow's"),
        ("{", "its signature is none of MLflow's"),
    ]:
        described["signature"]["inputs"] = inputs
        (tmp_path / "m" / "MLmodel").write_text(yaml.safe_dump(described), encoding="utf-8")
        with pytest.raises(ModelError, match=said):
            open_model(tmp_path / "m")
