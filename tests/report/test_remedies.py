"""What would close a gap: sentences, warning, pictures and table; what is withheld; charts."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import count
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.report import charts
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.pages import Section
from isg_audit.report.remedies_read import weighed
from isg_audit.report.remedy_pages import remedy_section
from tests.measures.test_frontier import ROLES, T2, asking, people

SVG = "{http://www.w3.org/2000/svg}"


@cache
def looked(times: int = 30, a_from: float = 0.8, least: int = 10) -> Lookup:
    spec = asking(audit={"checklists": (), "minimum_cell": least}, **ROLES)
    data = people(T2, times, {"A": a_from, "B": 0.5})
    return lookup_of(published(isg_audit.run(spec, data)))


def section_of(look: Lookup) -> Section:
    section = remedy_section(look, count(1), count(1))
    assert section is not None
    return section


def said(section: Section) -> str:
    parts = [section.heading, section.lead]
    for block in section.blocks:
        parts += [*block.paragraphs, *block.warning, *block.after]
        parts += [one.title + one.measured for one in block.figures]
        parts += [cell.said + cell.below for one in block.tables for row in one.rows
                  for cell in row.cells]  # fmt: skip
    return " ".join(parts)


def test_who_gains_and_who_pays_is_said_before_any_picture() -> None:
    first = section_of(looked()).blocks[0]
    now, worth, gains, law = first.paragraphs
    assert now.startswith("As things are, 75.5% of decisions are right")
    assert "Worth discussing: a threshold for each group, which aims at no group below" in worth
    assert "Fewer than ten would no longer get one" in gains
    assert "Favourable decisions that turn out wrong would go from about" in gains
    assert "No group is shown to lose more than it gains" in gains
    assert "many laws forbid" in law


def test_the_warning_cannot_be_overlooked() -> None:
    (warning,) = (one.warning for one in section_of(looked()).blocks if one.warning)
    assert warning[0].startswith("Warning: levelling down.")
    assert any("of the closing is the best-off group falling" in line for line in warning)
    assert any("people would lose a favourable decision" in line for line in warning)
    figures = [one for block in section_of(looked()).blocks for one in block.figures]
    assert "Warning, levels down" in str(figures[0].drawing)
    assert "Crossed: takes away" in str(figures[1].drawing)


def test_nothing_is_promised_and_nothing_applied() -> None:
    words = said(section_of(looked())).casefold()
    assert "none is applied by this report" in words
    assert "a rule cannot mend what is wrong in the data" in words
    for never in ("debias", "unbiased", "solved", "fair model", "fix the"):
        assert never not in words


def test_every_remedy_is_in_the_table_and_says_whether_it_needs_the_group() -> None:
    (table,) = (one for block in section_of(looked()).blocks for one in block.tables)
    sections = [row.cells[0].said for row in table.rows if row.section]
    assert sections == [
        "One threshold for everybody",
        "A threshold for each group (needs to know the group when deciding)",
    ]
    assert len([row for row in table.rows if not row.section]) == 2 + 6
    assert {row.cells[-1].said for row in table.rows if not row.section} >= {"yes", "no"}


def test_a_rule_that_costs_nothing_is_told_of_whoever_keeps_the_other() -> None:
    section = section_of(looked(30, 0.9))
    assert "A less unequal rule at no loss that is shown: one threshold for everybody" in said(
        section
    )


def test_few_people_are_not_told_of() -> None:
    """Where thresholds move fewer than ten people of a half, their number stays untold."""
    look = looked(2)
    withheld = [row for row in look.family("impact.frontier") if row.group and row.value is None]
    assert withheld
    assert all(row.n is None for row in withheld)
    told = [row for row in look.family("impact.frontier") if row.group and row.value is not None]
    assert all(row.value % 10 == 0 and row.high % 10 == 0 for row in told)
    assert said(section_of(look))


def test_without_scores_there_is_no_page() -> None:
    data = people(T2, 2, {"A": 0.8, "B": 0.5}).drop(columns="score")
    spec = asking(audit={"checklists": ()}, **{**ROLES, "score": None})
    look = lookup_of(published(isg_audit.run(spec, data)))
    assert remedy_section(look, count(1), count(1)) is None
    assert any(
        one.measure == "impact.frontier" and "no score" in one.reason
        for one in look.results.not_measured
    )


def test_an_attribute_without_a_gap_takes_no_page() -> None:
    rows = people(T2, 20, {"A": 0.5, "B": 0.5})
    by_chance = rows.assign(coin=pd.Series(range(len(rows))).mod(2).map({0: "heads", 1: "tails"}))
    spec = asking(groups=("group", "coin"), audit={"checklists": ()}, **ROLES)
    section = section_of(lookup_of(published(isg_audit.run(spec, by_chance))))
    assert [block.heading for block in section.blocks if block.heading] == ["Group"]
    assert any("By coin no gap" in line for block in section.blocks for line in block.after)


def test_what_is_read_is_what_was_measured() -> None:
    (one,) = weighed(looked())
    assert one.by == "group"
    assert len(one.remedies) == 5 + 21
    assert one.trained == ()
    assert one.worth is not None and one.worth[0].levels_down is False


def tree(drawing: Any) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing))  # noqa: S314 (our own text)


shares = st.floats(0.0, 1.0)
spots = st.tuples(shares, shares, st.booleans()).map(
    lambda one: charts.Spot(one[0], one[1], max(0.0, one[1] - 0.1), one[1], one[2])
)


@settings(max_examples=30)
@given(st.lists(st.lists(spots, min_size=1, max_size=4), max_size=4), spots)
def test_no_mark_of_a_frontier_lies_outside_the_picture(trails: Any, now: Any) -> None:
    drawing = charts.frontier_chart(
        [charts.Trail(f"kind {at}", tuple(one)) for at, one in enumerate(trails)],
        now,
        tick=(str, str),
        names=("gap", "accuracy", "now", "crossed"),
        title="A finding.",
    )
    root = tree(drawing)
    wide, high = (float(root.attrib[name].removesuffix("pt")) for name in ("width", "height"))
    for one in root.iter(f"{SVG}polyline"):
        for point in one.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= wide
            assert 0 <= y <= high


def test_a_frontier_refuses_more_kinds_than_can_be_told_apart() -> None:
    one = charts.Trail("kind", (charts.Spot(0.1, 0.8),))
    with pytest.raises(ValueError, match="at most 4"):
        charts.frontier_chart(
            [one] * 5, charts.Spot(0.2, 0.8), tick=(str, str), names=("", "", "", ""), title="x"
        )


def test_bars_start_at_zero_and_point_to_their_side() -> None:
    drawing = charts.gains_chart(
        [
            charts.Gains("A rule", None, None, ("", ""), True, "its aim"),
            charts.Gains("group", (300.0, 250.0, 350.0), (100.0, 80.0, 120.0), ("100", "300")),
            charts.Gains("other", None, None, ("not published", "not published")),
        ],
        tick=str,
        heads=("lose", "gain"),
        axis="People",
        title="Three hundred gain.",
    )
    loss, gain = (one for one in tree(drawing).iter(f"{SVG}rect"))
    left, right = ((float(one.attrib["x"]), float(one.attrib["width"])) for one in (loss, gain))
    assert left[0] + left[1] == pytest.approx(right[0], abs=0.02)
    assert right[1] == pytest.approx(3 * left[1], rel=0.01)
