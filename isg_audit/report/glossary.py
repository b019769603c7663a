"""What the words of a report mean.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from isg_audit.report.lookup import Lookup
from isg_audit.report.pages import Block, Section
from isg_audit.report.task_words import task_words
from isg_audit.report.wording import visible


def glossary_section(look: Lookup, label: str) -> Section:
    """Terms in plain words."""
    words = look.words
    other = task_words(look)
    terms = (*(other.terms if other else _of_decisions(look)), *_always(look))
    return Section(
        "glossary",
        label,
        words.say("What the words mean"),
        "",
        (Block(terms=terms),),
        new_page=False,
    )


def _of_decisions(look: Lookup) -> tuple[tuple[str, str], ...]:
    words = look.words
    return (
        (words.say("Case"), words.say("One row of the data: one decision about one person.")),
        (
            words.say("Favourable decision"),
            words.say(
                "The decision that is good for the person, as declared in the audit file "
                "(%(column)s = %(value)s).",
                column=visible(look.results.subject.decision),
                value=visible(look.results.subject.favourable),
            ),
        ),
        (
            words.say("Impact ratio"),
            words.say(
                "The rate of favourable decisions in a group, divided by that of the group it is "
                "compared with. 1 means equal."
            ),
        ),
        (
            words.say("Shortfall"),
            words.say(
                "How many more people of a group would have got the favourable decision at the "
                "rate it is compared with."
            ),
        ),
    )


def _always(look: Lookup) -> tuple[tuple[str, str], ...]:
    words = look.words
    return (
        (
            words.say("Group"),
            words.say(
                "People with the same value of an attribute, such as a gender; with ×, of "
                "several attributes at once."
            ),
        ),
        (
            words.say("Interval"),
            words.say(
                "The range of values that the data allow. A %(share)s interval misses the true "
                "value in about %(miss)s of such audits.",
                share=look.numbers.percent(look.results.confidence),
                miss=look.numbers.percent(1 - look.results.confidence),
            ),
        ),
        (
            words.say("Limit"),
            words.say(
                "What a requirement asks for. Limits come from the checklists, never from this "
                "program."
            ),
        ),
        (
            words.say("Contribution of an input"),
            words.say(
                "How far an input moves the score of a person from the average, shared out "
                "between inputs by Shapley’s rule."
            ),
        ),
        (
            words.say("Log-odds"),
            words.say(
                "The scale on which many models add up their inputs; 0.7 more roughly doubles "
                "the odds."
            ),
        ),
        (
            words.say("Inconclusive"),
            words.say("The data allow both that the limit is met and that it is not."),
        ),
        (
            words.say("Not assessed"),
            words.say("No test was possible. It does not mean that the requirement is met."),
        ),
        (words.say("Unanswered"), words.say("A question for people, which nobody has answered.")),
        (
            words.say("Unverified"),
            words.say(
                "A clause whose text was not read for the checklist. Check it before you quote it."
            ),
        ),
        (
            words.say("Waived"),
            words.say(
                "Set aside by a named person until a date. The result without the waiver is "
                "shown beside it."
            ),
        ),
        (
            words.say("Fingerprint (SHA-256)"),
            words.say(
                "A number computed from a file. If one letter of the file changes, so does the "
                "number."
            ),
        ),
    )
