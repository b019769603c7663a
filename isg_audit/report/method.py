"""How the audit was done, and what it cannot say.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator

from isg_audit.report import charts
from isg_audit.report.ahead import confidence_in_words, sureness
from isg_audit.report.lookup import Lookup, attribute
from isg_audit.report.pages import Block, Figure, Section
from isg_audit.report.wording import SEVERITIES, visible


def method_section(look: Lookup, label: str, figures: Iterator[int]) -> Section:
    """How a verdict is reached, what was counted, limits, independence."""
    words = look.words
    return Section(
        "method",
        label,
        words.say("How we tested, and the limits of our work"),
        "",
        (
            Block(
                words.say("How a result is reached"),
                figures=(_rule(look, figures),),
                paragraphs=tuple(_rules(look)),
            ),
            Block(words.say("What was counted"), paragraphs=tuple(_counted(look))),
            Block(words.say("Severity"), paragraphs=(_severity(look),)),
            Block(words.say("How the numbers are checked"), paragraphs=(_conformance(look),)),
            Block(words.say("Limits"), points=tuple(_limits(look))),
            Block(
                words.say("Independence"),
                paragraphs=(
                    words.say(
                        "This audit is not an assurance engagement. It was made by a program "
                        "that follows the "
                        "audit file and the checklists; whoever ran it answers for both."
                    ),
                ),
            ),
        ),
    )


def _conformance(look: Lookup) -> str:
    """Which conformance suite this release passed, or that there is no record of one."""
    words, made = look.words, look.results.provenance
    run = made.conformance
    if run is None:
        return words.say("This release came without a record of a conformance run.")
    said = words.say(
        "Conformance suite %(suite)s, %(day)s: %(passed)s checks passed, %(failed)s failed and "
        "%(missing)s were not run, with isg_audit %(version)s. They compare known answers, "
        "published tables and other packages, and how often each interval holds the true value.",
        suite=visible(run.suite),
        day=visible(run.made),
        passed=look.numbers.count(run.passed),
        failed=look.numbers.count(run.failed),
        missing=look.numbers.count(run.not_run),
        version=visible(run.isg_audit),
    )
    if made.isg_audit not in ("", run.isg_audit) or run.run != "full":
        other = words.say(
            "This is not the full run of the release that made this report, so it says nothing "
            "of its numbers."
        )
        return f"{said} {other}"
    return said


def _rule(look: Lookup, figures: Iterator[int]) -> Figure:
    words = look.words
    title = words.say("A group fails only if the data rule out that it meets the limit")
    drawing = charts.rule_chart(
        (
            ("pass", words.verdict("pass"), words.say("whole interval inside the limit")),
            (
                "fail",
                words.verdict("fail"),
                words.say("whole interval outside, allowing for all groups"),
            ),
            (
                "inconclusive",
                words.verdict("inconclusive"),
                words.say("interval crosses the limit: not settled"),
            ),
            (
                "not assessed",
                words.verdict("not assessed"),
                words.say("too few people, or no data"),
            ),
        ),
        words.say("limit"),
        title=title + ".",
    )
    return Figure(
        next(figures),
        title,
        words.say("Four results, for a requirement of at least so much"),
        drawing,
        "",
        False,
    )


def _rules(look: Lookup) -> Iterator[str]:
    words = look.words
    share = look.numbers.percent(look.results.confidence)
    yield words.say(
        "A result is taken on an interval, never on an estimate alone. A requirement is met when "
        "the %(share)s "
        "interval of every group lies inside the limit. It is not met when the interval of some "
        "group lies "
        "outside, and that interval is made wider to allow for the number of groups compared. "
        "Otherwise the "
        "result is inconclusive. So few cases never pass by being few and never fail by chance.",
        share=share,
    )
    yield from _compared(look)
    yield words.say(
        "Beside what is inconclusive stands the smallest gap that would have shown: one from no "
        "difference, found with 80%% power by the intervals that decide a fail. Beside a ratio of "
        "decisions stands how many decisions about the group, otherwise taken, would put its "
        "value on the other side of the limit; what its interval would need is the number of "
        "further people."
    )
    yield words.say(
        "A range over many groups is too large by luck alone: the more groups, the further the "
        "luckiest lies from the least lucky. Beside each range stands how large it would be "
        "without any difference, and the range corrected for that. Results rest on the range as "
        "it is, and its interval allows for every pair of groups."
    )
    yield words.say(
        "Numbers are rounded once, half away from zero: rates to one decimal, ratios to two, "
        "people to whole "
        "numbers; more decimals are shown where a rounded value would meet its limit."
    )


def _compared(look: Lookup) -> Iterator[str]:
    """How many comparisons were made in all, and how sure each fail had to be."""
    words = look.words
    made = [item for _, item in look.items if sureness(item, look)]
    if not made:
        return
    total = look.numbers.count(sum(item.comparisons for item in made))
    ends = sorted((item.fail_confidence or 0.0) for item in made)
    said = words.plural(
        "%(n)s requirement was decided on %(total)s comparisons in all.",
        "%(n)s requirements were decided on %(total)s comparisons in all.",
        len(made),
        total=total,
    )
    low, high = (confidence_in_words(one, look) for one in (ends[0], ends[-1]))
    sure = (
        words.say("Each fail is decided at %(low)s confidence.", low=low)
        if low == high
        else words.say(
            "Fails are decided at %(low)s to %(high)s confidence, by how many comparisons a "
            "requirement makes.",
            low=low,
            high=high,
        )
    )
    why = words.say(
        "The limits are Bonferroni’s: all intervals of a requirement hold at once, so each can be "
        "shown. Holm’s stepwise rule might find a fail more, but its interval for a fail ends at "
        "the limit and no longer says how large the gap is."
    )
    yield f"{said} {sure} {why}"


def _counted(look: Lookup) -> Iterator[str]:
    words, numbers, subject = look.words, look.numbers, look.results.subject
    ranked = subject.task == "ranking"
    yield (
        words.say(
            "Source: %(source)s. Entries: %(cases)s.",
            source=visible(subject.source),
            cases=numbers.count(subject.cases),
        )
        if ranked
        else words.say(
            "Source: %(source)s. Cases: %(cases)s, of which decided: %(decided)s, undecided: "
            "%(undecided)s, with a "
            "known outcome: %(outcome)s.",
            source=visible(subject.source),
            cases=numbers.count(subject.cases),
            decided=numbers.count(subject.decided),
            undecided=numbers.count(subject.undecided),
            outcome=numbers.count(subject.with_outcome),
        )
    )
    if subject.persons is None and ranked:
        yield words.say("Each entry of a list is counted once; the list is what is sampled.")
    elif subject.persons is None:
        yield words.say(
            "Each case is counted as one person; no column says which cases belong to the same "
            "person."
        )
    else:
        yield words.plural(
            "They belong to %(n)s person.", "They belong to %(n)s people.", subject.persons
        )
    if subject.weighted:
        yield words.say("Rates are weighted; numbers of people are cases, not weights.")
    named = words.listed([attribute(one.name) for one in subject.attributes], 8)
    if named:
        yield words.say("Groups are formed by: %(named)s.", named=named)
    if look.both_decide():
        yield words.say(
            "The decisions in the log and the model’s decisions are measured apart: measures "
            "whose name holds "
            "“model_” describe what the model alone would have decided about the same cases."
        )
    if look.results.model and look.results.model.isolation:
        yield visible(look.results.model.isolation)


def _severity(look: Lookup) -> str:
    words = look.words
    names = [words.say(SEVERITIES[word]) for word in ("low", "medium", "high", "critical")]
    return words.say(
        "Severity is about the effect on people, and never about how far a limit was missed. The "
        "scale is "
        "%(low)s (an inconvenience, easily put right), %(medium)s (a loss that can be put right "
        "with effort), "
        "%(high)s (a serious loss, hard to put right) and %(critical)s (life, liberty, "
        "livelihood or dignity). It is "
        "set in the checklist, with its reason, before results are seen.",
        low=names[0],
        medium=names[1],
        high=names[2],
        critical=names[3],
    )


def _limits(look: Lookup) -> Iterator[str]:
    words = look.words
    for one in look.results.limits:
        yield visible(one)
    yield words.say(
        "Within a requirement, fails allow for the number of groups compared. Over all "
        "requirements together, "
        "a result can still be wrong by chance."
    )
    yield words.say(
        "A gap between groups does not say why it is there, and does not by itself prove "
        "unlawful discrimination."
    )
    yield words.say(
        "The results describe the data and the model named here. A new version needs a new audit."
    )
