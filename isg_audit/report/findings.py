"""Pages of findings: what is not met or not settled, the weightiest first.

Imports `evidence` and the other modules of this room. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isg_audit.evidence import Answer, ChecklistVerdict, ItemVerdict, Source
from isg_audit.report.comparison_tables import table_of
from isg_audit.report.comparisons import Comparisons, comparisons_of
from isg_audit.report.figures import figure_of
from isg_audit.report.headlines import headline, lead, loss
from isg_audit.report.lookup import (
    ORDER,
    Lookup,
    attribute,
    by_weight,
    group_name,
    is_of_model,
    short_title,
)
from isg_audit.report.pages import Fact, Figure, Finding, Table, Verdict
from isg_audit.report.wording import SEVERITIES, short, visible

MOST_FIGURES = 3
Pair = tuple[ChecklistVerdict, ItemVerdict]


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
    return tuple(sorted(chosen, key=_place))


def _place(one: Subjectmatter) -> tuple[bool, bool]:
    """What is not met comes before what is not settled, and figures before answers."""
    item = one.pair[1]
    return item.word == "inconclusive", all(one.value is None for one in item.groups)


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
    checklist, item = subject.pair
    words = look.words
    drawn: list[Figure] = []
    listed: list[Table] = []
    for part in _weightiest(item):
        figure = figure_of(item, part, look, figures)
        drawn.append(figure)
        listed.append(table_of(item, part, look, tables, figure.number))
    measured = bool(item.groups)
    return Finding(
        anchor=f"finding-{number}",
        label=words.say("Finding %(number)s", number=number),
        verdict=verdict_of(item, look),
        heading=headline(item, look),
        lead=tuple(part for part in (lead(item, look), visible(item.sentence)) if part),
        facts=tuple(_facts(subject, look)),
        figures=tuple(drawn),
        tables=tuple(listed),
        means=tuple(_means(item, look)),
        not_shown=tuple(_not_shown(item, look)) if measured else (),
        recommendation=visible(item.recommendation),
        clauses=tuple(clause(one, look) for one in item.sources),
        answer=answered(item.answer, look),
    )


def _weightiest(item: ItemVerdict) -> tuple[Comparisons, ...]:
    """The parts with the weightiest groups, these first; the rest stands in the attached file."""

    def weight(part: Comparisons) -> tuple[int, ...]:
        said = [one.word for _, groups in part.groups for one in groups]
        return tuple(-(word in said) for word in ORDER)

    drawn = [
        part
        for part in comparisons_of(item)
        if any(one.value is not None for _, groups in part.groups for one in groups)
    ]
    return tuple(sorted(drawn, key=weight)[:MOST_FIGURES])


def _facts(subject: Subjectmatter, look: Lookup) -> Iterator[Fact]:
    checklist, item = subject.pair
    words, numbers = look.words, look.numbers
    yield Fact(words.say("Requirement"), visible(item.id), short_title(checklist))
    for other, same in subject.same:
        said = f"{visible(same.id)}: {words.verdict(same.word)}"
        yield Fact(words.say("The same figures decide"), said, short_title(other))
    severity = words.say(SEVERITIES[item.severity.word])
    yield Fact(words.say("Severity"), severity, visible(item.severity.reason))
    worst = [one for one in by_weight(item.groups) if one.word == item.word and one.n]
    for origin in (False, True):
        ours = [one for one in worst if is_of_model(one.measure) is origin]
        by = ours[0].by if ours else ""
        if not by or (
            origin and ours[0].n in {one.n for one in worst if not is_of_model(one.measure)}
        ):
            continue
        people = sum(one.n or 0 for one in ours if one.by == by)
        label = {
            "fail": words.say("People in failing groups"),
            "inconclusive": words.say("People in unsettled groups"),
        }.get(item.word, words.say("People"))
        yield Fact(label, numbers.count(people), attribute(by), large=True)
    if worst and worst[0].affected is not None and worst[0].affected > 0:
        one = worst[0]
        yield Fact(
            words.say("The gap stands for"),
            words.say("about %(people)s people", people=numbers.count(one.affected)),
            f"{short(group_name(one), 60)} {loss(one, look)}".strip(),
            large=True,
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
