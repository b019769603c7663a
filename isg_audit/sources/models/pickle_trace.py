"""What a pickle would do if it were opened: read to its end with nothing made and nothing run.

Every name it gives stays a name, every call stays a note. Where the file cannot be followed to
its end, its bytes are searched for names, and it is said so. Imports this room and the standard
library; numpy inside a function, for the sizes of joblib's arrays.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from isg_audit.errors import ModelError
from isg_audit.sources.models.packing import Rewindable, Unpacked, packing_of
from isg_audit.sources.models.pickle_reading import JOBLIB_ARRAY, Reader, Unreadable, on, taught
from isg_audit.sources.models.pickle_search import MOST_NAMES, Name, searched

LONGEST = 2**12
"""Characters that a name may have, and bytes of any value that is kept."""


MOST_KEPT = 2**27
"""Bytes of opcodes and short values that are read; long values are passed over."""


@dataclass(eq=False, slots=True)
class Thing:
    """What stands where an object would: made by what, from what. Never the object."""

    made_by: object = None
    arguments: object = ()
    state: object = None

    def append(self, one: object) -> None:
        """Nothing is kept."""

    def extend(self, several: object) -> None:
        """Nothing is kept."""


@dataclass(frozen=True)
class Traced:
    """What a pickle names and calls.

    Attributes:
        names: (module, name) with how often it occurs.
        called: those names that would be called, or made an object of.
        packing: how the file is compressed; empty if it is not.
        broken: why it could not be followed to its end; empty if it was.
        after: whether bytes follow the end.
        arrays: arrays of numbers laid between the opcodes, as joblib writes them.
        seen: where it could not be followed, or goes on: what its bytes besides seem to name.
    """

    names: dict[Name, int]
    called: frozenset[Name]
    packing: str = ""
    broken: str = ""
    after: bool = False
    arrays: int = 0
    seen: frozenset[Name] = frozenset()


@dataclass
class _Notes:
    names: Counter[Name] = field(default_factory=Counter)
    called: set[Name] = field(default_factory=set)
    arrays: int = 0
    kept: int = 0


def traced(file: Rewindable, name: str, most: int) -> Traced:
    """Follow the pickle in `file` from its beginning.

    Args:
        file: open for reading, at its beginning, and able to go back.
        name: of the file, for messages.
        most: bytes that it may unpack to.
    """
    packing = packing_of(file.read(8))
    notes = _Notes()
    broken = ""
    after = False
    try:
        file.seek(0)
        stream = Unpacked(file, packing, most, name)
        _Follower(stream, 0, notes).load()
        after = bool(stream.read(1))
    except ModelError as error:
        broken = "; ".join(fault.what for fault in error.faults)
    except MemoryError:
        broken = "it asks for more memory than there is"
    except Exception as error:  # noqa: BLE001 - crafted bytes may raise anything, all of it told
        broken = str(error) or type(error).__name__
    seen: set[Name] = set()
    if broken or after:
        file.seek(0)
        seen = searched(file, packing, most, name) - set(notes.names)
    called = frozenset(notes.called)
    names = dict(notes.names)
    return Traced(names, called, packing, broken[:300], after, notes.arrays, frozenset(seen))


@taught
class _Follower(Reader):
    """Follows the opcodes with `Thing`s on the stack."""

    def __init__(self, stream: Unpacked, depth: int, notes: _Notes) -> None:
        super().__init__(stream, depth)
        self.notes = notes
        self.readline = self.line

    def line(self) -> bytes:
        """A line, counted as what `read` reads is."""
        found = self.stream.readline()
        self.counted(len(found))
        return found

    def counted(self, size: int) -> None:
        """Bytes that are kept.

        Raises:
            Unreadable: too many.
        """
        self.notes.kept += size
        if self.notes.kept > MOST_KEPT:
            raise Unreadable(f"it has more than {MOST_KEPT // 2**20} MiB beside its arrays")

    def read(self, size: int) -> bytes:
        """As `Reader.read`, as long as there is little enough to keep."""
        self.counted(size)
        return super().read(size)

    def find_class(self, module: str, name: str) -> Any:
        """A note, and the name itself."""
        found = (module[:LONGEST], name[:LONGEST])
        if found not in self.notes.names and len(self.notes.names) >= MOST_NAMES:
            raise Unreadable(f"it names more than {MOST_NAMES:,} things")
        self.notes.names[found] += 1
        return Thing(found)

    def make(self, what: object, arguments: object) -> None:
        """Note that `what` would be called."""
        made_by = what.made_by if isinstance(what, Thing) else None
        if isinstance(made_by, tuple):
            self.notes.called.add(made_by)
        self.append(Thing(made_by, arguments))

    @on("REDUCE", "NEWOBJ")
    def call(self) -> None:
        arguments, what = self.stack.pop(), self.stack.pop()
        self.make(what, arguments)

    @on("NEWOBJ_EX")
    def call_with_names(self) -> None:
        self.stack.pop()
        self.call()

    @on("INST")
    def instance(self) -> None:
        module, name = (self.readline()[:-1].decode("ascii", "replace") for _ in range(2))
        self.make(self.find_class(module, name), tuple(self.pop_mark()))

    @on("OBJ")
    def object(self) -> None:
        what, *arguments = self.pop_mark()
        self.make(what, tuple(arguments))

    @on("BUILD")
    def build(self) -> None:
        state, built = self.stack.pop(), self.stack[-1]
        if not isinstance(built, Thing):
            return
        built.state = state
        if built.made_by == JOBLIB_ARRAY:
            self.array(built)

    @on("PERSID")
    def kept_elsewhere(self) -> None:
        self.readline()
        self.append(Thing("outside"))

    @on("BINPERSID")
    def kept_elsewhere_by_value(self) -> None:
        self.stack[-1] = Thing("outside")

    # Dictionaries and sets: to look a key up, nested tuples would be walked again and again.
    @on("DICT")
    def dictionary(self) -> None:
        items = self.pop_mark()  # also changes what `append` fills
        self.append(_texts_of(items))

    @on("SETITEM")
    def set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        if isinstance(self.stack[-1], dict):
            self.stack[-1].update(_texts_of([key, value]))

    @on("SETITEMS")
    def set_items(self) -> None:
        items = self.pop_mark()
        if isinstance(self.stack[-1], dict):
            self.stack[-1].update(_texts_of(items))

    @on("EMPTY_SET")
    def empty_set(self) -> None:
        self.append(Thing("set"))

    @on("FROZENSET", "ADDITEMS")
    def frozen_set(self) -> None:
        self.pop_mark()
        if not self.stack or not isinstance(self.stack[-1], Thing):
            self.append(Thing("set"))

    # Long values are passed over, so that memory stays small whatever the file says.
    @on("BINBYTES", "BINUNICODE", "BINSTRING", "LONG4")
    def value_of_four(self) -> None:
        self.value(int.from_bytes(self.read(4), "little"))

    @on("BINBYTES8", "BINUNICODE8", "BYTEARRAY8")
    def value_of_eight(self) -> None:
        self.value(int.from_bytes(self.read(8), "little"))

    def value(self, size: int) -> None:
        """Text where it is short enough for a name, else a note that something stands there."""
        if size <= LONGEST:
            self.append(self.read(size).decode("utf-8", "surrogateescape"))
        elif self.stream.skip(size) < size:
            raise Unreadable("it ends too early")
        else:
            self.append(Thing("value"))

    def array(self, wrapper: Thing) -> None:
        """Pass over the bytes of an array, or follow the pickle that stands for its objects."""
        self.notes.arrays += 1
        dtype, count, aligned = _measures(wrapper.state)
        if dtype.hasobject:
            _Follower(self.stream, self.depth + 1, self.notes).load()
            return
        padding = self.read(1)[0] if aligned else 0
        size = padding + count * dtype.itemsize
        if self.stream.skip(size) < size:
            raise Unreadable("an array reaches past the end")


def _texts_of(items: list[Any]) -> dict[str, Any]:
    pairs = zip(items[::2], items[1::2], strict=False)
    return {key: value for key, value in pairs if isinstance(key, str)}


def _measures(state: object) -> tuple[Any, int, bool]:
    """The type of an array, how many values it has, and whether padding stands before them."""
    if not isinstance(state, dict) or not isinstance(shape := state.get("shape"), tuple):
        raise Unreadable("an array has no shape")
    count = 1
    for length in shape:
        if not isinstance(length, int) or length < 0:
            raise Unreadable("an array has no shape")
        count *= length
    return _dtype(state.get("dtype")), count, state.get("numpy_array_alignment_bytes") is not None


def _dtype(thing: object) -> Any:
    import numpy as np

    arguments = thing.arguments if isinstance(thing, Thing) else ()
    if not isinstance(arguments, tuple) or not arguments or not isinstance(arguments[0], str):
        raise Unreadable("an array has no type")
    try:
        dtype = np.dtype(arguments[0])
        state = thing.state if isinstance(thing, Thing) else None
        if not isinstance(state, tuple) or len(state) < 5 or not isinstance(state[4], dict):
            return dtype
        fields = {name: _dtype(one[0]) for name, one in state[4].items()}
        if any(one.hasobject for one in fields.values()):
            return np.dtype(object)
    except (TypeError, ValueError) as error:
        raise Unreadable("an array has no type that numpy knows") from error
    return dtype
