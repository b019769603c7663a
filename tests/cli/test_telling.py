"""What is printed of an audit: every verdict counted, the worst first, no grade."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.cli.gate import passes
from isg_audit.cli.say import safe, wrapped
from isg_audit.cli.telling import blocked, counts, findings, largest_gap, worst
from isg_audit.judge.verdict import ChecklistVerdict, ItemVerdict, JudgedGroup, Severity

WORDS = (
    "error", "fail", "inconclusive", "unanswered", "not assessed", "waived", "pass",
    "not applicable",
)  # fmt: skip


def item(
    word: Any, severity: Any = "high", people: float | None = None, name: str = "A-1"
) -> ItemVerdict:
    group = JudgedGroup(by="sex", group="F", versus="M", measure="m", metric="m", word=word,
                        affected=people)  # fmt: skip
    return ItemVerdict(
        id=name, area="Fairness", title=f"Title of {name}", ask="?", why=".", kind="measured",
        severity=Severity(word=severity, reason="."), sources=(), word=word,
        sentence=f"Sentence of {name}.", groups=(group,),
    )  # fmt: skip


def checklist(*items: ItemVerdict) -> ChecklistVerdict:
    return ChecklistVerdict(id="list", title="List", version="1", sha256="0", items=items)


def test_all_verdicts_are_counted_zeros_too() -> None:
    told = "\n".join(counts([checklist(item("fail"), item("pass"), item("pass"))]))
    assert " ".join(told.split()) == (
        "list, 3 items 0 error, 1 fail, 0 inconclusive, 0 unanswered, 0 not assessed, 0 waived, "
        "2 pass, 0 not applicable"
    )


def test_the_worst_come_first_by_verdict_then_severity_then_people() -> None:
    items = [
        item("inconclusive", "critical", 9000, "f"), item("fail", "high", 10, "d"),
        item("pass", "critical", 1e6, "no"), item("fail", "high", -500, "c"),
        item("fail", "critical", None, "b"), item("error", "low", None, "a"),
        item("unanswered", "critical", None, "no"), item("fail", "low", 1, "e"),
    ]  # fmt: skip
    assert [one.id for one in worst([checklist(*items)])] == ["a", "b", "c", "d", "e"]


def test_a_finding_says_the_verdict_the_people_and_the_sentence() -> None:
    told = list(findings([checklist(item("fail", "high", 213.6))]))
    assert told == [
        "1. Not met, high severity, about 214 people: “Title of A-1”",
        "   Sentence of A-1.",
    ]


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        ((1213.6, 1160.2, 1267.7), "about 1,214 people (1,160 to 1,268)"),
        ((-55.0, -110.0, 3.0), "about 55 people (−3 to 110)"),
    ],
)
def test_people_come_with_their_interval(gap: tuple[float, float, float], said: str) -> None:
    one = item("fail", "high")
    ends = dict(zip(("affected", "affected_low", "affected_high"), gap, strict=True))
    one = one.model_copy(update={"groups": (one.groups[0].model_copy(update=ends),)})
    assert next(findings([checklist(one)])) == f"1. Not met, high severity, {said}: “Title of A-1”"


def test_no_finding_is_said_without_praise() -> None:
    assert list(findings([checklist(item("pass"))])) == ["No item failed and none is inconclusive."]


def test_people_of_a_group_too_small_to_publish_are_not_told() -> None:
    one = item("fail", "high", 3)
    hidden = one.groups[0].model_copy(update={"withheld": True})
    assert largest_gap(one.model_copy(update={"groups": (hidden,)})) is None


def test_what_blocks_stands_with_its_reason() -> None:
    told = list(blocked([item("fail"), item("unanswered", name="LONG-12")]))
    assert told[0].split() == ["fail", "A-1", "Title", "of", "A-1"]
    assert told[1].strip() == "Sentence of A-1."
    assert len(told) == 4


@pytest.mark.parametrize(
    ("words", "allow", "expected"),
    [
        (["pass", "waived", "not applicable"], [], True),
        (["pass", "fail"], [], False),
        (["pass", "error"], [], False),
        (["pass", "inconclusive"], [], False),
        (["pass", "inconclusive"], ["inconclusive"], True),
        (["pass", "unanswered", "not assessed"], ["unanswered"], False),
        ([], [], False),
        (["not applicable", "waived"], [], False),
        (["not assessed", "unanswered"], ["not assessed", "unanswered"], False),
    ],
)
def test_the_gate(words: list[str], allow: list[str], expected: bool) -> None:
    assert passes([checklist(*(item(word) for word in words))], allow) is expected


def test_a_gate_without_a_checklist_never_passes() -> None:
    assert passes([], []) is False


@given(st.lists(st.sampled_from(WORDS)), st.sets(st.sampled_from(WORDS[2:5])))
def test_one_more_blocking_item_never_opens_the_gate(words: list[str], allow: set[str]) -> None:
    before = passes([checklist(*(item(word) for word in words))], sorted(allow))
    after = passes([checklist(*(item(word) for word in [*words, "fail"]))], sorted(allow))
    assert not after
    assert not (before and {"fail", "error"} & set(words))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_printed_text_holds_no_control_character_but_the_line_end(text: str) -> None:
    assert all(sign == "\n" or sign >= " " for sign in safe(text))
    assert safe(safe(text)) == safe(text)


@given(st.text("ab ", max_size=300))
def test_wrapping_loses_no_word(text: str) -> None:
    assert wrapped(text, "  ").split() == text.split()
