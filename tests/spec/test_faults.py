"""Whatever stands in an audit file, it is read or its faults are told: nothing else happens."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from isg_audit.spec import AuditPart, DecisionsPart, Group, ModelPart, System
from isg_audit.spec.checks import check, check_sources
from isg_audit.spec.faults import shown, validate

plain = (
    st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates()
    | st.sampled_from(["pairs", "sex", "value", "str", datetime.time(1)])
)  # fmt: skip
anything = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)  # fmt: skip


def table(part: Any) -> st.SearchStrategy[Any]:
    """A table with some known keys and perhaps an unknown one, of any values; or no table."""
    keys = st.sampled_from([*part.model_fields, "confidense", "column", "str"])
    return st.dictionaries(keys, anything, max_size=4) | plain


documents = st.fixed_dictionaries(
    {},
    optional={
        "isg_audit": anything, "system": table(System), "decisions": table(DecisionsPart),
        "groups": st.dictionaries(st.text(max_size=5), table(Group), max_size=3) | plain,
        "audit": table(AuditPart), "model": table(ModelPart), "modle": anything,
    },
)  # fmt: skip


@given(documents)
def test_every_document_is_read_or_its_faults_are_told(data: dict[str, Any]) -> None:
    before = repr(data)
    spec, found = validate(data)
    assert repr(data) == before
    assert found or spec is not None
    assert "system" in data or any(fault.path == ("system",) for fault in found)
    if spec is not None:
        found += [*check(spec), *check_sources(spec)]
    for fault in found:
        assert fault.what.endswith(".")
        assert fault.path


@given(documents)
def test_a_document_without_faults_says_what_it_said(data: dict[str, Any]) -> None:
    spec, found = validate(data)
    if not found:
        assert spec is not None
        said = spec.model_dump()
        for name in ("system", "decisions", "audit"):
            for key, value in data.get(name, {}).items():
                held = said[name][key]
                assert (list(held) if isinstance(held, tuple) else held) == value or key == (
                    "intersections"
                )


@given(anything)
def test_every_value_can_be_named(value: Any) -> None:
    assert shown(value)
