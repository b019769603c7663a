"""Asks a service: bounded in time, tries and size, and nothing it says is believed.

Imports `errors` and this room.
"""

from __future__ import annotations

import email.utils
import hashlib
import http.client
import json
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from isg_audit.errors import NotReached
from isg_audit.sources.services.connection import AnswerTooLarge, Patience, Pinned, TookTooLong
from isg_audit.sources.services.place import Place
from isg_audit.sources.services.refusals import refusal

AGAIN = (429, 502, 503, 504)
"""Statuses that may pass: the request is sent again."""

LEAST_NAMED = 10
"""Rows a request needs for its hash to be kept: the hash of few could be guessed back to them."""

Note = Callable[[Mapping[str, object]], None]


class TooLargeToAsk(Exception):
    """The service takes no request of this size (413)."""


@dataclass(eq=False)
class Client:
    """A service that is asked.

    Attributes:
        place: where it is.
        headers: what is sent with each request, credentials among it; never shown.
        note: told of every request and what came of it.
        patience: how long is waited.
    """

    place: Place
    headers: Mapping[str, str] = field(repr=False)
    note: Note
    patience: Patience = Patience()
    _open: Pinned | None = field(default=None, init=False, repr=False)

    def get(self, path: str) -> bytes:
        """What the service says at `path`, at most 1 MiB.

        Raises:
            ModelError: no such path, or no leave.
            ModelFailed: anything else went wrong.
        """
        return self._asked("GET", path, None, 0)[1]

    def get_json(self, path: str) -> Any:
        """The same, read as JSON."""
        headers, body = self._asked("GET", path, None, 0)
        return self._json(headers, body)

    def post_json(self, path: str, body: object, rows: int) -> Any:
        """Post something as JSON and read the answer.

        Args:
            path: after the service's address, with its leading slash.
            body: what is posted; numbers in full precision.
            rows: how many rows it holds.

        Raises:
            TooLargeToAsk: the service wants fewer rows.
            ModelError: no such path, or no leave.
            ModelFailed: anything else went wrong.
        """
        sent = json.dumps(body, allow_nan=False, separators=(",", ":")).encode()
        headers, said = self._asked("POST", path, sent, rows)
        return self._json(headers, said)

    def close(self) -> None:
        """Let go of the connection; the next question opens another."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _asked(
        self, method: str, path: str, body: bytes | None, rows: int
    ) -> tuple[http.client.HTTPMessage, bytes]:
        said = ""
        for number in range(self.patience.again + 1):
            try:
                status, headers, answer = self._once(method, path, body, rows, number + 1)
            except ssl.SSLCertVerificationError as error:
                why = error.verify_message or "not valid"
                raise self._failed(f"its certificate does not hold: {why}.") from error
            except ssl.SSLError as error:
                raise self._failed(f"TLS failed ({error.reason or error}).") from error
            except (TimeoutError, TookTooLong) as error:
                raise self._failed(
                    "did not answer in time. Fewer rows a request (model.service.batch) may help."
                ) from error
            except AnswerTooLarge as error:
                raise self._failed(
                    f"answers with more than the {most_bytes(rows):,} bytes that {rows or 1} rows "
                    "could need."
                ) from error
            except (OSError, http.client.HTTPException) as error:
                said, wait = _broken(error), None
            else:
                if 200 <= status < 300:
                    return headers, answer
                if status == 413:
                    raise TooLargeToAsk
                if status not in AGAIN:
                    raise refusal(
                        self.place.shown_with(self._target(path)), status, headers, answer
                    )
                said, wait = f"answers with status {status}", _retry_after(headers)
            if number < self.patience.again:
                self._wait(number, wait, said)
        raise self._failed(f"{said}, {self.patience.again + 1} times in a row.")

    def _once(
        self, method: str, path: str, body: bytes | None, rows: int, number: int
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        line: dict[str, object] = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "asked": f"{method} {self._target(path)}", "rows": rows, "try": number,
        }  # fmt: skip
        if body is not None and rows >= LEAST_NAMED:
            line["request_sha256"] = hashlib.sha256(body).hexdigest()
        start = time.monotonic()
        self._open = self._open or Pinned(self.place, self.patience)
        try:
            status, headers, answer = self._open.ask(
                method, self._target(path), body, self._headers(body), most_bytes(rows)
            )
        except BaseException as error:
            self.close()
            self.note(line | {"failed": type(error).__name__, "seconds": _since(start)})
            raise
        if headers.get("Connection", "").lower() == "close":
            self.close()
        line |= {"status": status, "seconds": _since(start), "bytes": len(answer)}
        if rows >= LEAST_NAMED or body is None:
            line["answer_sha256"] = hashlib.sha256(answer).hexdigest()
        self.note(line)
        return status, headers, answer

    def _target(self, path: str) -> str:
        """The address's own path as it was written, or one below it."""
        return (self.place.path.rstrip("/") + path if path else self.place.path) or "/"

    def _headers(self, body: bytes | None) -> dict[str, str]:
        given = {"Accept": "application/json", "Accept-Encoding": "identity",
                 "User-Agent": "isg-audit"}  # fmt: skip
        posted = {} if body is None else {"Content-Type": "application/json"}
        return given | posted | dict(self.headers)

    def _wait(self, number: int, asked: float | None, said: str) -> None:
        """Longer each time, and never all clients at once."""
        if asked is not None and asked > self.patience.longest:
            raise self._failed(f"{said} and asks to be left alone for {asked:,.0f} seconds.")
        own = self.patience.pause * 2**number * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        time.sleep(min(max(own, asked or 0.0), self.patience.longest))

    def _json(self, headers: http.client.HTTPMessage, body: bytes) -> Any:
        kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if "html" in kind or body.lstrip()[:1] == b"<":
            raise self._failed(
                "answers with a web page, not with JSON. Is it the right address, or does a login "
                "stand before it?"
            )
        if kind and kind != "application/json" and not kind.endswith("+json"):
            raise self._failed(f"answers with '{kind[:60]}', not with JSON.")
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self._failed("answers with what is no JSON.") from error

    def _failed(self, what: str) -> NotReached:
        return NotReached(f"{self.place.shown}: the service {what}")


def most_bytes(rows: int) -> int:
    """Bytes an answer to a question of so many rows may have."""
    return 2**20 + 2_000 * rows


def _since(start: float) -> float:
    return round(time.monotonic() - start, 4)


def _broken(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refuses the connection"
    if isinstance(error, (http.client.IncompleteRead, ConnectionError)):
        return "drops the connection"
    if isinstance(error, http.client.HTTPException):
        return "does not speak HTTP as it should"
    return f"cannot be reached ({error.strerror or error})" if isinstance(error, OSError) else ""


def _retry_after(headers: http.client.HTTPMessage) -> float | None:
    """Seconds to wait, as the service asks: a number, or a date."""
    given = headers.get("Retry-After", "").strip()
    if given.isdigit() and len(given) < 10:
        return float(given)
    try:
        until = email.utils.parsedate_to_datetime(given)
    except (ValueError, TypeError):
        return None
    now = datetime.now(UTC) if until.tzinfo else datetime.now(UTC).replace(tzinfo=None)
    return max(0.0, (until - now).total_seconds())
