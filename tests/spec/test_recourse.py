"""The table [recourse]: written as it is read, and checked against model and data."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from isg_audit.errors import SpecError
from isg_audit.measures.recourse_rules import actions_of
from isg_audit.spec import DecisionsPart, Group, RecourseInput, RecoursePart, Spec, System
from isg_audit.spec.read import read
from isg_audit.spec.write import to_toml

PART = RecoursePart(
    immutable=("age",),
    only_up=("income",),
    only_down=("debt",),
    category_step=0.5,
    inputs={
        "income": RecourseInput(most=90.0, weight=2.0),
        "area": RecourseInput(allowed=("n", "w")),
        "ratio": RecourseInput(follows="ratio", of=("debt", "income")),
    },
)
MODEL = SimpleNamespace(features=("income", "debt", "ratio", "area", "age", "sex"))


def spec_of(part: RecoursePart | None) -> Spec:
    return Spec(
        system=System(name="Loans"),
        decisions=DecisionsPart(source="d.csv", decision="ok", favourable=1),
        groups={"sex": Group()},
        recourse=part,
    )


def rows() -> pd.DataFrame:
    made = pd.DataFrame({"income": [10.0, 20, 40, 80], "debt": [5.0, 5, 10, 8]})
    return made.assign(ratio=made.debt / made.income, area=list("nnws"), age=30, sex=list("fmfm"))


def test_it_is_written_as_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "audit.toml").write_text(to_toml(spec_of(PART)))
    assert read(tmp_path / "audit.toml").spec == spec_of(PART)


def test_the_rules_are_those_of_the_file_and_protected_inputs_never_change() -> None:
    actions = actions_of(spec_of(PART), MODEL, rows())
    assert actions.declared
    assert actions.step == 0.5
    assert [name for name in MODEL.features if not actions.rule(name).moves] == [
        "ratio", "age", "sex",
    ]  # fmt: skip
    assert (actions.rule("income").direction, actions.rule("debt").direction) == (1, -1)
    assert actions.rule("income").weight == 2.0


def test_without_the_table_all_but_protected_inputs_are_free() -> None:
    actions = actions_of(spec_of(None), MODEL, rows())
    assert not actions.declared
    assert [name for name in MODEL.features if not actions.rule(name).moves] == ["sex"]


def test_what_does_not_fit_model_and_data_is_told_all_at_once() -> None:
    part = RecoursePart(
        immutable=("aeg",),
        only_up=("area",),
        inputs={
            "area": RecourseInput(allowed=("n", "x")),
            "income": RecourseInput(allowed=("much",)),
            "ratio": RecourseInput(follows="product", of=("debt", "income")),
        },
    )
    with pytest.raises(SpecError) as told:
        actions_of(spec_of(part), MODEL, rows())
    said = str(told.value)
    assert "recourse.immutable: 'aeg' is no input of the model." in said
    assert "Did you mean 'age'?" in said
    assert "'area' holds no numbers" in said
    assert "the value 'x' never occurs" in said
    assert "'much' is no number" in said
    assert "'ratio' is debt * income in 0% of the rows only" in said
    assert len(told.value.faults) == 5
