"""Pages on stages, waits and voice: what they say first, in people; nothing where nothing is."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pandas as pd
import pytest

import isg_audit
from isg_audit.evidence.assemble import published
from isg_audit.report import charts
from isg_audit.report.cover import voices
from isg_audit.report.lookup import Lookup, lookup_of
from isg_audit.report.pages import Section
from isg_audit.report.stages_pages import stages_section
from isg_audit.report.voice_pages import voice_section
from isg_audit.report.waiting_pages import waiting_section
from isg_audit.spec import AuditFile, Spec
from isg_audit.spec.write import to_toml
from tests.measures.test_consultations import RECORDS
from tests.measures.test_waiting import DAYS, TIME
from tests.voiced import MARKS, STAGES, funnel, log, spec_of


def look_of(data: pd.DataFrame, spec: Spec, folder: Path = Path()) -> Lookup:
    audit = isg_audit.run(AuditFile(spec, to_toml(spec), folder, "audit.toml"), data)
    return lookup_of(published(audit))


def words_of(section: Section) -> str:
    said = [section.lead]
    for block in section.blocks:
        said += [*block.paragraphs, *block.points]
        said += [f"{one.title} {one.source}" for one in block.figures]
        said += [cell.said for table in block.tables for row in table.rows for cell in row.cells]
    return "\n".join(said)


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory) -> Lookup:
    folder = tmp_path_factory.mktemp("voice")
    few = RECORDS.assign(people=RECORDS.people.where(RECORDS.people != 12, 25))
    few.to_csv(folder / "heard.csv", index=False)
    voice = {**MARKS, **DAYS, "consultations": {"source": "heard.csv"}}
    return look_of(log(), spec_of(("group", "sex"), decisions=TIME, voice=voice), folder)


def test_silence_comes_first_and_in_people(look: Lookup) -> None:
    section = voice_section(look, count(1), count(1))
    assert section is not None
    first = section.blocks[0].points[0]
    assert first.startswith("Nobody of the group c (group) appealed, against ")
    assert "about" in first and "would have (" in first
    assert "people of the group c (group) were told" in section.blocks[0].points[1]
    said = words_of(section)
    assert "an upper scenario" in said and "drawn at random and looked at again" in said
    assert "No consultation heard anybody of the group c (group), who got " in said
    assert "statements are by people affected" in said
    for block in section.blocks:
        for table in block.tables:
            assert all(len(row.cells) == len(table.columns) for row in table.rows)


def test_waits_are_told_against_everybody_else(look: Lookup) -> None:
    section = waiting_section(look, count(1), count(1))
    assert section is not None and not section.new_page
    first = section.blocks[0].points[0]
    assert first.startswith("c (group): half wait longer than 60 days for a decision, 38 days")
    assert "of them wait longer than that" in first
    assert "for an answer to an appeal" in words_of(section)


def test_where_people_drop_out_is_told_with_the_stage() -> None:
    stages = [{"name": name, "column": name, "reached": [1]} for name in STAGES]
    spec = spec_of(decisions={"decision": None, "favourable": None, "score": "s"}, stages=stages)
    section = stages_section(look_of(funnel().assign(s=0.5), spec), count(1), count(1))
    assert section is not None
    points = section.blocks[0].points
    assert points[0].startswith(
        "At the stage “selected”, y (group) pass 20.0\u00a0points less often"
    )
    assert "about 140 people are lost" in points[0]
    assert any("come to the end 0.41 times as often" in one for one in points)
    (drawing,) = section.blocks[1].figures
    assert "y at the stage “selected”" in drawing.title


def test_page_one_says_whether_people_affected_have_spoken(look: Lookup) -> None:
    assert voices(look) == "48 statements by people who are affected are part of this audit."
    silent = look_of(log(), spec_of(voice={"appeal": "appealed"}))
    assert voices(silent).startswith("No statement by people who are affected")


def test_where_nothing_was_asked_there_is_no_section() -> None:
    look = look_of(log(), spec_of())
    for of in (stages_section, waiting_section, voice_section):
        assert of(look, count(1), count(1)) is None


def test_a_way_ends_where_it_is_not_told_and_names_do_not_meet() -> None:
    at = charts.Estimate
    ways = [
        charts.Way("first", (at(0.9, 0.85, 0.95), at(0.5, 0.4, 0.6))),
        charts.Way("second", (at(0.9, 0.85, 0.95), at(0.5, 0.4, 0.6))),
        charts.Way("third", (at(0.8, 0.7, 0.9), None)),
    ]
    stages = ["In the log", "Application complete", "Selected"]
    drawn = charts.way_chart(stages, ways, tick=str, axis="Still there", title="Who drops out.")
    assert drawn.count("<circle") == 3 and drawn.count("<rect") == 3
    assert drawn.count("<polygon") == 2, "the third has a start and one stage"
    assert "<title>Who drops out.</title>" in drawn and "first" in drawn and "second" in drawn
    with pytest.raises(ValueError, match="can be told apart"):
        charts.way_chart(stages, ways * 2, tick=str, axis="", title="x")
