"""Replaces a folder of results whole or not at all. Imports `errors` only."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isg_audit.errors import Fault, InputError, OutputFailed

MARK = Path("bundle", "manifest.json")
"""What tells a folder of ours from any other."""

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "you may not write there",
    errno.EPERM: "you may not write there",
    errno.EEXIST: "a part of the path is a file, not a folder",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EFBIG: "a file would be larger than allowed",
    errno.ENAMETOOLONG: "the name is too long",
}


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A new folder that takes the place of `out` when all is written.

    The new folder lies beside `out`. When the block ends, everything in it is brought to the disk
    and it is renamed into place. On any error or interruption it is removed, and `out` is as it
    was. A process that is killed leaves `out` as it was, and perhaps the unfinished folder
    (`.NAME.unfinished-*`), which the next run removes; killed between its last two renames, it
    leaves no `out`, and the next run puts the old one back.

    Args:
        out: where results go; its parent is made if need be.

    Yields:
        The folder to write into.

    Raises:
        InputError: `out` is there and is no earlier result.
        OutputFailed: it could not be written; the message says why.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 - resolve() would follow a link at `out`
    refuse_strangers(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _finish_killed_runs(out)
        new = _beside(out, "unfinished")
    except OSError as error:
        raise _told(out, error) from error
    try:
        yield new
        _to_disk(new)
        _put_in_place(new, out)
    except OSError as error:
        if not _of_writing(error, new, out):
            raise
        raise _told(out, error) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _beside(out: Path, what: str) -> Path:
    """A new folder on the same file system, named after this process."""
    prefix = f".{out.name}.{what}-{os.getpid()}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=out.parent))
    folder.chmod(0o755)
    return folder


def refuse_strangers(out: Path) -> None:
    """Check, before any work, that results may take the place of `out`.

    Raises:
        InputError: `out` is a link or a file, or holds anything but earlier results.
    """
    if out.is_symlink():
        raise InputError(Fault(str(out), "is a link.", "Name the folder that it points to."))
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(Fault(str(out), "is a file, not a folder.", "Choose another name."))
    if any(out.iterdir()) and not (out / MARK).is_file():
        raise InputError(
            Fault(
                str(out),
                "holds files that are not results of isg-audit; they would be lost.",
                "Choose an empty or a new folder.",
            )
        )


def _put_in_place(new: Path, out: Path) -> None:
    """Old one aside, new one in, old one away."""
    if not out.exists():
        new.rename(out)
        _sync(out.parent)
        return
    aside = _beside(out, "replaced")
    old = aside / "old"
    out.rename(old)
    try:
        new.rename(out)
    except BaseException:
        old.rename(out)
        raise
    _sync(out.parent)
    shutil.rmtree(aside, ignore_errors=True)


def _finish_killed_runs(out: Path) -> None:
    """Put back what a killed run had moved aside, and remove what it left unfinished."""
    for left in out.parent.iterdir():
        found = re.fullmatch(
            rf"{re.escape('.' + out.name)}\.(replaced|unfinished)-(\d+)-\w+", left.name
        )
        if found is None or _alive(int(found[2])):
            continue
        if not out.exists() and (left / "old").is_dir():
            (left / "old").rename(out)
        shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # Some file systems cannot sync a folder; losing the disk is another matter.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _of_writing(error: OSError, new: Path, out: Path) -> bool:
    """Whether an error in the block is one of writing results, not of reading something else."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG):
        return True
    if not isinstance(error.filename, str | os.PathLike):
        return False
    path = Path(error.filename)
    return path.is_relative_to(new) or path.is_relative_to(out)


def _told(out: Path, error: OSError) -> OutputFailed:
    """The fault of the disk in plain words."""
    reason = _REASONS.get(error.errno or 0) or (error.strerror or str(error)).lower()
    return OutputFailed(
        f"{out}: the results could not be written: {reason}. What stood there is untouched."
    )
