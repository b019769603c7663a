"""What the keys of an audit file must be to one another. Imports `audit_file`, `faults`, `errors`.

Every check is a generator of faults and takes the whole spec; none stops at the first fault.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from isg_audit.errors import nearest
from isg_audit.spec.address import address_faults
from isg_audit.spec.audit_file import Group, Spec
from isg_audit.spec.faults import Found, shown
from isg_audit.spec.lines import KeyPath
from isg_audit.spec.part import Value
from isg_audit.spec.population_checks import population
from isg_audit.spec.recourse_checks import recourse
from isg_audit.spec.remedy_checks import remedy
from isg_audit.spec.search_checks import search
from isg_audit.spec.service_address import service_faults
from isg_audit.spec.tasks import classes, no_ranking, number, ranking, score
from isg_audit.spec.time_checks import time
from isg_audit.spec.unobserved_checks import unobserved
from isg_audit.spec.voice_checks import voice

JOINT = " × "
"""What joins names of groups in intersections: `tally.table.JOINT`, in a room we cannot import."""

ASKED = "This is asked, never guessed: it decides what every figure means."

_SEVERAL_LINES = {
    "purpose", "owner", "limits", "query", "reference", "unknown", "favourable", "unfavourable",
    "outcome_favourable", "outcome_unfavourable", "from", "cannot_appear",
}  # fmt: skip
"""Keys that hold prose or values of the data; all others hold names, which are one line."""

LANGUAGES = ("en",)
"""Languages that reports can be written in."""


def check(spec: Spec) -> list[Found]:
    """Every fault that one key alone cannot show, in the order of the file."""
    return [
        *_texts(spec), *address_faults(spec.decisions), *_task(spec), *_rows(spec),
        *service_faults(spec),
        *_groups(spec), *_intersections(spec), *_lists(spec), *_language(spec),
        *recourse(spec),
        *population(spec),
        *remedy(spec),
        *time(spec),
        *voice(spec),
        *search(spec),
        *unobserved(spec),
    ]  # fmt: skip


def check_sources(spec: Spec) -> Iterator[Found]:
    """What an audit file needs that is not handed over in memory: places to read from."""
    if not spec.decisions.source:
        yield Found(("decisions", "source"), "'source' is missing.",
                    "Name the file of decisions, or a database.")  # fmt: skip
    if spec.model is not None and not spec.model.source:
        yield Found(("model", "source"), "'source' is missing.", "Name the model's file.")
    part = spec.decisions
    if part.task == "binary" and part.decision is part.score is None and spec.model is None:
        yield Found(
            ("decisions", "decision"),
            "there is neither a column of decisions, nor a model, nor a score.",
            "Name the column as 'decision' or 'score', or add a table [model].",
        )


def _task(spec: Spec) -> Iterator[Found]:
    """What the task asks of the other keys."""
    if spec.decisions.task == "ranking":
        yield from ranking(spec)
        return
    yield from no_ranking(spec)
    if spec.decisions.task == "number":
        yield from number(spec)
    elif spec.decisions.task == "classes":
        yield from classes(spec)
    elif spec.decisions.task == "score":
        yield from score(spec)
        yield from _outcome(spec)
    else:
        yield from _decisions(spec)
        yield from _outcome(spec)


def _decisions(spec: Spec) -> Iterator[Found]:
    part, model = spec.decisions, spec.model
    if part.decision is None and model is not None:
        if part.favourable is None and model.favourable is None:
            yield Found(("model", "favourable"), "'favourable' is missing: what the model returns "
                        "for the decision that is good for the person.", ASKED)  # fmt: skip
    elif part.decision is not None and part.favourable is None:
        yield Found(("decisions", "favourable"), "'favourable' is missing: the decision that is "
                    "good for the person.", ASKED)  # fmt: skip
    yield from _both("", part.favourable, part.unfavourable)


def _outcome(spec: Spec) -> Iterator[Found]:
    part = spec.decisions
    if part.outcome is not None and part.outcome_favourable is None:
        yield Found(("decisions", "outcome_favourable"), "'outcome_favourable' is missing: the "
                    "outcome under which the favourable decision was right.", ASKED)  # fmt: skip
    if part.outcome is None and part.outcome_favourable is not None:
        yield Found(("decisions", "outcome"), "'outcome' is missing, but 'outcome_favourable' is "
                    "given.", "Name the column that holds what really happened.")  # fmt: skip
    if part.outcome is not None and part.outcome == part.decision:
        yield Found(("decisions", "outcome"), f"'{part.outcome}' is also the column of decisions.",
                    "What was decided and what happened are two columns.")  # fmt: skip
    yield from _both("outcome_", part.outcome_favourable, part.outcome_unfavourable)


def _both(prefix: str, good: Value | None, bad: tuple[Value, ...]) -> Iterator[Found]:
    if good is not None and str(good) in {str(value) for value in bad}:
        yield Found(
            ("decisions", f"{prefix}unfavourable"),
            f"{shown(good)} is both '{prefix}favourable' and '{prefix}unfavourable'.",
        )


def _rows(spec: Spec) -> Iterator[Found]:
    part = spec.decisions
    if part.score_bins:
        yield from _score_bins(part.score_bins, part.score)
    if part.count is not None and part.person is not None:
        yield Found(
            ("decisions", "count"),
            "'count' and 'person' exclude each other: a row is several cases, or one of a person.",
        )


def _score_bins(bins: tuple[float, ...], score: str | None) -> Iterator[Found]:
    path: KeyPath = ("decisions", "score_bins")
    if len(bins) < 2 or any(low >= high for low, high in zip(bins, bins[1:], strict=False)):
        yield Found(path, "the edges of the bins must be two or more, and rise.")
    if score is None:
        yield Found(path, "bins are given, but no 'score'.", "Name the column of the score.")


def _groups(spec: Spec) -> Iterator[Found]:
    if not spec.groups and not spec.unobserved:
        yield Found(("groups",), "no group is declared.",
                    "Add a table for each attribute, such as [groups.sex].")  # fmt: skip
    for name, group in spec.groups.items():
        path: KeyPath = ("groups", name)
        if not name.strip() or JOINT in name:
            yield Found(path, f"an attribute's name must not be blank or hold '{JOINT}'.",
                        "Give it another name and say 'column = ...'.")  # fmt: skip
        yield from _group(path, group)


def _group(path: KeyPath, group: Group) -> Iterator[Found]:
    if any(low >= high for low, high in zip(group.cut, group.cut[1:], strict=False)):
        yield Found((*path, "cut"), "the cuts must rise from one to the next.")
    if group.reference is not None and group.reference in group.unknown:
        yield Found((*path, "reference"), f"{shown(group.reference)} is also 'unknown'.")


def _intersections(spec: Spec) -> Iterator[Found]:
    wanted = spec.audit.intersections
    seen: set[frozenset[str]] = set()
    for at, names in enumerate([] if isinstance(wanted, str) else wanted):
        path: KeyPath = ("audit", "intersections", at)
        for name in sorted(set(names) - set(spec.groups)):
            yield Found(path, f"no group '{name}' is declared.", nearest(name, list(spec.groups)))
        if len(names) < 2:
            yield Found(path, "an intersection joins two or more groups.")
        if len(set(names)) < len(names):
            yield Found(path, "the same group stands twice in an intersection.")
        elif frozenset(names) in seen:
            yield Found(path, "the same intersection stands twice.")
        seen.add(frozenset(names))


def _lists(spec: Spec) -> Iterator[Found]:
    lists = [
        (("audit", "checklists"), spec.audit.checklists),
        (("audit", "legitimate"), spec.audit.legitimate),
        (("decisions", "reasons"), spec.decisions.reasons),
        (("model", "features"), spec.model.features if spec.model else ()),
        (("model", "more_helps"), spec.model.more_helps if spec.model else ()),
        (("model", "more_hurts"), spec.model.more_hurts if spec.model else ()),
    ]
    for path, names in lists:
        for name, times in Counter(names).items():
            if times > 1:
                yield Found(path, f"'{name}' stands twice.")
    if spec.model is not None:
        for name in sorted(set(spec.model.more_helps) & set(spec.model.more_hurts)):
            yield Found(("model", "more_hurts"), f"'{name}' also stands in 'more_helps'.")


def _language(spec: Spec) -> Iterator[Found]:
    if spec.audit.language not in LANGUAGES:
        there = ", ".join(LANGUAGES)
        what = f"this release writes no report in '{spec.audit.language}'."
        yield Found(("audit", "language"), what, f"There is: {there}.")


def _texts(spec: Spec) -> Iterator[Found]:
    """Control characters: a name is one line, a value or a purpose may have several."""
    for path, text in _every_text((), spec.model_dump(exclude_none=True)):
        key = path[2:3] if path[0] == "groups" else path[1:2]
        allowed = "\t\r\n" if key and key[0] in _SEVERAL_LINES else ""
        odd = [sign for sign in text if unicodedata.category(sign) in ("Cc", "Cs")
               and sign not in allowed]  # fmt: skip
        if odd:
            yield Found(path, f"holds the control character U+{ord(odd[0]):04X}.")


def _every_text(path: KeyPath, inside: object) -> Iterator[tuple[KeyPath, str]]:
    if isinstance(inside, str):
        yield path, inside
    elif isinstance(inside, dict):
        for key, value in inside.items():
            yield (*path, key), key
            yield from _every_text((*path, key), value)
    elif isinstance(inside, list | tuple):
        for at, value in enumerate(inside):
            yield from _every_text((*path, at), value)
