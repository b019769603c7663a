"""What a pickle names and calls, and which of that our reader refuses.

Imports `sources.models` and this folder.
"""

from __future__ import annotations

from typing import BinaryIO

from isg_audit.sources.looking.seen import Found, listed
from isg_audit.sources.models.pickle_names import may_be_named
from isg_audit.sources.models.pickle_trace import Traced, traced

LARGEST = 2 * 2**30
"""Bytes that a file may unpack to."""

RUNS = "it could run any code the moment it is opened by pickle or joblib"


def look_at_pickle(file: BinaryIO, name: str) -> Found:
    """Follow a pickle without making anything."""
    return told(traced(file, name, LARGEST))


def told(trace: Traced, where: str = "") -> Found:
    """What a trace says, in words; `where` is put before labels."""
    label = f"{where} " if where else ""
    named = sorted(".".join(one) for one in trace.names)
    refused = sorted(".".join(one) for one in trace.names if not may_be_named(*one))
    called = sorted(
        ".".join(one) for one in trace.called if one in trace.names and not may_be_named(*one)
    )
    seen = sorted(".".join(one) for one in trace.seen if not may_be_named(*one))
    facts = [(f"{label}names", listed(named) or "none")]
    if trace.packing:
        facts.insert(0, (f"{label}compressed with", trace.packing))
    if trace.arrays:
        facts.append((f"{label}arrays", f"{trace.arrays} laid between the opcodes by joblib"))
    dangers = [RUNS]
    if refused:
        dangers.append(f"names that our reader refuses: {listed(refused)}")
    elif not trace.broken:
        facts.append((f"{label}list", "every name is on the list of what our reader makes"))
    if called:
        dangers.append(f"of these it would call: {listed(called)}")
    if trace.after:
        dangers.append("something stands after its end")
    if seen:
        dangers.append(f"its bytes besides seem to name: {listed(seen)}")
    return Found(tuple(facts), tuple(dangers), trace.broken)
