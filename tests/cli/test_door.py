"""The door of the commands: quick to answer, and an exit code for every way to end."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from isg_audit.cli import main
from isg_audit.cli.main import COMMANDS, Commands
from isg_audit.errors import CannotCarryOut, DataError, Fault, InputError

TOP = Path(__file__).parents[2]
HEAVY = {
    "pandas", "numpy", "scipy", "ibis", "duckdb", "pyarrow", "weasyprint", "jinja2", "sklearn",
    "shap", "pydantic", "rich",
}  # fmt: skip


def started(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run Python code in a process of its own, from the top of the repository."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        **options,
    )  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("typed", [["--help"], ["--version"], ["run", "--help"]])
def test_help_is_answered_without_anything_heavy(typed: list[str]) -> None:
    code = (
        "import sys; sys.argv[1:] = " + repr(typed) + "\n"
        "from isg_audit.cli import main\n"
        "try: main(prog_name='isg-audit')\n"
        "except SystemExit as end: code = end.code\n"
        "print(code, *sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    last = started(code).stdout.splitlines()[-1].split()
    assert last[0] == "0"
    assert HEAVY & set(last) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"])
    assert told.exit_code == 0
    assert "Usage:" in told.output


def test_commands_are_listed_in_the_order_in_which_people_meet_them() -> None:
    told = CliRunner().invoke(main, ["-h"]).output
    assert [
        word for line in told.splitlines() if (word := line.strip().split(" ")[0]) in COMMANDS
    ] == [*COMMANDS]


@pytest.mark.parametrize("typed", [["rnu"], ["run"], ["run", "a.toml"], ["--colour"]])
def test_mistyping_is_a_wrong_input(typed: list[str]) -> None:
    told = CliRunner().invoke(main, typed)
    assert told.exit_code == 2
    assert "Traceback" not in told.output


def ended(error: BaseException, *options: str) -> tuple[int, str]:
    """Exit code and standard error of a command that raises."""

    @click.command("fails")
    def fails() -> None:
        raise error

    group = Commands(name="isg-audit", params=main.params)
    group.get_command = lambda ctx, name: fails  # type: ignore[method-assign]
    told = CliRunner().invoke(group, [*options, "fails"])
    return told.exit_code, told.stderr


def test_one_fault_is_told_as_it_is() -> None:
    fault = Fault("audit.toml, line 3", "no column 'a'.", "Did you mean 'b'?")
    assert ended(DataError(fault)) == (2, "audit.toml, line 3: no column 'a'. Did you mean 'b'?\n")


def test_several_faults_are_counted_and_all_told() -> None:
    told = ended(InputError([Fault("a", "one."), Fault("b", "two.")]))
    assert told == (2, "2 things are wrong:\n  a: one.\n  b: two.\n")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (CannotCarryOut("the engine is gone"), 3, "the engine is gone"),
        (KeyboardInterrupt(), 130, "Stopped; earlier results are intact."),
        (click.Abort(), 130, "Stopped; earlier results are intact."),
        (RuntimeError("Query interrupted"), 130, "Stopped; earlier results are intact."),
        (MemoryError(), 3, "not enough memory"),
        (OSError(errno.ENOSPC, "No space left on device"), 3, "The disk is full"),
        (
            PermissionError(errno.EACCES, "Permission denied", "x.csv"),
            3,
            "x.csv: Permission denied.",
        ),
        (ModuleNotFoundError("No module", name="shap.plots"), 3, "the package 'shap'"),
        (ZeroDivisionError("division by zero"), 3, "Please report it"),
    ],
)
def test_every_way_to_end_has_its_code_and_no_traceback(
    error: BaseException, code: int, words: str
) -> None:
    had, told = ended(error)
    assert had == code
    assert words in told
    assert "Traceback" not in told


def test_ctrl_c_while_the_engine_counts_is_an_interruption() -> None:
    code = (
        "import signal, threading, duckdb\n"
        "from isg_audit.cli.failures import exit_code_after\n"
        # Whoever starts the tests in the background has Ctrl-C ignored, and that is inherited.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "duckdb.sql('select 1').fetchall()\n"  # the engine is up before the clock starts
        "threading.Timer(1.5, lambda: signal.raise_signal(signal.SIGINT)).start()\n"
        "try: duckdb.sql('select sum(hash(range)) from range(1000000000000)').fetchall()\n"
        "except BaseException as error: print(exit_code_after(error, traceback=False))"
    )
    told = started(code, timeout=60)
    assert (told.stdout, told.stderr) == ("130\n", "Stopped; earlier results are intact.\n")


def test_the_place_in_the_program_is_shown_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Traceback" in ended(ZeroDivisionError(), "--traceback")[1]
    monkeypatch.setenv("ISG_AUDIT_TRACEBACK", "1")
    assert "Traceback" in ended(ZeroDivisionError())[1]


def test_a_name_from_the_data_cannot_steer_the_terminal() -> None:
    told = ended(DataError(Fault("a\x1b[2J", "no \u202espuorg\u202c, \x9b31m.")))[1]
    assert told == "a\\x1b[2J: no \\u202espuorg\\u202c, \\x9b31m.\n"


def test_a_terminal_without_the_sign_shows_its_code() -> None:
    code = (
        "import sys; sys.argv[1:] = ['run', 'sex × race.toml', '--out', 'x', '--quiet']\n"
        "from isg_audit.cli import main; main()"
    )
    told = started(code, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert told.returncode in (2, 3)
    assert "Traceback" not in told.stderr


def test_a_reader_that_leaves_early_is_no_error_of_ours() -> None:
    code = "import sys; sys.argv[1:] = ['schema', 'audit']; from isg_audit.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", f"import time; time.sleep(0.3)\n{code}"], cwd=TOP,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 141


def test_every_name_in_the_list_is_a_module_with_a_command() -> None:
    for name in COMMANDS:
        assert isinstance(import_module(f"isg_audit.cli.{name}").command, click.Command)


def test_completion_completes_commands() -> None:
    code = "from isg_audit.cli import main; main(prog_name='isg-audit')"
    asked = {
        "_ISG_AUDIT_COMPLETE": "bash_complete",
        "COMP_WORDS": "isg-audit ver",
        "COMP_CWORD": "1",
    }
    assert started(code, env={**os.environ, **asked}).stdout.split() == ["plain,verify"]
