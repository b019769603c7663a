"""Runs the blocks of a documentation page in their order, and compares the output it shows.

What a page may hold: ```console (lines after `$ ` are typed, the lines below are their output),
```python (run in one namespace; a ```text block right after it is what it prints), and any block
with title="NAME" (written to that file). `...` in a shown output stands for any text.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from isg_audit.cli import main

TOP = Path(__file__).parents[2]
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it is written to, its text, its first line."""

    language: str
    title: str
    text: str
    line: int


def blocks_of(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2] or "", found[3], text.count("\n", 0, found.start()) + 2)
        for found in BLOCK.finditer(text)
    ]


def follow(page: Path, names: dict[str, Any] | None = None) -> int:
    """Do what the page says in the working folder; how many blocks were run."""
    namespace = {"__name__": "page", **(names or {})}
    printed: str | None = None
    done = 0
    for block in blocks_of(page):
        where = f"{page.name}, line {block.line}"
        before, printed = printed, None
        if block.title:
            Path(block.title).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            _type_all(block, where)
        elif block.language == "python":
            printed = _run(block, page, namespace)
        elif block.language == "text" and before is not None:
            _compare(block.text, before, where)
        else:
            continue
        done += 1
    return done


def _run(block: Block, page: Path, namespace: dict[str, Any]) -> str:
    told = io.StringIO()
    code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
    with contextlib.redirect_stdout(told):
        exec(code, namespace)  # noqa: S102 - a page of ours
    return told.getvalue()


def _type_all(block: Block, where: str) -> None:
    code = 0
    for command, shown in _commands(block.text):
        said, code = _typed(command, code)
        _compare(shown, said, f"{where}: {command}")


def _commands(text: str) -> Iterator[tuple[str, str]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def _typed(command: str, code: int) -> tuple[str, int]:
    """What a command says and exits with; ours in this process, others in a shell."""
    if command.startswith("isg-audit "):
        told = CliRunner().invoke(main, shlex.split(command)[1:])
        return told.output, told.exit_code
    ran = subprocess.run(
        ["bash", "-c", f"(exit {code}); {command}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return ran.stdout, ran.returncode


def _compare(shown: str, said: str, where: str) -> None:
    assert matches(shown, said), f"{where}\nshown:\n{shown}\nsaid:\n{said}"


def matches(shown: str, said: str) -> bool:
    """Whether an output is the one shown, `...` standing for any text."""
    pattern = ".*?".join(re.escape(part) for part in _trimmed(shown).split("..."))
    return re.fullmatch(pattern, _trimmed(said), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
