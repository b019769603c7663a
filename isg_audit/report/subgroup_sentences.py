"""A group nobody declared, in a sentence: who, how many, what happens to them, how much more often.

Imports `evidence` and the wording of this room. Text only.
"""

from __future__ import annotations

from dataclasses import dataclass

from isg_audit.evidence import Row
from isg_audit.report.lookup import JOINT, Lookup
from isg_audit.report.numbers import COUNT, NO_BREAK, POINTS, RATE
from isg_audit.report.wording import _mark, short, visible

MEASURE = "impact.subgroup_search"
FAVOURABLE, WRONG = "favourable_rate", "wrong_denial_rate"
TOO_LONG = 110
BARE = ("yes", "no", "true", "false", "y", "n")
"""Values that say nothing without their column, as numbers do."""
WORTH_SAYING = 0.005
"""Of a gap that was picked: by how much less is to be expected before it is said."""

HEADINGS = {
    FAVOURABLE: _mark("Fewer favourable decisions"),
    WRONG: _mark("More wrong denials"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A group that is told: its rate, and its gap to everybody else."""

    number: int
    gap: Row
    rate: Row | None

    @property
    def name(self) -> str:
        """`race African-American and age under 26`, from the columns and their values."""
        names, values = self.gap.by.split(JOINT), self.gap.group.split(JOINT)
        if len(names) != len(values):
            return short(visible(self.gap.group), TOO_LONG)
        pairs = [
            f"{visible(name).replace('_', ' ')} {visible(value)}"
            for name, value in zip(names, values, strict=True)
        ]
        return short(" and ".join(pairs), TOO_LONG)

    @property
    def label(self) -> str:
        """Its values, each with its column where it says nothing alone: `foreign background 1`."""
        names, values = self.gap.by.split(JOINT), self.gap.group.split(JOINT)
        if len(names) != len(values):
            return visible(self.gap.group)
        return visible(
            JOINT.join(
                f"{name.replace('_', ' ')} {value}" if _bare(value) else value
                for name, value in zip(names, values, strict=True)
            )
        )

    def declared(self, look: Lookup) -> bool:
        """Whether it is a declared group as it stands, which other pages tell of too."""
        return self.gap.by in {one.name for one in look.results.subject.attributes}

    @property
    def rest(self) -> float | None:
        """The rate of everybody else."""
        if self.rate is None or self.rate.value is None or self.gap.value is None:
            return None
        return self.rate.value - self.gap.value


def _bare(value: str) -> bool:
    return value.casefold() in BARE or value.replace(".", "", 1).isdigit()


def sentence(look: Lookup, harm: str, one: Told) -> str:
    """Who, how many, what happens to them, how much more than to others, people affected."""
    words, numbers, gap = look.words, look.numbers, one.gap
    said = {
        FAVOURABLE: _mark(
            "%(number)s. People with %(name)s: %(rate)s of %(n)s were %(received)s, against "
            "%(rest)s of everybody else: %(gap)s less (%(spread)s)."
        ),
        WRONG: _mark(
            "%(number)s. People with %(name)s: of %(n)s who deserved the favourable decision, "
            "%(rate)s were refused, against %(rest)s of everybody else: %(gap)s more (%(spread)s)."
        ),
    }[harm]
    way = -1 if harm == FAVOURABLE else 1
    ends = sorted(abs(end or 0.0) for end in (gap.low, gap.high))
    points = POINTS.suffix
    first = words.say(
        said,
        number=one.number,
        name=one.name,
        n=numbers.count(gap.n),
        rate=numbers.said(one.rate.value if one.rate else None, RATE),
        received=look.vocabulary.received(),
        rest=numbers.said(one.rest, RATE),
        gap=numbers.bare(way * (gap.value or 0.0), RATE) + points,
        spread=f"{numbers.bare(ends[0], RATE)}{NO_BREAK}to{NO_BREAK}{numbers.bare(ends[1], RATE)}",
    )
    return " ".join(filter(None, (first, _people(look, gap), expected(look, one))))


def _people(look: Lookup, gap: Row) -> str:
    if gap.affected is None:
        return ""
    numbers = look.numbers
    return look.words.say(
        "That is about %(about)s people (%(spread)s) who would have fared better if they had "
        "fared as everybody else.",
        about=numbers.count(gap.affected),
        spread=numbers.spread(gap.affected_low, gap.affected_high, COUNT),
    )


def expected(look: Lookup, one: Told) -> str:
    """What is to be expected of a picked group, where it differs from what was seen."""
    likely = expected_of(one.gap)
    if likely is None or abs(likely - (one.gap.value or 0.0)) < WORTH_SAYING:
        return ""
    return look.words.say(
        "It was picked for its gap: about %(gap)s is to be expected.",
        gap=look.numbers.bare(abs(likely), RATE) + POINTS.suffix,
    )


def expected_of(gap: Row) -> float | None:
    """The gap to be expected of a picked group, as its note has it."""
    said = gap.note.partition("is to be expected: ")[2].partition(" points")[0]
    try:
        return float(said) / 100
    except ValueError:
        return None
