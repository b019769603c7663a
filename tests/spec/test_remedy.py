"""The table [remedy]: written as it is read, and checked against the other keys."""

import pytest

from isg_audit.errors import SpecError
from isg_audit.spec import DecisionsPart, Group, Spec, System, read
from isg_audit.spec.read import AuditFile
from isg_audit.spec.remedy_part import REMEDIES, RemedyPart
from isg_audit.spec.write import to_toml


def spec_of(outcome="repaid", **keys):
    roles = {"outcome": outcome, "outcome_favourable": 1} if outcome else {}
    return Spec(
        system=System(name="Loans"),
        decisions=DecisionsPart(source="d.csv", decision="ok", favourable=1, **roles),
        groups={"sex": Group()},
        remedy=RemedyPart(**keys),
    )


def test_it_is_read_as_it_was_written(tmp_path):
    spec = spec_of(by=("sex",), aims=("equalized_odds",), gaps=(0.0, 0.1), features=("income",),
                   cost_of_wrong_grant=3.0, same_number=True, rows=900)  # fmt: skip
    path = tmp_path / "audit.toml"
    path.write_text(to_toml(spec), encoding="utf-8")
    assert read(path).spec == spec


def test_the_one_that_takes_least_stands_first_and_nothing_adversarial_is_offered():
    assert RemedyPart().aims[0] == "no_group_worse"
    assert set(REMEDIES) == {
        "exponentiated_gradient", "grid_search", "thresholds", "correlation_removal",
    }  # fmt: skip


def test_every_fault_at_once():
    with pytest.raises(SpecError) as told:
        AuditFile.in_memory(spec_of(outcome=None, by=("sexx",), features=("ok", "sex")))
    said = str(told.value)
    assert "remedy.by: 'sexx' is no declared attribute" in said
    assert "sex" in said
    assert "no 'outcome' is named" in said
    assert "'ok' is what is to be predicted or decided" in said
    with pytest.raises(SpecError, match="only declared attributes"):
        AuditFile.in_memory(spec_of(features=("sex",)))


def test_without_training_no_outcome_is_needed():
    assert AuditFile.in_memory(spec_of(outcome=None, methods=())).spec.remedy is not None
