"""`tally.parquet`: what was published of the tallies, for readers in any language.

Imports this room's `blocks`, `disclosure` and `tally_axes`, `errors`, `tally.table`; pyarrow when
used.

One row a count. `decided_by` (log or model), `by` and `group` (lists: attributes and the group's
values; `group` null stands for all withheld groups of the block together), `block` (see `blocks`),
`outcome` and `decision` (`positive`, `negative`, `unknown`; null where the block sums over it),
`score` (its value or the lower edge of its bin), `withheld`. `n` cases, `weight` and `squares` sums
of weights and squared weights, null where withheld; `score_sum` and `score_squares` in the score
blocks, where `weight` counts those with a score; `persons` and `repeats` in the block `decided`.
Score bins without cases have no row. What only some tasks count has its name in `part`: a sum of
predicted numbers (see `tally.table`; `weight` holds it), the scores from one threshold on, a class
of decisions (`outcome` then names the true class), a part of a list (whose places are `score`).
What stands for the whole file is in its metadata, key `isg`: among it, for each `by`, by how much
repeated decisions about the same persons widen intervals, or how far figures of lists vary.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from isg_audit.errors import BundleError, Fault
from isg_audit.evidence.blocks import COARSER, OPTIONAL, Blocks, as_coarser
from isg_audit.evidence.disclosure import Published
from isg_audit.evidence.effects import read_effects, told_effects
from isg_audit.evidence.tally_axes import (
    ALONE,
    AXES,
    NUMBERS,
    PART,
    column_of,
    columns_of,
    names_of,
)
from isg_audit.tally.table import JOINT, Floats

VERSION = 2
BOTH = ("log", "model")


def _schema(metadata: Mapping[str, object]) -> Any:
    import pyarrow as pa

    words, number = pa.list_(pa.string()), pa.float64()
    text = {name: pa.string() for name in ("decided_by", "block", "outcome", "decision", PART)}
    return pa.schema(
        [
            ("decided_by", text["decided_by"]), ("by", words), ("group", words),
            ("block", text["block"]), ("outcome", text["outcome"]), ("decision", text["decision"]),
            ("score", number), (PART, text[PART]), ("withheld", pa.bool_()),
            *((name, number) for name in NUMBERS),
        ],
        metadata={"isg": json.dumps(metadata, ensure_ascii=False)},
    )  # fmt: skip


def write_tallies(tallies: Mapping[str, Published], path: Path) -> None:
    """Write what was published of the tallies of the log, the model or both.

    Args:
        tallies: by who decided: `log`, `model`.
        path: the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    metadata = {
        "tally": VERSION,
        "decided_by": {
            who: {
                "attributes": one.attributes,
                "positive_is_favourable": one.positive_is_favourable,
                "score_edges": one.score_edges.tolist(),
                "minimum_cell": one.minimum_cell,
                "task": one.task,
                "names": one.tables[()].names,
                "by": [{"by": by, "groups": blocks.values, "names": blocks.groups,
                        "persons": blocks.persons is not None,
                        "effects": told_effects(blocks.effects),
                        "rest_effects": told_effects(blocks.rest_effects)}
                       for by, blocks in one.tables.items()],
            }
            for who, one in tallies.items()
        },
    }  # fmt: skip
    schema = _schema(metadata)
    rows = [
        {"decided_by": who, "by": list(by), **row}
        for who, one in tallies.items()
        for by, blocks in one.tables.items()
        for row in _rows(blocks)
    ]
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, compression="zstd")


def _rows(blocks: Blocks) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for block in COARSER:
        if block not in blocks.sums:
            continue
        sums = blocks.sums[block]
        for at, value in enumerate(blocks.values):
            hidden = bool(blocks.withheld[block][at])
            more = _of_people(blocks, at) if block == "decided" else {}
            rows += _cells(blocks, block, list(value), sums[:, at], hidden, more)
        if block in blocks.together:
            rows += _cells(blocks, block, None, blocks.together[block], True, {})
    return rows


def _of_people(blocks: Blocks, at: int) -> dict[str, object]:
    persons = None if blocks.persons is None else _number(blocks.persons[at])
    return {"persons": persons, "repeats": float(blocks.repeats[at])}


