"""Progress: a line a step in a log, a bar on a terminal, nothing when quiet."""

from __future__ import annotations

import io
import sys

import pytest

from isg_audit.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def walk(quiet: bool) -> None:
    with progress(quiet) as step:
        step("Counting the decisions", 0, None)
        step("Measuring", 1, 3)
        step("Measuring", 2, 3)


def test_a_log_has_one_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    walk(quiet=False)
    assert capsys.readouterr() == ("", "Counting the decisions ...\nMeasuring ...\n")


def test_quiet_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    walk(quiet=True)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_has_a_bar_and_a_clean_screen_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    walk(quiet=False)
    assert "Measuring" in terminal.getvalue()
    assert terminal.getvalue().rstrip().endswith("\x1b[2K")


def test_a_step_named_after_the_data_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress(quiet=False) as step:
        step("Reading [red]a[/nothing].csv\x1b[2J", 0, 1)
    assert "[red]a[/nothing].csv\\x1b[2J" in terminal.getvalue()
