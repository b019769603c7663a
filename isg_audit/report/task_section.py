"""The section of an audit whose task is not decisions for or against people.

Imports the other modules of this room. To add a task: a module with its section, a line in
`SECTIONS` and in `FACTS`, its words in `task_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from isg_audit.report.class_pages import class_facts, class_section
from isg_audit.report.lookup import Lookup
from isg_audit.report.number_pages import number_facts, number_section
from isg_audit.report.pages import Fact, Section
from isg_audit.report.ranking_pages import ranking_facts, ranking_section
from isg_audit.report.sweep_pages import sweep_facts, sweep_section

SECTIONS: dict[str, Callable[[Lookup, Iterator[int], Iterator[int]], Section]] = {
    "classes": class_section,
    "number": number_section,
    "ranking": ranking_section,
    "score": sweep_section,
}

FACTS: dict[str, Callable[[Lookup], Iterator[Fact]]] = {
    "classes": class_facts,
    "number": number_facts,
    "ranking": ranking_facts,
    "score": sweep_facts,
}


def task_facts(look: Lookup) -> Iterator[Fact]:
    """The largest figures of the task, for the summary."""
    yield from FACTS[look.results.subject.task](look)


def task_sections(
    look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> tuple[Section, ...]:
    """The section of the audit's task; none for an audit of decisions."""
    made = SECTIONS.get(look.results.subject.task)
    return (made(look, figures, tables),) if made else ()
