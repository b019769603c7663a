"""Puts the page models of a report together, in the order of reading.

Imports the other modules of this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from isg_audit.report.checklist_annex import checklist_annex
from isg_audit.report.cover import conclusion, cover_of
from isg_audit.report.explanations import explanation_section
from isg_audit.report.findings import findings_of
from isg_audit.report.fingerprints import check_section
from isg_audit.report.glance import glance_of
from isg_audit.report.glossary import glossary_section
from isg_audit.report.impact_sections import impact_sections
from isg_audit.report.lookup import Lookup
from isg_audit.report.method import method_section
from isg_audit.report.open_items import open_section
from isg_audit.report.pages import Report
from isg_audit.report.rate_tables import rate_annex
from isg_audit.report.summary import summary_of
from isg_audit.report.task_section import task_sections
from isg_audit.report.wording import Words, short, visible

Attached = Sequence[tuple[str, str]]


def document_of(look: Lookup, attached: Attached) -> Report:
    """The whole report as page models.

    Args:
        look: what the audit found, as published.
        attached: name and SHA-256 of the attached files.
    """
    results, words, numbers = look.results, look.words, look.numbers
    figures, tables = count(1), count(1)
    glance = glance_of(look, tables)
    findings = findings_of(look, figures, tables)
    sections = (
        *task_sections(look, figures, tables),
        open_section(look, tables),
        explanation_section(look, figures, tables),
        *impact_sections(look, figures, tables),
        checklist_annex(look, _annex("A", words), tables),
        method_section(look, _annex("B", words), figures),
        glossary_section(look, _annex("C", words)),
        rate_annex(look, _annex("D", words), tables),
        check_section(look, _annex("E", words), tables, attached),
    )
    name = short(visible(results.subject.name), 140)
    made = numbers.day(results.provenance.made)
    contents = [("summary", "", words.say("Summary")), (glance.anchor, "", glance.label)]
    contents += [(one.anchor, one.label, one.entry) for one in findings]
    contents += [
        (one.anchor, one.label if one.label.startswith(words.say("Annex")) else "", one.heading)
        for one in sections
    ]
    return Report(
        language=words.language,
        direction=words.direction,
        title=words.say("%(name)s: algorithmic impact audit", name=name),
        running=short(name, 70),
        edition=words.say(
            "Made %(made)s, data %(data)s",
            made=made,
            data=results.provenance.data_fingerprint.removeprefix("sha256:")[:12],
        ),
        made=results.provenance.made,
        description=conclusion(look),
        cover=cover_of(look),
        summary=summary_of(look),
        glance=glance,
        findings=findings,
        sections=sections,
        contents=tuple(contents),
    )


def _annex(letter: str, words: Words) -> str:
    return words.say("Annex %(letter)s", letter=letter)
