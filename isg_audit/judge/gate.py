"""What stops a release: every item that is open or failed. Imports `errors` and this room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import get_args

from isg_audit.errors import ChecklistError, Fault, nearest
from isg_audit.judge.verdict import ChecklistVerdict, ItemVerdict, Word

HARMLESS: frozenset[Word] = frozenset({"pass", "not applicable", "waived"})


def blocking(
    verdicts: Iterable[ChecklistVerdict], allowed: Collection[str] = ()
) -> tuple[ItemVerdict, ...]:
    """Items whose word is neither harmless nor allowed, in the order of the checklists.

    Args:
        verdicts: of all checklists.
        allowed: words to let through besides `pass`, `not applicable` and `waived`.

    Raises:
        ChecklistError: `allowed` names a word that is no verdict, or `error`.
    """
    words = tuple(word for word in get_args(Word) if word != "error")
    faults = [
        Fault("allowed verdicts", f"'{word}' cannot be allowed.", nearest(word, words))
        for word in allowed
        if word not in words
    ]
    if faults:
        raise ChecklistError(faults)
    passing = HARMLESS | set(allowed)
    return tuple(item for one in verdicts for item in one.items if item.word not in passing)
