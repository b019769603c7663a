"""Check it yourself: what is attached, and the fingerprints of everything the report rests on.

Imports `evidence` and the wording of this room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from isg_audit.report.lookup import Lookup
from isg_audit.report.pages import Block, Column, Section, Table, TableCell, TableRow
from isg_audit.report.wording import short, visible


def check_section(
    look: Lookup, label: str, tables: Iterator[int], attached: Sequence[tuple[str, str]]
) -> Section:
    """The section.

    Args:
        look: the results.
        label: what stands above the heading.
        tables: numbers of tables.
        attached: name and SHA-256 of each attached file.
    """
    words, made = look.words, look.results.provenance
    named = [
        (words.say("Data"), made.data_fingerprint),
        (words.say("Audit file"), made.spec_sha256),
        *((short(visible(one.title), 60), one.sha256) for one in look.results.checklists),
    ]
    if look.results.model is not None:
        named.append((short(visible(look.results.model.name), 60), look.results.model.fingerprint))
    versions = ", ".join(
        f"{visible(name)} {visible(said)}" for name, said in sorted(made.packages.items())
    )
    return Section(
        "check",
        label,
        words.say("Check it yourself"),
        words.say(
            "The results behind this report are attached to the PDF file. If a fingerprint below "
            "does not match, "
            "a file has been changed. The whole report can be rendered again from the folder "
            "“bundle” alone."
        ),
        (
            Block(
                tables=(
                    _table(
                        words.say("The attached files"),
                        words.say("Attached file"),
                        attached,
                        look,
                        tables,
                    ),
                )
            ),
            Block(
                tables=(
                    _table(
                        words.say("What the report rests on"),
                        words.say("Source"),
                        named,
                        look,
                        tables,
                    ),
                )
            ),
            Block(
                words.say("How to check"),
                points=(
                    words.say(
                        "isg-audit verify bundle: compares every fingerprint and counts the "
                        "published figures again."
                    ),
                    words.say(
                        "isg-audit report bundle --out again: renders this report again, byte "
                        "for byte."
                    ),
                ),
            ),
            Block(
                words.say("Made with"),
                paragraphs=(
                    words.say(
                        "isg-audit %(version)s, Python %(python)s on %(platform)s; seed "
                        "%(seed)s; %(packages)s.",
                        version=visible(made.isg_audit),
                        python=visible(made.python),
                        platform=visible(made.platform),
                        seed=made.seed,
                        packages=versions or words.say("no packages recorded"),
                    ),
                    words.say("Made: %(when)s.", when=visible(made.made)),
                ),
            ),
        ),
        wide=True,
    )


def _table(
    title: str, head: str, named: Sequence[tuple[str, str]], look: Lookup, tables: Iterator[int]
) -> Table:
    words = look.words
    rows = tuple(
        TableRow(
            (TableCell(name), TableCell(visible(sha).removeprefix("sha256:") or "—", mono=True))
        )
        for name, sha in named
    )
    caption = words.say("Table %(table)s. %(title)s", table=next(tables), title=title)
    return Table(
        caption, "", (Column(head, 34), Column(words.say("Fingerprint (SHA-256)"), 66)), rows
    )
