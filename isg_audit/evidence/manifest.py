"""`manifest.json`: what a bundle holds, and whether a folder is such a bundle.

Imports this room's `canonical`, `errors`. Nothing is followed, nothing is opened before its name,
kind and size are found in order.
"""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from isg_audit.errors import Fault
from isg_audit.evidence.canonical import sha256_of

NAME = "manifest.json"
REQUIRED = ("audit.toml", "measurements.parquet", "results.json", "tally.parquet")
OPTIONAL = ("answers.toml", "requests.jsonl")
CHECKLIST = re.compile(r"checklists/[^/\\\x00-\x1f]+\.toml")

LARGEST = {
    NAME: 1_000_000,
    "results.json": 200_000_000,
    "measurements.parquet": 200_000_000,
    "tally.parquet": 500_000_000,
    "requests.jsonl": 500_000_000,
}
LARGEST_TEXT = 5_000_000
"""Bytes a file may have; files not in `LARGEST` are texts that people write."""
MOST_FILES = 1_000


class FileEntry(BaseModel):
    """A file of the bundle."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    sha256: str
    size: int


class Manifest(BaseModel):
    """What a bundle holds. `files` is in alphabetical order and leaves out the manifest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    isg_audit_bundle: Literal[1]
    isg_audit: str
    results: Literal[1] = 1
    made: str
    seed: int
    data_fingerprint: str
    files: dict[str, FileEntry]


def read_manifest(folder: Path) -> tuple[Manifest | None, list[Fault]]:
    """The manifest, and every fault of the folder's files that it shows."""
    if folder.is_symlink() or not folder.is_dir():
        what = "is a link." if folder.is_symlink() else "is no folder."
        return None, [Fault(str(folder), what, "Name the folder `bundle` of a result.")]
    listed, faults = _listed(folder)
    if NAME not in listed:
        faults.append(Fault(NAME, "is missing.", "Without it this is no bundle of isg-audit."))
        return None, faults
    size = (folder / NAME).stat().st_size
    if size > LARGEST[NAME]:
        return None, [*faults, _too_large(NAME, size)]
    manifest, wrong = _parsed(folder / NAME)
    if manifest is None:
        return None, [*faults, *wrong]
    return manifest, [*faults, *_compared(folder, listed, manifest)]


def _listed(folder: Path) -> tuple[set[str], list[Fault]]:
    """Plain files by their path in the folder; links and other things are faults."""
    listed: set[str] = set()
    faults: list[Fault] = []
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            name = path.relative_to(folder).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                faults.append(Fault(name, "is a link; a bundle holds plain files."))
            elif stat.S_ISDIR(mode):
                if name == "checklists":
                    waiting.append(path)
                else:
                    faults.append(Fault(name, "is a folder that does not belong to a bundle."))
            elif stat.S_ISREG(mode):
                listed.add(name)
            else:
                faults.append(Fault(name, "is no plain file."))
            if len(listed) + len(faults) > MOST_FILES:
                return listed, [*faults, Fault("", f"There are more than {MOST_FILES:,} files.")]
    return listed, faults


def _parsed(path: Path) -> tuple[Manifest | None, list[Fault]]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        return None, [Fault(NAME, f"is not JSON: {error}.")]
    if isinstance(content, dict) and content.get("isg_audit_bundle", 1) != 1:
        version = content["isg_audit_bundle"]
        return None, [Fault(NAME, f"is of version {version}; this release reads version 1.")]
    try:
        return Manifest.model_validate(content), []
    except ValidationError as error:
        return None, faults_of(NAME, error)


def faults_of(name: str, error: ValidationError) -> list[Fault]:
    """What is wrong with the content of a JSON file, at most 20 places."""
    return [
        Fault(f"{name}, {'.'.join(str(part) for part in one['loc'])}", f"{one['msg']}.")
        for one in error.errors(include_url=False)[:20]
    ]


def _compared(folder: Path, listed: set[str], manifest: Manifest) -> Iterator[Fault]:
    for name in sorted({*manifest.files, *REQUIRED}):
        if not _belongs(name):
            yield Fault(f"{NAME}, files", f"'{name}' does not belong to a bundle.")
        elif name not in manifest.files:
            yield Fault(f"{NAME}, files", f"{name} is not listed.")
        elif name not in listed:
            # A link of this name was told already.
            if not (folder / name).is_symlink():
                yield Fault(name, "is missing.")
        else:
            yield from _file(folder / name, name, manifest.files[name])
    for name in sorted(listed - {NAME, *manifest.files}):
        yield Fault(name, "is not in the manifest.")


def _belongs(name: str) -> bool:
    plain = PurePosixPath(name)
    if plain.is_absolute() or ".." in plain.parts or plain.as_posix() != name:
        return False
    return name in REQUIRED or name in OPTIONAL or CHECKLIST.fullmatch(name) is not None


def _file(path: Path, name: str, entry: FileEntry) -> Iterator[Fault]:
    size = path.stat().st_size
    if size > LARGEST.get(name, LARGEST_TEXT):
        yield _too_large(name, size)
    elif size != entry.size:
        yield Fault(name, f"has {size:,} bytes; the manifest says {entry.size:,}.")
    elif sha256_of(path) != entry.sha256:
        yield Fault(name, "was changed: its SHA-256 is not the one in the manifest.")


def _too_large(name: str, size: int) -> Fault:
    most = LARGEST.get(name, LARGEST_TEXT)
    return Fault(name, f"has {size:,} bytes; at most {most:,} are read.")
