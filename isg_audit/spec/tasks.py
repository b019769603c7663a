"""What each task asks of the keys of an audit file. Imports `audit_file`, `faults`.

Keys that mean nothing for a task are faults: whoever wrote them expects something of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.spec.audit_file import Spec
from isg_audit.spec.faults import Found

OF_DECISIONS = (
    "decision", "favourable", "unfavourable", "outcome_favourable", "outcome_unfavourable",
)  # fmt: skip
"""Keys of [decisions] that only decisions for or against people have."""


def number(spec: Spec) -> Iterator[Found]:
    """A predicted number: `score`, and `outcome` where the true one is known."""
    part = spec.decisions
    if part.score is None:
        yield Found(("decisions", "score"), "'score' is missing: the predicted number.",
                    "Name its column.")  # fmt: skip
    elif part.score == part.outcome:
        yield Found(("decisions", "outcome"), f"'{part.outcome}' is also the predicted number.",
                    "What was predicted and what came true are two columns.")  # fmt: skip
    yield from _without(spec, OF_DECISIONS)


def score(spec: Spec) -> Iterator[Found]:
    """A score without decisions."""
    if spec.decisions.score is None:
        yield Found(("decisions", "score"), "'score' is missing.", "Name its column.")
    yield from _without(spec, ("decision", "favourable", "unfavourable"))


def classes(spec: Spec) -> Iterator[Found]:
    """Decisions of several kinds; which of them is good for the person may stay open."""
    part = spec.decisions
    if part.decision is None:
        yield Found(("decisions", "decision"), "'decision' is missing: the class that people got.",
                    "Name its column.")  # fmt: skip
    elif part.decision == part.outcome:
        yield Found(("decisions", "outcome"), f"'{part.outcome}' is also the column of decisions.",
                    "What was decided and what happened are two columns.")  # fmt: skip
    if part.outcome is None and part.outcome_favourable is not None:
        yield Found(("decisions", "outcome"), "'outcome' is missing, but 'outcome_favourable' is "
                    "given.", "Name the column that holds what really happened.")  # fmt: skip
    yield from _without(spec, ("unfavourable", "outcome_unfavourable", "score"))


def ranking(spec: Spec) -> Iterator[Found]:
    """Places in lists; nobody decided, and nothing came true."""
    part = spec.decisions
    if part.position is None:
        yield Found(("decisions", "position"), "'position' is missing: the place in the list.",
                    "Name its column.")  # fmt: skip
    elif part.position == part.list:
        yield Found(("decisions", "list"), f"'{part.list}' is also the place in the list.",
                    "Which list it is and which place are two columns.")  # fmt: skip
    if list(part.top) != sorted(set(part.top)) or not part.top:
        yield Found(("decisions", "top"), "'top' must name one or more numbers of first places, "
                    "each more than the one before.", "Such as [10] or [5, 20].")  # fmt: skip
    yield from _without(spec, (*OF_DECISIONS, "outcome", "score", "score_bins", "weight", "count"))


def no_ranking(spec: Spec) -> Iterator[Found]:
    """Keys that only a ranking has."""
    for key in ("position", "list", "top"):
        if key in spec.decisions.model_fields_set and getattr(spec.decisions, key) is not None:
            yield Found(("decisions", key), f"'{key}' means something for a ranking only.",
                        'Leave it out, or say task = "ranking".')  # fmt: skip


def _without(spec: Spec, keys: tuple[str, ...]) -> Iterator[Found]:
    task = f'task = "{spec.decisions.task}"'
    for key in keys:
        if getattr(spec.decisions, key) not in (None, ()):
            yield Found(("decisions", key), f"'{key}' means nothing with {task}.",
                        "Leave it out, or leave out 'task' for an audit of decisions.")  # fmt: skip
    if spec.model is not None:
        yield Found(("model",), f"a model cannot be examined with {task} yet.",
                    "Leave out [model] and name the column of what it predicts.")  # fmt: skip
