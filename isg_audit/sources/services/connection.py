"""One connection to a checked address, with a limit on every wait and on the whole.

The standard library's `http.client` follows no redirect, asks no proxy and sends no cookie: what a
larger library would have to be told not to do. Imports `errors` and `place`.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from isg_audit.sources.services.place import Place


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited, in seconds, and how often something is tried again.

    Attributes:
        connect: for a connection, TLS included.
        read: for the next bytes of an answer.
        whole: for one request from its first byte to the last of the answer.
        again: tries after the first.
        pause: before the second try; doubled for each further one.
        longest: the longest pause, also where the service asks for more.
    """

    connect: float = 5.0
    read: float = 60.0
    whole: float = 120.0
    again: int = 4
    pause: float = 0.5
    longest: float = 60.0


class TookTooLong(Exception):
    """The whole of a request took longer than it may."""


class AnswerTooLarge(Exception):
    """More bytes came than any answer to this question needs."""


class Pinned(http.client.HTTPConnection):
    """Connects to the addresses that were checked, and to no other that the name may mean."""

    def __init__(self, place: Place, patience: Patience) -> None:
        super().__init__(place.host, place.port, timeout=patience.connect)
        self.default_port = 443 if place.secure else 80
        self.place, self.patience = place, patience

    def connect(self) -> None:
        """Connect to the first address that answers; over TLS the certificate must hold."""
        raw = _first(self.place, self.patience.connect)
        try:
            if self.place.secure:
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=self.place.host)
            raw.settimeout(self.patience.read)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            raw.close()
            raise
        self.sock = raw

    def ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], most: int
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Send a request and read the whole answer.

        Args:
            method: `GET` or `POST`.
            path: with its leading slash.
            body: what is posted.
            headers: what stands above it.
            most: bytes the answer may have.

        Returns:
            Status, headers and body.

        Raises:
            TookTooLong: the whole took too long.
            AnswerTooLarge: more than `most` bytes.
            OSError, http.client.HTTPException: the connection or what came through it was wrong.
        """
        if self.sock is None:
            self.connect()
        with self._within():
            self.request(method, path, body, headers)
            with self.getresponse() as response:
                return response.status, response.headers, _whole(response, most)

    @contextmanager
    def _within(self) -> Iterator[None]:
        """Cut the connection when the whole takes too long: a drip never runs into a time-out."""
        late = threading.Event()
        held: socket.socket = self.sock

        def cut() -> None:
            late.set()
            try:
                # Of the plain socket: the TLS layer's own may not be called from another thread.
                socket.socket.shutdown(held, socket.SHUT_RDWR)
            except OSError:
                return  # it was closed a moment ago

        timer = threading.Timer(self.patience.whole, cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, http.client.HTTPException) as error:
            if late.is_set():
                raise TookTooLong from error
            raise
        finally:
            timer.cancel()
        if late.is_set():
            raise TookTooLong


def _first(place: Place, seconds: float) -> socket.socket:
    last: OSError | None = None
    for address in place.addresses:
        try:
            return socket.create_connection((address, place.port), timeout=seconds)
        except OSError as error:
            last = error
    raise last or ConnectionError("no address")


def _whole(response: http.client.HTTPResponse, most: int) -> bytes:
    if (response.length or 0) > most:
        raise AnswerTooLarge
    parts: list[bytes] = []
    size = 0
    while part := response.read1(65_536):
        parts.append(part)
        size += len(part)
        if size > most:
            raise AnswerTooLarge
    if response.length:  # fewer bytes came than were announced
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts)
