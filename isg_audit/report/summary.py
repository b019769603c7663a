"""Page two and the public summary: plain words, people before percentages.

Imports `evidence` and the other modules of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import ItemVerdict, Row
from isg_audit.report.ahead import could_show
from isg_audit.report.cover import conclusion, counted
from isg_audit.report.findings import Subjectmatter, subjects, verdict_of
from isg_audit.report.headlines import decisive, headline
from isg_audit.report.lookup import Lookup, group_name
from isg_audit.report.numbers import COUNT, RATE
from isg_audit.report.pages import Column, Fact, Note, Summary, Table, TableCell, TableRow
from isg_audit.report.summary_picture import picture_of
from isg_audit.report.task_section import task_facts
from isg_audit.report.task_words import task_words
from isg_audit.report.told import gap_in_words, largest_gap, told
from isg_audit.report.wording import SEVERITIES, first_sentences, short, visible


def summary_of(look: Lookup, most: int = 3) -> Summary:
    """The page model.

    Args:
        look: the results.
        most: findings and steps at most; the rest is counted.
    """
    chosen = subjects(look)
    subject, words, other = look.results.subject, look.words, task_words(look)
    owner = short(visible(subject.owner), 80) or words.say("the operator")
    rest = len(chosen) - most
    return Summary(
        lead=_lead(look),
        figures=tuple(_figures(look))[:4],
        found=tuple(_found(one, number, look) for number, one in enumerate(chosen[:most], 1)),
        more=words.plural(
            "%(n)s more finding stands in the report.",
            "%(n)s more findings stand in the report.",
            rest,
        )
        if rest > 0
        else "",
        next_steps=_steps(chosen, look, most),
        no_steps=words.say("The checklists name no step for the requirements above."),
        affected_heading=other.about_you[0]
        if other
        else words.say("If a decision was made about you"),
        affected=(
            other.about_you[1]
            if other
            else words.say(
                "This report describes groups. It cannot say why a decision about you was made."
            ),
            words.say(
                "You can ask %(owner)s for the reasons, and ask for a person to look at your "
                "case again. "
                "You can also say that a figure here does not match what you have seen.",
                owner=owner,
            ),
            *_redress(look),
        ),
        purpose=tuple(_purpose(look)),
        cannot_tell=tuple(_cannot_tell(look)),
        picture=picture_of(chosen, look),
    )


def _lead(look: Lookup) -> str:
    """The gap of most people in both rates, then the count of requirements."""
    found = largest_gap(look)
    gap = gap_in_words(found[1], found[0], look) if found else ""
    return f"{gap} {_count(look) if gap else conclusion(look)}".strip()


def _count(look: Lookup) -> str:
    """One sentence: how many requirements are not met, how many are not known to be."""
    words = look.words
    unmet = counted(look, "fail")
    opened = counted(look, "inconclusive", "unanswered", "not assessed", "error")
    apply = len(look.items) - counted(look, "not applicable")
    of = words.plural("%(n)s requirement that applies", "%(n)s requirements that apply", apply)
    first = words.plural("%(n)s of %(of)s is not met", "%(n)s of %(of)s are not met", unmet, of=of)
    if not opened:
        return f"{first}."
    return words.plural(
        "%(first)s; %(n)s more could not be settled or was not answered.",
        "%(first)s; %(n)s more could not be settled or were not answered.",
        opened,
        first=first,
    )


def _purpose(look: Lookup) -> Iterator[str]:
    subject, words = look.results.subject, look.words
    if subject.purpose:
        yield short(visible(subject.purpose), 400)
    other = task_words(look)
    if other:
        yield other.purpose
        return
    if look.vocabulary.favourable:
        yield words.say(
            "The decision that is good for a person is to be %(received)s.",
            received=look.vocabulary.favourable,
        )
    else:
        yield words.say(
            "The decision that is good for a person is recorded as %(column)s = %(value)s; here "
            "it is "
            "called the favourable decision.",
            column=short(visible(subject.decision), 60),
            value=short(visible(subject.favourable), 60),
        )
    if look.both_decide():
        yield words.say(
            "Two things were measured: the decisions in the log, and what the model alone would "
            "have decided."
        )


def _figures(look: Lookup) -> Iterator[Fact]:
    """Three or four numbers: cases, people concerned, people whom the gap stands for, worst off."""
    words, numbers, subject = look.words, look.numbers, look.results.subject
    other = task_words(look)
    noun = words.plural("case decided", "cases decided", subject.cases)
    yield Fact(other.cases if other else noun, numbers.count(subject.cases), large=True)
    if other:
        yield from task_facts(look)
        return
    overall = look.row("fairness.favourable_rate", "favourable_rate")
    if overall is not None and overall.value is not None:
        yield Fact(
            words.say(
                "of everybody were %(received)s (interval %(spread)s)",
                received=look.vocabulary.received(),
                spread=numbers.spread(overall.low, overall.high, RATE),
            ),
            numbers.said(overall.value, RATE),
            large=True,
        )
    yield from _gap(look)
    worst = lowest(look)
    if worst is not None:
        yield Fact(
            words.say(
                "in the group %(group)s, the lowest rate published (%(people)s people)",
                group=short(group_name(worst), 50),
                people=numbers.count(worst.n),
            ),
            numbers.said(worst.value, RATE),
            large=True,
        )


def lowest(look: Lookup) -> Row | None:
    """The group with the lowest rate of favourable decisions in the log, of those published."""
    rows = [
        one
        for one in look.family("fairness.favourable_rate")
        if one.metric == "favourable_rate"
        and one.group
        and one.value is not None
        and not one.versus
    ]
    return min(rows, key=lambda one: one.value or 0.0, default=None)


def _gap(look: Lookup) -> Iterator[Fact]:
    words, numbers = look.words, look.numbers
    found = largest_gap(look)
    if found is None:
        return
    group = found[1]
    said = words.say(
        "more people of the group %(group)s would be %(received)s at the rate they are "
        "compared "
        "with (%(share)s interval %(spread)s)",
        group=short(group_name(group), 50),
        received=look.vocabulary.received(),
        share=numbers.percent(look.results.confidence),
        spread=numbers.spread(group.affected_low, group.affected_high, COUNT),
    )
    yield Fact(said, words.say("about %(n)s", n=numbers.count(group.affected)), large=True)


def _found(one: Subjectmatter, number: int, look: Lookup) -> Note:
    item = one.pair[1]
    words = look.words
    label = verdict_of(item, look).said
    if item.word in ("fail", "error"):
        severity = words.say(SEVERITIES[item.severity.word]).lower()
        label = words.say("%(word)s, %(severity)s severity", word=label, severity=severity)
    return Note(
        verdict=verdict_of(item, look),
        label=label,
        heading=short(headline(item, look), 150),
        said=f"{first_sentences(told(item, look)[0], 300)} {_could_show(item, look)}".strip(),
        below=(words.say("Finding %(number)s", number=number),),
        anchor=f"finding-{number}",
    )


def _could_show(item: ItemVerdict, look: Lookup) -> str:
    """What the first unsettled comparison could have shown, where the note does not say so yet."""
    first = next(iter(decisive(item)), None)
    said = could_show(first, look) if first is not None else ""
    return "" if said in told(item, look)[0] else said


def _steps(chosen: tuple[Subjectmatter, ...], look: Lookup, most: int) -> Table | None:
    """Recommendations, each once, with the findings that it answers."""
    words = look.words
    named: dict[str, list[tuple[int, ItemVerdict]]] = {}
    for number, one in enumerate(chosen, 1):
        if one.pair[1].recommendation:
            named.setdefault(visible(one.pair[1].recommendation), []).append((number, one.pair[1]))
    if not named:
        return None
    rows = []
    for said, found in list(named.items())[:most]:
        first, item = found[0]
        numbers = words.listed([look.numbers.count(number) for number, _ in found])
        finding = words.plural(
            "Finding %(numbers)s", "Findings %(numbers)s", len(found), numbers=numbers
        )
        answered = any(item.answer for _, item in found)
        answer = words.say("answered, see finding") if answered else words.say("no answer yet")
        rows.append(
            TableRow(
                (
                    TableCell(short(said, 190)),
                    TableCell(finding, anchor=f"finding-{first}"),
                    TableCell(words.say(SEVERITIES[item.severity.word])),
                    TableCell(answer),
                )
            )
        )
    columns = (
        Column(words.say("Recommendation"), 54),
        Column(words.say("For"), 15),
        Column(words.say("Severity"), 12),
        Column(words.say("Operator’s answer"), 19),
    )
    return Table("", "", columns, tuple(rows))


def _redress(look: Lookup) -> Iterator[str]:
    """What the checklists found about appeals, so that nobody is sent to a door that is shut."""
    words = look.words
    found = [item for _, item in look.items if item.area.lower() == "redress"]
    for item in found[:1]:
        yield words.say(
            "On appeals the audit found: %(title)s: %(word)s.",
            title=short(visible(item.title), 120),
            word=words.verdict(item.word).lower(),
        )


def _cannot_tell(look: Lookup) -> Iterator[str]:
    """One line a state, with the first requirements that are in it."""
    words = look.words
    taken = {id(one.pair[1]) for one in subjects(look)}
    for word in ("inconclusive", "unanswered", "not assessed"):
        items = [item for _, item in look.of_word(word) if id(item) not in taken]
        titles = [short(visible(item.title), 90) for item in items]
        if not titles:
            continue
        named = "; ".join(titles[:3])
        if word == "unanswered":
            yield words.plural(
                "%(n)s question has no answer: %(named)s.",
                "%(n)s questions have no answer, among them: %(named)s.",
                len(titles),
                named=named,
            )
        elif word == "not assessed":
            yield words.plural(
                "For %(n)s requirement no test was possible: %(named)s.",
                "For %(n)s requirements no test was possible, among them: %(named)s.",
                len(titles),
                named=named,
            )
        else:
            said = words.plural(
                "%(n)s more requirement is not settled: %(named)s.",
                "%(n)s more requirements are not settled, among them: %(named)s.",
                len(titles),
                named=named,
            )
            first = next(iter(decisive(items[0])), None)
            yield f"{said} {could_show(first, look) if first else ''}".strip()
