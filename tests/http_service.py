"""A small real HTTP or HTTPS server for tests: what it answers is a function, faults included."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np


@dataclass
class Reply:
    """What the server sends back. `raw` is written to the socket instead of all the rest."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    raw: Callable[[Any], None] | None = None


@dataclass
class Service:
    """A running server and what it was asked."""

    port: int
    secure: bool
    asked: list[Any] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def source(self) -> str:
        return f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"

    @property
    def rows(self) -> int:
        """Rows that were posted in all."""
        return sum(len(one) for one in self.asked if isinstance(one, list))


Answer = Callable[[Any], Reply]


@contextmanager
def serving(answer: Answer, port: int = 0, context: ssl.SSLContext | None = None) -> Iterator[Any]:
    """A server that answers each request with what `answer` makes of its body (None for GET)."""
    service = Service(port, context is not None)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(answer(None))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service.asked.append(body)
            service.headers.append(dict(self.headers))
            self._reply(answer(body))

        def _reply(self, reply: Reply) -> None:
            if reply.raw is not None:
                self.close_connection = True
                reply.raw(self)
                return
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            """Quiet."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is what is tested."""

    server = Quiet(("127.0.0.1", port), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    service.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A self-signed certificate for `name`, written as `folder/cert.pem`, made by openssl."""
    openssl = shutil.which("openssl")
    assert openssl is not None
    kind = "IP" if name[0].isdigit() else "DNS"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=test", "-addext", f"subjectAltName={kind}:{name}",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def chance(row: dict[str, Any]) -> float:
    """The model behind the test services: income raises it, debt lowers it, missing is 0."""
    income, debt = row["income"] or 0.0, row["debt"] or 0.0
    return float(1 / (1 + np.exp(-np.clip(income - debt, -99, 99) / 10)))


def shares(rows: list[dict[str, Any]]) -> Reply:
    """Probabilities of refused and granted for a list of objects."""
    return Reply([[1 - chance(row), chance(row)] for row in rows])
