"""What an audit is of, by its task, and why a measure of something else is not made.

Shared by the families. Imports nothing of ours.
"""

from __future__ import annotations

TASKS: dict[str, str] = {
    "binary": "decisions for or against people",
    "classes": "decisions into classes",
    "score": "a score without decisions",
    "number": "predicted numbers",
    "ranking": "places in lists",
}
"""What an audit with each task is of."""


def of_another_task(task: str, tasks: frozenset[str]) -> str:
    """Why a measure of other tasks is not made of this one."""
    meant = " or ".join(words for one, words in TASKS.items() if one in tasks)
    return f"this audit is of {TASKS[task]}; the measure is of {meant}"
