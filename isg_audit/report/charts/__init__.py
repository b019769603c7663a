"""Charts: functions of numbers that give SVG. One file a kind; scale, text and marks are shared.

May import `resources` (for the fonts) and nothing else of ours. A chart decides nothing, formats
no number by itself (the caller hands in ready strings and a way to write ticks), and always
carries its finding as `<title>`. To add a kind: a file with one public function, its test, and
the name here.
"""

from isg_audit.report.charts.frontier import Spot, Trail, frontier_chart
from isg_audit.report.charts.funnel import Limits, Unit, funnel_chart
from isg_audit.report.charts.gains import Gains, gains_chart
from isg_audit.report.charts.importance import Contribution, importance_chart
from isg_audit.report.charts.intervals import Estimate, IntervalRow, Panel, interval_chart
from isg_audit.report.charts.matrix import Cell, matrix_chart
from isg_audit.report.charts.people import people_chart
from isg_audit.report.charts.people_rows import PeopleRow, people_a_mark, people_rows_chart
from isg_audit.report.charts.plane import Axis, Dot, plane_chart
from isg_audit.report.charts.rule import rule_chart
from isg_audit.report.charts.strip import strip_chart
from isg_audit.report.charts.timeline import Moment, Track, timeline_chart
from isg_audit.report.charts.way import Way, way_chart

__all__ = [
    "Axis",
    "Cell",
    "Contribution",
    "Dot",
    "Estimate",
    "Gains",
    "IntervalRow",
    "Limits",
    "Panel",
    "PeopleRow",
    "Unit",
    "funnel_chart",
    "people_a_mark",
    "people_rows_chart",
    "Way",
    "Spot",
    "Trail",
    "frontier_chart",
    "gains_chart",
    "importance_chart",
    "interval_chart",
    "matrix_chart",
    "people_chart",
    "plane_chart",
    "rule_chart",
    "strip_chart",
    "Moment",
    "Track",
    "timeline_chart",
    "way_chart",
]
