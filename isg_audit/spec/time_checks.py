"""What windows of time and declared changes must be. Imports `audit_file`, `faults`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from isg_audit.spec.audit_file import Spec
from isg_audit.spec.faults import Found
from isg_audit.spec.lines import KeyPath


def time(spec: Spec) -> Iterator[Found]:
    """Every fault in `audit.windows` and [[changes]]."""
    windows, timed = spec.audit.windows, spec.decisions.time is not None
    if isinstance(windows, tuple):
        path: KeyPath = ("audit", "windows")
        yield from (Found(path, f"'{day}' is no day.") for day in windows if not is_day(day))
        if not windows:
            yield Found(path, "is an empty list.", 'Give first days, or write "quarter".')
        if list(windows) != sorted(set(windows)):
            yield Found(path, "the days do not rise.", "Give each first day once, earliest first.")
    if spec.changes and not timed:
        what = "changes are declared, but no column says when it was decided."
        yield Found(("changes",), what, "Name the column: [decisions] time.")
    for at, change in enumerate(spec.changes):
        if not is_day(change.date):
            yield Found(("changes", at, "date"), f"'{change.date}' is no day.")
    for day, times in Counter(change.date for change in spec.changes).items():
        if times > 1:
            what = f"{times} changes are declared for {day}."
            yield Found(("changes",), what, "Say in one of them all that changed on that day.")


def is_day(text: str) -> bool:
    """Whether there is such a day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
