"""What the pages say: every state, people, limits; nothing that a bundle does not hold."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace

import pytest
from babel.messages.extract import extract_from_file
from hypothesis import given
from hypothesis import strategies as st

from isg_audit.evidence import JudgedGroup, Results, Subject, Word
from isg_audit.report.comparisons import Comparisons, comparisons_of, figures_of
from isg_audit.report.concerned import concerned
from isg_audit.report.document import document_of
from isg_audit.report.lookup import ORDER, lookup_of, weight
from isg_audit.report.pages import Finding, Report
from isg_audit.report.publish import Documents
from isg_audit.report.vocabulary import vocabulary_of
from isg_audit.report.wording import VERDICTS, first_sentences, short, visible, words_of
from isg_audit.resources import templates_folder
from tests.report.specimen import results

FINGERPRINTS = [("results.json", "0" * 64)]
WRITTEN_BY_NOBODY = ("unbiased", "debiased", "compliant", "solved")


def strings(one: object) -> list[str]:
    if isinstance(one, str):
        return [str(one)]
    if isinstance(one, tuple | list):
        return [said for part in one for said in strings(part)]
    if is_dataclass(one):
        return [said for field in fields(one) for said in strings(getattr(one, field.name))]
    return []


@pytest.fixture(scope="module")
def report() -> Report:
    return document_of(lookup_of(results()), FINGERPRINTS)


def test_every_verdict_word_stands_in_the_report(documents: Documents) -> None:
    html = documents.report_html.decode()
    for word in ORDER:
        assert f"v-{word.replace(' ', '-')}" in html
        assert VERDICTS[word] in html


def test_page_one_counts_every_state_and_gives_no_score(report: Report) -> None:
    cover = report.cover
    counts = {one.verdict.word: one.count for one in (*cover.tallies, *cover.further)}
    words = [item.word for one in results().checklists for item in one.items]
    assert counts == {word: str(words.count(word)) for word in ORDER}
    assert not re.search(r"\d ?%|score|grade|out of", cover.conclusion)


def test_what_is_not_known_is_said_on_page_one(report: Report) -> None:
    assert "we do not know" in report.cover.conclusion
    assert "No statement by people who are affected" in report.cover.voices


def test_the_voice_of_people_affected_is_told_apart_from_that_of_staff() -> None:
    whole = results().model_dump()
    whole["checklists"][0]["items"][4]["answer"]["role"] = "representative of applicants"
    cover = document_of(lookup_of(Results.model_validate(whole)), FINGERPRINTS).cover
    assert "answered part of this audit" in cover.voices


def test_findings_come_in_the_order_of_word_severity_and_people(report: Report) -> None:
    items = {item.id: item for one in results().checklists for item in one.items}
    shown = [items[one.facts[0].said] for one in report.findings]
    assert shown == sorted(shown, key=weight)
    assert [one.word for one in shown][:2] == ["error", "fail"]


def _finding(report: Report, word: str) -> Finding:
    return next(one for one in report.findings if one.verdict.word == word and one.figures)


def test_the_log_comes_first_and_the_model_second(report: Report) -> None:
    finding = _finding(report, "fail")
    assert finding.heading == "Black: would be approved clearly less often by the model"
    assert [one.measured.partition(".")[0] for one in finding.figures] == [
        "The decisions in the log",
        "The model’s decisions",
    ]


def test_log_and_model_share_a_table_and_few_rows_a_figure(report: Report) -> None:
    table = _finding(report, "fail").tables
    assert [column.head for column in table[0].columns][:2] == ["Group", "By"]
    black = [[one.said for one in row.cells[:2]] for row in table[0].rows if not row.section]
    assert black.index(["Black", "log"]) + 1 == black.index(["Black", "model"])
    part = comparisons_of(
        next(item for one in results().checklists for item in one.items if item.groups)
    )[0]
    few = replace(part, groups=((part.groups[0][0], part.groups[0][1][:1]),))
    ours, theirs = replace(few, measure="fairness.a"), replace(few, measure="fairness.model_a")
    assert figures_of((ours, theirs)) == ((ours, theirs),)
    many = replace(few, groups=((few.groups[0][0], few.groups[0][1] * 9),))
    assert figures_of((many, ours)) == ((many,), (ours,))


def test_people_of_several_attributes_are_listed_and_of_one_are_added_up() -> None:
    item = next(one for part in results().checklists for one in part.items if one.word == "fail")
    judged = next(one for one in item.groups if one.word == "fail")

    def people(*named: tuple[str, str, int]) -> str:
        groups = tuple(
            judged.model_copy(update={"by": by, "group": group, "n": n}) for by, group, n in named
        )
        changed = item.model_copy(update={"groups": groups})
        return next(concerned(changed, lookup_of(results()))).said

    assert people(("race", "Black", 197), ("race", "Hispanic", 111)) == "308"
    assert people(("race", "Black", 197), ("area", "over 30%", 103)) == "197 Black; 103 over 30%"


def test_the_summary_leads_with_the_gap_of_most_people_and_its_rates(report: Report) -> None:
    assert re.match(
        r"(In the log|By the model), \d+\.\d% of the group \w+ .* approved, against \d+\.\d% of "
        r"the group \w+; the gap stands for about \d+ people \(95% interval \d+ to \d+\)\. \d+ of "
        r"\d+ requirements that apply are not met; \d+ more could not be settled",
        report.summary.lead,
    )
    rows = [
        group.affected or 0
        for one in results().checklists
        for item in one.items
        if item.word == "fail"
        for group in item.groups
        if group.word == "fail"
    ]
    assert f"about {max(rows):.0f}" in [one.said for one in report.summary.figures]


def test_entries_of_the_contents_are_whole(report: Report) -> None:
    assert not any("…" in heading for _, _, heading in report.contents)


def test_a_finding_says_all_that_belongs_to_it(report: Report) -> None:
    for one in report.findings:
        assert one.heading
        assert one.clauses
        assert one.answer
        assert one.recommendation or one.verdict.word == "error"
        assert not one.figures or (one.not_shown and one.tables)


def test_figures_and_tables_are_numbered_in_the_order_of_the_pages(report: Report) -> None:
    figures = [one.number for finding in report.findings for one in finding.figures]
    figures += [
        one.number
        for section in report.sections
        for block in section.blocks
        for one in block.figures
    ]
    assert figures == list(range(1, len(figures) + 1))


def test_withheld_groups_are_named_but_not_counted(report: Report) -> None:
    told = [
        cell.said
        for finding in report.findings
        for table in finding.tables
        for row in table.rows
        if row.cells[0].said == "Other × Female"
        for cell in row.cells
    ]
    assert told == ["Other × Female", "—", "not published", "—", "—", "Not assessed"]


def test_items_without_a_pass_mark_take_no_page_and_no_colour(report: Report) -> None:
    assert not any("NY-1" in said for one in report.findings for said in strings(one))


def test_rows_have_a_cell_for_every_column(report: Report) -> None:
    tables = [table for one in report.findings for table in one.tables]
    tables += [
        table
        for section in (report.glance, *report.sections)
        for block in section.blocks
        for table in block.tables
    ]
    for table in tables:
        assert 99 <= sum(one.share for one in table.columns) <= 101
        for row in table.rows:
            assert len(row.cells) == (1 if row.section else len(table.columns))
            assert all(cell.said for cell in row.cells), "no empty cells"


def test_an_audit_of_a_log_alone_says_that_nothing_is_explained() -> None:
    report = document_of(lookup_of(results(model=None)), FINGERPRINTS)
    section = next(one for one in report.sections if one.anchor == "explanations")
    assert "No model was available" in section.lead
    assert section.blocks == ()


def test_an_audit_that_found_nothing_renders_and_claims_nothing() -> None:
    report = document_of(
        lookup_of(results(checklists=(), measurements=(), not_measured=())), FINGERPRINTS
    )
    assert report.findings == ()
    assert "no verdicts" in report.cover.conclusion


def test_words_that_nobody_may_write(report: Report) -> None:
    for said in strings(report):
        assert not any(word in said.lower() for word in WRITTEN_BY_NOBODY), said


@pytest.mark.parametrize(
    ("decision", "favourable", "said"),
    [
        ("approved", "1", "approved"),
        ("status", "Granted", "granted"),
        ("denied", "0", ""),
        ("decision", "A", ""),
        ("need", "1", ""),
    ],
)
def test_the_favourable_decision_is_called_what_people_call_it(
    decision: str, favourable: str, said: str
) -> None:
    values = results().subject.model_dump() | {"decision": decision, "favourable": favourable}
    assert vocabulary_of(Subject.model_validate(values), words_of("en")).favourable == said


def _method(**changes: object) -> str:
    """The words of the method section, of a release with such a conformance run."""
    made = results().provenance
    run = None if changes.get("run") is None else made.conformance.model_copy(update=changes)  # type: ignore[union-attr]
    given = results(provenance=made.model_copy(update={"conformance": run}))
    return " ".join(strings(document_of(lookup_of(given), FINGERPRINTS)))


def test_the_conformance_run_of_the_release_stands_on_the_method_page() -> None:
    said = "Conformance suite 1, 2026-03-01: 272 checks passed, 0 failed and 0 were not run"
    assert said in _method(run="full")
    assert "says nothing of its numbers" not in _method(run="full")
    assert "3 failed" in _method(run="full", failed=3)


def test_a_run_that_says_nothing_of_this_release_is_named_so() -> None:
    assert "says nothing of its numbers" in _method(run="full", isg_audit="0.0.9")
    assert "says nothing of its numbers" in _method(run="quick")
    assert "came without a record of a conformance run" in _method()


def test_a_language_without_a_catalogue_is_english_and_says_so() -> None:
    for asked in ("xx", "fr", "not a language", ""):
        assert words_of(asked).language == "en"
    assert (
        lookup_of(results(language="fr")).words.say("Finding %(number)s", number=1) == "Finding 1"
    )


def test_lists_are_read_like_a_sentence() -> None:
    words = words_of("en")
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(list("abcdefg"), 3) == "a, b and 5 more"
    assert words.plural("%(n)s person", "%(n)s people", 1) == "1 person"
    assert words.plural("%(n)s person", "%(n)s people", 1989) == "1,989 people"


@given(st.text(max_size=400), st.integers(5, 200))
def test_shortened_text_is_short_and_begins_as_it_did(said: str, at_most: int) -> None:
    assert len(short(said, at_most)) <= at_most
    assert said.startswith(short(said, at_most).rstrip("…")) or len(said) <= at_most
    assert len(first_sentences(said, at_most)) <= at_most


@given(st.text())
def test_visible_text_holds_no_control_characters(said: str) -> None:
    assert not re.search("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", visible(said))
    assert visible(visible(said)) == visible(said)


def test_the_catalogue_can_be_extracted_from_the_templates() -> None:
    template = templates_folder() / "report.html.j2"
    found = [
        message
        for _, message, _, _ in extract_from_file(
            "jinja2.ext:babel_extract", str(template), options={"newstyle_gettext": "true"}
        )
    ]
    assert {"Summary", "What we found", "What it does not show"} <= set(found)


def test_of_many_combinations_the_weightiest_are_shown() -> None:
    def group(at: int, word: Word, value: float | None) -> JudgedGroup:
        name = f"a{at} × b × c"
        return JudgedGroup(by="x × y × z", group=name, versus="rest", measure="impact.small_groups",
                           metric="favourable_rate.difference", word=word, value=value, n=20 + at,
                           withheld=value is None)  # fmt: skip

    groups = (*(group(at, "pass", 0.1) for at in range(20)), group(20, "fail", -0.4),
              group(21, "fail", None), group(22, "inconclusive", -0.1))  # fmt: skip
    part = Comparisons("m", "favourable_rate.difference", (("x × y × z", groups),), False)
    shown = dict(part.weightiest(5).groups)["x × y × z"]
    assert part.crossed
    assert [one.word for one in shown if one.word != "pass"] == ["fail", "inconclusive"]
    assert len(shown) == 5
    assert all(one.value is not None for one in shown)
