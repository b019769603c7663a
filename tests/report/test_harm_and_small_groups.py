"""Pages on harm in people and on small groups: what they say, and when they stay away."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from itertools import count
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.report import charts
from isg_audit.report.charts.funnel import ACT, INSIDE, Words
from isg_audit.report.harm_pages import harm_section
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.pages import Section
from isg_audit.report.small_group_pages import small_group_section
from tests.audits import spec_of
from tests.measures.test_harm import log
from tests.measures.test_small_groups import GROUPS, titanic

FLAGS = {"favourable": 0, "outcome_favourable": 0, "positive": "unfavourable"}
T1 = {"A": (1200, 300, 500, 2000), "B": (360, 140, 300, 1200), "C": (60, 60, 40, 340)}


def look_at(data: pd.DataFrame, groups: Any, least: int = 10, **roles: Any) -> Lookup:
    wanted = {"checklists": ("marginalised-groups",), "minimum_cell": least}
    asked = spec_of(groups, audit=wanted, **roles)
    return lookup_of(published(isg_audit.run(asked, data)))


def text(section: Section | None) -> str:
    assert section is not None
    parts = [section.heading, section.lead]
    for block in section.blocks:
        parts += [*block.paragraphs, *block.points, *block.after]
        parts += [figure.title + str(figure.drawing) for figure in block.figures]
        for table in block.tables:
            parts += [table.caption, *(cell.said for row in table.rows for cell in row.cells)]
            shares = [column.share for column in table.columns]
            assert sum(shares) <= 101
            assert all(len(row.cells) == len(shares) for row in table.rows)
    return "\n".join(parts)


@pytest.fixture(scope="module")
def ship() -> Lookup:
    return look_at(titanic(), GROUPS, 1, count="n")


def test_small_groups_are_told_with_how_sure_one_can_be(ship):
    said = text(small_group_section(ship, count(1), count(1)))
    assert "class × age × sex that occurs: 14 of them" in said
    assert "2nd × adult × man: 8.3% of 168 people" in said
    assert "it is 2nd × adult × man with a probability of " in said
    assert "lies between these combinations" in said
    assert "Nobody of these combinations is in the data" in said


def test_five_boys_are_in_the_model_and_on_no_page():
    look = look_at(titanic(), GROUPS, count="n")
    said = text(small_group_section(look, count(1), count(1)))
    assert "1st × child × man" not in said
    assert "14 of them. 4 can be told with numbers" in said
    assert "one of the combinations whose numbers are not published" in said


def test_harm_is_told_in_people():
    look = look_at(log(T1), ("group",), outcome="outcome", outcome_favourable=1, count="n")
    said = text(harm_section(look, count(1), count(1)))
    assert "500 people were refused although the favourable decision was due to them" in said
    assert "Group C: 60 people were refused" in said
    assert "it would have been 34 fewer" in said
    assert "wrong denial 2, wrong approval 1" in said
    assert "wrongly flagged" not in said.lower()


def test_flags_are_told_as_a_burden():
    cells = {**T1, "C": (60, 60, 140, 240)}
    look = look_at(log(cells), ("group",), outcome="outcome", count="n", **FLAGS)
    said = text(harm_section(look, count(1), count(1)))
    assert "flagged although nothing came true" in said
    assert "of 1,000 people of whom nothing came true" in said
    assert "wrong accusation 3, missed case 1" in said


def test_without_outcomes_refusals_are_told_and_nobody_is_called_wrong():
    data = log(T1).drop(columns="outcome")
    said = text(harm_section(look_at(data, ("group",), count="n"), count(1), count(1)))
    assert "Whom refusals fall on" in said
    assert "although" not in said


def test_nothing_is_said_where_there_is_nothing_to_say():
    data = pd.DataFrame({"group": list("ab") * 40, "guess": range(80)})
    look = look_at(data, ["group"], task="number", decision=None, score="guess", favourable=None)
    assert harm_section(look, count(1), count(1)) is None
    assert small_group_section(look, count(1), count(1)) is None


def tree(drawing: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing))  # noqa: S314 (our own text)


SVG = "{http://www.w3.org/2000/svg}"


@given(st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 1)), min_size=1, max_size=8))
def test_each_mark_stands_for_as_many_people(groups):
    rows = [charts.PeopleRow(f"g{at}", "n", harmed, harmed * part)
            for at, (harmed, part) in enumerate(groups)]  # fmt: skip
    per = charts.people_a_mark(max(row.harmed for row in rows))
    chart = tree(charts.people_rows_chart(rows, key=("a", "b"), heads=("c", "d"), title="People."))
    marks = [*chart.iter(f"{SVG}circle"), *chart.iter(f"{SVG}rect")]
    assert len(marks) - 2 == sum(round(row.harmed / per) for row in rows)
    assert re.fullmatch("[125]0*", str(per))


def test_a_funnel_names_those_outside_and_nobody_else():
    units = [charts.Unit("far off", 400, 0.9, ACT), charts.Unit("near", 50, 0.5, INSIDE)]
    sizes = (45.0, 100.0, 450.0)
    limits = [charts.Limits(said, sizes, (0.3, 0.4, 0.45), (0.7, 0.6, 0.55))
              for said in ("95%", "99.8%")]  # fmt: skip
    drawn = charts.funnel_chart(
        units, *limits, 0.5, Words("people", "rate", "everybody", ((ACT, "outside"),)),
        lambda value: f"{value:.0%}", lambda value: f"{value:g}", title="One lies outside.",
    )  # fmt: skip
    texts = [one.text for one in tree(drawn).iter(f"{SVG}text")]
    assert "far off" in texts
    assert "near" not in texts
    assert len(list(tree(drawn).iter(f"{SVG}polyline"))) == 4


def test_two_groups_of_one_attribute_are_no_small_groups() -> None:
    data = pd.DataFrame({"group": ["a", "b"] * 60, "decision": [0, 1, 1] * 40})
    look = lookup_of(published(isg_audit.run(spec_of(audit={"checklists": ()}), data)))
    assert small_group_section(look, count(1), count(1)) is None
