"""Which inputs stand in for a group, which of them the model uses, and what hangs on them.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import tick_of
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import DASH, POINTS, RATE, SCORE
from isg_audit.report.pages import Block, Column, Figure, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible

MOST_DOTS, MOST_ROWS = 24, 20
PLAIN, FACTOR = 1, 0


@dataclass(frozen=True)
class _Found:
    """Rows of proxies by metric, `by`, group and input."""

    rows: dict[tuple[str, str, str, str], Row]

    def of(self, metric: str, by: str = "", group: str = "", feature: str = "") -> Row | None:
        one = self.rows.get((metric, by, group, feature))
        return None if one is None or one.value is None else one

    def value(self, metric: str, by: str, group: str, feature: str = "") -> float:
        one = self.of(metric, by, group, feature)
        return 0.0 if one is None or one.value is None else one.value

    @property
    def groups(self) -> list[tuple[str, str]]:
        """Each group that was told apart."""
        return list(dict.fromkeys(key[1:3] for key in self.rows if key[0] == "joint_auc"))

    def inputs(self, by: str, group: str) -> list[str]:
        """Inputs that may stand in for a group, the more used first."""
        keys = [key for key in self.rows if key[:3] == ("proxy_auc", by, group)]
        names = [key[3] for key in keys if self.of(*key) is not None]
        return sorted(names, key=lambda name: -self.value("influence_share", "", "", name))


def proxy_blocks(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> tuple[Block, ...]:
    """What is known of stand-ins; nothing where nothing was measured."""
    found = _found(look)
    if not found.groups:
        return ()
    words = look.words
    by, group = max(found.groups, key=lambda key: _weight(found, *key))
    plane = _plane(look, found, by, group, next(figures)) if found.inputs(by, group) else None
    said = words.say(
        "An input stands in for a group as far as the group can be told from it. That it could "
        "serve so is one question, that the model uses it another; neither says what anybody meant."
    )
    moved = words.say(
        "Moved people are a test of the model: everything else is left as it is. It is not what "
        "would have happened to them as members of the other group."
    )
    return (
        Block(words.say("Stand-ins for a group"), (said,)),
        *(() if plane is None else (Block(figures=(plane,)),)),
        Block(tables=(_known(look, found, tables),)),
        Block(tables=(_hangs(look, found, tables),), after=(moved,)),
    )


def _found(look: Lookup) -> _Found:
    names = ("proxy_available", "proxy_use", "gap_share", "explanation_space", "flip_test")
    rows = [one for name in names for one in look.family(f"explain.{name}")]
    return _Found({(one.metric, one.by, one.group, one.feature): one for one in rows})


def _weight(found: _Found, by: str, group: str) -> tuple[float, float]:
    """What is shown first: the stand-in used most, else the group told apart best."""
    used = found.value("largest_proxy_use", by, group)
    return round(used, 4), found.value("joint_auc", by, group)


def _input(name: str) -> str:
    return short(visible(name).replace("_", " "), 32)


def _plane(look: Lookup, found: _Found, by: str, group: str, number: int) -> Figure:
    words = look.words
    called = short(visible(group), 40)
    beyond = found.of("largest_proxy_use", by, group) is not None
    dots = []
    for name in found.inputs(by, group)[:MOST_DOTS]:
        factor = beyond and found.of("extra_auc", by, group, name) is None
        across = found.value("proxy_auc", by, group, name)
        up = found.value("influence_share", "", "", name)
        dots.append(charts.Dot(_input(name), max(0.5, across), up, FACTOR if factor else PLAIN))
    top = _most_used(found, by, group)
    title = (
        words.say(
            "Of the inputs that could stand in for %(group)s, %(input)s is used most",
            group=called,
            input=_input(top),
        )
        if top
        else words.say("What the inputs tell of %(group)s, and what the model uses", group=called)
    )
    measured = words.say("Each input: how well it tells the group, and its share of the influence")
    key = [(PLAIN, words.say("Input"))]
    if beyond:
        key.append((FACTOR, words.say("Factor that may explain a gap")))
    drawing = charts.plane_chart(
        dots,
        charts.Axis(
            words.say("Available: how well the input tells the group from others (AUC)"),
            tick_of(SCORE, look),
            0.5,
        ),
        charts.Axis(words.say("Used: share of the influence on the score"), tick_of(RATE, look), 0),
        corner=words.say("available and used"),
        key=key,
        title=f"{title}. {measured}.",
    )
    reading = words.say(
        "The further right, the better the input gives the group away: 0.5 is not at all, 1 "
        "wholly. The higher, the more the model goes by it. To the right and low: could stand in, "
        "and is hardly used."
    )
    source = words.say(
        "Learnt from other people than those told apart. The attribute itself is left out."
    )
    return Figure(number, title, measured, drawing, source, False, reading)


def _most_used(found: _Found, by: str, group: str) -> str:
    names = [key[3] for key in found.rows if key[:3] == ("proxy_use", by, group)]
    best = max(names, key=lambda name: found.value("proxy_use", by, group, name), default="")
    return best if found.value("proxy_use", by, group, best) > 0 else ""


def _known(look: Lookup, found: _Found, tables: Iterator[int]) -> Table:
    words = look.words
    rows = []
    for by, group in found.groups[:MOST_ROWS]:
        names = found.inputs(by, group)
        best = max(names, key=lambda name: found.value("proxy_auc", by, group, name), default="")
        strongest = look.numbers.bare(found.value("proxy_auc", by, group, best), SCORE)
        used = found.of("largest_proxy_use", by, group)
        joint = found.of("joint_auc", by, group)
        top = _most_used(found, by, group)
        rows.append(
            TableRow(
                (
                    TableCell(_called(by, group)),
                    _index(joint, look),
                    TableCell(_input(best) if best else DASH, strongest if best else ""),
                    TableCell(
                        DASH if used is None else look.numbers.bare(used.value, SCORE),
                        "" if used is None else look.numbers.bracket(used.low, used.high, SCORE),
                        below=_input(top) if used is not None and top else "",
                    ),
                    _index(found.of("explanation_extra_auc", by, group), look),
                )
            )
        )
    return Table(
        words.say("Table %(table)s. Who can be told apart, and by what", table=next(tables)),
        words.say(
            "Area under the curve: 0.5 tells nothing, 1 everything; each group against everybody "
            "else. Used: the smaller of what an input adds to the factors that may explain a gap "
            "and its share of the influence. Explanations: what they add to these factors. "
            "%(share)s confidence intervals in brackets",
            share=look.numbers.percent(look.results.confidence),
        ),
        (
            Column(words.say("Group"), 20),
            Column(words.say("All inputs"), 20, True),
            Column(words.say("Strongest input"), 20),
            Column(words.say("Stand-in used"), 20, True),
            Column(words.say("Explanations add"), 20, True),
        ),
        tuple(rows),
        dense=True,
    )


def _hangs(look: Lookup, found: _Found, tables: Iterator[int]) -> Table:
    words = look.words
    rows = []
    for by, group in found.groups[:MOST_ROWS]:
        share = found.of("gap_share_not_legitimate", by, group)
        whole = found.of("net_flips", by, group)
        moved = found.of("proxy_net_flips", by, group)
        note = "" if moved is None else moved.note.partition(" Kept:")[0].partition(": ")[2]
        people = DASH if moved is None else look.numbers.count(moved.affected)
        rows.append(
            TableRow(
                (
                    TableCell(_called(by, group)),
                    _percent(share, look),
                    _points(whole, look),
                    _points(moved, look, short(visible(note).rstrip("."), 60)),
                    TableCell(people),
                )
            )
        )
    return Table(
        words.say("Table %(table)s. What hangs on the stand-ins", table=next(tables)),
        words.say(
            "Above zero: more of the group would be decided for if moved to where others stand. "
            "Everything: matched with others over all inputs. Stand-ins: only the inputs named. "
            "%(share)s confidence intervals in brackets",
            share=look.numbers.percent(look.results.confidence),
        ),
        (
            Column(words.say("Group"), 20),
            Column(words.say("Score gap not from named factors, %%"), 22, True),
            Column(words.say("Everything moved, points"), 22, True),
            Column(words.say("Stand-ins moved, points"), 24, True),
            Column(words.say("People"), 12, True),
        ),
        tuple(rows),
        dense=True,
    )


def _called(by: str, group: str) -> str:
    return f"{attribute(by)}: {short(visible(group), 60)}"


def _index(one: Row | None, look: Lookup) -> TableCell:
    if one is None:
        return TableCell(DASH)
    return TableCell(
        look.numbers.bare(one.value, SCORE), look.numbers.bracket(one.low, one.high, SCORE)
    )


def _percent(one: Row | None, look: Lookup) -> TableCell:
    if one is None:
        return TableCell(DASH)
    return TableCell(
        look.numbers.bare(one.value, RATE), look.numbers.bracket(one.low, one.high, RATE)
    )


def _points(one: Row | None, look: Lookup, named: str = "") -> TableCell:
    if one is None:
        return TableCell(DASH)
    within = look.numbers.bracket(one.low, one.high, POINTS)
    said = look.numbers.bare(one.value, POINTS)
    return TableCell(said, below=f"{within} {named}".strip())
