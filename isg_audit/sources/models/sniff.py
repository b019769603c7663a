"""Whether a file is a pickle, by how it begins, packed or not. Imports this room."""

from __future__ import annotations

import io

from isg_audit.errors import ModelError
from isg_audit.sources.models.packing import Unpacked, packing_of

HEAD = 4096
"""Bytes at the beginning that tell formats apart."""

_OF_OLD = (
    *(b"ccopy_reg\n", b"ccopyreg\n", b"c__builtin__\n", b"cbuiltins\n", b"cos\n", b"cposix\n"),
    *(b"(dp", b"(lp", b"(ip", b"ZF0x"),
)


def begins_as_pickle(head: bytes) -> bool:
    """Protocols 2 to 5 by their first two bytes; older ones and old joblib by how they begin."""
    newer = head[:1] == b"\x80" and head[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}
    return newer or head.startswith(_OF_OLD) or _begins_with_a_name(head)


def _begins_with_a_name(head: bytes) -> bool:
    """Any call of protocols 0 and 1: the code of a name, and its two lines."""
    lines = head.lstrip(b"(").split(b"\n", 2)
    return (
        len(lines) == 3
        and lines[0][:1] in {b"c", b"i"}
        and all(
            part.isidentifier()
            for line in (lines[0][1:], lines[1])
            for part in line.decode("ascii", "replace").split(".")
        )
    )


def is_pickle(content: bytes) -> bool:
    """Whether it is a pickle or a joblib file, compressed or not."""
    packing = packing_of(content[:8])
    try:
        head = Unpacked(io.BytesIO(content), packing, 2**20, "").read(HEAD)
    except ModelError:
        return False
    return begins_as_pickle(head)
