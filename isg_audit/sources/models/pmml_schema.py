"""What a PMML file says of its columns: data dictionary and mining schemas.

Imports the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element  # noqa: S405 - only the type

_NUMBERS = {"integer", "float", "double"}


class NotRead(Exception):
    """The file says something whose meaning we do not follow; it is refused by name."""


@dataclass(frozen=True)
class Field:
    """One column.

    Attributes:
        name: of the column.
        numeric: whether it holds numbers; else text.
        categories: the values it may have; empty for a continuous one.
        replacement: what takes the place of a missing value; None where the file says nothing.
        takes_any: whether values outside `categories` are allowed.
    """

    name: str
    numeric: bool
    categories: tuple[object, ...] = ()
    replacement: object = None
    takes_any: bool = False

    def value(self, said: str) -> object:
        """A value in the file as the column holds it."""
        return float(said) if self.numeric else said


@dataclass(frozen=True)
class Schema:
    """The columns that are read, in the order of the dictionary, and the classes.

    Attributes:
        features: of the columns.
        classes: labels as plain Python values.
        written: the same labels as the file writes them.
    """

    features: tuple[Field, ...]
    classes: tuple[object, ...]
    written: tuple[str, ...]

    def feature(self, name: str | None) -> Field:
        """The column of that name.

        Raises:
            NotRead: there is none, or it is derived from others.
        """
        for one in self.features:
            if one.name == name:
                return one
        raise NotRead(f"a model reads '{name}', which is no active column")


def tag(element: Element) -> str:
    """Its name without the namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element, name: str) -> list[Element]:
    """Its children of that name, whatever their namespace."""
    return [one for one in element if tag(one) == name]


def read_schema(root: Element) -> Schema:
    """Columns and classes of the file's model.

    Raises:
        NotRead: derived fields, targets, treatments, types that are not followed.
    """
    for one in root.iter():
        if tag(one) in {"DerivedField", "DefineFunction", "Targets"}:
            raise NotRead(f"it holds a {tag(one)}")
    declared = {
        one.get("name", ""): one
        for part in children(root, "DataDictionary")
        for one in children(part, "DataField")
    }
    schemas = [one for one in root.iter() if tag(one) == "MiningSchema"]
    mined = {
        one.get("name", ""): one for one in (children(schemas[0], "MiningField") if schemas else [])
    }
    for schema in schemas:
        for one in children(schema, "MiningField"):
            _check_treatment(one, outermost=schema is schemas[0])
    targets = [name for name, one in mined.items() if _use(one) == "target"]
    if len(targets) != 1:
        raise NotRead(f"it has {len(targets)} target columns")
    target = declared[targets[0]]
    written = tuple(one.get("value", "") for one in children(target, "Value"))
    if len(written) < 2 or len(set(written)) != len(written):
        raise NotRead("its target does not list its classes")
    kind = target.get("dataType", "")
    active = {name for name, one in mined.items() if _use(one) == "active"}
    return Schema(
        features=tuple(_field(declared[name], mined[name]) for name in declared if name in active),
        classes=tuple(_label(one, kind) for one in written),
        written=written,
    )


def _use(mined: Element) -> str:
    use = mined.get("usageType", "active")
    return "target" if use == "predicted" else use


def _check_treatment(mined: Element, outermost: bool) -> None:
    name = mined.get("name")
    if mined.get("outliers", "asIs") != "asIs":
        raise NotRead(f"column '{name}' has a treatment of outliers")
    if not outermost and mined.get("missingValueReplacement") is not None:
        raise NotRead(f"column '{name}' is replaced inside an ensemble")
    if mined.get("invalidValueTreatment", "returnInvalid") not in {"returnInvalid", "asIs"}:
        raise NotRead(f"column '{name}' has a treatment of invalid values")


def _field(declared: Element, mined: Element) -> Field:
    name, kind = declared.get("name", ""), declared.get("dataType", "")
    if kind not in _NUMBERS and kind != "string":
        raise NotRead(f"column '{name}' is of type {kind}")
    if children(declared, "Interval"):
        raise NotRead(f"column '{name}' has intervals of valid values")
    values = children(declared, "Value")
    if any(one.get("property", "valid") != "valid" for one in values):
        raise NotRead(f"column '{name}' lists invalid or missing values")
    plain = Field(name, numeric=kind in _NUMBERS)
    said = mined.get("missingValueReplacement")
    return Field(
        name,
        numeric=plain.numeric,
        categories=tuple(plain.value(one.get("value", "")) for one in values),
        replacement=None if said is None else plain.value(said),
        takes_any=mined.get("invalidValueTreatment") == "asIs",
    )


def _label(said: str, kind: str) -> object:
    if kind == "integer":
        return int(said)
    if kind in {"float", "double"}:
        return float(said)
    if kind == "boolean":
        return said == "true"
    return said
