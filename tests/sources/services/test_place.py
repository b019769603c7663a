"""Which addresses are asked: names resolved once, and never where credentials lie."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from isg_audit.errors import ModelError, ModelFailed
from isg_audit.sources.services.connection import Patience, Pinned
from isg_audit.sources.services.place import place_of
from tests.http_service import Reply, serving


def means(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name means these addresses; which names were looked up."""
    asked: list[str] = []

    def looked_up(host: str, port: int, *more: Any, **named: Any) -> Any:
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "",
             (one, port)) for one in addresses
        ]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    return asked


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "0.0.0.0",  # noqa: S104
     "::", "224.0.0.1", "ff02::1", "255.255.255.255", "::ffff:169.254.169.254",
     "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"],
)  # fmt: skip
@pytest.mark.parametrize("private", [False, True])
def test_some_addresses_are_never_asked(
    address: str, private: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    means(monkeypatch, "93.184.216.34", address)
    with pytest.raises(ModelError, match="which no audit asks"):
        place_of("https://scores.example.org/", private=private)


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "::1", "fc00::1",
                "100.64.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_private_ones_need_leave(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    means(monkeypatch, address)
    with pytest.raises(ModelError, match="--allow-private-address") as told:
        place_of("https://scores.example.org/", private=False)
    assert told.value.exit_code == 2
    assert place_of("http://scores.example.org/", private=True).addresses == (address,)


def test_an_open_address_is_asked_over_tls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    means(monkeypatch, "93.184.216.34")
    with pytest.raises(ModelError, match="people's data could be read on the way"):
        place_of("http://scores.example.org/", private=True)
    place = place_of("https://scores.example.org/a/", private=False)
    assert (place.host, place.port, place.shown) == (
        "scores.example.org", 443, "https://scores.example.org/a/")  # fmt: skip


def test_numbers_that_hide_an_address_are_seen_through() -> None:
    for hidden in ("http://2130706433/", "http://0x7f.1/", "http://127.1/"):
        with pytest.raises(ModelError, match=r"leads to 127\.0\.0\.1"):
            place_of(hidden, private=False)


def test_a_name_that_changes_its_mind_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda _: Reply({"ok": 1})) as service:
        asked = means(monkeypatch, "127.0.0.1")
        place = place_of(f"http://rebinds.example.org:{service.port}/", private=True)
        assert asked == ["rebinds.example.org"]
        asked = means(monkeypatch, "169.254.169.254")
        monkeypatch.setattr(socket, "create_connection", by_number(asked))
        connection = Pinned(place, Patience())
        status, _, body = connection.ask("GET", "/", None, {}, 100)
        connection.close()
    assert (status, body, asked) == (200, b'{"ok": 1}', [])


def by_number(asked: list[str]) -> Any:
    """Connects to the number it is given, and to nothing that would have to be looked up."""

    def connect(to: tuple[str, int], timeout: float) -> socket.socket:
        assert to[0] == "127.0.0.1" and not asked
        one = socket.socket()
        one.settimeout(timeout)
        one.connect(to)
        return one

    return connect


def test_names_that_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(number: int) -> Any:
        def looked_up(*words: Any, **named: Any) -> Any:
            raise socket.gaierror(number, "no")

        return looked_up

    monkeypatch.setattr(socket, "getaddrinfo", fails(socket.EAI_NONAME))
    with pytest.raises(ModelError, match=r"nowhere\.invalid: there is no computer of this name"):
        place_of("https://nowhere.invalid/", private=False)
    monkeypatch.setattr(socket, "getaddrinfo", fails(socket.EAI_AGAIN))
    with pytest.raises(ModelFailed, match="cannot be looked up now"):
        place_of("https://scores.example.org/", private=False)
