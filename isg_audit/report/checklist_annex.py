"""Annex: every requirement with its result, its clause, who answered, evidence and dissent.

Imports `evidence` and the other modules of this room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from isg_audit.evidence import ChecklistVerdict, ItemVerdict
from isg_audit.report.findings import clause
from isg_audit.report.lookup import Lookup
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.wording import SEVERITIES, short, visible


def checklist_annex(look: Lookup, label: str, tables: Iterator[int]) -> Section:
    """The annex: one table a checklist, and the answers that carry words of people."""
    words = look.words
    blocks = [block for one in look.results.checklists for block in _checklist(one, look, tables)]
    lead = words.say(
        "The requirements come from the checklists named here, which are kept with the evidence. "
        "“Unverified” marks a clause whose text was not read."
    )
    if not blocks:
        lead = words.say("No checklist was applied.")
    return Section(
        "checklists", label, words.say("All requirements"), lead, tuple(blocks), wide=True
    )


def _checklist(one: ChecklistVerdict, look: Lookup, tables: Iterator[int]) -> Iterator[Block]:
    words = look.words
    same = _same_reason(one)
    rows = []
    area = None
    for item in one.items:
        if item.area != area and not same:
            area = item.area
            rows.append(TableRow((TableCell(visible(area)),), section=True))
        rows.append(_row(item, look, silent=item.sentence == same))
    columns = (
        Column(words.say("No."), 9),
        Column(words.say("Requirement, and why it came out so"), 41),
        Column(words.say("Result"), 15),
        Column(words.say("Rests on"), 35, small=True),
    )
    caption = words.say(
        "Table %(table)s. %(title)s, version %(version)s",
        table=next(tables),
        title=short(visible(one.title), 100),
        version=visible(one.version),
    )
    note = "; ".join(visible(part) for part in (one.jurisdiction, one.status) if part)
    about = tuple(visible(said) for said in (same, one.note) if said)
    table = Table(caption, note, columns, tuple(rows), dense=True)
    yield Block(tables=(table,), after=about)
    voiced = [item for item in one.items if item.answer]
    if voiced:
        yield Block(paragraphs=(), tables=(_answers(one, voiced, look, tables),))


def _same_reason(one: ChecklistVerdict) -> str:
    """Why most of a checklist does not apply, where none of it does; else nothing."""
    if any(item.word != "not applicable" for item in one.items):
        return ""
    reasons = Counter(item.sentence for item in one.items)
    return reasons.most_common(1)[0][0] if reasons else ""


def _row(item: ItemVerdict, look: Lookup, *, silent: bool = False) -> TableRow:
    """The row of a requirement; silent where its reason is said once below the table."""
    said = "" if silent else visible(item.sentence)
    if item.waiver is not None:
        said += " " + look.words.say("Until %(until)s.", until=look.numbers.day(item.waiver.until))
    severity = look.words.say(SEVERITIES[item.severity.word]).lower()
    return TableRow(
        (
            TableCell(visible(item.id)),
            TableCell(visible(item.title), below=said),
            TableCell(
                look.words.verdict(item.word),
                verdict=item.word,
                below=look.words.say("%(severity)s severity", severity=severity)
                if item.word not in ("pass", "not applicable")
                else "",
            ),
            TableCell(
                "; ".join(clause(one, look) for one in item.sources) or "—"
                if item.word != "not applicable"
                else "—"
            ),
        )
    )


def _answers(
    one: ChecklistVerdict, items: list[ItemVerdict], look: Lookup, tables: Iterator[int]
) -> Table:
    """Who answered what, when, with which evidence; comment and dissent in full."""
    words = look.words
    rows = []
    for item in items:
        answer = item.answer
        if answer is None:
            continue
        who = ", ".join(visible(part) for part in (answer.by, answer.role) if part) or words.say(
            "not named"
        )
        voices = [visible(answer.comment)] if answer.comment else []
        if answer.dissent:
            voices.append(words.say("Dissent: %(text)s", text=visible(answer.dissent)))
        files = [
            f"{visible(name)} ({sha[:12]})" if sha else visible(name)
            for name, sha in zip(
                answer.evidence,
                [*answer.evidence_sha256, *[""] * len(answer.evidence)],
                strict=False,
            )
        ]
        rows.append(
            TableRow(
                (
                    TableCell(visible(item.id)),
                    TableCell(visible(answer.answer), below=" ".join(voices)),
                    TableCell(who, below=look.numbers.day(answer.on) if answer.on else ""),
                    TableCell(", ".join(files) or words.say("no evidence attached")),
                )
            )
        )
    columns = (
        Column(words.say("No."), 9),
        Column(words.say("Answer, comment and dissent"), 46),
        Column(words.say("By"), 19),
        Column(words.say("Evidence"), 26),
    )
    caption = words.say(
        "Table %(table)s. Answers to %(title)s",
        table=next(tables),
        title=short(visible(one.title), 100),
    )
    return Table(caption, words.say("as given, unchanged"), columns, tuple(rows))
