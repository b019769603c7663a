"""The section on like circumstances: there where factors were named, with both gaps."""

from __future__ import annotations

from itertools import count

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.report.alike_pages import alike_sections
from isg_audit.report.lookup import lookup_of
from tests.audits import spec_of
from tests.measures.test_within import berkeley


def test_both_gaps_of_berkeley_stand_beside_one_another() -> None:
    groups = {"gender": {"reference": "M"}}
    audit = {"legitimate": ("dept",), "checklists": ()}
    spec = spec_of(groups, audit=audit, decision="admitted", count="n")
    look = lookup_of(published(isg_audit.run(spec, berkeley())))
    (section,) = alike_sections(look, count(1))
    assert "the auditor’s judgement" in section.lead
    (row,) = section.blocks[0].tables[0].rows
    assert [cell.said for cell in row.cells[:4]] == ["F", "1,835", "−14.2", "+1.8"]
    assert row.cells[4].said == "6 strata of dept, the auditor's choice"
    assert "read them one by one" in row.cells[4].below
    assert "cannot be told from chance" in row.cells[4].below


def test_without_factors_there_is_no_section() -> None:
    spec = spec_of(("gender",), audit={"checklists": ()}, decision="admitted", count="n")
    look = lookup_of(published(isg_audit.run(spec, berkeley())))
    assert alike_sections(look, count(1)) == ()
