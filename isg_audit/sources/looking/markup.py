"""PMML and other XML: fields and models; whatever is declared besides is refused.

Imports this folder; the standard library's expat, which expands nothing without a declaration.
"""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO
from xml.parsers import expat  # noqa: S405 - declarations end the reading

from isg_audit.sources.looking.seen import Found, listed, plain

LARGEST = 512 * 2**20
"""Bytes that are read."""

MOST_FIELDS = 100_000


class _Declared(Exception):
    """A DOCTYPE: from there on a file of some lines can become gigabytes, or fetch others."""


def look_at_xml(file: BinaryIO, name: str) -> Found:
    """Data fields, kinds of model, and declarations that no model needs."""
    parser = expat.ParserCreate()
    elements: Counter[str] = Counter()
    fields: list[str] = []

    def started(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if len(elements) < MOST_FIELDS or local in elements:
            elements[local] += 1
        if local == "DataField" and len(fields) < MOST_FIELDS:
            fields.append(f"{attributes.get('name')} ({attributes.get('dataType')})")

    def declared(*_: object) -> None:
        raise _Declared

    parser.StartElementHandler = started
    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    dangers: tuple[str, ...] = ()
    unread = ""
    try:
        _parse(parser, file)
    except _Declared:
        dangers = ("it declares a DOCTYPE, with which it could fetch files or grow without end",)
        unread = "it is not read past the DOCTYPE"
    except (expat.ExpatError, ValueError) as error:
        unread = f"no XML: {plain(error)}"
    models = sorted(one for one in elements if one.endswith(("Model", "Network")))
    facts = (
        ("models", listed(models) or "none"),
        ("fields", listed(fields) or "none"),
        ("elements", str(sum(elements.values()))),
    )
    return Found(facts, dangers, unread)


def _parse(parser: expat.XMLParserType, file: BinaryIO) -> None:
    read = 0
    while piece := file.read(2**16):
        read += len(piece)
        if read > LARGEST:
            raise ValueError(f"it has more than {LARGEST // 2**20} MiB")
        parser.Parse(piece, False)
    parser.Parse(b"", True)
