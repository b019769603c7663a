"""The gate on real decisions: what it lets through follows from the numbers, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isg_audit.cli import main

SPECIMENS = Path(__file__).parents[1] / "specimens" / "audit_file"

AUDIT = """\
isg_audit = 1
[system]
name = "Loans"
[decisions]
source = "log.csv"
decision = "approved"
favourable = "granted"
[groups.sex]
[audit]
checklists = ["one.toml"]
"""

CHECKLIST = """\
isg_checklist = 1
id = "one"
title = "One question"
version = "1"
status = "voluntary"
as_of = 2026-01-01
about = "Four fifths."
does_not_require = "Anything else."

[[item]]
id = "A-1"
kind = "measured"
area = "Fairness"
title = "Rates are comparable"
ask = "Are they?"
why = "People are passed over."
measure = "fairness.favourable_rate"
metric = "favourable_rate.ratio"
versus = "best"
over = "attributes"
at_least = 0.80
severity = { word = "high", reason = "People lose what others get." }
recommendation = "Look at each step."
sources = [{ instrument = "Four fifths" }]
"""


def gate(
    folder: Path, women: tuple[int, int], men: tuple[int, int], *words: str, audit: str = AUDIT
) -> Result:
    """The gate on so many approved and refused women and men."""
    rows = ["sex,approved"]
    for sex, (yes, no) in (("F", women), ("M", men)):
        rows += [f"{sex},granted"] * yes + [f"{sex},refused"] * no
    (folder / "log.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "one.toml").write_text(CHECKLIST, encoding="utf-8")
    (folder / "audit.toml").write_text(audit, encoding="utf-8")
    return CliRunner().invoke(main, ["gate", str(folder / "audit.toml"), "--quiet", *words])


def test_half_the_rate_of_a_thousand_people_blocks(tmp_path: Path) -> None:
    told = gate(tmp_path, (400, 600), (800, 200))
    assert told.exit_code == 1, told.output
    assert "fail          A-1  Rates are comparable" in told.stdout
    assert told.stdout.endswith("The gate failed: 1 item blocks.\n")


def test_like_rates_of_thousands_pass(tmp_path: Path) -> None:
    told = gate(tmp_path, (1600, 400), (1590, 410))
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines()[0] == "one, 1 item"
    assert told.stdout.endswith("The gate passed.\n")


def test_few_people_neither_pass_nor_fail(tmp_path: Path) -> None:
    told = gate(tmp_path, (20, 20), (25, 15))
    assert told.exit_code == 1
    assert "inconclusive  A-1" in told.stdout
    assert gate(tmp_path, (20, 20), (25, 15), "--allow", "inconclusive").exit_code == 0


def test_words_allowed_one_by_one_are_all_allowed(tmp_path: Path) -> None:
    """The last `--allow` does not undo those before it."""
    told = gate(tmp_path, (20, 20), (25, 15), "--allow", "inconclusive", "--allow", "unanswered")
    assert told.exit_code == 0, told.stdout
    assert told.stdout.endswith("(allowed: inconclusive, unanswered).\n")


def test_one_group_alone_is_never_let_through(tmp_path: Path) -> None:
    told = gate(tmp_path, (0, 0), (800, 200))
    assert told.exit_code == 2
    assert "groups.sex" in told.stderr


def test_a_column_that_is_not_there_is_a_wrong_input(tmp_path: Path) -> None:
    told = gate(tmp_path, (40, 60), (80, 20), audit=AUDIT.replace('"approved"', '"aproved"'))
    assert told.exit_code == 2
    assert "no column 'aproved'" in told.stderr
    assert "Did you mean 'approved'?" in told.stderr


def test_a_checklist_that_is_not_there_is_a_wrong_input(tmp_path: Path) -> None:
    told = gate(tmp_path, (40, 60), (80, 20), audit=AUDIT.replace("one.toml", "people"))
    assert told.exit_code == 2
    assert "people-oriented" in told.stderr


def test_two_checklists_of_one_id_are_a_wrong_input(tmp_path: Path) -> None:
    """The bundle keeps one file for each id, so that one of the two would have no evidence."""
    (tmp_path / "two.toml").write_text(CHECKLIST.replace("Rates are", "They are"), encoding="utf-8")
    twice = AUDIT.replace('"one.toml"', '"one.toml", "two.toml"')
    told = gate(tmp_path, (40, 60), (80, 20), audit=twice)
    assert told.exit_code == 2
    assert "'one.toml' and 'two.toml' both have the id 'one'" in told.stderr


@pytest.mark.parametrize("name", sorted(path.stem for path in SPECIMENS.glob("*.toml")))
def test_each_broken_audit_file_ends_with_two_and_tells_its_faults(name: str) -> None:
    told = CliRunner().invoke(main, ["gate", str(SPECIMENS / f"{name}.toml"), "--quiet"])
    assert told.exit_code == 2
    assert told.stdout == ""
    for line in (SPECIMENS / "faults.txt").read_text(encoding="utf-8").splitlines():
        assert (line in told.stderr) == line.startswith(f"{name}.toml")


def test_what_is_not_published_is_not_told_to_a_pipeline_either(tmp_path: Path) -> None:
    # Three of seven women: as few as this would be withheld from the report.
    told = gate(tmp_path, (3, 4), (80, 20))
    assert told.exit_code == 1
    assert "inconclusive  A-1" in told.output
    assert "a group too small to publish" in " ".join(told.output.split())
    assert "F (sex)" not in told.output
    assert "0.54" not in told.output
