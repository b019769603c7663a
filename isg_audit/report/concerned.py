"""The people of a finding: who is in its groups, and how many its gap stands for.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.evidence import ItemVerdict, JudgedGroup
from isg_audit.report.lookup import Lookup, attribute, by_weight, group_name, is_of_model
from isg_audit.report.pages import Fact
from isg_audit.report.told import loss
from isg_audit.report.wording import short

MOST_NAMED = 4


def concerned(item: ItemVerdict, look: Lookup) -> Iterator[Fact]:
    """The groups that carry the requirement's word, by the log and by the model, and the gap."""
    words = look.words
    carrying = [one for one in by_weight(item.groups) if one.word == item.word and one.n]
    label = {
        "fail": words.say("People in failing groups"),
        "inconclusive": words.say("People in unsettled groups"),
    }.get(item.word, words.say("People"))
    ours = [one for one in carrying if not is_of_model(one.measure)]
    shown = {(one.by, one.group) for one in ours}
    theirs = [one for one in carrying if (one.by, one.group) not in shown]
    if ours:
        yield _people(label, ours, look)
    if theirs:
        yield _people(words.say("%(label)s, by the model", label=label), theirs, look)
    stands = next((one for one in [*ours, *theirs] if (one.affected or 0.0) > 0), None)
    if stands is not None:
        said = words.say("about %(people)s people", people=look.numbers.count(stands.affected))
        note = f"{short(group_name(stands), 60)} {loss(stands, look)}".strip()
        compared = bool(stands.metric.partition(".")[2])
        label = words.say("The gap stands for") if compared else words.say("It stands for")
        yield Fact(label, said, note, large=True)


def _people(label: str, groups: Sequence[JudgedGroup], look: Lookup) -> Fact:
    """The sum where nobody can be in two of the groups, else each group with its people."""
    words, numbers = look.words, look.numbers
    each = list({(one.by, one.group): one for one in groups}.values())
    if not any(one.group for one in each):
        named = words.listed([attribute(one.by) for one in each])
        return Fact(label, numbers.count(max(one.n or 0 for one in each)), named, large=True)
    if len({one.by for one in each}) == 1:
        named = words.listed([short(group_name(one), 60) for one in each])
        people = sum(one.n or 0 for one in each)
        return Fact(label, numbers.count(people), named, large=True)
    said = [f"{numbers.count(one.n)} {short(group_name(one), 60)}" for one in each[:MOST_NAMED]]
    left = len(each) - len(said)
    if left:
        said.append(words.plural("%(n)s more group", "%(n)s more groups", left))
    return Fact(label, "; ".join(said), words.say("A person can be in several of them."))
