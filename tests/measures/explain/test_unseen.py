"""Categories the model was never fitted on, counted by hand."""

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from isg_audit.measures.explain.unseen import unseen_category
from isg_audit.measures.measurement import Measurement, NotMeasured


@pytest.fixture
def fitted(people, granted):
    words = OneHotEncoder(handle_unknown="ignore")
    parts = [("w", words, ["area"]), ("n", StandardScaler(), ["income", "debt"])]
    model = make_pipeline(ColumnTransformer(parts), LogisticRegression())
    seen = people.area != "west"
    return model.fit(people.loc[seen, ["income", "debt", "area"]], granted[seen])


def test_people_with_a_category_it_never_saw_are_counted_by_input_and_group(
    explaining, fitted, people
):
    found = explaining(fitted)
    rows = [one for one in unseen_category(found) if isinstance(one, Measurement)]
    west = (found.sample.area == "west").to_numpy()
    assert {(one.by, one.group, one.feature): one.value for one in rows} == pytest.approx({
        ("", "", "area"): west.mean(),
        ("sex", "f", ""): west[found.sample.sex == "f"].mean(),
        ("sex", "m", ""): west[found.sample.sex == "m"].mean(),
    })  # fmt: skip
    assert all(one.low < one.value < one.high for one in rows)


def test_a_missing_value_is_no_category(explaining, fitted, people):
    sample = people[:120].assign(area=people.area[:120].where(people.area[:120] != "west"))
    rows = unseen_category(explaining(fitted, sample=sample))
    assert {one.value for one in rows if isinstance(one, Measurement)} == {0.0}


def test_a_model_without_categories_says_so(explaining, people, granted):
    model = LogisticRegression().fit(people[["income", "debt"]], granted)
    (only,) = unseen_category(explaining(model))
    assert isinstance(only, NotMeasured) and "names no categories" in only.reason
    assert np.isfinite(model.intercept_).all()
