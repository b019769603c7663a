"""What the keys of [[stages]] and [voice] must be to one another.

Imports `audit_file`, `voice_part`, `faults`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from isg_audit.spec.audit_file import Spec
from isg_audit.spec.faults import Found, shown
from isg_audit.spec.voice_part import DAYS, MARKS, OF_APPEALS, VoicePart


def voice(spec: Spec) -> Iterator[Found]:
    """Every fault in [[stages]] and [voice]."""
    yield from _stages(spec)
    if spec.voice is not None:
        yield from _marks(spec.voice)
        yield from _appeals(spec.voice)
        yield from _times(spec)
        yield from _consultations(spec)


def _stages(spec: Spec) -> Iterator[Found]:
    for name, times in Counter(stage.name for stage in spec.stages).items():
        if times > 1:
            yield Found(("stages",), f"two stages are called '{name}'.", "Give each its own name.")
    on_decision = 0
    for at, stage in enumerate(spec.stages):
        path = ("stages", at)
        if not stage.name.strip():
            yield Found((*path, "name"), "a stage's name must not be blank.")
        if stage.column is not None:
            continue
        on_decision += 1
        if stage.reached:
            yield Found((*path, "column"), "'reached' is given, but no 'column'.",
                        "Name the column that holds these values.")  # fmt: skip
        elif not _for_or_against(spec):
            yield Found((*path, "column"), "'column' is missing, and there is no decision that "
                        "the stage could rest on.", "Name the column.")  # fmt: skip
        elif on_decision > 1:
            yield Found((*path, "column"), "two stages rest on the decision itself.",
                        "Name the column of one.")  # fmt: skip


def _for_or_against(spec: Spec) -> bool:
    part = spec.decisions
    named = part.task == "binary" or (part.task == "classes" and part.favourable is not None)
    return part.decision is not None and named


def _marks(part: VoicePart) -> Iterator[Found]:
    both = {str(value) for value in part.yes} & {str(value) for value in part.no}
    for value in sorted(both):
        yield Found(("voice", "no"), f"{shown(value)} means both yes and no.")
    if not part.yes:
        yield Found(("voice", "yes"), "no value means yes.", 'For example: yes = [1, "yes"].')
    named = Counter(getattr(part, key) for key in (*MARKS, *DAYS))
    for column, times in named.items():
        if column is not None and times > 1:
            keys = " and ".join(f"'{key}'" for key in (*MARKS, *DAYS)
                                if getattr(part, key) == column)  # fmt: skip
            yield Found(("voice",), f"column '{column}' is named by {keys}.",
                        "Each needs a column of its own.")  # fmt: skip


def _appeals(part: VoicePart) -> Iterator[Found]:
    if part.appeal is None and part.appealed_on is None:
        for key in OF_APPEALS:
            if getattr(part, key) is not None:
                what = f"'{key}' is given, but neither 'appeal' nor 'appealed_on'."
                yield Found(("voice", key), what, "Name the column that says who appealed.")
    if part.notice is None and part.notice_language is not None:
        yield Found(("voice", "notice_language"), "is given, but no 'notice'.",
                    "Name the column that says who was told.")  # fmt: skip
    if part.overturned is None and part.flagged_again is not None:
        yield Found(("voice", "flagged_again"), "is given, but no 'overturned'.",
                    "Name the column that says who was put right.")  # fmt: skip


def _times(spec: Spec) -> Iterator[Found]:
    part = spec.voice or VoicePart()
    needs = (
        ("applied_on", spec.decisions.time, "decisions.time"),
        ("resolved_on", part.appealed_on, "appealed_on"),
    )
    for key, other, name in needs:
        if getattr(part, key) is not None and other is None:
            yield Found(("voice", key), f"is given, but no '{name}': a wait has two ends.")
    limits = (
        ("decision_limit", part.applied_on, "applied_on"),
        ("redress_limit", part.resolved_on, "resolved_on"),
    )
    for key, other, name in limits:
        if getattr(part, key) is not None and other is None:
            yield Found(("voice", key), f"is given, but no '{name}'.")
    if part.as_of:
        try:
            date.fromisoformat(part.as_of)
        except ValueError:
            yield Found(("voice", "as_of"), f"'{part.as_of}' is no day.", 'Write "2024-06-30".')


def _consultations(spec: Spec) -> Iterator[Found]:
    part = None if spec.voice is None else spec.voice.consultations
    if part is not None and not part.source.strip():
        yield Found(("voice", "consultations", "source"), "'source' is missing.",
                    "Name the file of consultation records.")  # fmt: skip
