"""What the model goes by: the weight of its inputs for each group, and its use of attributes.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.evidence import Row
from isg_audit.report import charts
from isg_audit.report.figures import estimate, tick_of
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import RATE, SCORE, SIGNED
from isg_audit.report.pages import Block, Column, Figure, Section, Table, TableCell, TableRow
from isg_audit.report.proxy_pages import proxy_blocks
from isg_audit.report.recourse_pages import recourse_blocks
from isg_audit.report.same_model_pages import same_model_blocks
from isg_audit.report.trust_pages import trust_blocks
from isg_audit.report.wording import short, visible

TOP = 8


def explanation_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section:
    """The section; without a model it says so."""
    words = look.words
    model = look.results.model
    label, heading = words.say("Explanations"), words.say("What the model goes by")
    if model is None:
        said = words.say(
            "No model was available to this audit, so nothing can be said about why decisions "
            "came out as "
            "they did. This does not mean that the reasons are in order."
        )
        return Section("explanations", label, heading, said, (), new_page=False)
    lead = words.say(
        "%(kind)s, %(count)s inputs. An explanation says what the model does with its inputs; it "
        "does not "
        "say that an input causes anything in the world.",
        kind=visible(model.kind),
        count=look.numbers.count(len(model.features)),
    )
    blocks = [
        block
        for block in (
            *same_model_blocks(look, figures, tables),
            _weights(look, figures),
            _gap(look, figures),
            _attributes(look, tables),
            *proxy_blocks(look, figures, tables),
            *recourse_blocks(look, figures, tables),
            *trust_blocks(look, figures, tables),
        )
        if block is not None
    ]
    if not blocks:
        reasons = [
            one.reason for one in look.results.not_measured if one.measure.startswith("explain.")
        ]
        blocks = [
            Block(
                words.say("Not explained"),
                points=tuple(visible(one) for one in reasons)
                or (words.say("The bundle holds no explanation of the model."),),
            )
        ]
    return Section("explanations", label, heading, lead, tuple(blocks))


def _overall(look: Lookup) -> list[Row]:
    rows = [
        one
        for one in look.family("explain.shap_importance")
        if one.feature and not one.group and one.value is not None
    ]
    return sorted(rows, key=lambda one: -(one.value or 0.0))


def _input(name: str) -> str:
    said = visible(name).replace("_", " ")
    return short(said[:1].upper() + said[1:], 60)


def _weights(look: Lookup, figures: Iterator[int]) -> Block | None:
    """The weightiest inputs, for up to four groups of the attribute that has explained groups."""
    words = look.words
    rows = [
        one
        for one in look.family("explain.shap_importance")
        if one.feature and one.value is not None
    ]
    bys = list(dict.fromkeys(one.by for one in rows if one.by and " × " not in one.by))
    top = [one.feature for one in _overall(look)[:TOP]]
    if not top:
        return None
    by = bys[0] if bys else ""
    chosen = [one for one in rows if one.by == by]
    people: dict[str, int] = {one.group: one.n or 0 for one in chosen}
    groups = sorted(people, key=lambda name: -people[name])[:4]
    value = {(one.group, one.feature): one.value for one in chosen}
    inputs = [
        charts.Contribution(_input(name), tuple(value.get((group, name)) for group in groups))
        for name in top
    ]
    unit = next((one.unit for one in rows), "")
    method = next((one.method for one in rows if one.method), "")
    title = words.say("%(feature)s weighs most", feature=_input(top[0]))
    if by:
        measured = words.say(
            "Mean size of an input’s contribution to the score, by %(by)s", by=attribute(by).lower()
        )
    else:
        measured = words.say("Mean size of an input’s contribution to the score")
    drawing = charts.importance_chart(
        inputs,
        [visible(group) or words.say("Everybody") for group in groups],
        tick=tick_of(SCORE, look),
        axis=words.say("Mean contribution, %(unit)s", unit=unit)
        if unit
        else words.say("Mean contribution"),
        title=f"{title}. {measured}.",
    )
    source = words.say(
        "Method: %(method)s.", method=visible(method) or words.say("as in the attached table")
    )
    if look.results.model and look.results.model.background:
        source += " " + words.say(
            "Background: %(background)s.", background=visible(look.results.model.background)
        )
    reading = words.say(
        "Each row is one input. The further right a mark stands, the more that input moves the "
        "score of "
        "people in that group, up or down."
    )
    return Block(figures=(Figure(next(figures), title, measured, drawing, source, False, reading),))


def _gap(look: Lookup, figures: Iterator[int]) -> Block | None:
    """Which inputs set the score of the weightiest group apart from that of everybody else."""
    words = look.words
    rows = [
        one
        for one in look.family("explain.shap_gap")
        if one.metric == "shap_gap" and one.feature and one.value is not None and one.group
    ]
    if not rows:
        return None
    totals: dict[tuple[str, str], float] = {}
    for one in rows:
        if " × " not in one.by:
            totals[one.by, one.group] = totals.get((one.by, one.group), 0.0) + (one.value or 0.0)
    if not totals:
        return None
    by, group = min(totals, key=lambda key: totals[key])
    ours = sorted(
        (one for one in rows if (one.by, one.group) == (by, group)),
        key=lambda one: one.value or 0.0,
    )
    shown = sorted(
        sorted(ours, key=lambda one: -abs(one.value or 0.0))[:TOP], key=lambda one: one.value or 0.0
    )
    lines = [
        charts.IntervalRow(
            _input(one.feature), "", (estimate(one.value or 0.0, one.low, one.high),)
        )
        for one in shown
    ]
    unit = ours[0].unit
    first = ours[0]
    title = (
        words.say(
            "%(feature)s takes most from the score of the group %(group)s",
            feature=_input(first.feature),
            group=short(visible(group), 40),
        )
        if (first.value or 0.0) < 0
        else words.say(
            "No input takes from the score of the group %(group)s", group=short(visible(group), 40)
        )
    )
    head = (
        words.say("Difference from everybody else, %(unit)s", unit=unit)
        if unit
        else words.say("Difference from everybody else")
    )
    drawing = charts.interval_chart(
        lines,
        [charts.Panel(head, tick_of(SIGNED, look), keep=(0.0,))],
        heads=(words.say("Input"), "", ""),
        title=title + ".",
        width=357.0,
    )
    total = look.numbers.bare(totals[by, group], SIGNED)
    measured = words.say(
        "Mean contribution in the group %(group)s minus that in everybody else; all inputs "
        "together %(total)s",
        group=short(visible(group), 40),
        total=total,
    )
    share = look.numbers.percent(look.results.confidence)
    source = words.say("Line: %(share)s confidence interval.", share=share)
    reading = words.say(
        "Left of zero: the input lowers this group’s score compared with everybody else. The "
        "rows of all "
        "inputs add up to the whole gap in the score."
    )
    return Block(figures=(Figure(next(figures), title, measured, drawing, source, False, reading),))


def _attributes(look: Lookup, tables: Iterator[int]) -> Block | None:
    """Whether an attribute is an input, and how often the decision changes with it alone."""
    words, numbers = look.words, look.numbers
    uses = {
        one.by or one.feature: one
        for one in look.family("explain.")
        if one.metric == "uses_protected_attribute"
    }
    flips: dict[str, Row] = {
        one.by or one.feature: one
        for one in look.family("explain.")
        if one.metric == "flip_rate" and (not one.group or not one.by)
    }
    if not uses and not flips:
        return None
    rows = []
    for by in dict.fromkeys([*uses, *flips]):
        used, flip = uses.get(by), flips.get(by)
        said = words.say("not known")
        if used is not None and used.value is not None:
            said = words.say("yes") if used.value else words.say("no")
        changed = TableCell("—")
        if flip is not None and flip.value is not None:
            changed = TableCell(
                numbers.bare(flip.value, RATE), numbers.bracket(flip.low, flip.high, RATE)
            )
        people = numbers.count(flip.affected) if flip is not None else "—"
        rows.append(
            TableRow((TableCell(attribute(by)), TableCell(said), changed, TableCell(people)))
        )
    columns = (
        Column(words.say("Attribute"), 34),
        Column(words.say("Is an input"), 16),
        Column(words.say("Decision changes, %%"), 30, True),
        Column(words.say("People"), 20, True),
    )
    caption = words.say("Table %(table)s. Use of the attributes by the model", table=next(tables))
    note = words.say("share of people whose decision changes when only that attribute is changed")
    return Block(
        words.say("Use of attributes"),
        tables=(Table(caption, note, columns, tuple(rows)),),
        after=(
            words.say(
                "An attribute that is no input can still act through others that go with it."
            ),
        ),
    )


def weights_table(look: Lookup, tables: Iterator[int]) -> Table | None:
    """Weight of the inputs for everybody: the table of the figure, for the annex."""
    rows = _overall(look)
    if not rows:
        return None
    words, numbers = look.words, look.numbers
    columns = (
        Column(words.say("Input"), 50),
        Column(words.say("People"), 15, True),
        Column(words.say("Mean contribution"), 35, True),
    )
    shown = rows[:20]
    body = tuple(
        TableRow(
            (
                TableCell(_input(one.feature)),
                TableCell(numbers.count(one.n)),
                TableCell(
                    numbers.bare(one.value, SCORE), numbers.bracket(one.low, one.high, SCORE)
                ),
            )
        )
        for one in shown
    )
    caption = words.say("Table %(table)s. Weight of the inputs, everybody", table=next(tables))
    note = _more(rows, shown, look)
    return Table(caption, note, columns, body)


def _more(rows: Sequence[Row], shown: Sequence[Row], look: Lookup) -> str:
    unit = rows[0].unit
    if len(rows) == len(shown):
        return unit
    left = look.words.plural(
        "%(n)s more in the attached file", "%(n)s more in the attached file", len(rows) - len(shown)
    )
    return f"{unit}; {left}" if unit else left
