"""Windows and changes in an audit file: what is written reads back."""

import pytest

from isg_audit.spec import DecisionsPart, Group, Spec, System, read
from isg_audit.spec.audit_file import AuditPart
from isg_audit.spec.time_part import ChangePart
from isg_audit.spec.write import to_toml


@pytest.mark.parametrize("cut", ["month", "quarter", ("2024-01-01", "2024-04-15")])
def test_what_is_written_reads_back(tmp_path, cut):
    spec = Spec(
        system=System(name="Loans"),
        decisions=DecisionsPart(source="d.csv", decision="y", favourable=1, time="day"),
        groups={"sex": Group()},
        audit=AuditPart(windows=cut),
        changes=(
            ChangePart(date="2024-03-01", what='model "2"'),
            ChangePart(date="2024-06-01", what="rule"),
        ),
    )
    path = tmp_path / "audit.toml"
    path.write_text(to_toml(spec), encoding="utf-8")
    assert read(path).spec == spec
