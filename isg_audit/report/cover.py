"""Page one: what was audited, the conclusion, and the count of every verdict; never one score.

Imports `evidence`, the charts and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from isg_audit.report import charts
from isg_audit.report.charts.people import people_per_mark
from isg_audit.report.findings import subjects
from isg_audit.report.lookup import ORDER, Lookup, by_weight, group_name, short_title
from isg_audit.report.pages import Cover, Fact, Tally, Verdict
from isg_audit.report.task_words import task_words
from isg_audit.report.wording import short, visible

MAIN = ("fail", "inconclusive", "unanswered", "not assessed", "pass")
FURTHER = ("error", "waived", "not applicable")


def cover_of(look: Lookup) -> Cover:
    """The page model of the cover."""
    subject, words = look.results.subject, look.words
    marked, names = _marked(look)
    per = people_per_mark(max(subject.cases, 1))
    before = words.plural("Each mark is one case", "Each mark is %(n)s cases", per)
    before += "."
    after = ""
    within = ""
    if marked:
        within = words.say("Amber squares")
        after = words.say(
            "are people of %(names)s, for whom the weightiest requirement is not met or not "
            "settled. "
            "Where a mark stands means nothing.",
            names=words.listed(names, 3),
        )
    return Cover(
        kind=words.say("Algorithmic impact audit"),
        title=short(visible(subject.name), 140),
        subtitle=_subtitle(look),
        field=charts.people_chart(
            max(subject.cases, 1),
            marked,
            title=f"{before} {within} {after}".strip(),
        ),
        field_says=(before, within, after),
        conclusion=conclusion(look),
        tallies=tuple(_tally(word, look) for word in MAIN),
        further=tuple(_tally(word, look) for word in FURTHER),
        strip=_strip(look),
        voices=voices(look),
        facts=tuple(_facts(look)),
    )


def _subtitle(look: Lookup) -> str:
    period = look.results.subject.period
    if not period:
        return short(visible(look.results.subject.purpose), 120)
    first, last = (look.numbers.day(one) for one in period)
    return look.words.say("Algorithmic impact audit, %(first)s to %(last)s", first=first, last=last)


def _marked(look: Lookup) -> tuple[int, list[str]]:
    """People in the groups of the weightiest measured finding that carry its word."""
    for one in subjects(look):
        item = one.pair[1]
        groups = [group for group in by_weight(item.groups) if group.word == item.word and group.n]
        if groups:
            ours = [
                group
                for group in groups
                if (group.by, group.measure) == (groups[0].by, groups[0].measure)
            ]
            if all(group.group for group in ours):
                return sum(group.n or 0 for group in ours), [
                    short(group_name(one), 40) for one in ours
                ]
    return 0, []


def counted(look: Lookup, *wanted: str) -> int:
    """How many requirements have one of these words."""
    return len(look.of_word(*wanted))


def conclusion(look: Lookup) -> str:
    """Two sentences: what is not met, and what is not known."""
    words = look.words
    total = len(look.items)
    if not total:
        return words.say("No checklist was applied. This report gives figures and no verdicts.")
    apply = total - counted(look, "not applicable")
    fails = counted(look, "fail")
    of = words.plural("%(n)s requirement that applies", "%(n)s requirements that apply", apply)
    if fails:
        first = words.plural(
            "%(n)s of %(of)s is not met.", "%(n)s of %(of)s are not met.", fails, of=of
        )
    else:
        first = words.say("No requirement was found unmet, of %(of)s.", of=of)
    opened = counted(look, "inconclusive", "unanswered", "not assessed", "error")
    if opened:
        second = words.plural(
            "For %(n)s more we do not know: that is not the same as being met.",
            "For %(n)s more we do not know: that is not the same as being met.",
            opened,
        )
    else:
        second = words.say("Every one of them was settled, on the evidence in this report.")
    errors = counted(look, "error")
    if errors:
        second += " " + words.plural(
            "%(n)s of them was stopped by an error.",
            "%(n)s of them were stopped by an error.",
            errors,
        )
    model = look.results.model
    if model is not None and model.failed:
        second += " " + words.say("The model failed when it was asked; the log alone was audited.")
    return f"{first} {second}"


def _tally(word: str, look: Lookup) -> Tally:
    found = look.of_word(word)
    titles = [short(visible(item.area), 24) for _, item in found]
    about = look.words.listed(list(dict.fromkeys(titles)), 3)
    return Tally(Verdict(word, look.words.verdict(word)), look.numbers.count(len(found)), about)


def _strip(look: Lookup) -> Markup | None:
    rows = [
        (short_title(one), sorted((item.word for item in one.items), key=ORDER.index))
        for one in look.results.checklists
    ]
    if not rows:
        return None
    return charts.strip_chart(rows, title=strip_says(rows, look))


def strip_says(rows: Sequence[tuple[str, Sequence[str]]], look: Lookup) -> str:
    """The counts of a strip in words."""
    said = []
    for name, verdicts in rows:
        counts = [
            f"{look.words.verdict(word)} {verdicts.count(word)}"
            for word in ORDER
            if word in verdicts
        ]
        said.append(f"{name}: {', '.join(counts)}")
    return "; ".join(said) + "."


def voices(look: Lookup) -> str:
    """Whether people who are affected have a say in this report; said on page one if not.

    A statement is an answer whose role names the people affected or their representatives, or one
    that the records of consultations count.
    """
    said = look.row("impact.consultations", "affected_statements")
    if said is not None and said.value:
        return look.words.plural(
            "%(n)s statement by people who are affected is part of this audit.",
            "%(n)s statements by people who are affected are part of this audit.",
            round(said.value),
        )
    roles = [item.answer.role.lower() for _, item in look.items if item.answer and item.answer.role]
    if any("affected" in role or "representative" in role for role in roles):
        return look.words.say(
            "People who are affected, or who speak for them, answered part of this audit."
        )
    return look.words.say(
        "No statement by people who are affected is part of this audit: nobody has spoken for "
        "them here."
    )


def _facts(look: Lookup) -> Iterator[Fact]:
    subject, words = look.results.subject, look.words
    yield Fact(words.say("Operator"), visible(subject.owner) or words.say("not named"))
    other = task_words(look)
    if other is None:
        yield Fact(words.say("What decides"), _decider(look))
    else:
        yield Fact(words.say("What was audited"), other.source)
    decided = words.plural("%(n)s case", "%(n)s cases", subject.cases)
    yield Fact(words.say("Decisions covered") if other is None else other.covered, decided)
    yield Fact(words.say("Made"), look.numbers.day(look.results.provenance.made))
    yield Fact(
        words.say("Fingerprint of the data"), fingerprint(look.results.provenance.data_fingerprint)
    )


def _decider(look: Lookup) -> str:
    model = look.results.model
    if model is None:
        return look.words.say("A decision log; no model was available")
    if model.failed:
        return look.words.say(
            "A decision log; the model %(name)s failed", name=short(visible(model.name), 40)
        )
    if look.both_decide():
        return look.words.say(
            "A decision log, and the model %(name)s", name=short(visible(model.name), 40)
        )
    return look.words.say("The model %(name)s", name=short(visible(model.name), 40))


def fingerprint(whole: str) -> str:
    """The first 12 digits of a fingerprint; the whole stands at the end of the report."""
    return whole.removeprefix("sha256:")[:12]
