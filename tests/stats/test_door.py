"""The room's door: it opens without scipy, and hands on what it names."""

import subprocess
import sys

from isg_audit import stats


def test_opening_the_door_does_not_load_scipy():
    code = "import sys, isg_audit.stats; print([n for n in sys.modules if n.startswith('scipy')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_is_there_and_has_its_manual_page():
    for name in stats.__all__:
        thing = getattr(stats, name)
        if name != "FloatArray" and not name.isupper():
            assert thing.__doc__
            assert thing.__module__.startswith("isg_audit.stats.")
