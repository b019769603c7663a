"""The table [population] of the audit file: whom the people in the log are held against.

Imports `part`.
"""

from __future__ import annotations

from pydantic import Field

from isg_audit.spec.part import Part


class PopulationPart(Part):
    """A reference population by group, such as a census: who is in the log against who is there."""

    source: str = Field(min_length=1)
    """A table (csv, csv.gz, parquet or arrow) from this file's folder: columns named as the
    declared attributes that it has, one or several at once, their values as in the log; of an
    attribute with `cut` the bands, written as in the report ("25 to under 40")."""
    people: str = Field(default="people", min_length=1)
    """Its column of how many people there are."""
    error: str | None = None
    """Its column of the standard error of that number, where it is an estimate from a survey."""
    origin: str = Field(default="", alias="from")
    """Where it comes from and of which day it is, such as "Census 2020, 1 April 2020"."""
    whole: bool = True
    """Whether `people` counts everybody who could be decided upon, so that decisions per 1,000
    people mean something; false for a sample, of which only the shares are used."""
    cannot_appear: tuple[str, ...] = ()
    """Who cannot appear in it at all, one sentence each: people without papers, without a home.
    The report tells them: a ratio of 1 is no evidence that they are included."""
