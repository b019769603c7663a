"""What is not known: unanswered, not assessed, unsettled, set aside; and what would settle it.

Imports `evidence` and the other modules of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import ItemVerdict
from isg_audit.report.findings import anchor_of, settled_by, subjects, verdict_of
from isg_audit.report.lookup import Lookup, by_weight, group_name
from isg_audit.report.pages import Block, Note, Section
from isg_audit.report.wording import short, visible


def open_section(look: Lookup) -> Section:
    """The section; its blocks are the states that occur."""
    words = look.words
    paged = {id(one.pair[1]) for one in subjects(look)}
    headings = {
        "error": words.say("Stopped by an error"),
        "inconclusive": words.say("Not settled"),
        "unanswered": words.say("Nobody has answered"),
        "not assessed": words.say("No test was possible"),
        "waived": words.say("Set aside"),
    }
    blocks = []
    for word, heading in headings.items():
        pairs = [pair for pair in look.of_word(word) if id(pair[1]) not in paged]
        if pairs:
            notes = tuple(
                Note(
                    verdict_of(item, look),
                    look.words.verdict(item.word),
                    visible(item.title),
                    visible(item.sentence),
                    tuple(_below(item, look)),
                    anchor_of(checklist.id, item.id),
                )
                for checklist, item in pairs
            )
            blocks.append(Block(heading, notes=notes))
    missing = [
        words.say("%(measure)s: %(reason)s.", measure=visible(one.measure), reason=visible(one.reason).rstrip("."))
        for one in look.results.not_measured
    ]
    if missing:
        blocks.append(Block(words.say("Measures that gave nothing"), points=tuple(missing)))
    lead = words.say(
        "Nothing in this section means that a requirement is met. Each entry says what would settle it."
    )
    if not blocks:
        lead = words.say("Every requirement was settled, and every measure gave a result.")
    return Section("open", words.say("Open questions"), words.say("What we do not know, and what would settle it"),
                   lead, tuple(blocks))  # fmt: skip


def _below(item: ItemVerdict, look: Lookup) -> Iterator[str]:
    words, numbers = look.words, look.numbers
    if item.waiver is not None:
        real = words.verdict(item.real_word) if item.real_word else words.say("not known")
        yield words.say(
            "Without the waiver: %(word)s. Set aside by %(by)s until %(until)s: %(why)s",
            word=real, by=visible(item.waiver.by), until=numbers.day(item.waiver.until),
            why=visible(item.waiver.justification),
        )  # fmt: skip
        return
    for one in by_weight(item.groups):
        if one.word == "inconclusive" and (
            said := settled_by(one.cases_needed, short(group_name(one), 60), look)
        ):
            yield said
    if item.kind == "answered" and item.answer is None:
        yield words.say("What would settle it: an answer with evidence, by the person responsible.")
    if item.recommendation:
        yield words.say("What to do: %(what)s", what=visible(item.recommendation))
