"""What a service has answered, so that an interrupted audit goes on; and the log of requests.

Kept is a salted hash of each row and the answer to it, never the row. Imports the standard library.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import sqlite3
import stat
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

OLDEST = 7 * 24 * 3600
"""Seconds: older answers may be another model's."""

_AT_ONCE = 500
"""Questions in one statement; SQLite takes 999 in its oldest versions."""

_TABLES = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS answers (row BLOB PRIMARY KEY, answer BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (line TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS salt (salt BLOB NOT NULL);
"""


def default_folder() -> Path | None:
    """The user's folder for answers, nobody else's to read; None where there can be none."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        above = Path(given) if given.startswith("/") else Path.home() / ".cache"
        folder = above / "isg-audit" / "answers"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = folder.lstat()
        if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid():
            return None
        folder.chmod(0o700)
    except (OSError, RuntimeError):
        return None
    return folder


class Kept:
    """Answers by row, and the lines of the log of requests.

    Attributes:
        path: the file, None where answers live only as long as this process.
        earlier: how many answers an earlier, interrupted audit left.
    """

    def __init__(self, folder: Path | None, key: str) -> None:
        self.path: Path | None = None
        self._lock: TextIO | None = None
        self._guard = threading.RLock()
        if folder is not None:
            self._lock = _locked(folder / f"{key}.lock")
            self.path = folder / f"{key}.sqlite" if self._lock is not None else None
        self._base = _opened(self.path)
        self._salt = _salt(self._base)
        self.earlier = int(self._base.execute("SELECT COUNT(*) FROM answers").fetchone()[0])

    def name(self, row: tuple[object, ...]) -> bytes:
        """What a row is called here: 16 bytes that do not tell it; of plain values."""
        return hashlib.blake2b(repr(row).encode(), digest_size=16, key=self._salt).digest()

    def known(self, names: Iterable[bytes]) -> dict[bytes, bytes]:
        """The answers that are kept for these rows."""
        asked, found = list(names), dict[bytes, bytes]()
        with self._guard:
            for start in range(0, len(asked), _AT_ONCE):
                some = asked[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                found |= dict(
                    self._base.execute(
                        f"SELECT row, answer FROM answers WHERE row IN ({marks})",  # noqa: S608
                        some,
                    )
                )
        return found

    def keep(self, answers: Mapping[bytes, bytes]) -> None:
        """Keep answers; once this returns, an interruption does not lose them."""
        with self._guard, self._base:
            self._base.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", answers.items())

    def note(self, line: Mapping[str, object]) -> None:
        """Add a line to the log of requests."""
        with self._guard, self._base:
            self._base.execute("INSERT INTO requests VALUES (?)", (json.dumps(line),))

    def lines(self) -> Iterator[str]:
        """The log of requests, of interrupted audits too, oldest first."""
        with self._guard:
            for (line,) in self._base.execute("SELECT line FROM requests ORDER BY rowid"):
                yield str(line)

    def close(self, *, finished: bool) -> None:
        """Let go of it; what belongs to a finished audit is removed."""
        with self._guard:
            self._base.close()
            if finished and self.path is not None:
                _remove(self.path)
            if self._lock is not None:
                if finished:
                    Path(self._lock.name).unlink(missing_ok=True)
                self._lock.close()
                self._lock = None


def _locked(path: Path) -> TextIO | None:
    """The lock of one audit; None while another holds it, which then keeps its answers alone."""
    try:
        lock = path.open("w", encoding="utf-8")
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _opened(path: Path | None) -> sqlite3.Connection:
    """The file, made anew where it is old or damaged; a nameless one is gone when closed."""
    if path is not None and path.exists() and time.time() - path.stat().st_mtime > OLDEST:
        _remove(path)
    try:
        return _with_tables(path)
    except sqlite3.DatabaseError:
        if path is None:
            raise
        _remove(path)
        return _with_tables(path)


def _remove(path: Path) -> None:
    """The file, and what SQLite keeps beside it while it is open."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def _with_tables(path: Path | None) -> sqlite3.Connection:
    base = sqlite3.connect("" if path is None else path, check_same_thread=False)
    try:
        if path is not None:
            path.chmod(0o600)
        base.executescript(_TABLES)
    except sqlite3.DatabaseError:
        base.close()
        raise
    return base


def _salt(base: sqlite3.Connection) -> bytes:
    found = base.execute("SELECT salt FROM salt").fetchone()
    if found is not None:
        return bytes(found[0])
    made = secrets.token_bytes(32)
    with base:
        base.execute("INSERT INTO salt VALUES (?)", (made,))
    return made
