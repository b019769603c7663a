"""The lock: each probe of it fails, as root and as an ordinary user; what held is reported."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from isg_audit.errors import ModelError
from isg_audit.sources.child import opening
from isg_audit.sources.child.limits import NEEDED_WHEN_STRICT, Isolation
from tests.sources.child.conftest import ROWS

LINUX = sys.platform == "linux"
SAFE = Path(opening.__file__).parent

MUST_FAIL = [
    "os.system", "subprocess", "posix_spawn", "exec", "fork", "socket", "unix socket",
    "socket pair", "DNS", "/etc/passwd", "home", "root folder", "other processes", "the tests",
    "write to /tmp", "write to /dev/shm", "write here", "truncate", "remove", "kill the parent",
    "wider limits", "limits of the parent", "6 GB",
]  # fmt: skip


def held(hostile):
    try:
        return hostile("sound", strict=True)
    except ModelError as refused:
        pytest.skip(f"this system cannot hold it: {refused}")


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What every probe gave: one process for all of them."""
    from isg_audit.sources.child import process
    from isg_audit.sources.child.conversation import Conversation
    from isg_audit.sources.child.limits import Limits
    from tests.sources.child.conftest import START

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(process, "START", START)
        talk = Conversation(Limits(), 0, True)
    if not all(holds for name, holds, _ in talk.layers if name in NEEDED_WHEN_STRICT):
        talk.close()
        pytest.skip(f"this system cannot hold it: {talk.layers}")
    from isg_audit.sources.child import wire
    from isg_audit.sources.child.columns import in_bytes

    found = {}
    for probe in [*MUST_FAIL, "arithmetic"]:
        opening.opened(talk, f"probe: {probe}".encode(), "model.bin", ("x",), "hostile")
        answer = talk.asked(wire.SHARES, [in_bytes(ROWS, ("x",), "model.bin")])
        found[probe] = (answer.kind, answer.blocks[0][0, 1] if answer.blocks else answer.said)
    yield found
    talk.close()


@pytest.mark.parametrize("probe", MUST_FAIL)
def test_a_probe_of_the_lock_fails(probe, answers):
    assert answers[probe] == (b"+", 0.0)


def test_what_harms_nobody_succeeds(answers):
    assert answers["arithmetic"] == (b"+", 1.0)


def test_layers_are_reported(hostile):
    model = held(hostile)
    assert set(NEEDED_WHEN_STRICT) <= set(model.isolation.active)
    assert "filtered system calls" in model.isolation.in_words()
    assert "did not offer" not in model.isolation.in_words()


@pytest.mark.parametrize("lacking", NEEDED_WHEN_STRICT)
def test_where_a_layer_is_missing_nothing_that_could_run_code_is_opened(lacking):
    active = tuple(name for name in NEEDED_WHEN_STRICT if name != lacking)
    isolation = Isolation(active, ((lacking, "Function not implemented"),), 2**30, 60)
    with pytest.raises(ModelError, match=rf"cannot hold it: {lacking} \(Function not"):
        opening._require_layers(isolation, "model.pkl")
    assert f"did not offer: {lacking} (Function not implemented)" in isolation.in_words()


PROBE = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
from child.lock import Limits, locked
layers = locked(Limits(4 * 2**30, 60), ["/usr/lib", "/lib"], os.getppid(), True)
print(json.dumps([[name, holds, why] for name, holds, why in layers]))
tried = {}
for name, probe in {
    "fork": os.fork,
    "read": lambda: open("/etc/passwd"),
    "write": lambda: open("/tmp/isg-audit-was-here", "w"),
    "socket": lambda: __import__("socket").socket(),
    "signal": lambda: os.kill(os.getppid(), 0),
}.items():
    try:
        probe()
        tried[name] = "done"
    except OSError as error:
        tried[name] = type(error).__name__
print(json.dumps(tried))
"""


@pytest.mark.skipif(not LINUX or os.getuid() != 0, reason="only root can become somebody else")
def test_the_lock_holds_an_ordinary_user(tmp_path):
    """With the system's own Python, which everybody may start, and nothing but the lock."""
    python = shutil.which("python3", path="/usr/bin")
    if python is None:
        pytest.skip("there is no /usr/bin/python3")
    folder = tmp_path_factory_open_to_all()
    try:
        made = folder / "child"
        made.mkdir()
        for name in ("lock.py", "filter.py", "syscalls.py"):
            shutil.copy(SAFE / name, made / name)
        (made / "__init__.py").write_text("")
        for path in (folder, made, *made.iterdir()):
            path.chmod(0o755)
        done = subprocess.run(
            [python, "-I", "-B", "-c", PROBE, str(folder)],
            user=65534, group=65534, extra_groups=[], cwd="/", env={}, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
    finally:
        shutil.rmtree(folder)
    layers, tried = map(json.loads, done.stdout.splitlines())
    lacking = {name: why for name, holds, why in layers if not holds}
    if lacking:
        pytest.skip(f"this system does not offer an ordinary user: {lacking}")
    assert set(tried.values()) == {"PermissionError"}


def tmp_path_factory_open_to_all():
    import tempfile

    return Path(tempfile.mkdtemp(prefix="isg-audit-lock-", dir="/tmp"))
