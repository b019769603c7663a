"""Pictures and the table of the section on time. Imports `evidence`, the charts, this room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import tick_of
from isg_audit.report.lookup import JOINT, Lookup, attribute, group_name
from isg_audit.report.numbers import DASH, POINTS, RATE
from isg_audit.report.pages import Column, Figure, Table, TableCell, TableRow
from isg_audit.report.wording import short

MOST_TRACKS, MOST_ROWS, FEWEST_TOLD = 3, 12, 2
GAPS, RATES = "favourable_rate.difference", "favourable_rate"


def gap_figure(look: Lookup, figures: Iterator[int]) -> tuple[Figure, ...]:
    """The gaps of the groups for whom they stand for most people, of one attribute."""
    words, numbers = look.words, look.numbers
    rows = [
        one
        for one in look.family("impact.gap_over_time")
        if (one.metric, one.versus) == (GAPS, "rest") and one.window
    ]
    groups = _widest(look, rows)
    if not groups:
        return ()
    windows = _windows(look)
    level = 1 - look.results.confidence
    tracks = [
        charts.Track(
            short(group_name(keyed[0]), 60),
            attribute(keyed[0].by),
            tuple(_moment(one, level) for one in _in_order(keyed, windows)),
        )
        for keyed in groups
    ]
    first = groups[0][0]
    title = words.say(
        "%(group)s against everybody else, window by window", group=short(group_name(first), 60)
    )
    names, tracks, marks = _trimmed(windows, tracks, _marks(look, windows))
    drawing = charts.timeline_chart(
        names,
        tracks,
        marks,
        tick=tick_of(POINTS, look),
        axis=words.say("Gap in favourable decisions to everybody else, points"),
        base=0.0,
        title=_alternative(look, groups, title),
    )
    source = words.say(
        "Line: %(share)s interval of the window alone; filled: a gap beyond chance, allowing for "
        "all windows and groups; ×: too few people, or not published; broken line: the window is "
        "not over; dashed: a declared change. Source: measure %(measure)s.",
        share=numbers.percent(look.results.confidence),
        measure="impact.gap_over_time",
    )
    measured = words.say("Share of favourable decisions minus everybody else's, by window of time")
    return (Figure(next(figures), title, measured, drawing, source),)


def control_figure(look: Lookup, figures: Iterator[int]) -> tuple[Figure, ...]:
    """Rates with their control limits, of the groups with windows outside; none without any."""
    words = look.words
    outside = [
        one
        for one in look.family("impact.control_chart")
        if one.metric == "favourable_rate_windows_outside"
        and (one.value or 0) > 0
        and JOINT not in one.by
    ]
    windows = _windows(look)
    tracks = []
    for one in sorted(outside, key=lambda row: (bool(row.by), -(row.value or 0)))[
        : MOST_TRACKS - 1
    ]:
        moments = _rate_moments(look, one, windows)
        if sum(each is not None and each.value is not None for each in moments) >= FEWEST_TOLD:
            name = short(group_name(one), 60) or words.say("Everybody")
            tracks.append(charts.Track(name, attribute(one.by) if one.by else "", moments))
    if not tracks:
        return ()
    title = words.say(
        "Windows that chance alone does not explain: %(group)s", group=tracks[0].label
    )
    names, tracks, marks = _trimmed(windows, tracks, _marks(look, windows))
    drawing = charts.timeline_chart(
        names,
        tracks,
        marks,
        tick=tick_of(RATE, look),
        axis=words.say("Favourable decisions, with the limits that chance keeps to"),
        base=None,
        title=title + ".",
    )
    source = words.say(
        "Grey: limits around the group's rate over all windows that chance keeps to, for all "
        "windows and groups at once; filled: outside. Source: measure %(measure)s.",
        measure="impact.control_chart",
    )
    measured = words.say("Share of favourable decisions by window of time")
    return (Figure(next(figures), title, measured, drawing, source),)


def gap_table(look: Lookup, tables: Iterator[int]) -> tuple[Table, ...]:
    """One line a group: windows, the gap over all of them, its trend."""
    words = look.words
    rows = [
        one
        for one in look.family("impact.persistence")
        if (one.metric, one.versus) == ("favourable_rate_pooled.difference", "rest")
        and one.value is not None
        and JOINT not in one.by
    ]
    if not rows:
        return ()
    rows = sorted(rows, key=lambda one: one.value or 0.0)[:MOST_ROWS]
    caption = words.say(
        "Table %(table)s. Favourable decisions against everybody else, over all windows",
        table=next(tables),
    )
    note = words.say(
        "%(share)s intervals in brackets; every window stands in the attached file "
        "measurements.csv",
        share=look.numbers.percent(look.results.confidence),
    )
    columns = (
        Column(words.say("Group"), 24),
        Column(words.say("Windows worse off"), 16, True),
        Column(words.say("Gap over all windows, points"), 30, True),
        Column(words.say("Change of it a year, points"), 30, True),
    )
    body = tuple(_line(look, one) for one in rows)
    return (Table(caption, note, columns, body, dense=True),)


def _line(look: Lookup, row: Row) -> TableRow:
    worse = look.row(
        "impact.persistence", "favourable_rate_worse_windows", row.by, row.group, "rest"
    )
    trend = look.row("impact.trend", "favourable_rate_per_year.difference", row.by, row.group,
                     "rest")  # fmt: skip
    counted = look.words.say("not enough people")
    if worse is not None and worse.value is not None:
        of = "".join(filter(str.isdigit, worse.note.split(" windows")[0]))
        counted = look.words.say(
            "%(some)s of %(all)s", some=look.numbers.count(worse.value), all=of
        )
    return TableRow(
        (
            TableCell(short(group_name(row), 60), below=attribute(row.by)),
            TableCell(counted),
            _points(look, row, DASH),
            _points(look, trend, look.words.say("too few windows")),
        )
    )


def _points(look: Lookup, row: Row | None, nothing: str) -> TableCell:
    if row is None or row.value is None:
        return TableCell(nothing)
    return TableCell(
        look.numbers.bare(row.value, POINTS), look.numbers.bracket(row.low, row.high, POINTS)
    )


def _windows(look: Lookup) -> list[str]:
    """Names of all windows, in order."""
    names = {one.window for one in look.family("impact.gap_over_time") if one.window}
    return sorted(names)


def _widest(look: Lookup, rows: Sequence[Row]) -> list[list[Row]]:
    """Rows of the groups worse off, the most people first, of one attribute; enough told of."""
    of: dict[tuple[str, str], list[Row]] = {}
    for one in rows:
        of.setdefault((one.by, one.group), []).append(one)
    told = {
        key: several
        for key, several in of.items()
        if sum(one.value is not None for one in several) >= FEWEST_TOLD
    }

    def weight(key: tuple[str, str]) -> float:
        pooled = look.row("impact.persistence", "favourable_rate_pooled.difference", *key, "rest")
        if pooled is None or pooled.value is None:
            return 0.0
        return pooled.affected or -abs(pooled.value)

    if not told:
        return []
    ranked = sorted(told, key=lambda key: -weight(key))
    by = ranked[0][0]
    return [told[key] for key in ranked if key[0] == by][:MOST_TRACKS]


def _in_order(rows: Sequence[Row], windows: Sequence[str]) -> list[Row | None]:
    keyed = {one.window: one for one in rows}
    return [keyed.get(name) for name in windows]


def _moment(row: Row | None, level: float) -> charts.Moment | None:
    if row is None or row.value is None:
        return None
    marked = row.p_adjusted is not None and row.p_adjusted <= level
    return charts.Moment(row.value, row.low, row.high, marked, "not over" in row.note)


def _rate_moments(
    look: Lookup, of: Row, windows: Sequence[str]
) -> tuple[charts.Moment | None, ...]:
    """The rate in each window, marked where it lies outside its limits."""
    rows = {
        (one.metric, one.window): one
        for prefix in ("impact.gap_over_time", "impact.control_chart")
        for one in look.family(prefix)
        if (one.by, one.group, one.versus) == (of.by, of.group, "") and one.window
    }
    moments: list[charts.Moment | None] = []
    for name in windows:
        rate, low, high = (
            rows.get((metric, name))
            for metric in (RATES, "favourable_rate_lower_limit", "favourable_rate_upper_limit")
        )
        if rate is None or rate.value is None or low is None or high is None:
            moments.append(None)
            continue
        if low.value is None or high.value is None:
            moments.append(None)
            continue
        outside = not low.value <= rate.value <= high.value
        moments.append(
            charts.Moment(rate.value, None, None, outside, "not over" in rate.note,
                          (low.value, high.value))
        )  # fmt: skip
    return tuple(moments)


def _marks(look: Lookup, windows: Sequence[str]) -> list[tuple[int, str]]:
    """Declared changes by the first window after them; windows begin where one does."""
    found: dict[int, str] = {}
    for one in look.family("impact.after_update"):
        day, _, what = one.feature.partition(" ")
        after = [at for at, name in enumerate(windows) if day and _begins(name) >= day]
        if after:
            found[after[0]] = what
    return sorted(found.items())


Marks = list[tuple[int, str]]


def _trimmed(
    windows: Sequence[str], tracks: Sequence[charts.Track], marks: Marks
) -> tuple[list[str], list[charts.Track], Marks]:
    """Without the windows at either end of which nothing is told of any group shown."""
    told = [at for at in range(len(windows)) if any(one.moments[at] for one in tracks)]
    first, last = told[0], told[-1] + 1
    return (
        [_said(one) for one in windows[first:last]],
        [charts.Track(one.label, one.below, one.moments[first:last]) for one in tracks],
        [(at - first, said) for at, said in marks if first < at < last],
    )


def _said(window: str) -> str:
    """A window's name below a picture: of one that begins with a change the day alone."""
    return window if " from " not in window else "from " + window.rpartition(" from ")[2]


def _begins(window: str) -> str:
    """The first day of a window by its name, as ISO text."""
    if " from " in f" {window}":
        return window.rpartition("from ")[2]
    if window.startswith("(before"):
        return ""
    year, _, quarter = window.partition(" Q")
    if quarter:
        return f"{year}-{3 * int(quarter) - 2:02d}-01"
    return f"{window}-01" if "-" in window else f"{window}-01-01"


def _alternative(look: Lookup, groups: Sequence[Sequence[Row]], title: str) -> str:
    """The picture in words: the first group's first and last gaps."""
    told = [one for one in groups[0] if one.value is not None]
    return look.words.say(
        "%(title)s: %(first)s in %(begin)s, %(last)s in %(end)s.",
        title=title,
        first=look.numbers.said(told[0].value, POINTS),
        begin=told[0].window,
        last=look.numbers.said(told[-1].value, POINTS),
        end=told[-1].window,
    )
