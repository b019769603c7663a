"""The room that counts: build a tally in an engine, merge, roll up, spread into tables.

May import `sources`, `spec`, `errors`. Knows no metric. A new dimension goes into `build.py`
and `tally.py`; measures then see it through `Table`.
"""

from isg_audit.tally.build import count
from isg_audit.tally.cube import Cube, count_cube
from isg_audit.tally.factor_bins import FactorBins, count_factor_bins
from isg_audit.tally.heard import Heard, read_heard
from isg_audit.tally.missing_inputs import MissingInputs, count_missing_inputs
from isg_audit.tally.moments import Factors, count_factors
from isg_audit.tally.over_time import Cells, OverTime, over_time
from isg_audit.tally.population import Population, read_population
from isg_audit.tally.signals import Signals, count_signals
from isg_audit.tally.stages import Stages, count_stages
from isg_audit.tally.table import Counted, Table
from isg_audit.tally.tally import Tally
from isg_audit.tally.voice import Voice, count_voice
from isg_audit.tally.waits import Waits, decision_waits, redress_waits
from isg_audit.tally.windows import Period, Window, is_over, period_of
from isg_audit.tally.within import Within, count_within

__all__ = [
    "Cells",
    "Counted",
    "Cube",
    "FactorBins",
    "Factors",
    "Heard",
    "MissingInputs",
    "OverTime",
    "Period",
    "Population",
    "Signals",
    "Stages",
    "Table",
    "Tally",
    "Voice",
    "Waits",
    "Window",
    "Within",
    "count",
    "count_cube",
    "count_factor_bins",
    "count_factors",
    "count_missing_inputs",
    "count_signals",
    "count_stages",
    "count_voice",
    "count_within",
    "decision_waits",
    "is_over",
    "over_time",
    "period_of",
    "read_heard",
    "read_population",
    "redress_waits",
]
