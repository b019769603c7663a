"""The parent's side of the conversation: asks, waits no longer than agreed, ends the child.

Imports this folder and the standard library.
"""

from __future__ import annotations

import os
import select
import subprocess  # noqa: S404 - for the type of the process
import time
import weakref
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from isg_audit.sources.child import wire
from isg_audit.sources.child.limits import Limits
from isg_audit.sources.child.process import ended, started
from isg_audit.sources.child.wire import Answer, NotOurs

_AT_ONCE = 2**20
_PIPE_SIZE = 1031  # fcntl's F_SETPIPE_SZ


class Ended(Exception):
    """The child is gone; the message says how, e.g. `its process was killed (SIGSEGV)`."""


class Conversation:
    """A child process that is asked one thing after another.

    Attributes:
        layers: name, whether it holds, why not, of each layer of its lock.
    """

    def __init__(self, limits: Limits, content: int, strict: bool) -> None:
        self._limits = limits
        self._process = started(limits, content, strict)
        self._inbox = bytearray()
        self._answers: deque[Answer] = deque()
        self._waited = 0.0
        self._why = ""
        self._owner = os.getpid()
        self._close = weakref.finalize(self, _end, self._process)
        for pipe in self._pipes():
            os.set_blocking(pipe, False)
            _widen(pipe)
        self.layers: list[tuple[str, bool, str]] = [
            (str(name), bool(holds), str(why))
            for name, holds, why in self.heard(limits.starting).said["layers"]
        ]

    def asked(self, what: bytes, body: Sequence[memoryview], seconds: float = 0) -> Answer:
        """One question and its answer.

        Raises:
            Ended: there is no answer, and never will be.
        """
        self.ask(what, body, seconds)
        return self.heard(seconds)

    def ask(self, what: bytes, body: Sequence[memoryview], seconds: float = 0) -> None:
        """Put a question; comes back when the child has taken it all in.

        Args:
            what: of `wire`.
            body: its bytes, in pieces.
            seconds: the longest wait; the limit of a call if 0.

        Raises:
            Ended: the child is gone.
        """
        head = wire.REQUEST.pack(what, sum(len(piece) for piece in body))
        pending = deque([memoryview(head), *(piece for piece in body if len(piece))])
        self._until(lambda: not pending, pending, seconds)

    def heard(self, seconds: float = 0) -> Answer:
        """The answer to the question that was put first and is not answered yet.

        Raises:
            Ended: the child is gone.
        """
        self._until(lambda: bool(self._answers), deque(), seconds)
        return self._answers.popleft()

    def close(self) -> None:
        """End the child; harmless the second time."""
        self._why = self._why or "its process was ended with the audit"
        self._close()

    def _pipes(self) -> tuple[int, int]:
        if self._process.stdin is None or self._process.stdout is None:
            raise Ended("its process has no pipes")
        return self._process.stdin.fileno(), self._process.stdout.fileno()

    def _until(self, done: object, pending: deque[memoryview], seconds: float) -> None:
        """Write what is pending and read what comes, until there is nothing to wait for."""
        if self._why:
            raise Ended(self._why)
        if os.getpid() != self._owner:
            raise Ended("its process belongs to another one")
        allowed = min(seconds or self._limits.call, self._limits.whole - self._waited)
        began = time.monotonic()
        try:
            while not done():  # type: ignore[operator]
                left = began + allowed - time.monotonic()
                if left <= 0:
                    raise self._over(f"it gave no answer within {allowed:.0f} s and was stopped")
                self._turn(pending, left)
        finally:
            self._waited += time.monotonic() - began

    def _turn(self, pending: deque[memoryview], seconds: float) -> None:
        requests, answers = self._pipes()
        poll = select.poll()
        poll.register(answers, select.POLLIN)
        if pending:
            poll.register(requests, select.POLLOUT)
        for pipe, _ in poll.poll(seconds * 1000):
            if pipe == answers:
                self._read(answers)
            elif pending:
                self._write(requests, pending)

    def _write(self, pipe: int, pending: deque[memoryview]) -> None:
        try:
            written = os.write(pipe, pending[0][:_AT_ONCE])
        except BlockingIOError:
            return
        except OSError as error:
            raise self._over(ended(self._process, self._limits)) from error
        pending[0] = pending[0][written:]
        if not len(pending[0]):
            pending.popleft()

    def _read(self, pipe: int) -> None:
        try:
            came = os.read(pipe, _AT_ONCE)
        except BlockingIOError:
            return
        if not came:
            raise self._over(ended(self._process, self._limits))
        self._inbox += came
        try:
            self._unpack()
        except NotOurs as error:
            raise self._over(f"what came back is no answer ({error})") from error

    def _unpack(self) -> None:
        """Take every whole answer out of what came."""
        first = wire.ANSWER.size
        while len(self._inbox) >= first:
            kind, said, blocks = wire.lengths(bytes(self._inbox[:first]))
            if len(self._inbox) < first + said + blocks:
                return
            whole, self._inbox = self._inbox, self._inbox[first + said + blocks :]
            del whole[first + said + blocks :]
            self._answers.append(
                wire.unpacked(kind, bytes(whole[first : first + said]), whole[first + said :])
            )

    def _over(self, why: str) -> Ended:
        self._why = why
        self._close()
        return Ended(why)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def _widen(pipe: int) -> None:
    """More room in a pipe, where the system allows: fewer turns for the same bytes."""
    import fcntl

    with suppress(OSError):
        fcntl.fcntl(pipe, _PIPE_SIZE, _AT_ONCE)
