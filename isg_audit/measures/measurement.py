"""The one shape of a finding: `Measurement`, or `NotMeasured` with the reason.

Judging, charts, exports and gates know only this shape. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

Limits = Callable[[float], tuple[float, float]]
"""One estimate's interval at another confidence, for judging several groups at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """One input before and after, told so coarsely that several people share it."""

    feature: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example: what one refused person would have to change.

    Attributes:
        changes: of the inputs that change, and nothing of the others.
        follows: inputs that change with them.
        cost: rounded.
        alike: refused people who share all that is told.
    """

    changes: tuple[Change, ...]
    follows: tuple[str, ...]
    cost: float
    alike: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """One row of the table of measurements.

    Attributes:
        measure: id, `family.name`, e.g. `fairness.selection_rate`.
        metric: the quantity, then the comparison: `selection_rate`, `selection_rate.ratio`.
        value: the estimate, None only with the reason in `note`.
        low: lower end of the interval, None where there is none (reason in `note`).
        high: upper end, may be infinite for a ratio.
        confidence: share between 0 and 1 that the interval was made for.
        n: cases the estimate rests on.
        by: attributes that form the groups, joined by ` × `; empty for everybody.
        group: the group's values, joined alike; empty for everybody or a summary over groups.
        versus: the comparison group's name, or `best`, `rest`, `all`; empty if none.
        feature: for explanations, the input of the model; for a sweep, the threshold; for
            decisions into classes, the class.
        window: for measurements over time.
        people: persons behind the cases, where `person` is declared.
        affected: people whom the gap stands for, with `affected_low`, `affected_high`.
        p_value: two-sided, of no difference; None where no test was made.
        p_adjusted: the same, Holm over the groups of the same measure, `by` and comparison.
        unit: `proportion`, `ratio`, `difference`, `count`, ...
        method: estimator and interval, e.g. `wilson`.
        note: suppressed, weighted, sampled, why not estimable, ...
        limits: the interval at another confidence; lives in memory, is never stored.
        smallest: where a row rests on counts that are not published, the smallest of them that is
            not 0, in persons; alike.
        worked: for an example, what is told of it.
    """

    measure: str
    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    n: int = 0
    by: str = ""
    group: str = ""
    versus: str = ""
    feature: str = ""
    window: str = ""
    people: int | None = None
    affected: float | None = None
    affected_low: float | None = None
    affected_high: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    unit: str = "proportion"
    method: str = ""
    note: str = ""
    limits: Limits | None = field(default=None, compare=False, repr=False)
    smallest: float | None = field(default=None, compare=False, repr=False)
    worked: Worked | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> tuple[str, ...]:
        """What tells this row from every other."""
        return (
            self.measure, self.metric, self.by, self.group, self.versus, self.feature, self.window
        )  # fmt: skip

    @property
    def family(self) -> str:
        """The part of the id before the dot: fairness, explain, impact, coverage, experiment."""
        return self.measure.partition(".")[0]


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """A measure that gave no row, and why. Never silently absent."""

    measure: str
    reason: str
    metric: str = ""
    by: str = ""


class Findings(tuple[Measurement | NotMeasured, ...]):
    """What all measures gave, in the order of the catalogue."""

    __slots__ = ()

    @property
    def measured(self) -> Iterator[Measurement]:
        """The rows, without the reasons for missing ones."""
        return (one for one in self if isinstance(one, Measurement))

    @property
    def not_measured(self) -> Iterator[NotMeasured]:
        """The measures that gave nothing, with reasons."""
        return (one for one in self if isinstance(one, NotMeasured))

    @classmethod
    def of(cls, several: Iterable[Measurement | NotMeasured]) -> Findings:
        """Gather what several measures gave."""
        return cls(several)
