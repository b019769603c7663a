"""`Limits` of a child process and `Isolation`, what held. Imports nothing of ours."""

from __future__ import annotations

from dataclasses import dataclass

GIB = 2**30

NEEDED_WHEN_STRICT = (
    "limits",
    "no new privileges",
    "no network",
    "read-only files",
    "filtered system calls",
)
"""Layers without which a file that could run code is not opened."""


@dataclass(frozen=True)
class Limits:
    """What a child may use; no published values, chosen for models of up to 2 GiB.

    Attributes:
        memory: bytes of address space, beside several times the file itself.
        starting: seconds until the process is ready.
        opening: seconds to open the file.
        call: seconds that one question may take.
        whole: seconds that may be waited for it in all.
        processor: seconds of processor time in all.
    """

    memory: int = 4 * GIB
    starting: float = 120
    opening: float = 300
    call: float = 900
    whole: float = 12 * 3600
    processor: int = 24 * 3600

    def memory_for(self, content: int) -> int:
        """Bytes of address space for a file of that many bytes."""
        return self.memory + 4 * content


@dataclass(frozen=True)
class Isolation:
    """What a model was opened behind.

    Attributes:
        active: names of the layers that held.
        missing: names of those that did not, each with the reason.
        memory: bytes of address space it was allowed.
        call: seconds it was allowed for one question.
    """

    active: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]
    memory: int
    call: float

    def in_words(self) -> str:
        """One sentence for a report."""
        held = ", ".join(self.active) or "nothing"
        lacked = "; ".join(f"{name} ({why})" if why else name for name, why in self.missing)
        said = (
            f"The model ran in a process of its own ({held}; at most {self.memory / GIB:.1f} GiB "
            f"and {self.call:.0f} s a question)."
        )
        return f"{said} This system did not offer: {lacked}." if lacked else said
