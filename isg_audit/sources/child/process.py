"""Starts the child process, and says in plain words how one ended.

Imports this folder and the standard library.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess  # noqa: S404 - the interpreter that runs already is started once more
import sys
import sysconfig
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from isg_audit.sources.child.limits import NEEDED_WHEN_STRICT, Limits

START = Path(__file__).with_name("start.py")
"""What the child runs."""

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
    "/sys/devices/system/node",
    "/sys/fs/cgroup",
    "/dev/null",
    "/dev/urandom",
)

_MOST_THREADS = 8


def started(limits: Limits, content: int, strict: bool) -> subprocess.Popen[bytes]:
    """A child that locks itself and then waits for a model.

    Args:
        limits: what it may use.
        content: bytes of the model file.
        strict: whether it must refuse where a layer is missing.
    """
    house = Path(__file__).parents[2]
    packages = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    told = {
        "memory": limits.memory_for(content),
        "processor": limits.processor,
        "readable": [*_SYSTEM, *_interpreter(), *packages, str(house)],
        "packages": packages,
        "house": str(house),
        "house_door": str(house / "__init__.py"),
        "child_door": str(Path(__file__).with_name("__init__.py")),
        "parent": os.getpid(),
        "dies_with_parent": threading.current_thread() is threading.main_thread(),
        "needed": list(NEEDED_WHEN_STRICT) if strict else [],
    }
    return subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
        [sys.executable, "-I", "-B", str(START), json.dumps(told)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        cwd="/",
        close_fds=True,
        bufsize=0,
    )


def _interpreter() -> list[str]:
    named = ("stdlib", "platstdlib", "purelib", "platlib")
    paths = {path for name in named if (path := sysconfig.get_path(name))}
    if library := sysconfig.get_config_var("LIBDIR"):
        paths.add(str(library))
    # Wheels keep shared libraries beside the package; a base interpreter keeps its own packages.
    found = find_spec("ctypes")
    if found is not None and found.origin:
        paths.add(str(Path(found.origin).parents[1]))
    return sorted(paths)


def _environment() -> dict[str, str]:
    """Nothing of ours but how many threads may be used."""
    offered = getattr(os, "sched_getaffinity", None)  # only Linux says what this process may use
    processors = len(offered(0)) if offered else os.cpu_count() or 1
    threads = str(min(_MOST_THREADS, processors))
    return {
        "PATH": "",
        "LC_ALL": "C.UTF-8",
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "LOKY_MAX_CPU_COUNT": threads,
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def ended(process: subprocess.Popen[bytes], limits: Limits) -> str:
    """How a process ended, in words; it is waited for, and ended where it lingers."""
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code >= 0:
        return f"its process ended by itself (code {code})"
    if -code == signal.SIGXCPU:
        return f"its process used up the {limits.processor} s of processor time it is allowed"
    name = str(-code)
    with suppress(ValueError):
        name = signal.Signals(-code).name
    hint = "; perhaps this computer ran out of memory" if -code == signal.SIGKILL else ""
    return f"its process was killed ({name}{hint})"
