"""A whole audit with a model file: explained through its process, which is ended afterwards."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

import isg_audit
from isg_audit.errors import ModelFailed
from isg_audit.evidence.assemble import published
from isg_audit.sources.models.model import readable
from isg_audit.sources.models.open_model import open_model
from isg_audit.spec import read
from tests.journeys.journey import audit_toml

skops_io = pytest.importorskip("skops.io")


@pytest.fixture(scope="module")
def people():
    draw = np.random.default_rng(5)
    frame = pd.DataFrame(draw.normal(50, 10, (400, 2)), columns=["income", "debt"])
    frame["sex"] = draw.choice(["F", "M"], 400)
    frame["decision"] = (frame.income + draw.normal(0, 8, 400) > 50).astype(int)
    return frame


@pytest.fixture(scope="module")
def fitted(people):
    return LogisticRegression().fit(people[["income", "debt"]], people.decision)


def test_an_audit_explains_a_model_file_and_ends_its_process(people, fitted, tmp_path):
    skops_io.dump(fitted, tmp_path / "model.skops")
    people.to_csv(tmp_path / "log.csv", index=False)
    toml = audit_toml(
        tmp_path,
        decisions='decision = "decision"\nfavourable = 1',
        rest='[model]\nsource = "model.skops"',
    )
    audit = isg_audit.run(read(toml))
    results = published(audit)
    assert results.model.isolation.startswith("The model ran in a process of its own (limits")
    assert "explain.shap_importance" in {row.measure for row in results.measurements}
    with pytest.raises(ModelFailed, match="ended with the audit"):
        audit.model.predict(people)


def test_what_a_model_is_made_of_comes_over_as_it_is(people, fitted, tmp_path):
    skops_io.dump(fitted, tmp_path / "model.skops")
    model, here = open_model("model.skops", folder=tmp_path), open_model(fitted)
    there = readable(model)
    assert there is not None
    ours, due = there.inside(), here.inside()
    assert (ours.unit, ours.direct) == (due.unit, due.direct)
    np.testing.assert_array_equal(ours.made_of.weights, due.made_of.weights)
    np.testing.assert_array_equal(there.margins(people), here.margins(people))
    np.testing.assert_array_equal(there.prepared(people), here.prepared(people))
    labels, shares = model.answers(people)
    np.testing.assert_array_equal(labels, fitted.predict(people[["income", "debt"]]))
    np.testing.assert_array_equal(shares, fitted.predict_proba(people[["income", "debt"]]))
    model.close()
