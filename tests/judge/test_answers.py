"""Answers and waivers: what is read, what is refused, and what each makes of an item."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from isg_audit.errors import ChecklistError
from isg_audit.judge import Answer, Answers, Waiver, judge, read_answers
from tests.judge.audits import T1, answered_item, checklist, context, findings, measured_item, rows

SPECIMENS = Path(__file__).parents[1] / "specimens" / "answers"
TODAY = date(2026, 11, 23)
ASKED = checklist(measured_item(at_least=-0.05), answered_item())

MESSAGES = {
    "unknown_checklist": "'tset' is not among the checklists of this audit. There is: test. Did",
    "unknown_item": "line 5, answer Y-0l, item: test has no item 'Y-0l'.",
    "measured_item_answered": "the item is measured, not answered",
    "not_a_choice": "'yess' is not a choice. There is: yes, no. Did you mean 'yes'?",
    "two_answers": "line 13, answer Y-01, item: is the second answer for this item",
    "two_waivers": "is the second waiver for this item",
    "missing_evidence": "there is no file 'minute.txt'.",
    "evidence_climbs_out": "'../checklists/sound.toml' lies outside the folder",
    "evidence_is_absolute": "'/etc/hostname' lies outside the folder",
    "evidence_is_a_folder": "there is no file '.'",
    "waiver_without_end": "waiver X-01, until: is missing",
    "nobody_answers": "answer Y-01, by: must not be empty",
}


@pytest.mark.parametrize(("name", "message"), MESSAGES.items())
def test_each_broken_answers_file_says_where_and_what(name, message):
    with pytest.raises(ChecklistError) as raised:
        read_answers(SPECIMENS / f"{name}.toml", [ASKED])
    assert message in str(raised.value)
    assert len(raised.value.faults) == 1


def test_every_specimen_is_tested():
    told = {*MESSAGES, "sound", "many_faults_at_once"}
    assert {path.stem for path in SPECIMENS.glob("*.toml")} == told


def test_all_faults_are_told_at_once():
    with pytest.raises(ChecklistError) as raised:
        read_answers(SPECIMENS / "many_faults_at_once.toml", [ASKED])
    assert len(raised.value.faults) == 3


def test_evidence_is_kept_by_its_fingerprint():
    read = read_answers(SPECIMENS / "sound.toml", [ASKED])
    expected = hashlib.sha256((SPECIMENS / "minutes.txt").read_bytes()).hexdigest()
    assert read.evidence == {"minutes.txt": expected}
    assert read.answers["test", "Y-01"].evidence_sha256 == (expected,)
    assert read.waivers["test", "X-01"].until == date(2027, 1, 31)


def test_evidence_behind_a_link_to_the_outside_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "in" / "minute.txt").symlink_to(tmp_path / "secret.txt")
    text = (SPECIMENS / "missing_evidence.toml").read_text(encoding="utf-8")
    (tmp_path / "in" / "answers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ChecklistError, match="lies outside"):
        read_answers(tmp_path / "in" / "answers.toml", [ASKED])


def given(answer=None, waiver=None, item="Y-01"):
    answers = {("test", item): answer} if answer else {}
    waivers = {("test", item): waiver} if waiver else {}
    return Answers("", "", answers, waivers, {})


def told(answers, found=(), today=TODAY, **changed):
    asked = checklist(measured_item(at_least=-0.05), answered_item(**changed))
    (verdict,) = judge([asked], findings(*found), context(), answers, today)
    return verdict.items


def answer(**changed):
    kept = {"answer": "yes", "by": "Ada Example", "role": "owner", "on": date(2026, 11, 1)}
    return Answer(**{**kept, **changed})


@pytest.mark.parametrize(
    ("changed", "item", "word", "part"),
    [
        ({}, {"evidence": "none"}, "pass", "Answered “yes” by Ada Example (owner) on 1 November"),
        ({}, {"evidence": "asked"}, "pass", "No evidence was given."),
        ({}, {"evidence": "required"}, "unanswered", "does not count without the evidence"),
        ({"evidence": ("a.pdf",)}, {"evidence": "required"}, "pass", "1 file of evidence"),
        ({"answer": "no"}, {}, "fail", "Answered “no”"),
        ({"answer": "no", "on": date(2000, 1, 1)}, {"valid_for_days": 1}, "fail", "“no”"),
        ({}, {"valid_for_days": 22}, "pass", "Answered"),
        ({}, {"valid_for_days": 21}, "unanswered", "no longer counts"),
        ({"on": None}, {"valid_for_days": 21}, "unanswered", "without a date"),
        ({"on": date(2026, 11, 24)}, {}, "unanswered", "lies in the future"),
        ({"dissent": "We were not heard"}, {}, "pass", "on record: We were not heard."),
    ],
)
def test_an_answer_passes_only_when_it_counts(changed, item, word, part):
    verdict = told(given(answer(**changed)), **item)[1]
    assert verdict.word == word
    assert part in verdict.sentence


@pytest.mark.parametrize("answers", [None, given()])
def test_nobody_answering_is_said_with_whom_to_ask(answers):
    verdict = told(answers)[1]
    assert (verdict.word, verdict.answer) == ("unanswered", None)
    assert verdict.sentence == "Nobody has answered. The question is for: owner."


def waiver(until):
    return Waiver(justification="A remedy is under way", by="Ada Example", until=until)


def test_a_waiver_sets_aside_and_keeps_the_real_word():
    verdict = told(given(None, waiver(TODAY), "X-01"), rows(T1, "A"))[0]
    assert (verdict.word, verdict.real_word) == ("waived", "fail")
    assert verdict.sentence.startswith("Set aside until 23 November 2026 by Ada Example: A remedy")
    assert "Without the waiver: The gap stands for about 11 people" in verdict.sentence


def test_an_expired_waiver_does_not_count_and_says_so():
    verdict = told(given(None, waiver(date(2026, 11, 22)), "X-01"), rows(T1, "A"))[0]
    assert (verdict.word, verdict.real_word) == ("fail", None)
    assert verdict.sentence.endswith(
        "A waiver by Ada Example ended on 22 November 2026 and does not count."
    )


def test_a_waiver_changes_nothing_that_passes():
    verdict = told(given(answer(), waiver(TODAY)))[1]
    assert (verdict.word, verdict.waiver) == ("pass", None)