def _cells(
    blocks: Blocks, block: str, group: list[str] | None, sums: Floats, hidden: bool,
    more: dict[str, object],
) -> list[dict[str, object]]:  # fmt: skip
    """The rows of one group's block, shape of `sums` (3 or 1, ...)."""
    start = {"group": group, "block": block, "withheld": hidden, **more}
    if hidden and (group is not None or np.isnan(sums).all()):
        return [start]
    rows = []
    for place in np.ndindex(*sums.shape[1:]):
        numbers = sums[(slice(None), *place)]
        if block == "bins" and numbers[0] == 0:
            continue
        names = ("weight",) if block in ALONE else columns_of(block)
        axes = dict(zip(AXES[block], place, strict=True))
        rows.append({
            **start,
            **{column_of(axis): names_of(axis, blocks.names)[at]
               for axis, at in axes.items() if axis != "score"},
            **({"score": float(blocks.levels[axes["score"]])} if "score" in axes else {}),
            **{name: _number(one) for name, one in zip(names, numbers, strict=True)},
        })  # fmt: skip
    return rows


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def read_tallies(path: Path) -> dict[str, Published]:
    """What was published, by who decided (`log`, `model`).

    Raises:
        BundleError: not such a file, or of another version.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        metadata = json.loads((table.schema.metadata or {})[b"isg"])
        if metadata["tally"] != VERSION:
            raise BundleError(
                Fault(path.name, f"is of version {metadata['tally']}; this is {VERSION}.")
            )
        rows: dict[tuple[str, tuple[str, ...]], list[dict[str, Any]]] = {}
        for row in table.to_pylist():
            rows.setdefault((row["decided_by"], tuple(row["by"])), []).append(row)
        told = metadata["decided_by"]
        return {who: _published(facts, who, rows) for who, facts in told.items()}
    except (pa.ArrowException, KeyError, ValueError, TypeError, IndexError) as error:
        raise BundleError(Fault(path.name, f"is no tally: {error}.")) from error


def _published(
    facts: Mapping[str, Any], who: str,
    rows: Mapping[tuple[str, tuple[str, ...]], list[dict[str, Any]]],
) -> Published:  # fmt: skip
    tables = {}
    parts = {part: tuple(names) for part, names in facts.get("names", {}).items()}
    for one in facts["by"]:
        by = tuple(one["by"])
        values = tuple(tuple(value) for value in one["groups"])
        if any(len(value) != len(by) for value in values):
            raise ValueError(f"a group of {JOINT.join(by)} has not one value for each attribute")
        counted = _blocks(
            by, tuple(one["names"]), values, one["persons"], rows.get((who, by), []), parts
        )
        tables[by] = replace(
            counted,
            effects=read_effects(one["effects"], len(values)),
            rest_effects=read_effects(one["rest_effects"], len(values)),
        )
    if () not in tables or tables[()].groups != ("",):
        raise ValueError("it has no counts of everybody")
    return Published(
        attributes=tuple(facts["attributes"]),
        tables=tables,
        positive_is_favourable=bool(facts["positive_is_favourable"]),
        score_edges=np.array(facts["score_edges"], dtype=float),
        minimum_cell=int(facts["minimum_cell"]),
        task=str(facts.get("task", "binary")),
    )


def _blocks(
    by: tuple[str, ...], names: tuple[str, ...], values: tuple[tuple[str, ...], ...],
    has_persons: bool, rows: list[dict[str, Any]], parts: Mapping[str, tuple[str, ...]],
) -> Blocks:  # fmt: skip
    levels = np.array(sorted({row["score"] for row in rows if row["score"] is not None}))
    place = {value: at for at, value in enumerate(values)}
    groups = len(values)
    sizes = {"outcome": 3, "decision": 2, "score": len(levels)}
    sizes |= {part: len(called) for part, called in parts.items()}
    sizes["true_classes"] = sizes.get("classes", 0) + 1
    there = [block for block in AXES if OPTIONAL.get(block, "") in ("", *parts)]
    shapes = {
        block: tuple(sizes[axis] for axis in axes) for block, axes in AXES.items() if block in there
    }
    first = {block: 1 if block in ALONE else 3 for block in AXES}
    sums = {block: np.zeros((first[block], groups, *shapes[block])) for block in there}
    withheld = {block: np.zeros(groups, dtype=bool) for block in AXES}
    together: dict[str, Floats] = {}
    persons, repeats = np.full(groups, np.nan), np.ones(groups)
    for row in rows:
        block = row["block"]
        if row["group"] is None:
            known = row["weight"] is not None
            target = together.setdefault(block, np.zeros((first[block], *shapes[block])))
            place_there = (slice(None), *_at(row, block, levels, parts))
            target[place_there] = _sums(row, block) if known else np.nan
            continue
        at = place[tuple(row["group"])]
        if row["withheld"]:
            withheld[block][at] = True
            sums[block][:, at] = np.nan
        else:
            sums[block][(slice(None), at, *_at(row, block, levels, parts))] = _sums(row, block)
        if block == "decided":
            persons[at] = np.nan if row["persons"] is None else row["persons"]
            repeats[at] = row["repeats"]
    for block in OPTIONAL:
        if block not in sums:
            withheld[block] = as_coarser(withheld, block)
    return Blocks(
        by, names, values, sums, together, levels, persons if has_persons else None, repeats,
        withheld, names=parts,
    )  # fmt: skip


def _at(
    row: Mapping[str, Any], block: str, levels: Floats, parts: Mapping[str, tuple[str, ...]]
) -> tuple[Any, ...]:
    if all(row.get(column_of(axis)) is None for axis in AXES[block]):
        return (Ellipsis,)
    return tuple(
        int(np.searchsorted(levels, row["score"]))
        if axis == "score"
        else names_of(axis, parts).index(row[column_of(axis)])
        for axis in AXES[block]
    )


def _sums(row: Mapping[str, Any], block: str) -> Floats:
    if block in ALONE:
        return np.array([row["weight"]])
    return np.array([row[name] for name in columns_of(block)], dtype=float)
