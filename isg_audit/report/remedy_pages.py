"""What would fix a gap, and at whose cost: who gains, who loses, and where equality takes away.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.evidence import Row
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.numbers import DASH, POINTS, RATE, Form
from isg_audit.report.pages import Block, Section
from isg_audit.report.remedies_read import GAP, Remedy, Weighed, capital, together, weighed
from isg_audit.report.remedy_figures import frontier_figure, gains_figure
from isg_audit.report.remedy_table import remedy_tables
from isg_audit.report.wording import short, visible

MOST_ATTRIBUTES, MOST_WARNED = 2, 3


def remedy_section(look: Lookup, figures: Iterator[int], tables: Iterator[int]) -> Section | None:
    """The section; None where nothing was weighed."""
    found = weighed(look)
    if not found:
        return None
    words = look.words
    wide = [one for one in found if one.gap is not None and (one.gap.low or 0.0) > 0]
    shown = (wide or list(found))[: MOST_ATTRIBUTES if wide else 1]
    blocks = [block for one in shown for block in _blocks(one, look, figures, tables)]
    rest = [_in_short(one, look) for one in found if one not in wide and one not in shown]
    if more := [attribute(one.by) for one in wide[MOST_ATTRIBUTES:]]:
        names = words.listed(more)
        rest.append(words.say("Weighed as well, in the attached file: %(names)s.", names=names))
    if rest:
        blocks.append(Block(after=tuple(rest)))
    people = words.numbers.count(_read(found[0]))
    lead = words.say(
        "Other rules were tried, on paper alone: fitted on one half of the people and read on the "
        "other, %(count)s people. None is applied by this report. Whether one should be is for "
        "those who answer for the system and for the people it decides about.",
        count=people,
    )
    return Section(
        "remedies",
        words.say("Remedies"),
        words.say("What would close a gap, and who would pay for it"),
        lead,
        tuple(blocks),
    )


def _read(one: Weighed) -> int:
    row = one.as_it_is.row("accuracy")
    return 0 if row is None or row.n is None else row.n


def _blocks(
    one: Weighed, look: Lookup, figures: Iterator[int], tables: Iterator[int]
) -> Iterator[Block]:
    words = look.words
    yield Block(attribute(one.by), paragraphs=(_now(one, look), *_recommended(one, look)))
    if warning := _warning(one, look):
        yield Block(warning=warning)
    for make in (gains_figure, frontier_figure):
        if (drawing := make(one, look, figures)) is not None:
            yield Block(figures=(drawing,))
    rest = words.say(
        "A rule cannot mend what is wrong in the data, in the question asked or in people’s lives; "
        "it moves errors from some people to others. Figures hold for people like those in the "
        "log, and for outcomes as they were recorded."
    )
    yield from (Block(tables=(table,)) for table in remedy_tables(one, look, tables))
    yield Block(after=(rest,))


def _in_short(one: Weighed, look: Lookup) -> str:
    """An attribute without a gap that is shown: nothing to close."""
    words, numbers = look.words, look.numbers
    if one.gap is None or one.gap.value is None:
        return words.say("By %(by)s: not published.", by=attribute(one.by).lower())
    return words.say(
        "By %(by)s no gap in right decisions in people’s favour is shown (%(gap)s, %(spread)s); "
        "what was weighed stands in the attached file.",
        by=attribute(one.by).lower(),
        gap=numbers.said(one.gap.value, GAP),
        spread=numbers.spread(one.gap.low, one.gap.high, GAP),
    )


def _now(one: Weighed, look: Lookup) -> str:
    words, numbers = look.words, look.numbers
    accuracy = one.as_it_is.row("accuracy")
    if one.gap is None or one.gap.value is None or accuracy is None or accuracy.value is None:
        return words.say("The gap as it is cannot be published.")
    return words.say(
        "As things are, %(right)s of decisions are right (%(spread)s). Among people for whom the "
        "favourable decision would be right, the groups lie up to %(gap)s apart (%(between)s) in "
        "how often they get it.",
        right=numbers.said(accuracy.value, RATE),
        spread=numbers.spread(accuracy.low, accuracy.high, RATE),
        gap=numbers.said(one.gap.value, GAP),
        between=numbers.spread(one.gap.low, one.gap.high, GAP),
    )


def _recommended(one: Weighed, look: Lookup) -> Iterator[str]:
    """What is worth discussing, who would gain and pay, and what it needs."""
    words, numbers = look.words, look.numbers
    yield from _at_no_cost(one, look)
    if one.worth is None:
        yield words.say(
            "No remedy that was tried is shown, on people it was not fitted on, to lift the "
            "worst-off group without taking away from others at a loss of at most one right "
            "decision in a hundred. That is no proof that there is none."
        )
        return
    remedy, rows = one.worth
    lift, closed, cost = (rows.get(k) for k in ("least_rise", "gap_closed", "accuracy_change"))
    yield words.say(
        "Worth discussing: %(what)s, which aims at %(aim)s. The group that is worst off would "
        "get the favourable decision rightly %(lift)s more often (%(spread)s); the gap would "
        "change by %(closed)s (%(between)s), right decisions by %(cost)s (%(costs)s).",
        what=remedy.said(words),
        aim=remedy.aim(words),
        lift=_points(lift, look),
        spread=_spread(lift, look, GAP),
        closed=numbers.said(None if closed is None or closed.value is None else -closed.value,
                            POINTS),
        between=_turned(closed, look),
        cost=numbers.said(cost.value if cost else None, POINTS),
        costs=_spread(cost, look, POINTS),
    )  # fmt: skip
    gained, some = together(remedy, "gained")
    lost, others = together(remedy, "lost")
    said = words.say(
        "About %(gained)s people would get a favourable decision that they do not get today.",
        gained=numbers.count(gained),
    )
    if lost:
        said += " " + words.say("About %(lost)s would no longer get one.", lost=numbers.count(lost))
    else:
        said += " " + words.say("Fewer than ten would no longer get one.")
    if some or others:
        said += " " + words.say("Groups in which few people are concerned are not counted in this.")
    yield f"{said} {_payers(one, remedy, look)}"
    if remedy.needs_group:
        yield words.say(
            "It needs to know each person’s group when deciding, which many laws forbid. Take "
            "legal advice before anything else."
        )


def _at_no_cost(one: Weighed, look: Lookup) -> Iterator[str]:
    """A less unequal rule that is as accurate, where one is shown on held-out people."""
    words, numbers = look.words, look.numbers
    names = {remedy.name: remedy for remedy in (*one.remedies, *one.trained)}
    for row in one.at_no_cost:
        name = names.get(row.note.partition("; ")[0].removeprefix("of "))
        if name is not None and name.levels_down is False and (row.low or 0.0) > 0:
            break
    else:
        return
    cost = name.row("accuracy_change")
    yield words.say(
        "A less unequal rule at no loss that is shown: %(what)s, chosen among rules that decide as "
        "many people rightly where they were fitted and need nobody’s group, would close the gap "
        "by %(closed)s (%(spread)s) and change right decisions by %(cost)s (%(costs)s). Whoever "
        "keeps the present rule should be able to say why.",
        what=name.said(words),
        closed=numbers.said(row.value, GAP),
        spread=numbers.spread(row.low, row.high, GAP),
        cost=numbers.said(cost.value if cost else None, POINTS),
        costs=_spread(cost, look, POINTS),
    )


def _payers(one: Weighed, remedy: Remedy, look: Lookup) -> str:
    """Who would bear the cost: people wrongly granted, people who lose."""
    words, numbers = look.words, look.numbers
    base = one.as_it_is if remedy in one.remedies else one.trained_as_it_is
    if base is None:
        return ""
    before, after = together(base, "wrong_grants")[0], together(remedy, "wrong_grants")[0]
    more = words.say(
        "Favourable decisions that turn out wrong would go from about %(before)s to about "
        "%(after)s.",
        before=numbers.count(before),
        after=numbers.count(after),
    )
    losing = [
        group for group in remedy.groups
        if (row := remedy.row("net_gained", group)) is not None
        and row.high is not None and row.high < 0
    ]  # fmt: skip
    if not losing:
        said = words.say("No group is shown to lose more than it gains.")
    else:
        said = words.say(
            "On balance these lose: %(groups)s.",
            groups=words.listed([short(visible(name), 40) for name in losing]),
        )
    return f"{more} {said}"


def _warning(one: Weighed, look: Lookup) -> tuple[str, ...]:
    """The warning of levelling down, for the remedies that leave least of the gap."""
    words = look.words
    every = [each for each in (*one.remedies, *one.trained) if each.levels_down]
    if not every:
        return ()
    shown: dict[tuple[str, str], Remedy] = {}
    for each in every:
        method, aim, _ = each.parts
        shown.setdefault((method, aim), each)
    said = [
        words.plural(
            "Warning: levelling down. One remedy that was tried makes groups more equal by taking "
            "away.",
            "Warning: levelling down. %(n)s remedies that were tried make groups more equal by "
            "taking away.",
            len(every),
        )
    ]
    for each in list(shown.values())[:MOST_WARNED]:
        said.append(_warned(each, look))
    said.append(
        words.say(
            "A gap that closes because people lose what they had helps nobody. These are told so "
            "that nobody proposes them unawares."
        )
    )
    return tuple(said)


def _warned(remedy: Remedy, look: Lookup) -> str:
    """One remedy that levels down: how many lose, and how the gap closes."""
    words, numbers = look.words, look.numbers
    share, row = remedy.row("lowered_share"), remedy.row("levelling_down")
    why = "" if row is None else row.note.removeprefix("shown: ").partition("; ")[0] + "."
    if share is not None and share.value is not None and share.value > 0.5:
        why = words.say(
            "%(share)s of the closing is the best-off group falling, not the worst-off rising.",
            share=numbers.said(min(share.value, 1.0), Form(100, 0, False, "%")),
        )
    said = words.say(
        "%(what)s, aiming at %(aim)s: about %(lost)s people would lose a favourable decision.",
        what=capital(remedy.said(words)),
        aim=remedy.aim(words),
        lost=numbers.count(together(remedy, "lost")[0]),
    )
    return f"{said} {capital(why)}"


def _points(row: Row | None, look: Lookup) -> str:
    return look.numbers.said(None if row is None else row.value, GAP)


def _spread(row: Row | None, look: Lookup, form: Form) -> str:
    return DASH if row is None else look.numbers.spread(row.low, row.high, form)


def _turned(row: Row | None, look: Lookup) -> str:
    if row is None or row.low is None or row.high is None:
        return DASH
    return look.numbers.spread(-row.high, -row.low, POINTS)
