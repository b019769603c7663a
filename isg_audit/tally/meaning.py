"""What the values of a decision or an outcome mean: favourable, unfavourable, or no value.

Never guessed: the audit file names the favourable value, and the others where there are several.
Imports `errors`, `spec`, `sources.values`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from isg_audit.errors import Fault
from isg_audit.sources.values import as_text, same_value
from isg_audit.tally.codes import FAVOURABLE, NO_VALUE, UNFAVOURABLE

if TYPE_CHECKING:
    from isg_audit.spec.audit_file import DecisionsPart
    from isg_audit.spec.part import Value


@dataclass(frozen=True)
class Meaning:
    """The texts that are favourable and unfavourable; everything else has no value."""

    favourable: frozenset[str]
    unfavourable: frozenset[str]
    faults: tuple[Fault, ...] = ()

    def code(self, text: str | None) -> int:
        """0 favourable, 1 unfavourable, 2 no value."""
        if text in self.favourable:
            return FAVOURABLE
        return UNFAVOURABLE if text in self.unfavourable else NO_VALUE


MOST_CLASSES = 30
"""Different decisions above which they are taken for numbers or names."""

GIVEN = Meaning(frozenset({"true"}), frozenset())
"""Of a number, a score or a place: it is there, or it is not."""


def decision_meaning(roles: DecisionsPart, texts: Iterable[str | None]) -> Meaning:
    """What the values of the decision column mean."""
    if roles.audited in ("number", "score", "ranking"):
        return GIVEN
    return _meaning("decision", roles.decision or "", roles.favourable, roles.unfavourable, texts)


def outcome_meaning(roles: DecisionsPart, texts: Iterable[str | None]) -> Meaning:
    """What the values of the outcome column mean."""
    if roles.audited == "number":
        return GIVEN
    return _meaning(
        "outcome", roles.outcome or "", roles.outcome_favourable, roles.outcome_unfavourable, texts
    )


def _meaning(
    role: str,
    column: str,
    favourable: Value | None,
    others: Sequence[Value],
    texts: Iterable[str | None],
) -> Meaning:
    there = sorted({text for text in texts if text is not None and text != ""})
    good = {text for text in there if same_value(favourable, text)}
    bad = {text for text in there if any(same_value(other, text) for other in others)}
    rest = [text for text in there if text not in good | bad]
    key = "favourable" if role == "decision" else "outcome_favourable"
    other_key = "unfavourable" if role == "decision" else "outcome_unfavourable"
    listed = ", ".join(there[:20]) + (f" and {len(there) - 20:,} more" if len(there) > 20 else "")
    if not there:
        fault = Fault(f"decisions.{role}", f"column '{column}' has no value in any row.")
    elif not good:
        fault = Fault(
            f"decisions.{key}",
            f"{as_text(favourable)!r} never occurs in column '{column}'.",
            f"There is: {listed}.",
        )
    elif others and rest:
        fault = Fault(
            f"decisions.{other_key}",
            f"column '{column}' also has: {', '.join(rest[:20])}.",
            f"Say of each value whether it is in {key} or in {other_key}.",
        )
    elif not others and len(rest) > 1:
        fault = Fault(
            f"decisions.{role}",
            f"column '{column}' has {len(there):,} values: {listed}.",
            f"Say which ones are unfavourable: {other_key} = [{_quoted(rest[:5])}].",
        )
    elif not rest and not bad:
        fault = Fault(
            f"decisions.{role}",
            f"column '{column}' has one value only: {there[0]}.",
            "Nothing was decided either way.",
        )
    else:
        return Meaning(frozenset(good), frozenset(bad or rest))
    return Meaning(frozenset(good), frozenset(bad or rest), (fault,))


def _quoted(texts: Sequence[str]) -> str:
    return ", ".join(f'"{text}"' for text in texts)


class Classes(NamedTuple):
    """Classes of decisions and outcomes, in order, and which of them are good for the person."""

    names: tuple[str, ...]
    favourable: tuple[str, ...]
    favourable_outcome: tuple[str, ...]
    faults: tuple[Fault, ...]

    def code(self, text: str | None) -> int:
        """The place of a class, -1 for no class."""
        return self.names.index(text) if text in self.names else -1


def classes_of(
    roles: DecisionsPart, decisions: Iterable[str | None], outcomes: Iterable[str | None]
) -> Classes:
    """What the values of decisions and outcomes mean where they are classes."""
    decided = {text for text in decisions if text}
    names = tuple(sorted(decided | {text for text in outcomes if text}))
    faults = []
    if len(names) > MOST_CLASSES:
        faults.append(
            Fault(
                "decisions.decision",
                f"column '{roles.decision}' has {len(names):,} classes; the most is "
                f"{MOST_CLASSES}.",
                'Give coarser classes, or task = "number" if it is a number.',
            )
        )
    elif len(decided) < 2:
        what = f"column '{roles.decision}' has {len(decided)} class."
        faults.append(Fault("decisions.decision", what, "Nothing was decided either way."))
    good = []
    for key in ("favourable", "outcome_favourable"):
        value = getattr(roles, key)
        found = tuple(name for name in names if value is not None and same_value(value, name))
        if value is not None and not found and len(names) <= MOST_CLASSES:
            listed = ", ".join(names)
            what = f"{as_text(value)!r} never occurs."
            faults.append(Fault(f"decisions.{key}", what, f"There is: {listed}."))
        good.append(found)
    return Classes(names, good[0], good[1], tuple(faults))
