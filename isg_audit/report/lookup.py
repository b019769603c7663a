"""Finding rows, groups and names in the results of an audit.

Imports `evidence` and the wording of this room. Nothing is computed here but sums of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from isg_audit.evidence import ChecklistVerdict, ItemVerdict, JudgedGroup, Results, Row
from isg_audit.report.numbers import Numbers
from isg_audit.report.vocabulary import Vocabulary, vocabulary_of
from isg_audit.report.wording import Words, short, visible, words_of

ORDER = (
    "error",
    "fail",
    "inconclusive",
    "unanswered",
    "not assessed",
    "waived",
    "pass",
    "not applicable",
)
SEVERITY = ("critical", "high", "medium", "low")
JOINT = " × "
MODEL = "model_"
LONGEST_NAME = 90
"""Longer names of groups are cut on paper; the attached table has them whole."""


@dataclass(frozen=True)
class Lookup:
    """The results, and quick ways to what the pages need."""

    results: Results
    words: Words
    vocabulary: Vocabulary

    @property
    def numbers(self) -> Numbers:
        """How numbers are written."""
        return self.words.numbers

    @cached_property
    def _rows(self) -> dict[tuple[str, ...], Row]:
        return {
            (one.measure, one.metric, one.by, one.group, one.versus, one.feature): one
            for one in self.results.measurements
            if not one.window
        }

    @cached_property
    def _groups(self) -> dict[tuple[str, str, str], tuple[Row, ...]]:
        found: dict[tuple[str, str, str], list[Row]] = {}
        for one in self.results.measurements:
            if one.group and not (one.versus or one.feature or one.window):
                found.setdefault((one.measure, one.metric, one.by), []).append(one)
        return {key: tuple(rows) for key, rows in found.items()}

    def row(
        self, measure: str, metric: str, by: str = "", group: str = "", versus: str = ""
    ) -> Row | None:
        """The row with these keys, None where there is none."""
        return self._rows.get((measure, metric, by, group, versus, ""))

    def groups(self, measure: str, metric: str, by: str) -> tuple[Row, ...]:
        """Rows of all groups of `by`, not compared with anything, in the order of the table."""
        return self._groups.get((measure, metric, by), ())

    def family(self, prefix: str) -> tuple[Row, ...]:
        """Rows of every measure whose id starts so."""
        return tuple(one for one in self.results.measurements if one.measure.startswith(prefix))

    @cached_property
    def items(self) -> tuple[tuple[ChecklistVerdict, ItemVerdict], ...]:
        """Every requirement, the weightiest first."""
        pairs = [(one, item) for one in self.results.checklists for item in one.items]
        return tuple(sorted(pairs, key=lambda pair: weight(pair[1])))

    def of_word(self, *wanted: str) -> tuple[tuple[ChecklistVerdict, ItemVerdict], ...]:
        """The requirements with one of these words, the weightiest first."""
        return tuple(pair for pair in self.items if pair[1].word in wanted)

    def decides(self, measure: str) -> str:
        """Whose decisions a measure describes, in words: the log's or the model's."""
        by_model = is_of_model(measure) or self.results.subject.decided_by == "model"
        said = "The model’s decisions" if by_model else "The decisions in the log"
        return self.words.say(said)

    def both_decide(self) -> bool:
        """Whether the model's decisions stand beside the log's."""
        return self.results.model is not None and self.results.model.also_decides


def lookup_of(results: Results) -> Lookup:
    """The lookup of an audit's results in the language it asks for."""
    words = words_of(results.language)
    return Lookup(results, words, vocabulary_of(results.subject, words))


def is_of_model(measure: str) -> bool:
    """Whether a measure describes the model's own decisions beside the log's."""
    return measure.partition(".")[2].startswith(MODEL)


def weight(item: ItemVerdict) -> tuple[int, int, float, str]:
    """Sorts requirements: the word, the severity, the people whom the gap stands for."""
    return (
        ORDER.index(item.word),
        SEVERITY.index(item.severity.word),
        -max((abs(one.affected or 0.0) for one in item.groups if one.word == item.word), default=0),
        item.id,
    )


def short_title(one: ChecklistVerdict) -> str:
    """The title of a checklist up to its first colon."""
    return short(visible(one.title).partition(":")[0], 60)


def attribute(by: str) -> str:
    """An attribute, or several, as a heading: `marital_status` becomes `Marital status`."""
    parts = [visible(part).replace("_", " ") for part in by.split(JOINT)]
    said = JOINT.join(parts)
    return said[:1].upper() + said[1:]


def group_name(one: JudgedGroup | Row) -> str:
    """A group as it is called in rows: its name, or its attribute for a summary over groups."""
    if one.group:
        return short(visible(one.group), LONGEST_NAME)
    return attribute(one.by) if one.by else ""


def by_weight(groups: Sequence[JudgedGroup]) -> list[JudgedGroup]:
    """Groups with the weightiest word first, then those furthest from equality."""
    return sorted(
        groups,
        key=lambda one: (
            ORDER.index(one.word),
            -abs(one.affected or 0.0),
            one.value if one.value is not None else 9e9,
        ),
    )
