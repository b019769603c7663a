"""The section on people of unknown group: from audit file to page, and when it is absent."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd

import isg_audit
from isg_audit.evidence import keep, verify
from isg_audit.evidence.assemble import published
from isg_audit.report.lookup import lookup_of
from isg_audit.report.unknown_pages import unknown_section
from tests.audits import spec_of
from tests.measures.test_unknown import log
from tests.measures.test_unobserved import TABLE, printed, spec_with

CHECKLIST = {"checklists": ("marginalised-groups",)}


def people(unknown: int = 200) -> pd.DataFrame:
    return log(a=(700, 1000), b=(400, 1000), c=(500, 900), unknown=(unknown * 9 // 10, unknown))


def test_the_page_says_what_holds_and_what_does_not() -> None:
    spec = spec_of({"group": {"reference": "a"}}, audit=CHECKLIST)
    look = lookup_of(published(isg_audit.run(spec, people())))
    section = unknown_section(look, count(1), count(1))
    assert section is not None
    told, drawn, listed = section.blocks
    assert told.heading == "Group: unknown"
    assert told.paragraphs[0].startswith("Of 200 cases (6.5%) it is not known")
    assert "not like the others: 90.0% of them" in told.paragraphs[1]
    assert told.paragraphs[2].startswith("The gap of b")
    assert "bounds: whoever they are" in str(drawn.figures[0].drawing)
    rows = {row.cells[0].said: [cell.said for cell in row.cells] for row in listed.tables[0].rows}
    assert rows["b"][1] == "−30.0" and rows["b"][4] == "holds"


def test_where_everybody_is_known_there_is_no_page() -> None:
    spec = spec_of(audit={"checklists": ()})
    look = lookup_of(published(isg_audit.run(spec, log(a=(70, 100), b=(40, 100)))))
    assert unknown_section(look, count(1), count(1)) is None


def test_from_the_audit_file_to_published_rows_and_page(tmp_path: Path) -> None:
    """Nobody recorded it: a table, the rows, the verdict by bounds, the page, and `verify`."""
    (tmp_path / "p.csv").write_text(TABLE)
    frame = printed(3000).assign(outcome=np.tile([1, 0, 1], 1000))
    frame.to_csv(tmp_path / "log.csv", index=False)
    spec = spec_with({"table": "p.csv", "signals": ["place"], "from": "a census"})
    path = tmp_path / "audit.toml"
    path.write_text(
        'isg_audit = 1\n[system]\nname = "A"\n[decisions]\nsource = "log.csv"\n'
        'decision = "decision"\nfavourable = 1\n[groups.sex]\n[unobserved.race]\n'
        'table = "p.csv"\nsignals = ["place"]\nfrom = "a census"\n'
        '[audit]\nchecklists = ["marginalised-groups"]\n'
    )
    assert spec.unobserved["race"].origin == "a census"
    audit = isg_audit.run(path)
    keep(audit, tmp_path / "bundle")
    assert verify(tmp_path / "bundle").faults == ()
    results = published(audit)
    items = {item.id: item for one in results.checklists for item in one.items}
    assert items["UNOB-01"].word == "inconclusive" and items["UNOB-02"].word == "pass"
    rows = [one for one in results.measurements if one.measure == "impact.unobserved"]
    assert any(one.value is not None for one in rows)
    # strata are few, but each holds enough people; nothing names a place
    assert not any("place" in one.group for one in rows)
    section = unknown_section(lookup_of(results), count(1), count(1))
    assert section is not None
    told = section.blocks[-3]
    assert told.heading == "Race: not recorded"
    assert "bounds only" in told.paragraphs[-1]


def test_a_small_stratum_is_not_published(tmp_path: Path) -> None:
    """Three strata, of which one has four favourable decisions: its rows could give it away."""
    (tmp_path / "p.csv").write_text(TABLE)
    frame = printed(1000)
    few = (frame.place == "r") & (frame.decision == 1)
    frame = frame[~few | (few.cumsum() <= 4)]
    frame.to_csv(tmp_path / "log.csv", index=False)
    spec = spec_with({"table": str(tmp_path / "p.csv"), "signals": ["place"]})
    results = published(isg_audit.run(spec, frame))
    rows = [one for one in results.measurements if one.measure == "impact.unobserved"]
    assert all(one.value is None for one in rows if one.metric.startswith("favourable_rate"))
