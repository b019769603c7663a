"""The room that counts: build a tally in an engine, merge, roll up, spread into tables.

May import `sources`, `spec`, `errors`. Knows no metric. A new dimension goes into `build.py`
and `tally.py`; measures then see it through `Table`.
"""

from isg_audit.tally.build import count
from isg_audit.tally.cube import Cube, count_cube
from isg_audit.tally.heard import Heard, read_heard
from isg_audit.tally.over_time import OverTime, over_time
from isg_audit.tally.stages import Stages, count_stages
from isg_audit.tally.table import Counted, Table
from isg_audit.tally.tally import Tally
from isg_audit.tally.voice import Voice, count_voice
from isg_audit.tally.waits import Waits, decision_waits, redress_waits
from isg_audit.tally.windows import Window, days_of, is_over
from isg_audit.tally.within import Within, count_within

__all__ = [
    "Counted",
    "Heard",
    "Stages",
    "Table",
    "Tally",
    "Voice",
    "Waits",
    "Within",
    "count",
    "count_stages",
    "count_voice",
    "count_within",
    "decision_waits",
    "read_heard",
    "redress_waits",
    "OverTime",
    "over_time",
    "Window",
    "days_of",
    "is_over",
    "Cube",
    "count_cube",
]
