"""The name of a table as people write it, taken apart: `schema.name`, quoted where it needs to be.

Imports `errors`. Every part is taken as it is written and quoted for the engine, so a name cannot
be anything but a name.
"""

from __future__ import annotations

import re

from isg_audit.errors import DataError, Fault


def parts_of(name: str, quote: str = '"') -> tuple[str, ...]:
    """The parts of a table's name, without their quotes.

    Args:
        name: as the audit file has it: `log`, `public.log`, `"my.schema"."log"`.
        quote: the sign that quotes names in this engine; doubled, it stands for itself.

    Raises:
        DataError: a part that is empty, or a quote that is not closed.
    """
    mark = re.escape(quote)
    part = rf"{mark}(?:[^{mark}]|{mark}{mark})+{mark}|[^.{mark}]+"
    if "\0" in name or not re.fullmatch(rf"(?:{part})(?:\.(?:{part}))*", name, re.DOTALL):
        raise DataError(
            Fault(
                "decisions.table",
                "is no name of a table.",
                f"Write schema.name; a part that holds a dot stands between {quote} and {quote}.",
            )
        )
    return tuple(
        found[1:-1].replace(quote * 2, quote) if found.startswith(quote) else found.strip()
        for found in re.findall(part, name, re.DOTALL)
    )


def quoted(parts: tuple[str, ...], quote: str = '"') -> str:
    """The parts as SQL."""
    return ".".join(f"{quote}{part.replace(quote, quote * 2)}{quote}" for part in parts)
