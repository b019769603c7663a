"""What was found, in the first paragraphs of a finding: rates, people, then how it was judged.

Imports `evidence` and the wording of this room. The judge's own sentence stands in the annex.
"""

from __future__ import annotations

from isg_audit.evidence import ItemVerdict, JudgedGroup, Row
from isg_audit.report.ahead import by_chance, could_show, turned
from isg_audit.report.comparisons import comparator, comparisons_of
from isg_audit.report.headlines import decisive
from isg_audit.report.lookup import Lookup, attribute, group_name, is_of_model
from isg_audit.report.numbers import COUNT, RATE, form_of
from isg_audit.report.tolerance import allowed, nearest_limit, required
from isg_audit.report.wording import short, visible


def told(item: ItemVerdict, look: Lookup) -> tuple[str, ...]:
    """One or two paragraphs on a requirement, about its weightiest comparison.

    Where the report knows no word for what was measured, the sentence of the judge stands alone.
    """
    said = decisive(item)
    first = gap_in_words(said[0], item, look) if said else ""
    if not first or item.word not in ("fail", "inconclusive"):
        luck = by_chance(said[0], look) if said else ""
        return (_in_their_words(item, look), *([_luck(said[0], luck, look)] if luck else ()))
    return first, _judged(said[0], item, look)


def _luck(one: JudgedGroup, said: str, look: Lookup) -> str:
    return look.words.say("By %(by)s: %(said)s.", by=attribute(one.by).lower(), said=said)


def _in_their_words(item: ItemVerdict, look: Lookup) -> str:
    """The judge's sentence, with the word for the favourable decision where there is one."""
    said = visible(item.sentence)
    if not look.vocabulary.favourable:
        return said
    return said.replace(
        "the share who got the favourable decision", f"the share {look.vocabulary.favourable}"
    )


