"""Why the gap: as it is beside the gaps in like circumstances, factors, what is withheld."""

from __future__ import annotations

from itertools import count
from typing import Any

import pandas as pd
import pytest

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.pages import Section
from isg_audit.report.why_pages import why_section
from tests.audits import spec_of
from tests.measures.test_gap_factors import planted
from tests.measures.test_within import berkeley, people


def looked(data: pd.DataFrame, groups: Any, factors: tuple[str, ...], **more: Any) -> Lookup:
    least = more.pop("minimum_cell", 10)
    audit = {"legitimate": factors, "checklists": (), "minimum_cell": least}
    return lookup_of(published(isg_audit.run(spec_of(groups, audit=audit, **more), data)))


def section_of(look: Lookup) -> Section:
    section = why_section(look, count(1), count(1))
    assert section is not None
    return section


def said(section: Section) -> str:
    """All text of a section, drawings included."""
    parts = [section.heading, section.lead]
    for block in section.blocks:
        parts += [block.heading, *block.paragraphs, *block.points, *block.after]
        parts += [str(one.drawing) + one.title for one in block.figures]
        parts += [cell.said + cell.muted + cell.below for one in block.tables for row in one.rows
                  for cell in row.cells]  # fmt: skip
    return " ".join(parts)


@pytest.fixture(scope="module")
def admissions() -> Section:
    groups = {"gender": {"reference": "M"}}
    return section_of(
        looked(berkeley(), groups, ("dept",), decision="admitted", count="n", minimum_cell=1)
    )


def test_both_gaps_of_berkeley_are_told_on_one_page(admissions: Section) -> None:
    assert admissions.heading == "The gap turns round among people in like circumstances"
    (story,) = admissions.blocks[0].paragraphs
    assert "1,835 people" in story and "14.2\u00a0points less often than M (−17.0 to −11.3" in story
    assert "If both stood alike in dept" in story and "4.3\u00a0points more often" in story
    assert "−17.8\u00a0points come of the two standing in different places" in story
    assert "92.8% of F stand where fewer than average are admitted, and 48.5% of M" in story
    assert "about 327 people" in story and "misleads" in story
    assert "is the auditor’s judgement" in admissions.lead


def test_the_gap_stands_beside_the_departments(admissions: Section) -> None:
    (figure,) = admissions.blocks[1].figures
    assert "−14.2\u00a0points as it is, +4.3\u00a0points if both stood alike" in figure.title
    assert "1.4% of F, 20.8% of M" in str(figure.drawing)
    (table,) = admissions.blocks[2].tables
    assert [row.cells[0].said for row in table.rows] == ["B", "A", "C", "D", "E", "F"]
    assert [cell.said for cell in table.rows[1].cells] == ["A", "5.9%", "30.7%", "82.4%", "62.1%"]


def test_what_is_in_common_to_the_strata_and_among_the_refused(admissions: Section) -> None:
    text = said(admissions)
    assert "6 strata of dept, the auditor's choice" in text and "read them one by one" in text
    assert "F are a larger part of those refused than of those accepted, by +14.4" in text
    assert "Within strata it is −1.9" in text


def test_departments_with_small_counts_are_not_told_one_by_one() -> None:
    """Eight women were refused by one department: none is shown, the figures over all are."""
    groups = {"gender": {"reference": "M"}}
    section = section_of(looked(berkeley(), groups, ("dept",), decision="admitted", count="n"))
    text = said(section)
    assert "+4.3" in text and "1.4%" not in text and "68.0" not in text and "82.4" not in text
    assert not any(block.heading == "Who stands where" for block in section.blocks)
    assert "stand where fewer than average" not in text


def test_numbers_are_told_factor_by_factor() -> None:
    data = planted()
    roles = {"outcome": "paid", "outcome_favourable": 1}
    section = section_of(looked(data, ("group",), ("home", "income"), **roles))
    text = said(section)
    assert "home goes with most of what is explained" in text
    assert "How much a factor is worth is itself a choice" in text
    (question,) = next(b for b in section.blocks if b.heading == "A question to answer").points
    assert question.startswith("a: home carries a part of the gap and gives the group away")
    assert question.endswith("What is it for?")


def test_a_bare_value_is_told_with_its_attribute() -> None:
    data = people(400).assign(disabled=lambda d: (d.group == "a").map({True: "yes", False: "no"}))
    data["decision"] = ((data.group == "b") & (data.index % 3 > 0)).astype(int)
    text = said(section_of(looked(data, ("disabled",), ("grade",))))
    assert "Disabled: yes, " in text and "than Disabled: no" in text


def test_without_factors_there_is_no_section() -> None:
    look = looked(people(), ("group",), ())
    assert why_section(look, count(1), count(1)) is None
