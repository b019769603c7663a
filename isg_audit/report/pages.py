"""Page models: what stands on the pages, as ready strings and drawings. Templates only place it.

Imports nothing of ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

SMALL_ROWS, SMALL_LETTERS = 26, 1800


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, what it says, and a smaller line below."""

    label: str
    said: str
    note: str = ""
    large: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict word: the key for its mark and colour, and as printed."""

    word: str
    said: str


@dataclass(frozen=True, slots=True)
class Column:
    """Head, share of the width in percent, whether numbers stand in it, whether it is set small."""

    head: str
    share: float
    number: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """Text, a muted remainder behind it, a verdict's mark before it, a line below it."""

    said: str
    muted: str = ""
    verdict: str = ""
    below: str = ""
    anchor: str = ""
    mono: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """Cells, as many as there are columns; a section has one, which heads those that follow."""

    cells: tuple[TableCell, ...]
    section: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption."""

    caption: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...]

    dense: bool = False
    """Whether its rows stand closer, to keep it on a page."""

    @property
    def small(self) -> bool:
        """Whether it is kept on one page: few rows, and few words in them."""
        letters = sum(len(c.said) + len(c.below) for row in self.rows for c in row.cells)
        return len(self.rows) <= SMALL_ROWS and letters <= SMALL_LETTERS


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its title, what is measured, how to read it, and its source."""

    number: int
    title: str
    measured: str
    drawing: Markup
    source: str
    wide: bool = True
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A requirement that is not met, with all that belongs to it."""

    anchor: str
    label: str
    verdict: Verdict
    heading: str
    entry: str
    """The heading as it stands in the contents."""
    lead: tuple[str, ...]
    facts: tuple[Fact, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    means: tuple[str, ...]
    not_shown: tuple[str, ...]
    recommendation: str
    clauses: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Note:
    """A requirement in short: used where there is no page of its own."""

    verdict: Verdict
    label: str
    heading: str
    said: str
    below: tuple[str, ...] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """One state on the cover: its word, its count, and a few words on what it holds."""

    verdict: Verdict
    count: str
    about: str


@dataclass(frozen=True, slots=True)
class Cover:
    """Page one."""

    kind: str
    title: str
    subtitle: str
    field: Markup
    field_says: tuple[str, str, str]
    """Before, marked and after: the marked part is set in the colour of the marks."""
    conclusion: str
    tallies: tuple[Tally, ...]
    further: tuple[Tally, ...]
    strip: Markup | None
    voices: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Page two, and the public summary."""

    lead: str
    figures: tuple[Fact, ...]
    found: tuple[Note, ...]
    more: str
    next_steps: Table | None
    no_steps: str
    affected_heading: str
    affected: tuple[str, ...]
    purpose: tuple[str, ...]
    cannot_tell: tuple[str, ...]
    picture: Figure | None
    """Rates of the groups concerned; None where there are none or too many for one page."""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section: heading in the margin, then text, points, figures, tables, notes."""

    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Note, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()
    warning: tuple[str, ...] = ()
    """Set apart so that nobody overlooks it: its heading, then sentences."""


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter or annex."""

    anchor: str
    label: str
    heading: str
    lead: str
    blocks: tuple[Block, ...]
    wide: bool = False
    new_page: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """The whole document."""

    language: str
    direction: str
    title: str
    running: str
    edition: str
    made: str
    description: str
    cover: Cover
    summary: Summary
    glance: Section
    findings: tuple[Finding, ...]
    sections: tuple[Section, ...]
    contents: tuple[tuple[str, str, str], ...]
    """Anchor, label and heading of each part, in order."""
