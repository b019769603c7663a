"""The table [population]: written as it is read, and checked against the other keys."""

import pytest

from isg_audit.errors import SpecError
from isg_audit.spec import DecisionsPart, Group, Spec, System, read
from isg_audit.spec.population_part import PopulationPart
from isg_audit.spec.read import AuditFile
from isg_audit.spec.write import to_toml


def spec_of(**keys):
    return Spec(
        system=System(name="Loans"),
        decisions=DecisionsPart(source="d.csv", decision="ok", favourable=1),
        groups={"sex": Group()},
        population=PopulationPart(**{"source": "census.csv", **keys}),
    )


def test_it_is_read_as_it_was_written(tmp_path):
    spec = spec_of(
        people="n",
        error="se",
        **{"from": "Census 2020, 1 April 2020"},
        whole=False,
        cannot_appear=("People without papers.", "People\nwithout a home."),
    )
    path = tmp_path / "audit.toml"
    path.write_text(to_toml(spec), encoding="utf-8")
    assert read(path).spec == spec


def test_every_fault_at_once():
    with pytest.raises(SpecError) as told:
        AuditFile.in_memory(spec_of(source="postgres://here/x", people="sex", error="sex"))
    said = str(told.value)
    assert "population.people" in said
    assert "population.error" in said
    assert "population.source" in said
