"""`checklist list` and `checklist show` on the checklists that come with the toolkit."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from isg_audit.cli import main
from isg_audit.judge import checklist_ids, read_checklist


def typed(*words: str) -> str:
    told = CliRunner().invoke(main, ["checklist", *words])
    assert told.exit_code == 0, told.output
    return told.stdout


def test_every_checklist_is_listed_with_its_number_of_items() -> None:
    lines = typed("list").splitlines()
    assert [line for line in lines if not line.startswith(" ")] == list(checklist_ids())


@pytest.mark.parametrize("name", checklist_ids())
def test_every_item_is_shown_with_its_source(name: str) -> None:
    told = typed("show", name)
    for item in read_checklist(name).checklist.items:
        assert f"\n{item.id}  {item.title} (" in told
    sources = [one for item in read_checklist(name).checklist.items for one in item.sources]
    assert told.count("  Source: ") == len(sources)
    assert told.count("(unverified)") == sum(not one.verified for one in sources)


def test_a_misspelt_checklist_is_a_wrong_input() -> None:
    told = CliRunner().invoke(main, ["checklist", "show", "us-uges"])
    assert told.exit_code == 2
    assert "Did you mean 'us-ugesp'?" in told.stderr
