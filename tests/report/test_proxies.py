"""Stand-ins on paper: what is available beside what is used, and nothing where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.lookup import lookup_of
from isg_audit.report.proxy_pages import proxy_blocks
from tests.report.specimen import results


def row(name: str, metric: str, value: float, feature: str = "", group: str = "Black", **more):
    by = "race" if group else ""
    given = {"low": value - 0.02, "high": value + 0.02, "n": 1989, "versus": "rest"} | more
    return Row(
        measure=f"explain.{name}", metric=metric, by=by, group=group, feature=feature, value=value,
        unit="index", method="made by hand", **given,
    )  # fmt: skip


MOVED = "Moved: post_code. Kept: a."


def measured() -> list[Row]:
    return [
        row("proxy_available", "joint_auc", 0.88),
        row("proxy_available", "proxy_auc", 0.86, "post_code"),
        row("proxy_available", "proxy_auc", 0.66, "device"),
        row("proxy_available", "proxy_auc", 0.55, "income"),
        row("proxy_available", "extra_auc", 0.30, "post_code"),
        row("proxy_available", "extra_auc", 0.12, "device"),
        row("proxy_use", "influence_share", 0.37, "post_code", "", versus=""),
        row("proxy_use", "influence_share", 0.01, "device", "", versus=""),
        row("proxy_use", "influence_share", 0.62, "income", "", versus=""),
        row("proxy_use", "proxy_use", 0.30, "post_code"),
        row("proxy_use", "proxy_use", 0.01, "device"),
        row("proxy_use", "largest_proxy_use", 0.30, versus=""),
        row("gap_share", "gap_share_not_legitimate", 0.758),
        row("flip_test", "net_flips", 0.385),
        row("flip_test", "proxy_net_flips", 0.281, affected=507.0, note=MOVED),
    ]


def blocks(rows):
    made = results()
    return proxy_blocks(
        lookup_of(made.model_copy(update={"measurements": (*made.measurements, *rows)})),
        count(1),
        count(1),
    )


def test_the_stand_in_that_is_used_is_named_and_the_tables_say_what_hangs_on_it():
    about, plane, known, hangs = blocks(measured())
    assert "neither says what anybody meant" in about.paragraphs[0]
    (figure,) = plane.figures
    assert figure.title == "Of the inputs that could stand in for Black, post code is used most"
    for said in ("post code", "device", "income", "Factor that may explain a gap"):
        assert said in figure.drawing
    (line,) = known.tables[0].rows
    assert [cell.said for cell in line.cells] == ["Race: Black", "0.88", "post code", "0.30", "—"]
    assert line.cells[3].below == "post code"
    (line,) = hangs.tables[0].rows
    assert [cell.said for cell in line.cells] == ["Race: Black", "75.8", "+38.5", "+28.1", "507"]
    assert line.cells[3].below.endswith("post_code")


def test_without_factors_nothing_is_called_a_factor_and_no_input_the_most_used():
    kept = ("joint_auc", "proxy_auc", "influence_share", "net_flips")
    _, plane, known, _ = blocks([one for one in measured() if one.metric in kept])
    assert plane.figures[0].title == "What the inputs tell of Black, and what the model uses"
    assert "Factor" not in plane.figures[0].drawing
    assert known.tables[0].rows[0].cells[3].said == "—"


def test_a_withheld_figure_leaves_a_dash_and_the_name_of_the_group():
    rows = [
        one.model_copy(update={"value": None, "low": None, "high": None, "n": None})
        if one.group
        else one
        for one in measured()
    ]
    *_, known, hangs = blocks(rows)
    for block in (known, hangs):
        cells = block.tables[0].rows[0].cells
        assert cells[0].said == "Race: Black"
        assert {cell.said for cell in cells[1:]} == {"—"}


def test_nothing_is_said_where_nothing_was_measured():
    assert blocks([]) == ()


def test_a_plane_names_no_dot_twice_and_leaves_out_names_without_room():
    axis = charts.Axis("across", lambda value: f"{value:.1f}", 0.5)
    up = replace(axis, said="up", start=0.0)
    crowd = [charts.Dot(f"input {at}", 0.7, 0.2) for at in range(12)]
    drawn = charts.plane_chart(
        crowd, axis, up, corner="both", key=[(1, "Input")], title="A crowd at one place."
    )
    named = [at for at in range(12) if f">input {at}<" in drawn]
    assert named == sorted(named)
    assert 1 <= len(named) < 12
    assert drawn.count("<rect") == 13  # every dot is there, and the key
    with pytest.raises(ValueError, match="without a title"):
        charts.plane_chart(crowd, axis, up, corner="both", key=[], title=" ")
