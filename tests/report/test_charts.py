from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.report import charts
from isg_audit.report.charts import text
from isg_audit.report.charts.people import people_per_mark
from isg_audit.report.charts.scale import Scale, span, ticks

SVG = "{http://www.w3.org/2000/svg}"
shares = st.floats(0.01, 0.99)


def tree(drawing: object) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing))  # noqa: S314 (our own text)


def texts(drawing: object) -> list[str]:
    return [one.text or "" for one in tree(drawing).iter(f"{SVG}text")]


def number(one: ElementTree.Element, name: str) -> float:
    return float(one.attrib[name])


def percent(value: float) -> str:
    return f"{value * 100:.0f}%"


def rows(*values: tuple[float, float, float]) -> list[charts.IntervalRow]:
    return [
        charts.IntervalRow(f"group {at}", str(at), (charts.Estimate(v, low, high),), "pass", "Pass")
        for at, (low, v, high) in enumerate(values)
    ]


def drawn(values: list[tuple[float, float, float]]) -> ElementTree.Element:
    panel = charts.Panel("Approved, %", percent, allowed=(0.8, None), within=(0.0, 1.0))
    heads = ("Group", "People", "Result")
    return tree(charts.interval_chart(rows(*values), [panel], heads=heads, title="All is well."))


@given(
    st.lists(
        st.tuples(shares, shares, shares).map(lambda one: tuple(sorted(one))),
        min_size=1,
        max_size=6,
    )
)
def test_every_dot_lies_inside_its_interval_and_larger_values_stand_further_right(
    values: list[tuple[float, float, float]],
) -> None:
    chart = drawn(values)
    dots = [number(one, "cx") for one in chart.iter(f"{SVG}circle")]
    whiskers = [one for one in chart.iter(f"{SVG}line") if one.attrib["stroke-width"] == "2"]
    assert len(dots) == len(whiskers) == len(values)
    for dot, whisker in zip(dots, whiskers, strict=True):
        assert number(whisker, "x1") - 0.011 <= dot <= number(whisker, "x2") + 0.011
    order = sorted(range(len(values)), key=lambda at: values[at][1])
    assert all(dots[a] <= dots[b] + 0.011 for a, b in pairwise(order))


@given(
    st.lists(
        st.tuples(shares, shares, shares).map(lambda one: tuple(sorted(one))),
        min_size=1,
        max_size=6,
    )
)
def test_nothing_is_drawn_outside_the_picture(values: list[tuple[float, float, float]]) -> None:
    chart = drawn(values)
    width, height = (float(one) for one in chart.attrib["viewBox"].split()[2:])
    for one in chart.iter(f"{SVG}line"):
        assert -0.01 <= number(one, "x1") <= width + 0.01
        assert -0.01 <= number(one, "x2") <= width + 0.01
        assert -0.01 <= number(one, "y1") <= height + 0.01


def test_an_endless_interval_ends_in_an_arrow_at_the_edge() -> None:
    row = charts.IntervalRow(
        "few", "12", (charts.Estimate(1.4, 0.6, math.inf),), "inconclusive", "?"
    )
    panel = charts.Panel("Ratio", percent, allowed=(0.8, None), keep=(1.0,))
    chart = tree(charts.interval_chart([row], [panel], heads=("G", "P", "R"), title="Few."))
    assert len(list(chart.iter(f"{SVG}polygon"))) == 2  # the diamond and one arrow head


def test_labels_do_not_touch_the_numbers_of_people() -> None:
    long = "A group with a very long name that nobody could fit into a column of a chart"
    row = charts.IntervalRow(long, "1,234,567", (charts.Estimate(0.5, 0.4, 0.6),), "fail", "Fail")
    panel = charts.Panel("Approved, %", percent)
    chart = charts.interval_chart(
        [row], [panel], heads=("Group", "People", "Result"), title="Long."
    )
    label, people = (
        next(one for one in tree(chart).iter(f"{SVG}text") if (one.text or "").startswith(start))
        for start in ("A group", "1,234,567")
    )
    assert (label.text or "").endswith("…")
    end = number(label, "x") + text.width(label.text or "", 7.8, "semibold")
    assert end < number(people, "x") - text.width("1,234,567", 7.8)


@pytest.mark.parametrize("word", ["fail", "inconclusive", "pass", "not assessed"])
def test_the_rule_figure_names_every_result(word: str) -> None:
    verdicts = [
        (one, one.capitalize(), "takes") for one in ("pass", "fail", "inconclusive", "not assessed")
    ]
    assert word.capitalize() in texts(charts.rule_chart(verdicts, "0.8", title="A rule."))


