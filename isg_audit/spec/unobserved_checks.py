"""What the keys of [unobserved.NAME] must be to one another. Imports `audit_file`, `faults`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from isg_audit.errors import nearest
from isg_audit.spec.audit_file import Spec
from isg_audit.spec.faults import Found
from isg_audit.spec.lines import KeyPath
from isg_audit.spec.unobserved_part import UnobservedPart


def unobserved(spec: Spec) -> Iterator[Found]:
    """Every fault in [unobserved.NAME] that one key alone cannot show."""
    for name, part in spec.unobserved.items():
        path: KeyPath = ("unobserved", name)
        if name in spec.groups:
            yield Found(
                path, f"'{name}' is also declared in [groups].",
                "An attribute is recorded, in part perhaps, or it is not: give this another name.",
            )  # fmt: skip
        if not name.strip() or " × " in name:
            yield Found(path, "an attribute's name must not be blank or hold ' × '.")
        yield from _sources(path, part)
        yield from _names(path, part)


def _sources(path: KeyPath, part: UnobservedPart) -> Iterator[Found]:
    if (part.table is None) == (not part.columns):
        what = "names both" if part.columns else "names neither"
        yield Found(
            path, f"{what} a 'table' of chances and 'columns' that hold them.", "Name one of them."
        )
    if part.table is not None and not part.signals:
        yield Found(
            (*path, "signals"), "'signals' is missing: the columns that the table is joined by."
        )
    if part.table is None:
        for key in ("signals", "groups", "people", "given_group"):
            if getattr(part, key):
                yield Found((*path, key), f"'{key}' belongs to a 'table', and there is none.")
    places: list[tuple[KeyPath, str | None]] = [((*path, "table"), part.table)]
    places += [
        ((*path, "given_group", at, "table"), one.table) for at, one in enumerate(part.given_group)
    ]
    for where, place in places:
        if place is not None and "://" in place:
            yield Found(
                where, "an address cannot be read here.",
                "Name a file: csv, csv.gz, parquet or arrow.",
            )  # fmt: skip


def _names(path: KeyPath, part: UnobservedPart) -> Iterator[Found]:
    groups = part.groups or tuple(part.columns)
    if len(groups) == 1:
        yield Found(path, "there is one group only.", "Nothing to compare.")
    if part.reference is not None and groups and part.reference not in groups:
        what = f"'{part.reference}' is none of the groups."
        yield Found((*path, "reference"), what, nearest(part.reference, list(groups)))
    lists: list[tuple[KeyPath, tuple[str, ...]]] = [
        ((*path, "signals"), part.signals),
        ((*path, "groups"), part.groups),
        ((*path, "columns"), tuple(part.columns.values())),
    ]
    lists += [
        ((*path, "given_group", at, "signals"), one.signals)
        for at, one in enumerate(part.given_group)
    ]
    for where, names in lists:
        for one, times in Counter(names).items():
            if times > 1:
                yield Found(where, f"'{one}' stands twice.")
    used = Counter(
        one for names in (part.signals, *(one.signals for one in part.given_group))
        for one in set(names)
    )  # fmt: skip
    for one, times in used.items():
        if times > 1:
            yield Found(path, f"the signal '{one}' is in several tables: it would count twice.")
    for one in sorted(set(part.groups) & {*part.signals, part.people or ""}):
        yield Found((*path, "groups"), f"'{one}' is also a signal, or the number of people.")
