"""What a reader must know of this audit before leaning on a number: one sentence each.

Imports `sources`, `spec`, `tally`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isg_audit.measures.unseen_outcomes import known_by_decision, remark

if TYPE_CHECKING:
    from isg_audit.sources.models.model import Model
    from isg_audit.spec import Spec
    from isg_audit.tally import Table, Tally


NOT_RIGHT = {
    "binary": "this audit shows who was selected, not whether the decisions were right.",
    "classes": "this audit shows who got which class, not whether the decisions were right.",
    "score": "this audit shows who would be selected, not whether that would be right.",
    "number": "this audit shows which numbers were predicted, not how far off they are.",
    "ranking": "this audit shows who stands where, not whether they should.",
}
"""What an audit without outcomes shows, by task."""

FAILED = (
    "The model failed while it was asked for its decisions or examined. What is said here is of "
    "the decisions in the log alone."
)

WHAT = {
    "binary": "decisions came out so",
    "classes": "decisions came out so",
    "score": "scores came out so",
    "number": "numbers came out so",
    "ranking": "lists came out so",
}
"""What a model would have explained, by task."""


def limits_of(
    spec: Spec, tally: Tally, model: Model | None, *, failed: bool = False
) -> tuple[str, ...]:
    """The limits of what was measured: that the model failed, the auditor's own ones, others."""
    of_model = (FAILED,) if failed else ()
    return (*of_model, *spec.audit.limits, *_limits(spec, tally, model))


def _of_lists(tally: Tally) -> Iterator[str]:
    if tally.lists == 1:
        yield (
            "There is one list. What is said of it is exact; how another list would come out is "
            "not known, so there are no intervals and nothing can be judged by one."
        )
    else:
        yield (
            f"There are {tally.lists:,} lists. They are what is sampled: intervals come from "
            "leaving out a sixteenth of the lists at a time."
        )
    yield (
        "Sums of exposure are withheld where a group has few entries. Whoever knows the order of a "
        "short list may still work out from a sum at which places the entries of a group stand."
    )
    yield "Whoever was considered and given no place in a list is not in this audit."


def _of_unseen(table: Table) -> Iterator[str]:
    """Outcomes that are known more often after one decision than after the other."""
    if not remark(table):
        return
    good, bad = known_by_decision(table).shares()[0]
    yield (
        f"What happened is known for {100 * good:.0f}% of the favourable and {100 * bad:.0f}% of "
        "the unfavourable decisions. Figures that need it are of the people seen, not of the "
        "people decided upon; bounds for everybody stand beside them."
    )


def _limits(spec: Spec, tally: Tally, model: Model | None) -> Iterator[str]:
    table = tally.table(())
    if spec.decisions.outcome is None:
        yield f"What really happened to people is not in the data. So {NOT_RIGHT[table.task]}"
    elif table.cases[0, 2].sum() > 0:
        yield (
            f"For {int(table.cases[0, 2].sum()):,} cases it is not known what really happened. "
            "Error rates are about the others."
        )
        yield from _of_unseen(table)
    if not spec.audit.legitimate:
        yield (
            "No factors were named that may explain a gap. So differences between groups are "
            "shown as they are, not among people in like circumstances."
        )
    else:
        named = ", ".join(spec.audit.legitimate)
        yield (
            f"Factors were named that may explain a gap ({named}). That they may is the auditor's "
            "judgement: a factor that is itself the fruit of unequal treatment hides it. Groups "
            "are shown as they are and, for favourable decisions, in like circumstances."
        )
    if spec.decisions.time is not None:
        yield "Figures take all periods together, except where change over time is told."
    if table.weighted:
        yield "Cases are weighted; intervals rest on the number of effective cases."
    if table.task == "ranking":
        yield from _of_lists(tally)
    elif (table.repeats > 1).any():
        yield (
            "Some people were decided upon more than once. Intervals allow for how far decisions "
            "about one person agree, as found by leaving out a sixteenth of the persons at a time; "
            "where that cannot be found they allow for the worst case."
        )
    if len(table.score_edges):
        bins = len(table.score_edges) - 1
        yield (
            f"Scores were counted in {bins:,} bins. Measures that need their order or their bands "
            "say what that leaves open."
        )
    if getattr(model, "asked_here", False):
        yield (
            "The model is a service that was asked over the network. What answered may change at "
            "any time, cannot be kept as evidence, and could answer an audit otherwise than it "
            "answers people."
        )
    if model is None:
        yield f"There was no model to examine: nothing is said about why {WHAT[table.task]}."
    if table.task == "number":
        yield (
            "A group's sums of numbers are withheld where few people stand behind them, not where "
            "one person's number outweighs all others."
        )
    if table.task == "score":
        yield (
            "The thresholds are those that divide the people of this audit into tenths; a "
            "threshold that somebody sets later may lie between two of them."
        )