def test_a_matrix_prints_each_value_outlines_fails_and_hatches_what_is_not_published() -> None:
    cells = [
        [charts.Cell("0.61", "fail", -0.8), charts.Cell("0.97", "pass", 0.6)],
        [charts.Cell("not published"), charts.Cell("1.00", "reference", 0.8)],
    ]
    drawing = charts.matrix_chart(["Black", "White"], ["Female", "Male"], cells, title="One fails.")
    assert {"0.61", "0.97", "1.00", "not published", "Black", "Male"} <= set(texts(drawing))
    outlined = [one for one in tree(drawing).iter(f"{SVG}rect") if one.attrib["fill"] == "none"]
    assert [one.attrib["stroke-width"] for one in outlined] == ["1.6", "0.8"]
    assert list(tree(drawing).iter(f"{SVG}line")), "hatching"


def test_importance_refuses_more_groups_than_can_be_told_apart() -> None:
    inputs = [charts.Contribution("income", (0.1, 0.2, 0.3, 0.4, 0.5))]
    with pytest.raises(ValueError, match="5 series"):
        charts.importance_chart(inputs, list("abcde"), tick=str, axis="", title="Too many.")


def test_importance_draws_a_mark_a_series_and_skips_what_is_missing() -> None:
    inputs = [charts.Contribution("income", (0.1, None)), charts.Contribution("debt", (0.3, 0.4))]
    chart = tree(
        charts.importance_chart(inputs, ["White", "Black"], tick=str, axis="x", title="Debt.")
    )
    squares = list(chart.iter(f"{SVG}rect"))
    circles = list(chart.iter(f"{SVG}circle"))
    assert (len(circles), len(squares)) == (3, 2)  # each once more in the key


@given(st.integers(1, 10_000_000), st.floats(0, 1))
def test_the_field_of_dots_shows_everybody_and_the_marked_share(people: int, share: float) -> None:
    per = people_per_mark(people)
    marked = round(people * share)
    if people / per < 1:
        return
    drawing = charts.people_chart(people, marked, title="People.")
    squares, dots = str(drawing).count("<rect"), str(drawing).count("<circle")
    assert squares + dots <= 481
    assert abs((squares + dots) * per - people) <= per / 2 + 1
    assert abs(squares * per - marked) <= per


def test_a_strip_has_one_mark_a_requirement() -> None:
    drawing = charts.strip_chart([("Fairness", ["fail", "pass", "waived"])], title="Three.")
    assert (
        str(drawing).count("<rect")
        == str(drawing).count("<circle")
        == str(drawing).count("<polygon")
        == 1
    )


def test_a_picture_without_a_title_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot see"):
        charts.strip_chart([("Fairness", ["fail"])], title=" ")


def test_names_are_escaped_and_titles_come_first() -> None:
    drawing = charts.strip_chart([("<b>&", ["fail"])], title="a < b & 'c'")
    assert tree(drawing)[0].tag == f"{SVG}title"
    assert tree(drawing)[0].text == "a < b & 'c'"
    assert "<b>" not in str(drawing)


def test_the_same_numbers_draw_the_same_picture() -> None:
    first, second = (charts.people_chart(1989, 197, title="People.") for _ in range(2))
    assert first == second
    assert not re.search(r"\d\.\d{3}|e-\d|-0[^.\d]", str(first).partition("viewBox")[2])


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.integers(2, 9))
def test_ticks_are_round_even_and_on_the_scale(low: float, length: float, at_most: int) -> None:
    found = ticks(low, low + length, at_most)
    assert len(found) <= at_most + 1
    assert all(low - 1e-6 <= one <= low + length + 1e-6 for one in found)
    steps = {round(b - a, 9) for a, b in pairwise(found)}
    assert len(steps) <= 1 or max(steps) - min(steps) < 1e-6


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0, 1))
def test_a_span_holds_what_it_was_given(values: list[float], keep: float) -> None:
    low, high = span([*values, math.inf], keep=[keep], within=(0.0, 1.0))
    scale = Scale(low, high, 0, 100)
    assert all(scale.holds(one) for one in (*values, keep))


@given(st.text(max_size=60), st.floats(5, 300))
def test_fitted_words_fit(said: str, room: float) -> None:
    fitted = text.fitted(said, room, 8)
    assert fitted == said or text.width(fitted, 8) <= max(room, text.width("…", 8))


def test_lines_break_between_words() -> None:
    assert text.lines("one two three", text.width("one two", 8) + 0.1, 8) == ["one two", "three"]
