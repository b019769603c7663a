"""The page of engines: what it shows is run, and what it says of addresses is read."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from isg_audit.sources.open_source import OPENERS
from isg_audit.spec import DecisionsPart
from isg_audit.spec.address import OPTIONS, address_faults, read_address
from tests.docs.blocks import TOP, blocks_of, follow

PAGE = TOP / "docs" / "engines.md"


def test_the_walk_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert follow(PAGE) == 3
    assert (tmp_path / "audit" / "bundle" / "manifest.json").is_file()


def test_the_addresses_shown_can_stand_in_an_audit_file() -> None:
    shown = [tomllib.loads(block.text) for block in blocks_of(PAGE) if block.language == "toml"]
    parts = [DecisionsPart.model_validate(one["decisions"]) for one in shown]
    assert [list(address_faults(part)) for part in parts] == [[], [], [], []]
    assert {read_address(part.source).scheme for part in parts} == set(OPENERS)


def test_every_option_of_an_address_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in OPTIONS["postgres"] if f"`{name}`" not in text] == []
