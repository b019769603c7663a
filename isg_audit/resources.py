"""Finds the folders and the file of data the package needs, wherever it is installed.

`checklists/` and `report_templates/` stand at the top of the repository; a wheel carries them as
`isg_audit/_data/`. No other module may guess either place. Imports `isg_audit.errors` only.
"""

from __future__ import annotations

from pathlib import Path

from isg_audit.errors import CannotCarryOut

_PACKAGE = Path(__file__).resolve().parent


def checklists_folder() -> Path:
    """Folder of the checklists that come with the toolkit, one TOML file each.

    Raises:
        CannotCarryOut: the installation is not whole; names both places that were tried.
    """
    return _find("checklists")


def templates_folder() -> Path:
    """Folder of the report's templates, style sheets, fonts and message catalogues.

    Raises:
        CannotCarryOut: the installation is not whole; names both places that were tried.
    """
    return _find("report_templates")


def conformance_record_file() -> Path:
    """File of the conformance run that this release passed; it need not be there."""
    return _PACKAGE / "conformance" / "record.json"


def _find(name: str, package: Path = _PACKAGE) -> Path:
    # The wheel's place first: beside an installed package, in `site-packages`, a folder of this
    # name may belong to somebody else.
    places = (package / "_data" / name, package.parent / name)
    for place in places:
        if place.is_dir():
            return place
    msg = (
        f"isg_audit is not installed whole: there is no folder '{name}', neither in the package "
        f"({places[0]}) nor at the top of a checkout ({places[1]}). Install the package again."
    )
    raise CannotCarryOut(msg)
