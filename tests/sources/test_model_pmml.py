"""PMML: the origin's own predictions, and what is not followed is refused by name."""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.models.open_model import open_model
from isg_audit.sources.models.pmml_file import open_pmml
from tests.sources.boosted import answers, people
from tests.sources.pmml_made import ensemble, pmml, regression, schema, tree

NUMBERS = {"income": None, "debt": None}
NAMES = ["bad", "fine", "good"]


def applicants(rows: int = 300, seed: int = 0) -> pd.DataFrame:
    frame = people(rows, seed).assign(area=np.resize(list("nsw"), rows))
    frame["income"] = frame["income"].fillna(40.0).astype(np.float32).astype(np.float64)
    frame["debt"] = frame["debt"].astype(np.float32).astype(np.float64)
    return frame


def named(frame: pd.DataFrame, classes: int = 2) -> Any:
    return np.array(NAMES[:classes])[answers(people(len(frame)), classes)]


def opened(text: str) -> Any:
    return open_pmml(text.encode(), "model.pmml", ())


@pytest.mark.parametrize(("classes", "how"), [(2, "logit"), (2, "softmax"), (3, "softmax")])
def test_a_regression_gives_what_its_model_gives(classes: int, how: str, tmp_path: Any) -> None:
    frame, columns = applicants(), {**NUMBERS, "area": ["n", "s", "w"]}
    coded = np.column_stack(
        [frame[list(NUMBERS)], OneHotEncoder(sparse_output=False).fit_transform(frame[["area"]])]
    )
    origin = LogisticRegression(max_iter=2000).fit(coded, named(frame, classes))
    text = pmml(regression(origin, columns, how), columns, NAMES[:classes])
    (tmp_path / "model.pmml").write_text(text, encoding="utf-8")
    model: Any = open_model("model.pmml", folder=tmp_path)
    assert model.kind == "PMML"
    assert model.features == ("income", "debt", "area")
    assert model.classes == tuple(NAMES[:classes])
    np.testing.assert_allclose(model.predict_proba(frame), origin.predict_proba(coded), atol=1e-14)
    np.testing.assert_array_equal(model.predict(frame), origin.predict(coded))
    line = model.inside().made_of
    sums = model.prepared(frame) @ line.weights.T + line.intercept
    np.testing.assert_array_equal(sums, model.margins(frame))
    due = origin.decision_function(coded).reshape(len(frame), -1)
    np.testing.assert_allclose(sums, due, atol=1e-12)
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own, made a line above
    np.testing.assert_array_equal(again.predict_proba(frame), model.predict_proba(frame))


def test_the_first_table_of_a_logit_may_be_that_of_either_class() -> None:
    frame = applicants()
    origin = LogisticRegression().fit(frame[list(NUMBERS)].to_numpy(), named(frame))
    text = pmml(regression(origin, NUMBERS, "logit"), NUMBERS, NAMES[:2])
    turned = pmml(regression(origin, NUMBERS, "logit"), NUMBERS, NAMES[1::-1])
    found, other = opened(text).predict_proba(frame), opened(turned).predict_proba(frame)
    np.testing.assert_allclose(found, other[:, ::-1], atol=1e-15)


@pytest.mark.parametrize("classes", [2, 3])
def test_trees_alone_averaged_and_voting(classes: int) -> None:
    frame, labels = applicants(), named(applicants(), classes)
    new = applicants(400, seed=5)
    plain = new[list(NUMBERS)].to_numpy()
    origin = DecisionTreeClassifier(max_depth=5, random_state=1)
    origin.fit(frame[list(NUMBERS)].to_numpy(), labels)
    model = opened(pmml(tree(origin, NUMBERS), NUMBERS, NAMES[:classes]))
    np.testing.assert_allclose(model.predict_proba(new), origin.predict_proba(plain), atol=1e-15)
    assert model.inside() is None
    forest = RandomForestClassifier(7, max_depth=4, random_state=1, n_jobs=1)
    forest.fit(frame[list(NUMBERS)].to_numpy(), labels)
    for one in forest.estimators_:
        one.classes_ = forest.classes_
    trees = [tree(one, NUMBERS) for one in forest.estimators_]
    averaged = opened(pmml(ensemble(trees, NUMBERS, "average"), NUMBERS, NAMES[:classes]))
    np.testing.assert_allclose(averaged.predict_proba(new), forest.predict_proba(plain), atol=1e-14)
    voting = opened(pmml(ensemble(trees, NUMBERS, "majorityVote"), NUMBERS, NAMES[:classes]))
    votes = np.stack([one.predict_proba(plain).argmax(axis=1) for one in forest.estimators_])
    due = np.stack([(votes == place).mean(axis=0) for place in range(classes)], axis=1)
    np.testing.assert_allclose(voting.predict_proba(new), due, atol=1e-15)


@pytest.mark.filterwarnings("ignore:X has feature names:UserWarning")
def test_another_reader_says_the_same_where_it_reads_right() -> None:
    detect = pytest.importorskip("sklearn_pmml_model.auto_detect")
    frame = applicants()
    plain = frame[list(NUMBERS)]
    for made in (
        tree(DecisionTreeClassifier(max_depth=4).fit(plain.to_numpy(), named(frame)), NUMBERS),
        regression(LogisticRegression().fit(plain.to_numpy(), named(frame)), NUMBERS, "logit"),
    ):
        text = pmml(made, NUMBERS, NAMES[:2]).replace("><", ">\n<")  # it looks line by line
        other = detect.auto_detect_classifier(io.BytesIO(text.encode()))
        found = opened(text).predict_proba(frame)
        np.testing.assert_allclose(found, other.predict_proba(plain.copy()), atol=1e-12)


