"""Services that are slow, broken, wrong or elsewhere: a plain message each."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.scoring import score
from isg_audit.sources.services.connection import Patience
from isg_audit.sources.services.open_service import open_service
from isg_audit.sources.services.service import ServiceModel
from isg_audit.spec.audit_file import ModelPart
from tests.http_service import Reply, Service, certificate, chance, serving, shares
from tests.postgres_server import free_port

HASTY = Patience(connect=0.5, read=0.5, whole=1.0, again=2, pause=0.01, longest=0.2)
OPEN: list[ServiceModel] = []


def opened(source: str, folder: Path, patience: Patience = HASTY, **service: Any) -> ServiceModel:
    part = {"protocol": "json", "classes": [0, 1]} | service
    model = open_service(
        ModelPart.model_validate(
            {"source": source, "features": ["income", "debt"], "service": part}
        ),
        private=True, patience=patience, folder=folder,
    )  # fmt: skip
    OPEN.append(model)
    return model


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close(finished=False)


def frame(rows: int = 6, seed: int = 1) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame({"income": draw.normal(50, 10, rows), "debt": draw.normal(45, 9, rows)})


def asked(service: Service, folder: Path, rows: int = 6, **more: Any) -> pd.DataFrame:
    return pd.concat(score(opened(service.source, folder, **more), [frame(rows)], 1))


def close_at_once(handler: Any) -> None:
    handler.connection.close()


def half(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 100\r\n\r\n[[0.1")  # fmt: skip


def drip_body(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 100\r\n\r\n")  # fmt: skip
    drip(handler)


def drip(handler: Any) -> None:
    handler.wfile.write(b"H")
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def endless(handler: Any) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    while True:
        handler.wfile.write(b" " * 65_536)


def sleeps(handler: Any) -> None:
    time.sleep(1.0)


def noise(handler: Any) -> None:
    handler.wfile.write(b"\x00\x01\x02\r\n\r\n")


def body(text: bytes, **more: Any) -> Callable[[Any], Reply]:
    return lambda rows: Reply(text, **more)


def changed(change: Callable[[list[Any]], Any]) -> Callable[[Any], Reply]:
    return lambda rows: Reply(change(shares(rows).body))


FAULTS: dict[str, tuple[Callable[[Any], Reply], str]] = {
    "closes": (lambda _: Reply(raw=close_at_once), "drops the connection, 3 times in a row"),
    "half": (lambda _: Reply(raw=half), "drops the connection, 3 times"),
    "noise": (lambda _: Reply(raw=noise), "does not speak HTTP as it should"),
    "sleeps": (lambda _: Reply(raw=sleeps), "did not answer in time"),
    "drips headers": (lambda _: Reply(raw=drip), "did not answer in time"),
    "drips the body": (lambda _: Reply(raw=drip_body), "did not answer in time"),
    "never ends": (lambda _: Reply(raw=endless), "answers with more than the 1,060,576 bytes"),
    "announces too much": (
        lambda _: Reply(b"[]" + b" " * 2_000_000), "answers with more than the"),
    "page": (body(b"<html>Log in</html>", kind="text/html"), "answers with a web page"),
    "page called json": (body(b"<!doctype html>"), "answers with a web page"),
    "image": (body(b"abc", kind="image/png"), "answers with 'image/png', not with JSON"),
    "cut": (body(b"[[0.1, 0.9]"), "what is no JSON"),
    "deep": (body(b"[" * 200_000), "what is no JSON"),
    "elsewhere": (
        lambda _: Reply("", 307, {"Location": "http://169.254.169.254/x"}),
        r"sends us on to 169\.254\.169\.254 \(status 307\), where we do not follow"),
    "refuses": (
        lambda _: Reply({"error": "column \x1b[31m'rent' is missing"}, 400),
        r"refuses these rows \(status 400\), and says: column \[31m'rent' is missing"),
    "fails": (lambda _: Reply("boom", 500), r"the service failed \(status 500\), and says: boom"),
    "busy": (lambda _: Reply("", 503), "answers with status 503, 3 times in a row"),
    "leave me": (
        lambda _: Reply("", 429, {"Retry-After": "3600"}),
        "status 429 and asks to be left alone for 3,600 seconds"),
    "too large": (lambda _: Reply("", 413), "one row alone is too large"),
    "one short": (changed(lambda rows: rows[:-1]), "5 answers came back for 6 rows"),
    "no list": (changed(lambda rows: {"rows": 6}), "no list came back"),
    "three classes": (
        changed(lambda rows: [[*row, 0] for row in rows]),
        "3 numbers a row came back, one for each of 2 classes was due"),
    "text": (changed(lambda rows: [["a", "b"] for _ in rows]), "are not all numbers"),
    "null": (changed(lambda rows: [[None, 1] for _ in rows]), "6 rows came back with a prob"),
    "percent": (
        changed(lambda rows: [[100 * one for one in row] for row in rows]), "as a probability"),
    "no sum": (changed(lambda rows: [[0.2, 0.3] for _ in rows]), "of one row sum to 0.5"),
    "labels": (changed(lambda rows: [1 for _ in rows]), 'write gives = "labels"'),
    "other table": (
        changed(lambda rows: [{"no": 0.1, "yes": 0.9} for _ in rows]),
        "does not name the classes; it has 'no', 'yes'"),
    "infinite": (body(b"[" + b",".join([b"[0, Infinity]"] * 6) + b"]"), "a prob"),
    "not a number": (body(b"[" + b",".join([b"[NaN, 0.5]"] * 6) + b"]"), "a prob"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_plainly(fault: str, tmp_path: Path) -> None:
    answer, words = FAULTS[fault]
    with serving(answer) as service, pytest.raises(ModelFailed, match=words) as told:
        asked(service, tmp_path)
    assert told.value.exit_code == 3
    assert "\x1b" not in str(told.value)
    assert "run the audit again to go on" in str(told.value) or "batch 1" in str(told.value)


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_wrong_key_or_path_is_the_users_to_mend(status: int, tmp_path: Path) -> None:
    with serving(lambda _: Reply("", status)) as service, pytest.raises(ModelError) as told:
        asked(service, tmp_path)
    assert told.value.exit_code == 2
    assert str(status) in str(told.value)


def test_nobody_there(tmp_path: Path) -> None:
    source = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ModelFailed, match="refuses the connection, 3 times in a row"):
        opened(source, tmp_path).predict(frame())


def test_what_passes_is_tried_again(tmp_path: Path) -> None:
    def answer(rows: Any) -> Reply:
        tries.append(len(rows))
        if len(tries) == 1:
            return Reply("", 429, {"Retry-After": "0"})
        if len(tries) == 2:
            return Reply(raw=close_at_once)
        return shares(rows)

    tries: list[int] = []
    with serving(answer) as service:
        found = asked(service, tmp_path)
    assert tries == [6, 6, 6]
    expected = [chance(row) for row in frame().to_dict("records")]
    assert found["isg_model_score"].tolist() == expected


def test_a_refused_batch_is_halved(tmp_path: Path) -> None:
    def answer(rows: Any) -> Reply:
        return shares(rows) if len(rows) <= 3 else Reply("", 413)

    with serving(answer) as service:
        found = asked(service, tmp_path, rows=20, batch=16)
    assert [len(one) for one in service.asked] == [16, 8, 4, 2] + [2] * 9
    expected = [chance(row) for row in frame(20).to_dict("records")]
    assert found["isg_model_score"].tolist() == expected


def test_a_certificate_must_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = certificate(tmp_path, "127.0.0.1")
    with serving(shares, context=context) as service:
        with pytest.raises(ModelFailed, match="its certificate does not hold: self-signed cert"):
            asked(service, tmp_path)
        assert not service.asked
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
        assert len(asked(service, tmp_path)) == 6


def test_a_certificate_of_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = certificate(tmp_path, "other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with serving(shares, context=context) as service:
        with pytest.raises(ModelFailed, match="certificate does not hold: IP address mismatch"):
            asked(service, tmp_path)
        assert not service.asked


def test_no_tls_where_tls_is_due(tmp_path: Path) -> None:
    with serving(shares) as service, pytest.raises(ModelFailed, match="TLS failed"):
        opened(service.source.replace("http:", "https:"), tmp_path).predict(frame())


def test_a_proxy_of_the_environment_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    with serving(shares) as service:
        assert len(asked(service, tmp_path)) == 6


def test_the_log_holds_hashes_and_no_content(tmp_path: Path) -> None:
    import hashlib

    with serving(shares) as service:
        model = opened(service.source, tmp_path, batch=20)
        rows = frame(25)
        model.predict_proba(rows)
        lines = [json.loads(line) for line in model.requests().splitlines()]
    body = json.dumps(service.asked[0], separators=(",", ":")).encode()
    assert [line["rows"] for line in lines] == [20, 5]
    assert lines[0]["request_sha256"] == hashlib.sha256(body).hexdigest()
    assert lines[0]["status"] == 200 and re.match(r"20\d\d-", lines[0]["at"])
    assert "request_sha256" not in lines[1]  # of few rows the hash could be guessed back


def test_numbers_arrive_in_full_and_missing_ones_as_null(tmp_path: Path) -> None:
    rows = pd.DataFrame({"income": [0.1 + 0.2, np.nan], "debt": [2**53 + 1, 7]})
    with serving(shares) as service:
        opened(service.source, tmp_path).predict_proba(rows)
    assert service.asked[0] == [{"income": 0.30000000000000004, "debt": 2**53 + 1},
                                {"income": None, "debt": 7}]  # fmt: skip


def test_an_infinite_number_is_sent_to_nobody(tmp_path: Path) -> None:
    rows = pd.DataFrame({"income": [np.inf], "debt": [1.0]})
    with serving(shares) as service:
        with pytest.raises(ModelFailed, match="'income' holds an infinite number"):
            opened(service.source, tmp_path).predict(rows)
        assert not service.asked
