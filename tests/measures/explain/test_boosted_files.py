"""Explanations of XGBoost, LightGBM and CatBoost files with categories and missing values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from isg_audit.measures.explain import Explaining
from isg_audit.measures.explain.attributing import attributed
from isg_audit.sources.models.catboost_file import open_catboost
from isg_audit.sources.models.lightgbm_file import open_lightgbm
from isg_audit.sources.models.xgboost_file import open_xgboost
from tests.sources.boosted import answers, as_logged, people


def xgboost_model(frame: pd.DataFrame, labels: Any, folder: Path) -> Any:
    package = pytest.importorskip("xgboost")
    fitted = package.XGBClassifier(n_estimators=8, n_jobs=1, max_cat_to_onehot=1)
    fitted.set_params(enable_categorical=True).fit(frame, labels)
    return open_xgboost(bytes(fitted.get_booster().save_raw("ubj")), "model.ubj", ())


def lightgbm_model(frame: pd.DataFrame, labels: Any, folder: Path) -> Any:
    package = pytest.importorskip("lightgbm")
    fitted = package.LGBMClassifier(n_estimators=8, n_jobs=1, verbose=-1, min_data_per_group=5)
    text = fitted.fit(frame, labels).booster_.model_to_string()
    return open_lightgbm(text.encode(), "model.txt", ())


def catboost_model(frame: pd.DataFrame, labels: Any, folder: Path) -> Any:
    package = pytest.importorskip("catboost")
    chosen = {"verbose": 0, "allow_writing_files": False, "thread_count": 1}
    fitted = package.CatBoostClassifier(iterations=8, cat_features=["area"], **chosen)
    fitted.fit(frame, labels).save_model(folder / "model.cbm")
    return open_catboost((folder / "model.cbm").read_bytes(), "model.cbm", ())


@pytest.mark.parametrize(
    ("made", "method"),
    [
        (xgboost_model, "tree SHAP, exact"),
        (lightgbm_model, "tree SHAP, exact"),
        (catboost_model, "tree SHAP, by the model's own library"),
    ],
)
@pytest.mark.parametrize("classes", [2, 3])
def test_the_values_add_up_to_what_the_model_gave(
    made: Any, method: str, classes: int, tmp_path: Path
) -> None:
    frame = people(300)
    if made is catboost_model:
        frame["area"] = frame["area"].astype(object).fillna("none")
    model = made(frame, answers(people(300), classes), tmp_path)
    logged = as_logged(frame)
    found = attributed(
        Explaining(
            model=model,
            favourable=1,
            sample=logged[:150],
            background=logged[150:].reset_index(drop=True),
            groups={"half": np.resize(np.array(["a", "b"], dtype=object), 150)},
            columns={"half": "half"},
            seed=7,
        )
    )
    assert not isinstance(found, str), found
    assert found.method == method
    assert found.unit == ("log-odds" if classes == 2 else "softmax margin")
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, found.margin, atol=1e-4)
    shares = model.predict_proba(logged[:150])
    other = 1 - shares[:, 1] if classes == 2 else None
    if other is not None:
        np.testing.assert_allclose(found.margin, np.log(shares[:, 1] / other), atol=1e-4)