SETS = (
    '<TreeModel functionName="classification" {more}>' + schema({"area": None}) + "<Node><True/>"
    '<Node score="bad"><SimpleSetPredicate field="area" booleanOperator="isIn">'
    '<Array n="2" type="string">n "s \\" 1"</Array></SimpleSetPredicate></Node>'
    '<Node score="fine"><SimplePredicate field="area" operator="equal" value="w"/></Node>'
    "{rest}</Node></TreeModel>"
)  # fmt: skip
AREAS = {"area": ["n", 's " 1', "w", "x"]}


def test_sets_of_categories_and_nodes_without_an_answer() -> None:
    frame = pd.DataFrame({"area": ["n", 's " 1', "w"]})
    model = opened(pmml(SETS.format(more="", rest=""), AREAS, NAMES[:2]))
    assert model.predict(frame).tolist() == ["bad", "bad", "fine"]
    lost = pd.DataFrame({"area": ["n", "x", "x"]})
    with pytest.raises(ModelFailed, match="no answer to 2 rows"):
        model.predict(lost)
    last = 'noTrueChildStrategy="returnLastPrediction"'
    text = SETS.format(more=last, rest="").replace("<Node><True/>", '<Node score="fine"><True/>')
    assert opened(pmml(text, AREAS, NAMES[:2])).predict(lost).tolist() == ["bad", "fine", "fine"]


def test_missing_and_unknown_values_are_refused_unless_the_file_replaces_them() -> None:
    frame = applicants(50)
    columns = {**NUMBERS, "area": ["n", "s", "w"]}
    origin = LogisticRegression().fit(np.zeros((2, 5)) + [[0], [1]], ["bad", "fine"])
    model = opened(pmml(regression(origin, columns, "logit"), columns, NAMES[:2]))
    with pytest.raises(ModelFailed, match="'debt' has 1 missing values"):
        model.predict(frame.assign(debt=[None] + [1.0] * 49))
    with pytest.raises(ModelFailed, match=r"'area' holds 'q' \(50 rows\)"):
        model.predict(frame.assign(area="q"))
    with pytest.raises(ModelFailed, match="'debt' must hold numbers"):
        model.predict(frame.assign(debt="much"))
    replaced = regression(origin, NUMBERS, "logit", 'missingValueReplacement="3"')
    fills = opened(pmml(replaced, NUMBERS, NAMES[:2]))
    origin_two = fills.predict_proba(frame.assign(debt=3.0))
    np.testing.assert_array_equal(fills.predict_proba(frame.assign(debt=None)), origin_two)


PLAIN = (
    '<RegressionModel functionName="classification" normalizationMethod="logit">{schema}'
    '<RegressionTable intercept="1" targetCategory="fine">{terms}</RegressionTable>'
    '<RegressionTable intercept="0" targetCategory="bad"/></RegressionModel>'
)
TERM = '<NumericPredictor name="debt" coefficient="2"/>'


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((TERM, '<PredictorTerm coefficient="1"/>'), "holds a PredictorTerm"),
        (("logit", "probit"), "normalised by 'probit'"),
        (("classification", "regression"), "no table for each class"),
        (("targetCategory=\"fine\"", "targetCategory=\"other\""), "no table for each class"),
        (("<MiningField", '<MiningField outliers="asExtremeValues"'), "treatment of outliers"),
        (("</DataDictionary>", "</DataDictionary><TransformationDictionary><DerivedField/>"
          "</TransformationDictionary>"), "holds a DerivedField"),
        (('dataType="double"', 'dataType="dateTime"'), "is of type dateTime"),
        (("RegressionModel", "NeuralNetwork"), "is a NeuralNetwork"),
        (('name="debt" coeff', 'name="rent" coeff'), "reads 'rent', which is no active column"),
        (('<RegressionModel', '<RegressionModel x-mathContext="float"'), "single precision"),
        (('coefficient="2"', 'coefficient="two"'), "is damaged"),
        (("</PMML>", ""), "is damaged"),
        (('usageType="target"', ""), "has 0 target columns"),
    ],
)  # fmt: skip
def test_what_is_not_followed_is_refused_by_name(change: tuple[str, str], said: str) -> None:
    text = pmml(PLAIN.format(schema=schema(NUMBERS), terms=TERM), NUMBERS, NAMES[:2])
    assert opened(text).features == ("income", "debt")
    changed = text.replace(*change)
    assert changed != text
    with pytest.raises(ModelError, match=said):
        opened(changed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_of_types_and_entities_are_refused_before_they_are_read(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    bomb = '<!DOCTYPE PMML [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]><PMML>&b;</PMML>'
    with pytest.raises(ModelError, match="declares a document type"):
        open_pmml((head + bomb).encode(encoding), "model.pmml", ())


def test_other_xml_and_chains_of_models_are_told(tmp_path: Any) -> None:
    (tmp_path / "model.xml").write_text("<?xml version='1.0'?><svg/>", encoding="utf-8")
    with pytest.raises(ModelError, match="is XML, which is not read"):
        open_model("model.xml", folder=tmp_path)
    chain = ensemble([SETS.format(more="", rest="")], AREAS, "modelChain")
    with pytest.raises(ModelError, match="combines models by 'modelChain'"):
        opened(pmml(chain, AREAS, NAMES[:2]))
    with pytest.raises(ModelError, match="a node is chosen by CompoundPredicate"):
        text = SETS.format(more="", rest="<Node><CompoundPredicate/></Node>")
        opened(pmml(text, AREAS, NAMES[:2]))
