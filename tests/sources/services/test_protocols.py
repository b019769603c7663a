"""What each protocol sends and reads, in all the forms in which services answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.services.open_service import open_service
from isg_audit.sources.services.service import ServiceModel
from isg_audit.spec.audit_file import ModelPart
from tests.http_service import Reply, serving
from tests.sources.services.test_faults import HASTY

OPEN: list[ServiceModel] = []
ROWS = pd.DataFrame({"a": [0.25, 0.75, np.nan], "b": ["x", "y", None]})
SHARES = [0.25, 0.75, 0.5]


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close(finished=True)


def opened(source: str, folder: Path, features: tuple[str, ...] = ("a", "b"), **service: Any) -> (
    ServiceModel
):  # fmt: skip
    part = {"classes": ["no", "yes"]} | service
    model = open_service(
        ModelPart.model_validate({"source": source, "features": features, "service": part}),
        private=True, patience=HASTY, folder=folder,
    )  # fmt: skip
    OPEN.append(model)
    return model


def both(shares: list[float]) -> list[list[float]]:
    return [[1 - one, one] for one in shares]


ANSWERS: dict[str, tuple[dict[str, Any], Any]] = {
    "lists": ({}, both(SHARES)),
    "tables by class": ({}, [{"yes": one, "no": 1 - one} for one in SHARES]),
    "one number": ({"score_of": "yes"}, SHARES),
    "one number of the other": ({"score_of": "no"}, [1 - one for one in SHARES]),
    "lists of one": ({"score_of": "yes"}, [[one] for one in SHARES]),
    "at a path": ({"answer": "result.scores"}, {"result": {"scores": both(SHARES)}}),
    "in each": ({"answer": "rows.p.shares"},
                {"rows": [{"p": {"shares": one}} for one in both(SHARES)]}),
    "an element": ({"answer": "outputs.1"}, {"outputs": [[0, 1, 1], both(SHARES)]}),
}  # fmt: skip


@pytest.mark.parametrize("form", ANSWERS)
def test_json_in_many_forms(form: str, tmp_path: Path) -> None:
    more, answer = ANSWERS[form]
    with serving(lambda _: Reply(answer)) as service:
        model = opened(service.source + "/v1/score/", tmp_path, protocol="json", **more)
        assert np.allclose(model.predict_proba(ROWS)[:, 1], SHARES, atol=1e-15)
        # The middle of both is a tie: the first class, as everywhere.
        assert model.predict(ROWS).tolist() == ["no", "yes", "no"]
    assert service.asked == [[{"a": 0.25, "b": "x"}, {"a": 0.75, "b": "y"}, {"a": None, "b": None}]]


def test_json_with_the_services_own_decision(tmp_path: Path) -> None:
    def answer(body: Any) -> Reply:
        return Reply([{"p": one, "decision": "yes"} for one in SHARES][: len(body["instances"])])

    more = {"answer": "p", "label": "decision", "score_of": "yes", "records": "instances"}
    with serving(answer) as service:
        model = opened(service.source, tmp_path, protocol="json", **more)
        assert model.predict(ROWS).tolist() == ["yes", "yes", "yes"]
        assert model.predict_proba(ROWS)[:, 1].tolist() == SHARES


def test_json_one_row_a_request(tmp_path: Path) -> None:
    with serving(lambda row: Reply({"p": row["a"] if row["a"] is not None else 0.5})) as service:
        more = {"answer": "p", "score_of": "yes", "send": "one"}
        model = opened(service.source, tmp_path, protocol="json", **more)
        assert model.predict_proba(ROWS)[:, 1].tolist() == SHARES
    assert service.asked[0] == {"a": 0.25, "b": "x"}


@pytest.mark.parametrize(
    ("more", "answer", "words"),
    [
        ({"answer": "scores"}, {"score": []}, "the answer has no 'scores': at 'scores' there is"),
        ({"gives": "labels"}, ["yes", "no", "perhaps"], "label 'perhaps' came back; its classes"),
        ({"gives": "labels"}, both(SHARES), 'write gives = "probabilities"'),
        ({"score_of": "yes"}, [True, False, True], "True came back as a probability"),
    ],
)
def test_json_that_does_not_fit(
    more: dict[str, Any], answer: Any, words: str, tmp_path: Path
) -> None:
    with serving(lambda _: Reply(answer)) as service, pytest.raises(ModelFailed, match=words):
        opened(service.source, tmp_path, protocol="json", **more).predict(ROWS)


# Open Inference Protocol


def described(inputs: list[str], outputs: list[str], kinds: str = "FP32") -> dict[str, Any]:
    return {
        "name": "m", "platform": "test",
        "inputs": [{"name": one, "datatype": kinds, "shape": [-1, 1]} for one in inputs],
        "outputs": [{"name": one, "datatype": "FP64", "shape": [-1, 2]} for one in outputs],
    }  # fmt: skip


def inferring(about: Any, outputs: Callable[[Any], list[dict[str, Any]]]) -> Any:
    def answer(body: Any) -> Reply:
        return Reply(about) if body is None else Reply({"id": body["id"], "outputs": outputs(body)})

    return answer


def shares_out(name: str = "predict_proba", nested: bool = False) -> dict[str, Any]:
    data: Any = both(SHARES) if nested else [one for row in both(SHARES) for one in row]
    return {"name": name, "shape": [3, 2], "datatype": "FP64", "data": data}


NUMBERS = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, np.nan, 1.5]})


@pytest.mark.parametrize("nested", [False, True])
def test_one_tensor(nested: bool, tmp_path: Path) -> None:
    about = described(["x"], ["probabilities"])
    answer = inferring(about, lambda _: [shares_out("probabilities", nested)])
    with serving(answer) as service:
        model = opened(service.source + "/v2", tmp_path, protocol="open-inference", name="m")
        assert model.predict_proba(NUMBERS).tolist() == both(SHARES)
    (asked,) = service.asked
    assert asked["inputs"] == [
        {"name": "x", "shape": [3, 2], "datatype": "FP32",
         "data": [1.0, 0.5, 2.0, None, 3.0, 1.5]}
    ]  # fmt: skip
    assert asked["outputs"] == [{"name": "probabilities"}]


def test_one_input_a_column_named_by_the_service(tmp_path: Path) -> None:
    about = described(["b", "a"], ["label", "predict_proba"], "FP64")
    outputs = [shares_out(), {"name": "label", "shape": [3], "datatype": "BYTES",
                              "data": ["yes", "yes", "no"]}]  # fmt: skip
    with serving(inferring(about, lambda _: outputs)) as service:
        model = opened(
            service.source, tmp_path, (), protocol="open-inference", name="m", label="label"
        )
        assert model.features == ("b", "a")
        assert model.predict(NUMBERS).tolist() == ["yes", "yes", "no"]
    (asked,) = service.asked
    assert [one["name"] for one in asked["inputs"]] == ["b", "a"]
    assert asked["inputs"][1]["data"] == [1.0, 2.0, 3.0]
    assert asked["inputs"][1]["shape"] == [3, 1]


def test_columns_of_a_service_that_names_none(tmp_path: Path) -> None:
    with serving(inferring(described([], []), lambda _: [shares_out()])) as service:
        model = opened(
            service.source, tmp_path, protocol="open-inference", name="m", inputs="columns"
        )
        model.predict_proba(ROWS)
    (asked,) = service.asked
    assert [one["datatype"] for one in asked["inputs"]] == ["FP64", "BYTES"]
    assert asked["parameters"] == {"content_type": "pd"}


OUTPUTS: dict[str, tuple[Any, str]] = {
    "none": ([], "no output 'predict_proba' came back; there is nothing"),
    "rows": ([shares_out() | {"shape": [2, 3]}], r"the shape \[2, 3\] came back for 3 rows"),
    "data": ([shares_out() | {"data": [1, 2]}], r"2 values came back in the shape \[3, 2\]"),
    "shape": ([shares_out() | {"shape": "3x2"}], "an output came back without a shape"),
    "others": ([shares_out("p"), shares_out("q")], "no output 'predict_proba' .* there is p, q"),
}


@pytest.mark.parametrize("fault", OUTPUTS)
def test_outputs_that_cannot_be_true(fault: str, tmp_path: Path) -> None:
    outputs, words = OUTPUTS[fault]
    with serving(inferring(described([], []), lambda _: outputs)) as service:
        model = opened(service.source, tmp_path, protocol="open-inference", name="m")
        with pytest.raises(ModelFailed, match=words):
            model.predict(NUMBERS)


def test_an_answer_to_another_question(tmp_path: Path) -> None:
    def answer(body: Any) -> Reply:
        return Reply(described([], [])) if body is None else Reply(
            {"id": "other", "outputs": [shares_out()]})  # fmt: skip

    with serving(answer) as service, pytest.raises(ModelFailed, match="another question"):
        opened(service.source, tmp_path, protocol="open-inference", name="m").predict(NUMBERS)


@pytest.mark.parametrize(
    ("about", "more", "words"),
    [
        (described(["x", "y"], ["predict_proba"]), {}, "the model does not read 'a'"),
        (described(["x"], ["p", "q"]), {}, "has the outputs p, q"),
        (described(["x"], ["p"]), {"answer": "q"}, "has no output 'q'; it has p"),
        (described(["a", "b"], ["p"]), {"inputs": "tensor"}, "describes 2 inputs"),
        (described(["x"], ["p"]), {"inputs": "columns"}, "describes one input"),
    ],
)
def test_a_description_that_does_not_fit(
    about: Any, more: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with serving(lambda _: Reply(about)) as service, pytest.raises(ModelError, match=words):
        opened(service.source, tmp_path, protocol="open-inference", name="m", **more)


# MLflow


def test_mlflow_is_asked_below_its_address(tmp_path: Path) -> None:
    def answer(body: Any) -> Reply:
        if body is None:
            return Reply(b"3.1\n", kind="text/plain")
        return Reply({"predictions": both(SHARES)})

    with serving(answer) as service:
        model = opened(service.source + "/invocations", tmp_path, protocol="mlflow")
        assert model.predict_proba(ROWS).tolist() == both(SHARES)
        lines = [json.loads(line)["asked"] for line in model.requests().splitlines()]
    assert lines == ["GET /ping", "GET /version", "POST /invocations"]
    assert service.asked == [
        {"dataframe_split": {"columns": ["a", "b"],
                             "data": [[0.25, "x"], [0.75, "y"], [None, None]]}}
    ]  # fmt: skip
    assert model.fingerprint.startswith("a service: cannot be hashed")
