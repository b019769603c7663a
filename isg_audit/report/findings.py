"""Pages of findings: what is not met or not settled, the weightiest first.

Imports `evidence` and the other modules of this room. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isg_audit.evidence import Answer, ChecklistVerdict, ItemVerdict, Source
from isg_audit.report.ahead import sureness
from isg_audit.report.comparison_tables import table_of
from isg_audit.report.comparisons import Comparisons, comparisons_of, figures_of, tables_of
from isg_audit.report.concerned import concerned
from isg_audit.report.figures import figure_of
from isg_audit.report.headlines import entry, headline
from isg_audit.report.lookup import (
    ORDER,
    Lookup,
    attribute,
    is_of_model,
    short_title,
)
from isg_audit.report.pages import Fact, Figure, Finding, Verdict
from isg_audit.report.told import told
from isg_audit.report.wording import SEVERITIES, visible

MOST_FIGURES, MOST_MATRICES = 3, 4
Pair = tuple[ChecklistVerdict, ItemVerdict]

YES_OR_NO = ("simpson_reversal",)
"""Metrics that a sentence tells, and no picture."""


@dataclass(frozen=True, slots=True)
class Subjectmatter:
    """A requirement with a page of its own, and others that the same figures decide."""

    pair: Pair
    same: tuple[Pair, ...]


def subjects(look: Lookup) -> tuple[Subjectmatter, ...]:
    """What gets a page: every fail and error, and every measured requirement left open."""
    chosen: list[Subjectmatter] = []
    for pair in look.of_word("error", "fail", "inconclusive"):
        item = pair[1]
        if item.word == "inconclusive" and not item.groups:
            continue
        for at, one in enumerate(chosen):
            if item.groups and _covers(one.pair[1], item):
                chosen[at] = Subjectmatter(one.pair, (*one.same, pair))
                break
        else:
            chosen.append(Subjectmatter(pair, ()))
    return tuple(chosen)


def _covers(one: ItemVerdict, other: ItemVerdict) -> bool:
    """Whether the figures of `one` show every comparison of `other` against the same limit."""
    ours = {(g.measure, g.metric, g.by, g.group, g.versus) for g in one.groups}
    theirs = {(g.measure, g.metric, g.by, g.group, g.versus) for g in other.groups}
    return one.tolerance == other.tolerance and theirs <= ours


def verdict_of(item: ItemVerdict, look: Lookup) -> Verdict:
    """The verdict as printed."""
    return Verdict(item.word, look.words.verdict(item.word))


def findings_of(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> tuple[Finding, ...]:
    """All findings, in the order of their weight."""
    return tuple(
        _finding(subject, number, look, figures, tables)
        for number, subject in enumerate(subjects(look), start=1)
    )


def _finding(
    subject: Subjectmatter, number: int, look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> Finding:
    item = subject.pair[1]
    words = look.words
    parts, listed = _weightiest(item)
    drawn: list[Figure] = []
    for alike in figures_of(parts):
        explained = not any(one.reading for one in drawn)
        drawn.append(figure_of(item, alike, look, figures, explained=explained))
    measured = bool(item.groups)
    return Finding(
        anchor=f"finding-{number}",
        label=words.say("Finding %(number)s", number=number),
        verdict=verdict_of(item, look),
        heading=headline(item, look),
        entry=entry(item, look),
        lead=told(item, look),
        facts=tuple(_facts(subject, look)),
        figures=tuple(drawn),
        tables=tuple(table_of(item, alike, look, tables) for alike in tables_of(listed)),
        means=tuple(_means(item, look)),
        not_shown=tuple(_not_shown(item, look)) if measured else (),
        recommendation=visible(item.recommendation),
        clauses=tuple(clause(one, look) for one in item.sources),
        answer=answered(item.answer, look),
    )


def _weightiest(item: ItemVerdict) -> tuple[tuple[Comparisons, ...], tuple[Comparisons, ...]]:
    """The parts to draw and those to list, the log's before the model's.

    Drawn are those with the weightiest groups; listed are they and every pair of attributes.
    """

    def weight(part: Comparisons) -> tuple[int | bool, ...]:
        said = [one.word for _, groups in part.groups for one in groups]
        return min(ORDER.index(word) for word in said), is_of_model(part.measure)

    found = [
        part
        for part in comparisons_of(item)
        if part.metric not in YES_OR_NO
        and any(one.value is not None for _, groups in part.groups for one in groups)
    ]
    most = MOST_MATRICES if all(part.matrix for part in found) else MOST_FIGURES
    drawn = sorted(found, key=weight)[:most]
    listed = [part for part in found if part in drawn or part.matrix]

    def origin(part: Comparisons) -> bool:
        return is_of_model(part.measure)

    return tuple(sorted(drawn, key=origin)), tuple(sorted(listed, key=origin))


def _facts(subject: Subjectmatter, look: Lookup) -> Iterator[Fact]:
    checklist, item = subject.pair
    words = look.words
    yield Fact(words.say("Requirement"), visible(item.id), short_title(checklist))
    for other, same in subject.same:
        said = f"{visible(same.id)}: {words.verdict(same.word)}"
        yield Fact(words.say("The same figures decide"), said, short_title(other))
    severity = words.say(SEVERITIES[item.severity.word])
    yield Fact(words.say("Severity"), severity, visible(item.severity.reason))
    yield from concerned(item, look)
    sure = sureness(item, look)
    if sure:
        yield Fact(
            words.say("Comparisons allowed for"),
            look.numbers.count(item.comparisons),
            words.say("A fail is decided at %(sure)s confidence.", sure=sure),
        )


def _means(item: ItemVerdict, look: Lookup) -> Iterator[str]:
    if item.why:
        yield visible(item.why)
    withheld = sum(one.withheld for one in item.groups)
    if withheld:
        yield look.words.plural(
            "The numbers of %(n)s group are not published, to protect the people in it. It was "
            "judged all the same.",
            "The numbers of %(n)s groups are not published, to protect the people in them. They "
            "were judged all the same.",
            withheld,
        )
    others = sum(not one.decides for one in item.groups)
    if others:
        yield look.words.plural(
            "%(n)s comparison is shown but does not decide: too small a share of the people.",
            "%(n)s comparisons are shown but do not decide: too small a share of the people.",
            others,
        )


def _not_shown(item: ItemVerdict, look: Lookup) -> Iterator[str]:
    if item.does_not_show:
        yield visible(item.does_not_show)
    else:
        yield look.words.say(
            "The figures describe groups. They do not say why the gap is there, and do not by "
            "themselves "
            "prove unlawful discrimination."
        )
    bys = {by for one in item.groups for by in one.by.split(" × ")}
    unknown = [one for one in look.results.subject.attributes if one.name in bys and one.unknown]
    if unknown:
        named = [
            look.words.plural(
                "%(by)s of %(n)s person",
                "%(by)s of %(n)s people",
                one.unknown or 0,
                by=attribute(one.name).lower(),
            )
            for one in unknown
        ]
        yield look.words.say(
            "Not known, and not included: %(named)s.", named=look.words.listed(named, 6)
        )


def clause(source: Source, look: Lookup) -> str:
    """A clause, then in brackets its date, its status, and whether its text was read."""
    words = look.words
    named = ", ".join(visible(part) for part in (source.instrument, source.clause) if part)
    known = [look.numbers.day(source.dated)] if source.dated else []
    known.append(visible(source.status))
    if not source.verified:
        known.append(words.say("unverified"))
    return f"{named} ({'; '.join(part for part in known if part)})"


def answered(answer: Answer | None, look: Lookup) -> str:
    """What the operator answered, by whom and when; or that nobody has."""
    words = look.words
    if answer is None:
        return words.say("The operator has not answered yet.")
    who = ", ".join(visible(one) for one in (answer.by, answer.role) if one)
    when = look.numbers.day(answer.on) if answer.on else ""
    said = f"“{visible(answer.answer)}”"
    if who or when:
        said += f" ({', '.join(one for one in (who, when) if one)})"
    for label, text in (
        (words.say("Comment"), answer.comment),
        (words.say("Dissent"), answer.dissent),
    ):
        if text:
            said += f". {label}: {visible(text)}"
    return said if said.endswith(".") else said + "."
