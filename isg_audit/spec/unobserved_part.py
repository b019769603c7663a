"""The tables [unobserved.NAME] of the audit file: attributes that the log does not hold at all.

Imports `part`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from isg_audit.spec.part import Part


class GivenGroupPart(Part):
    """A further signal of an unobserved attribute: how likely its values are within each group."""

    table: str = Field(min_length=1)
    """A table (csv, csv.gz, parquet or arrow) from this file's folder: columns of the signals, and
    one column for each group: P(signals | group), such as how a group's people are spread over
    places."""
    signals: tuple[str, ...] = Field(min_length=1)
    """The columns of the log that it is joined by; in the table they have the same names."""


class UnobservedPart(Part):
    """An attribute that nobody recorded: bounds from chances; no person is given a group."""

    table: str | None = None
    """A table (csv, csv.gz, parquet or arrow) from this file's folder: columns of the signals, and
    one column for each group that holds P(group | signals); each row adds up to 1."""
    signals: tuple[str, ...] = ()
    """The columns of the log that `table` is joined by; in the table they have the same names."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Instead of `table`: columns of the log that hold each person's chances, such as
    {Black = "p_black", other = "p_other"}; they add up to 1."""
    groups: tuple[str, ...] = ()
    """The columns of `table` that are groups; default: all that are neither signals nor `people`.
    """
    reference: str | None = None
    """The group that the others are compared with besides everybody else."""
    people: str | None = None
    """The column of `table` that says on how many people a row's chances rest: then bounds allow
    for that."""
    given_group: tuple[GivenGroupPart, ...] = ()
    """Further signals, each a table [[unobserved.NAME.given_group]]. With surnames in `table` and
    places here this is BISG, with first names besides BIFSG: P(group | all) is proportional to
    P(group | surname) x P(place | group). It takes signals to be independent within a group."""
    origin: str = Field(default="", alias="from")
    """Where the chances come from and of whom they are, such as "Census surnames 2010"."""


def unobserved_columns(parts: Mapping[str, UnobservedPart]) -> Iterator[tuple[str, str]]:
    """Every column of the log that the tables name, each after the key that names it."""
    for name, part in parts.items():
        where = f"unobserved.{name}"
        for column in part.signals:
            yield f"{where}.signals", column
        for group, column in part.columns.items():
            yield f"{where}.columns.{group}", column
        for at, further in enumerate(part.given_group):
            for column in further.signals:
                yield f"{where}.given_group, item {at + 1}.signals", column


def signal_columns(parts: Mapping[str, UnobservedPart]) -> list[str]:
    """The columns that tables are joined by: categories, taken as they are written."""
    return [
        column
        for part in parts.values()
        for column in (*part.signals, *(one for more in part.given_group for one in more.signals))
    ]
