"""Selection per head of the population, and combinations that hardly anybody in the log has.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report.lookup import JOINT, Lookup
from isg_audit.report.missing_tables import cell
from isg_audit.report.numbers import RATIO, Form
from isg_audit.report.pages import Block, Column, Table, TableCell, TableRow
from isg_audit.report.population_pages import beside, in_full, who

HEADS = "coverage.per_population"
UNCOVERED = "coverage.uncovered"
MOST_ROWS, MOST_NAMED = 12, 8
PER_THOUSAND = Form(decimals=1)


def per_thousand(look: Lookup, tables: Iterator[int]) -> Block | None:
    """How often people of each group are decided on, and decided against, per 1,000 of them."""
    words, numbers = look.words, look.numbers
    rates = [
        one
        for one in look.family(HEADS)
        if one.metric == "decisions_per_thousand" and one.value is not None and JOINT not in one.by
    ]
    if not rates:
        return None
    bad = {
        (one.by, one.group, one.metric): one
        for one in look.family(HEADS)
        if one.metric.startswith("unfavourable_per_thousand")
    }
    if len(rates) > MOST_ROWS:
        rates.sort(key=lambda one: -(one.value or 0.0))
    compared = any(one.metric.endswith(".ratio") and one.value is not None for one in bad.values())
    body = []
    for one in rates[:MOST_ROWS]:
        refused = bad.get((one.by, one.group, "unfavourable_per_thousand"))
        ratio = bad.get((one.by, one.group, "unfavourable_per_thousand.ratio"))
        cells = (
            TableCell(who(one), beside(one)),
            cell(one, look, PER_THOUSAND),
            cell(refused, look, PER_THOUSAND),
            cell(ratio, look, RATIO),
        )
        body.append(TableRow(cells if compared else cells[:-1]))
    columns = (
        Column(words.say("Group"), 28 if compared else 40),
        Column(words.say("Decisions"), 24 if compared else 30, True),
        Column(words.say("Unfavourable decisions"), 24 if compared else 30, True),
        Column(words.say("Unfavourable, over everybody else’s rate"), 24, True),
    )[: 4 if compared else 3]
    caption = words.say(
        "Table %(table)s. For every 1,000 people of the population", table=next(tables)
    )
    note = words.say(
        "%(share)s intervals in brackets; cases are counted, and one person may be counted several "
        "times",
        share=numbers.percent(look.results.confidence),
    )
    said = words.say(
        "Where people are picked rather than apply, the first question is who is picked: how many "
        "of every 1,000 people of a group are decided upon, and decided against."
    )
    table = Table(caption, note, columns, tuple(body), dense=True)
    more = len(rates) - MOST_ROWS
    after = words.plural(
        "One more group, with fewer decisions, stands in the attached file.",
        "%(n)s more groups, with fewer decisions, stand in the attached file.",
        max(more, 1),
    )
    return Block(
        words.say("For every 1,000 people"),
        paragraphs=(said,),
        tables=(table,),
        after=(after,) if more > 0 else (),
    )


def combinations(look: Lookup) -> Block | None:
    """Combinations that hardly anybody in the log has, by name alone."""
    words = look.words
    rows = look.family(UNCOVERED)
    counts = {one.metric: round(one.value) for one in rows if one.value is not None}
    expected, every = counts.get("expected_but_uncovered"), counts.get("uncovered_combinations", 0)
    if not every and expected is None:
        return None
    said = words.plural(
        "Fewer than 30 people in the log have %(n)s combination of the declared attributes, though "
        "all that is coarser has 30 or more. No figure says anything of them.",
        "Fewer than 30 people each in the log have %(n)s combinations of the declared attributes, "
        "though all that is coarser has 30 or more. No figure says anything of them.",
        every,
    )
    if not every:
        said = words.say(
            "Every combination of up to four declared attributes has 30 people or more in the log."
        )
    metric = "uncovered_combination"
    if expected is not None:
        metric = "expected_combination" if expected else metric
        said += " " + (
            words.plural(
                "The population makes 30 or more expect of %(n)s such combination:",
                "The population makes 30 or more expect of %(n)s such combinations:",
                expected,
            )
            if expected
            else words.say("The population makes 30 or more expect of none of them.")
        )
    names = [in_full(one) for one in rows if one.metric == metric]
    listed = "; ".join(names[:MOST_NAMED])
    more = max(0, (expected or every) - MOST_NAMED)
    if names:
        listed += (
            words.plural("; and one more.", "; and %(n)s more in the attached file.", more)
            if more
            else "."
        )
    return Block(
        words.say("Combinations nobody sees"),
        paragraphs=(said, listed) if names else (said,),
    )
