"""What is not known: unanswered, not assessed, unsettled, set aside; and what would settle it.

Imports `evidence` and the other modules of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import ItemVerdict
from isg_audit.report.findings import subjects
from isg_audit.report.lookup import MODEL, Lookup, attribute
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.wording import visible

STATES = ("error", "inconclusive", "unanswered", "not assessed", "waived")


def open_section(look: Lookup, tables: Iterator[int]) -> Section:
    """The section: one table of everything open that has no page of its own."""
    words = look.words
    blocks = []
    listed = _listed(look, tables)
    if listed is not None:
        blocks.append(Block(tables=(listed,)))
    missing = tuple(_missing(look))
    if missing:
        blocks.append(Block(words.say("Measures that gave nothing"), points=missing))
    lead = words.say(
        "Nothing in this section means that a requirement is met. Each entry says what would "
        "settle it."
    )
    if not blocks:
        lead = words.say("Every requirement was settled, and every measure gave a result.")
    return Section(
        "open",
        words.say("Open questions"),
        words.say("What we do not know, and what would settle it"),
        lead,
        tuple(blocks),
        wide=True,
    )


def _listed(look: Lookup, tables: Iterator[int]) -> Table | None:
    words = look.words
    paged = {id(one.pair[1]) for one in subjects(look)}
    headings = {
        "error": words.say("Stopped by an error"),
        "inconclusive": words.say("Not settled; the same figures stand in a finding above"),
        "unanswered": words.say("Nobody has answered"),
        "not assessed": words.say("No test was possible"),
        "waived": words.say("Set aside"),
    }
    rows: list[TableRow] = []
    for word in STATES:
        items = [item for _, item in look.of_word(word) if id(item) not in paged]
        if items:
            rows.append(TableRow((TableCell(headings[word]),), section=True))
            rows += [_row(item, look) for item in items]
    if not rows:
        return None
    columns = (
        Column(words.say("No."), 9),
        Column(words.say("Requirement, and why it is open"), 44),
        Column(words.say("State"), 15),
        Column(words.say("What would settle it"), 32),
    )
    caption = words.say("Table %(table)s. Open requirements", table=next(tables))
    return Table(caption, "", columns, tuple(rows))


def _row(item: ItemVerdict, look: Lookup) -> TableRow:
    return TableRow(
        (
            TableCell(visible(item.id)),
            TableCell(visible(item.title), below=visible(item.sentence)),
            TableCell(look.words.verdict(item.word), verdict=item.word),
            TableCell(_settles(item, look)),
        )
    )


def _settles(item: ItemVerdict, look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    if item.waiver is not None:
        real = words.verdict(item.real_word) if item.real_word else words.say("not known")
        return words.say(
            "Without the waiver: %(word)s. Set aside by %(by)s until %(until)s: %(why)s",
            word=real,
            by=visible(item.waiver.by),
            until=numbers.day(item.waiver.until),
            why=visible(item.waiver.justification),
        )
    return visible(item.recommendation) or words.say(
        "An answer with evidence, by the person responsible."
    )


def _missing(look: Lookup) -> Iterator[str]:
    """Measures without a result: those of everybody by their reason, the others by attribute."""
    words = look.words
    by_reason: dict[str, list[str]] = {}
    by_attribute: dict[str, list[str]] = {}
    for one in look.results.not_measured:
        quantity = one.measure.partition(".")[2].removeprefix(MODEL)
        name = look.vocabulary.quantity(quantity)
        gathered = by_attribute if one.by else by_reason
        names = gathered.setdefault(one.by or visible(one.reason).rstrip("."), [])
        if name not in names:
            names.append(name)
    for reason, names in by_reason.items():
        yield words.say(
            "%(reason)s: %(names)s.",
            reason=reason[:1].upper() + reason[1:],
            names=words.listed(names, 30),
        )
    for by, names in by_attribute.items():
        yield words.say(
            "By %(by)s, not for every group, mostly because too few people are in one; the reason "
            "for each group stands in the attached results: %(names)s.",
            by=attribute(by).lower(),
            names=words.listed(names, 30),
        )
