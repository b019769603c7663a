"""Zip archives: skops files, PyTorch's, numpy's, Keras's; each member by its content.

Imports `sources.models` and this folder.
"""

from __future__ import annotations

import json
import zipfile
from typing import Any, BinaryIO

from isg_audit.sources.looking.pickles import LARGEST, RUNS, told
from isg_audit.sources.looking.seen import Found, listed, plain
from isg_audit.sources.models.pickle_trace import traced
from isg_audit.sources.models.skops_file import TRUSTED
from isg_audit.sources.models.sniff import HEAD, begins_as_pickle

MOST_MEMBERS = 100_000
MOST_TRACED = 50
LARGEST_SCHEMA = 64 * 2**20
"""Bytes of a schema, or of a settings file, that are read."""


def look_at_archive(file: BinaryIO, name: str) -> Found:
    """Every member's name, and what the dangerous ones could do."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _looked_through(archive, name)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        return Found(dangers=(RUNS,), unread=plain(error))


def _looked_through(archive: zipfile.ZipFile, name: str) -> Found:
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        return Found(unread=f"it has {len(members):,} members")
    unpacked = sum(one.file_size for one in members)
    facts = [("members", listed(one.filename for one in members))]
    dangers = []
    if unpacked > LARGEST:
        dangers.append(f"it unpacks to {unpacked / 2**30:.1f} GiB")
    dangers += [
        f"a member leads out of its folder: {plain(one.filename)}"
        for one in members
        if one.filename.startswith(("/", "\\"))
        or ".." in one.filename.replace("\\", "/").split("/")
    ]
    unread = ""
    if any("/code/" in one.filename or one.filename.startswith("code/") for one in members):
        dangers.append("it holds code (TorchScript)")
    for inside in (_skops(archive), _keras(archive), *_pickles(archive, members, name)):
        facts += inside.facts
        dangers += inside.dangers
        unread = unread or inside.unread
    return Found(tuple(facts), tuple(dict.fromkeys(dangers)), unread)


def _pickles(archive: zipfile.ZipFile, members: list[Any], name: str) -> list[Found]:
    """Members that are pickles, or arrays of objects, which are pickles too."""
    found: list[Found] = []
    for one in members:
        with archive.open(one) as content:
            head = content.read(HEAD)
            start = _start_of_pickle(head, one.filename)
            if start < 0:
                continue
            if len(found) >= MOST_TRACED:
                found.append(Found(unread=f"it holds more than {MOST_TRACED} pickles"))
                break
            found.append(told(traced(_From(content, start), name, LARGEST), plain(one.filename)))
    return found


def _start_of_pickle(head: bytes, filename: str) -> int:
    if filename.endswith((".pkl", ".pickle")) or begins_as_pickle(head):
        return 0
    if head.startswith(b"\x93NUMPY") and b"'descr': '|O'" in head:
        wide = 2 if head[6:7] == b"\x01" else 4
        return 8 + wide + int.from_bytes(head[8 : 8 + wide], "little")
    return -1


class _From:
    """A member read from some place on, as if it began there."""

    def __init__(self, content: Any, start: int) -> None:
        self.content, self.start = content, start
        self.seek(0)

    def read(self, size: int = -1) -> bytes:
        found: bytes = self.content.read(size)
        return found

    def seek(self, place: int) -> None:
        self.content.seek(self.start + place)


def _read(archive: zipfile.ZipFile, member: str) -> Any:
    """A member as JSON; None where there is none.

    Raises:
        ValueError: too large, or no JSON.
    """
    if member not in archive.namelist():
        return None
    with archive.open(member) as content:
        raw = content.read(LARGEST_SCHEMA + 1)
    if len(raw) > LARGEST_SCHEMA:
        raise ValueError(f"{member} has more than {LARGEST_SCHEMA // 2**20} MiB")
    try:
        return json.loads(raw)
    except RecursionError as error:
        raise ValueError(f"{member} is nested too deep") from error


def _skops(archive: zipfile.ZipFile) -> Found:
    schema = _read(archive, "schema.json")
    if schema is None:
        return Found()
    types, loaders = set(), set()
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            if isinstance(part.get("__class__"), str):
                types.add(f"{part.get('__module__')}.{part['__class__']}")
            if isinstance(part.get("__loader__"), str):
                loaders.add(part["__loader__"])
            content = part.get("content")
            if isinstance(content, dict) and isinstance(content.get("function"), str):
                types.add(f"{content.get('module_path')}.{content['function']}")
            pending += part.values()
        elif isinstance(part, list):
            pending += part
    facts = [
        ("types", listed(sorted(types))),
        ("written by", plain(f"skops {schema.get('_skops_version', 'of an unknown version')}")),
    ]
    return Found(tuple(facts), *_not_trusted(archive, types))


def _not_trusted(archive: zipfile.ZipFile, types: set[str]) -> tuple[tuple[str, ...], str]:
    """The types on which skops would ask for trust and our list gives none."""
    try:
        import skops.io
    except ImportError:
        outside = sorted(one for one in types - set(TRUSTED) if not one.startswith(_KNOWN))
        if outside:
            return (f"types that may not be trusted: {listed(outside)}",), ""
        return (), ""
    file = archive.fp
    if file is None:  # closed, which it is not here
        return (), "it cannot be read twice"
    file.seek(0)
    content = file.read(2 * LARGEST_SCHEMA + 1)
    if len(content) > 2 * LARGEST_SCHEMA:
        return (), "too large to say which of its types are trusted"
    try:
        asked = skops.io.get_untrusted_types(data=content)
    except Exception as error:  # noqa: BLE001 - a crafted file may make the parser raise anything
        return (), f"skops cannot read it ({type(error).__name__}: {plain(error)})"
    refused = sorted(set(asked) - set(TRUSTED))
    if not refused:
        return (), ""
    return (f"types that are not trusted, so that it is refused: {listed(refused)}",), ""


_KNOWN = ("builtins.", "numpy.", "scipy.", "sklearn.", "collections.")


def _keras(archive: zipfile.ZipFile) -> Found:
    settings = _read(archive, "config.json")
    if settings is None:
        return Found()
    text = json.dumps(settings)
    if "Lambda" in text or "__lambda__" in text:
        return Found(dangers=("a layer of its own code (Lambda) runs when it is opened",))
    return Found()
