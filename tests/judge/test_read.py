"""Reading checklists: each broken specimen with its message, and everything at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from isg_audit.errors import ChecklistError
from isg_audit.judge import read_checklist
from isg_audit.judge.toml_text import LARGEST, read_toml

SPECIMENS = Path(__file__).parents[1] / "specimens" / "checklists"

MESSAGES = {
    "condition_without_a_condition": "line 26, item S-01, only_if: names no condition",
    "control_character": "line 16, item S-01, why: holds a control character",
    "empty": "empty.toml, isg_checklist: is missing",
    "everybody_against_somebody": "there is nobody else to compare them with",
    "harm_of_no_kind": "line 27, harm 1, error: is 'wrong_denail'",
    "harm_weighed_twice": "harm: weighs wrong_denial twice",
    "harm_without_a_reason": "line 26, harm 1, reason: is missing",
    "metric_without_its_comparison": "line 22, item S-01, versus: favourable_rate.ratio does not",
    "misspelt_scope": "Did you mean 'attributes'?",
    "no_item": "line 9, item: has no entry; a checklist without an item",
    "no_source": "line 18, item S-01, sources: has no entry",
    "no_tolerance": "item S-01: needs exactly one of at_least, at_most, within; it has none",
    "not_toml": "line 10: is not TOML: Expected ']]'",
    "not_utf8": "line 2: is not UTF-8",
    "over_nothing": "asks over an empty list",
    "passes_on_everything": "passes on every choice",
    "passes_on_no_choice": "passes on yse, which is no choice. There is: yes, no. Did you mean",
    "same_id_twice": "line 27, item S-01, id: 'S-01' is used twice",
    "tolerance_as_text": "line 24, item S-01, at_least: has to be a number",
    "tolerance_not_a_number": "line 24, item S-01, at_least: has to be a finite number",
    "tolerance_without_pass_mark": "says pass_mark = false and yet gives at_least",
    "two_tolerances": "it has at_least and at_most",
    "unknown_key": "line 24, item S-01, at_leest: is no key that this table has",
    "unknown_kind": 'has a kind that is neither "measured" nor "answered"',
    "unknown_measure": "Did you mean 'fairness.favourable_rate'?",
    "unknown_metric": "Did you mean 'favourable_rate.ratio'?",
    "unknown_severity": "line 17, item S-01, severity, word: is 'awful'",
    "version_two": "line 1, isg_checklist: is 2; it has to be 1",
}


@pytest.mark.parametrize(("name", "message"), MESSAGES.items())
def test_each_broken_checklist_says_where_and_what(name, message):
    with pytest.raises(ChecklistError) as raised:
        read_checklist(SPECIMENS / f"{name}.toml")
    assert message in str(raised.value)
    assert raised.value.exit_code == 2
    if name not in ("empty", "same_id_twice"):
        assert len(raised.value.faults) == 1


def test_every_specimen_is_tested():
    told = {*MESSAGES, "sound", "many_faults_at_once"}
    assert {path.stem for path in SPECIMENS.glob("*.toml")} == told


def test_all_faults_are_told_at_once():
    with pytest.raises(ChecklistError) as raised:
        read_checklist(SPECIMENS / "many_faults_at_once.toml")
    told = str(raised.value)
    places = ("version: is missing", "why: is missing", "colour: is no key", "role: must not be")
    assert [place for place in places if place not in told] == []
    assert len(raised.value.faults) == 4


def test_a_sound_checklist_comes_with_its_text_and_fingerprint():
    path = SPECIMENS / "sound.toml"
    read = read_checklist(str(path))
    assert read.id == "small"
    assert read.text == path.read_text(encoding="utf-8")
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_measure_of_somebody_elses_engine_can_be_known():
    known = {"fairness.favorable_rate": {"favourable_rate.ratio": frozenset({"best"})}}
    assert read_checklist(SPECIMENS / "unknown_measure.toml", known).id == "small"


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(ChecklistError, match="Did you mean 'us-ugesp'"):
        read_checklist("us-ugsp")


@pytest.mark.parametrize("there", ["nowhere.toml", "."])
def test_what_is_no_file_is_said(tmp_path, there):
    with pytest.raises(ChecklistError, match="no such file|is not a file"):
        read_checklist(tmp_path / there)


def test_a_huge_file_is_refused(tmp_path):
    path = tmp_path / "huge.toml"
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(ChecklistError, match="larger than 2 MB"):
        read_checklist(path)


def test_lines_are_found_through_tables_quotes_and_lists(tmp_path):
    path = tmp_path / "odd.toml"
    path.write_text(
        'a = """\nb = 1\n"""\n"c d" = [\n  1,\n]\n[t]\nx.y = 2\n[[t.u]]\nz = 1\n[[t.u]]\nz = 2\n'
        "[t.u.w]\nv = 1 # [[t.u]]\n",
        encoding="utf-8",
    )
    lines = read_toml(path).lines
    assert ("b",) not in lines
    assert {place: lines[place] for place in ((("c d"),), ("t", "x", "y"))} == {
        ("c d",): 4, ("t", "x", "y"): 8,
    }  # fmt: skip
    assert (lines["t", "u", 0, "z"], lines["t", "u", 1, "z"]) == (10, 12)
    assert lines["t", "u", 1, "w", "v"] == 14


@pytest.mark.parametrize(
    ("selected", "said"),
    [
        ({"metric": "own_kindness.difference", "versus": "rest", "at_most": 0.1}, ""),
        ({"metric": "own_kindness.range", "versus": "", "at_most": 0.1}, ""),
        ({"metric": "own_kindness.difference", "versus": "best", "at_most": 0.1},
         "does not come with versus = 'best'"),
        ({"metric": "own_other", "versus": "", "at_most": 0.1}, "has no metric 'own_other'"),
    ],
)  # fmt: skip
def test_a_metric_of_ones_own_can_be_selected(tmp_path, selected, said):
    item = {"measure": "fairness.own_kindness", "over": "attributes", **selected}
    lines = "\n".join(f"{key} = {value!r}" for key, value in item.items())
    text = f"""\
isg_checklist = 1
id = "own"
title = "Own"
version = "1"
status = "our own"
as_of = "2026-11-25"
about = "Ours."
does_not_require = "Anything."
[[item]]
id = "O-1"
kind = "measured"
area = "Fairness"
title = "Alike"
ask = "Are they?"
why = "People."
recommendation = "Look."
{lines}
[item.severity]
word = "high"
reason = "People."
[[item.sources]]
instrument = "a rule"
"""
    path = tmp_path / "own.toml"
    path.write_text(text)
    if not said:
        assert read_checklist(path).id == "own"
        return
    with pytest.raises(ChecklistError) as caught:
        read_checklist(path)
    assert said in str(caught.value)
