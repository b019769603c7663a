"""The section on time: sentences first, one picture, and nothing where nothing is."""

from __future__ import annotations

from itertools import count

import numpy as np
import pandas as pd
import pytest

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.report import charts
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.time_pages import time_section
from isg_audit.spec import Spec
from isg_audit.spec.time_part import ChangePart
from tests.audits import spec_of
from tests.report.test_charts import texts, tree
from tests.report.test_voice import words_of


def log(people: int = 9000, seed: int = 3, harm: float = 0.25) -> pd.DataFrame:
    """Twelve quarters; the group c is refused more often from 2023 on."""
    generator = np.random.default_rng(seed)
    quarter = generator.integers(0, 12, people)
    group = generator.choice(["a", "b", "c"], people, p=[0.5, 0.3, 0.2])
    rate = np.where((group == "c") & (quarter >= 8), 0.6 - harm, 0.6)
    outcome = generator.random(people) < 0.6
    return pd.DataFrame({
        "group": group,
        "decision": (generator.random(people) < rate).astype(int),
        "outcome": outcome.astype(int),
        "score": generator.normal(0, 1, people).round(1),
        "day": pd.Timestamp("2021-01-10") + pd.to_timedelta(quarter * 91, "D"),
    })  # fmt: skip


def spec() -> Spec:
    made = spec_of(
        ("group",), time="day", outcome="outcome", outcome_favourable=1, score="score",
        audit={"checklists": ()},
    )  # fmt: skip
    return made.model_copy(update={"changes": (ChangePart(date="2023-01-01", what="model 2"),)})


def look_of(data: pd.DataFrame, asked: Spec) -> Lookup:
    return lookup_of(published(isg_audit.run(asked, data)))


@pytest.fixture(scope="module")
def look() -> Lookup:
    return look_of(log(), spec())


def test_who_fell_behind_is_said_first_and_in_people(look: Lookup) -> None:
    section = time_section(look, count(1), count(1))
    assert section is not None
    first = section.blocks[0].points[0]
    assert first.startswith("c (group), favourable decisions: worse off than everybody else in ")
    assert "in a row" in first and "stands for about" in first
    assert "The gap widens by" in first
    said = words_of(section)
    assert (
        "2023-01-01, model 2: since then the gap of c (group) to everybody else in favourable"
        in (said)
    )
    assert "people of the group decided upon since" in said
    assert "most likely from 2023 Q1 on" in said
    assert "odds of refusal that grow by half" in said
    assert "allowing for all windows and groups" in said
    assert "stability index" in said
    for word in ("solved", "unbiased", "compliant"):
        assert word not in said


def test_the_picture_marks_the_change_and_the_windows_beyond_chance(look: Lookup) -> None:
    section = time_section(look, count(1), count(1))
    assert section is not None
    figure = next(one for block in section.blocks for one in block.figures)
    assert figure.title.startswith("c against everybody else")
    assert "model 2" in texts(figure.drawing)
    filled = [
        one for one in tree(figure.drawing).iter("{http://www.w3.org/2000/svg}circle")
        if one.attrib["fill"] != "#FFFFFF"
    ]  # fmt: skip
    assert (
        3 <= len(filled) <= 8
    )  # the windows after the change, of c and of those it is held against


def test_where_nothing_changes_nobody_is_said_to_fall_behind() -> None:
    section = time_section(look_of(log(harm=0.0, seed=8), spec()), count(1), count(1))
    assert section is not None
    said = words_of(section)
    assert "no group fell behind everybody else beyond chance. That does not show that none" in said
    assert "No group is worse off than everybody else in any one window beyond chance" in said


def test_without_time_there_is_no_section() -> None:
    made = spec_of(("group",), audit={"checklists": ()})
    assert time_section(look_of(log(900), made), count(1), count(1)) is None


def test_a_timeline_draws_every_window_and_says_what_it_shows() -> None:
    moments = (
        charts.Moment(0.1, 0.0, 0.2), None, charts.Moment(-0.2, -0.3, -0.1, marked=True),
        charts.Moment(-0.1, -0.2, 0.0, unfinished=True, limits=(-0.15, 0.15)),
    )  # fmt: skip
    drawing = charts.timeline_chart(
        ["2023 Q1", "2023 Q2", "2023 Q3", "2023 Q4"],
        [charts.Track("a name that is far too long for the margin of a page", "Race", moments)],
        [(2, "model 2")],
        tick=lambda value: f"{100 * value:.0f}",
        axis="Gap",
        base=0.0,
        title="It fell.",
    )
    found = tree(drawing)
    svg = "{http://www.w3.org/2000/svg}"
    assert found.find(f"{svg}title").text == "It fell."
    assert len(list(found.iter(f"{svg}circle"))) == 3
    assert {"×", "model 2", "2023 Q1", "Gap"} <= set(texts(drawing))
    for one in found.iter(f"{svg}text"):
        assert float(one.attrib["x"]) >= 0
    with pytest.raises(ValueError, match="every window"):
        charts.timeline_chart(["a"], [charts.Track("x", "", ())], tick=str, axis="", base=None,
                              title="t")  # fmt: skip


def test_many_windows_do_not_write_over_one_another() -> None:
    names = [f"{year}-{month:02d}" for year in range(2015, 2020) for month in range(1, 13)]
    track = charts.Track("a", "", tuple(charts.Moment(0.1) for _ in names))
    drawing = charts.timeline_chart(names, [track], tick=str, axis="", base=None, title="t")
    shown = [
        float(one.attrib["x"]) for one in tree(drawing).iter("{http://www.w3.org/2000/svg}text")
        if one.text in names
    ]  # fmt: skip
    assert len(shown) > 5
    assert min(np.diff(shown)) > 25
