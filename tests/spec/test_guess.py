"""Guesses from names and values, and the file that is drafted from them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.errors import SpecError
from isg_audit.spec import Answers, ColumnProfile, guess_roles, read, write_audit_file

KINDS = ("text", "number", "whole", "true-false", "date")


def column(
    name: str, kind: str = "text", values: tuple[str, ...] = (), distinct: int = 0, rows: int = 1000
) -> ColumnProfile:
    assert kind in KINDS
    return ColumnProfile(name, kind, distinct or len(values), values, 0, rows)  # type: ignore[arg-type]


LOANS = (
    column("applicant_id", "whole", distinct=400),
    column("Sex", values=("Male", "Female")),
    column("raceEth", values=("White", "Black", "NA")),
    column("age", "whole", ("40", "30"), distinct=60),
    column("decided_on", "date", distinct=300),
    column("risk_score", "number", distinct=900),
    column("approved", "whole", ("1", "0")),
    column("repaid", "whole", ("1", "0")),
    column("car", values=("yes", "no")),
)


def test_a_loan_log_is_understood_by_its_names() -> None:
    guess = guess_roles(LOANS)
    assert guess.decision is not None
    assert guess.decision.column.name == "approved"
    assert guess.decision.reason == "the word 'approved' in its name"
    assert guess.outcome is not None and guess.outcome.column.name == "repaid"
    assert guess.score is not None and guess.score.column.name == "risk_score"
    assert guess.time is not None and guess.time.column.name == "decided_on"
    assert guess.person is not None and guess.person.column.name == "applicant_id"
    assert [(one.name, one.column.name) for one in guess.groups] == [
        ("sex", "Sex"), ("race", "raceEth"), ("age", "age"),
    ]  # fmt: skip
    assert guess.groups[2].cut == (25, 40, 62)


def test_an_id_that_never_repeats_is_no_person_with_several_rows() -> None:
    assert guess_roles([column("id", "whole", distinct=1000)]).person is None


def test_one_column_of_two_values_is_a_decision_and_two_are_a_question() -> None:
    one, other = column("income", values=("<=50K", ">50K")), column("phone", values=("a", "b"))
    decision = guess_roles([one]).decision
    assert decision is not None and decision.reason == "its two values <=50K and >50K"
    both = guess_roles([one, other])
    assert both.decision is None
    assert both.candidates == (one, other)


def test_two_columns_of_the_same_meaning_keep_their_own_names() -> None:
    guess = guess_roles([column("sex", values=("m", "f")), column("gender", values=("m", "f"))])
    assert [one.name for one in guess.groups] == ["sex", "gender"]


def test_a_word_inside_another_word_is_not_a_hint() -> None:
    assert guess_roles([column("Essex", values=("a", "b")), column("mileage")]).groups == ()


def test_the_draft_is_refused_until_favourable_is_set(tmp_path: Path) -> None:
    path = tmp_path / "audit.toml"
    path.write_text(write_audit_file(guess_roles(LOANS), "log.csv"), encoding="utf-8")
    with pytest.raises(SpecError) as told:
        read(path)
    assert [fault.what.split(":")[0] for fault in told.value.faults] == [
        "'favourable' is missing", "'outcome_favourable' is missing",
    ]  # fmt: skip
    text = path.read_text(encoding="utf-8")
    assert "# favourable =     # good for the person: asked, never guessed." in text
    filled = text.replace("# favourable =  ", "favourable = 1")
    path.write_text(filled.replace("# outcome_favourable =  ", "outcome_favourable = 1"), "utf-8")
    assert read(path).spec.groups["race"].unknown == ("", "NA")


def test_every_guess_in_the_draft_is_marked() -> None:
    text = write_audit_file(guess_roles(LOANS), "log.csv")
    guessed = [line for line in text.splitlines() if line.startswith(("[groups.", "decision ="))]
    assert len(guessed) == 4
    assert all("# guessed from" in line and line.endswith(": check") for line in guessed)


def test_answers_stand_in_place_of_guesses() -> None:
    said = Answers(name="Cars", decision=LOANS[8], favourable="yes", no_outcome=True)
    data = tomllib.loads(write_audit_file(guess_roles(LOANS), "log.csv", said))
    assert data["system"]["name"] == "Cars"
    assert data["decisions"]["decision"] == "car"
    assert data["decisions"]["favourable"] == "yes"
    assert "outcome" not in data["decisions"]


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
profiles = st.builds(
    ColumnProfile, name=anything | st.sampled_from(["sex", "approved", "age", "default", "p_id"]),
    kind=st.sampled_from(KINDS), distinct=st.integers(0, 100),
    values=st.lists(anything | st.sampled_from(["1", "true", "nan"]), max_size=3).map(tuple),
    missing=st.integers(0, 5), rows=st.integers(0, 100),
)  # fmt: skip


@given(st.lists(profiles, max_size=6, unique_by=lambda one: one.name))
def test_a_draft_is_always_toml_and_gives_a_column_one_role(columns: list[ColumnProfile]) -> None:
    data = tomllib.loads(write_audit_file(guess_roles(columns), "a.csv"))
    named = [data["decisions"].get(role) for role in
             ("decision", "outcome", "score", "time", "person", "weight")]  # fmt: skip
    named += [group.get("column", name) for name, group in data.get("groups", {}).items()]
    used = [one for one in named if one is not None]
    assert len(used) == len(set(used))
    assert set(used) <= {one.name for one in columns}