def gap_in_words(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> str:
    """Both rates of a comparison and the people whom the gap stands for; else nothing."""
    own, base = _rates(one, item, look)
    if own is None or own.value is None or base is None or base.value is None:
        return ""
    words, numbers = look.words, look.numbers
    values = {
        "group": short(group_name(one), 60),
        "own": numbers.said(own.value, RATE),
        "received": look.vocabulary.received(),
        "theirs": numbers.said(base.value, RATE),
        "who": short(group_name(base), 60),
    }
    by_model = is_of_model(one.measure) or look.results.subject.decided_by == "model"
    if by_model and base.group:
        said = words.say(
            "By the model, %(own)s of the group %(group)s would be %(received)s, against "
            "%(theirs)s of the group %(who)s",
            **values,
        )
    elif by_model:
        said = words.say(
            "By the model, %(own)s of the group %(group)s would be %(received)s, against "
            "%(theirs)s of everybody else",
            **values,
        )
    elif base.group:
        said = words.say(
            "In the log, %(own)s of the group %(group)s were %(received)s, against "
            "%(theirs)s of the group %(who)s",
            **values,
        )
    else:
        said = words.say(
            "In the log, %(own)s of the group %(group)s were %(received)s, against "
            "%(theirs)s of everybody else",
            **values,
        )
    return said + _stands_for(one, look)


def _stands_for(one: JudgedGroup, look: Lookup) -> str:
    if one.affected is None or one.affected <= 0:
        return "."
    people = look.words.say(
        "; the gap stands for about %(people)s people", people=look.numbers.count(one.affected)
    )
    return f"{people} {loss(one, look)}".rstrip() + "."


def _rates(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> tuple[Row | None, Row | None]:
    """The row of the group's own rate, and of the group, or everybody else, it is set against."""
    quantity = one.metric.partition(".")[0]
    if quantity != "favourable_rate" or not one.group:
        return None, None
    own = look.row(one.measure, quantity, one.by, one.group)
    part = next(
        part
        for part in comparisons_of(item)
        if part.measure == one.measure and one.by in dict(part.groups)
    )
    everybody = "model_favourable_rate" if is_of_model(one.measure) else "favourable_rate"
    if one.versus == "rest":
        return own, _everybody_else(one, own, look.row(f"fairness.{everybody}", quantity))
    return own, comparator(part, one.by, look)


def _everybody_else(one: JudgedGroup, own: Row | None, all_of_them: Row | None) -> Row | None:
    """The rate of the others, from the group's own rate and its gap to them."""
    if own is None or own.value is None or all_of_them is None or not one.value:
        return None
    ratio = one.metric.endswith(".ratio")
    rate = own.value / one.value if ratio else own.value - one.value
    return all_of_them.model_copy(update={"value": rate})


def _judged(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> str:
    """How the comparison was judged: its value, the interval that decided, the limit."""
    words, numbers = look.words, look.numbers
    form, value = form_of(one.metric), one.value or 0.0
    limit = nearest_limit(value, item.tolerance)
    if limit is not None:
        form = numbers.apart(value, limit, form)
    said = words.say(
        "The %(what)s is %(value)s",
        what=words.say("ratio") if one.metric.endswith("ratio") else words.say("difference"),
        value=numbers.said(value, form),
    )
    share = numbers.percent(look.results.confidence)
    spread = numbers.spread(one.low, one.high, form)
    if spread:
        said += " " + words.say("(%(share)s interval %(spread)s)", share=share, spread=spread)
    values = {
        "n": numbers.count(item.comparisons),
        "wide": numbers.spread(one.fail_low, one.fail_high, form),
        "limit": required(item.tolerance, form_of(one.metric), words),
    }
    adjusted = item.comparisons > 1 and bool(values["wide"])
    if item.word == "fail":
        said += (
            words.say(
                ". Allowing for %(n)s comparisons, all of the interval (%(wide)s) lies outside the "
                "limit: %(limit)s.",
                **values,
            )
            if adjusted
            else words.say(". All of the interval lies outside the limit: %(limit)s.", **values)
        )
    elif adjusted and _outside(one, item):
        said += words.say(
            ". Allowing for %(n)s comparisons, part of the interval (%(wide)s) lies inside the "
            "limit, %(limit)s, and part outside.",
            **values,
        )
    else:
        said += words.say(
            ". Part of the interval lies inside the limit, %(limit)s, and part outside.", **values
        )
    return f"{said} {_counted(one, item, look)}".strip()


def _outside(one: JudgedGroup, item: ItemVerdict) -> bool:
    """Whether the plain interval alone would have decided a fail."""
    low, high = allowed(item.tolerance)
    below = low is not None and one.high is not None and one.high < low
    return below or (high is not None and one.low is not None and one.low > high)


def _counted(one: JudgedGroup, item: ItemVerdict, look: Lookup) -> str:
    """What would turn or settle the first, what it could show, how many share the word."""
    words, numbers = look.words, look.numbers
    total = [group for group in item.groups if group.decides]
    alike = sum(group.word == item.word for group in total)
    parts = [turned(one, item, look)]
    if item.word == "inconclusive" and one.cases_needed and one.cases_needed != float("inf"):
        needed = numbers.about(one.cases_needed)
        parts.append(
            words.say("About %(n)s more people of this group would probably settle it.", n=needed)
        )
    parts.append(could_show(one, look))
    if len(total) > 1:
        values = {"n": numbers.count(alike), "total": numbers.count(len(total))}
        parts.append(
            words.say("%(n)s of %(total)s comparisons fail.", **values)
            if item.word == "fail"
            else words.say("%(n)s of %(total)s comparisons cannot be settled.", **values)
        )
    return " ".join(filter(None, parts))


def loss(one: JudgedGroup, look: Lookup) -> str:
    """`(95% interval 28 to 55)`: the range of the people whom a gap stands for, or nothing."""
    if one.affected_low is None or one.affected_high is None:
        return ""
    return look.words.say(
        "(%(share)s interval %(spread)s)",
        share=look.numbers.percent(look.results.confidence),
        spread=look.numbers.spread(one.affected_low, one.affected_high, COUNT),
    )


def largest_gap(look: Lookup) -> tuple[ItemVerdict, JudgedGroup] | None:
    """Of the gaps in favourable decisions, in the log first, the one of most people.

    Only fails are asked; where there are none, what is not settled.
    """
    for word in ("fail", "inconclusive"):
        for of_model in (False, True):
            found = [
                (item, one)
                for _, item in look.of_word(word)
                for one in decisive(item)
                if one.metric.startswith("favourable_rate.")
                and is_of_model(one.measure) is of_model
                and (one.affected or 0.0) > 0
            ]
            if found:
                return max(found, key=lambda pair: pair[1].affected or 0.0)
    return None
