"""Folders that MLflow wrote: what `MLmodel` would have mlflow run, and what lies beside it.

Imports `sources.models` and this folder; yaml inside the functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isg_audit.sources.looking.seen import Found, listed, plain
from isg_audit.sources.models.mlflow_folder import DESCRIPTION, LARGEST_DESCRIPTION
from isg_audit.sources.models.sniff import HEAD, begins_as_pickle

MOST_FILES = 10_000

_DANGEROUS = {
    "loader_module": "mlflow would import and run",
    "code": "mlflow would put code of the folder before its own:",
    "code_paths": "mlflow would put code of the folder before its own:",
    "model_code_path": "mlflow would run the code in",
    "skops_trusted_types": "mlflow would trust what the folder says is to be trusted:",
    "env": "it asks for an environment to be installed:",
    "python_model": "mlflow would unpickle",
    "custom_objects": "keras would be handed code:",
    "pickled_model": "the model is in",
}


def look_at_mlflow(folder: Path) -> Found:
    """Flavours, signature and dangers of an MLflow folder."""
    dangers = list(_beside(folder))
    said, unread = _described(folder / DESCRIPTION)
    flavours = said.get("flavors")
    flavours = flavours if isinstance(flavours, dict) else {}
    for flavour, keys in flavours.items():
        for key, value in keys.items() if isinstance(keys, dict) else ():
            if key in _DANGEROUS and value not in (None, "", [], {}):
                if key == "pickled_model" and str(value).endswith(".skops"):
                    continue
                dangers.append(f"{plain(flavour)}: {_DANGEROUS[key]} {plain(value)}")
    facts = [("flavours", listed(flavours) or "none")]
    if isinstance(said.get("mlflow_version"), str):
        facts.append(("written by", plain(f"mlflow {said['mlflow_version']}")))
    signature = said.get("signature")
    if isinstance(signature, dict):
        facts += [(f"signature, {plain(part)}", plain(text)) for part, text in signature.items()]
    return Found(tuple(facts), tuple(dangers), unread)


def _described(path: Path) -> tuple[dict[str, Any], str]:
    import yaml

    if path.is_symlink() or not path.is_file():
        return {}, f"{DESCRIPTION} is no file of its own"
    with path.open("rb") as file:
        raw = file.read(LARGEST_DESCRIPTION + 1)
    if len(raw) > LARGEST_DESCRIPTION:
        return {}, f"{DESCRIPTION} is too large"
    if b"&" in raw and b"*" in raw:  # names for parts, with which ten lines become gigabytes
        return {}, f"{DESCRIPTION} repeats parts of itself by reference"
    try:
        said = yaml.safe_load(raw)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return {}, f"{DESCRIPTION} is no YAML: {plain(error)}"
    return (said, "") if isinstance(said, dict) else ({}, f"{DESCRIPTION} is no table")


def _beside(folder: Path) -> Iterator[str]:
    """Links, pickles and code among the files."""
    for count, path in enumerate(sorted(folder.rglob("*"))):
        where = plain(path.relative_to(folder))
        if count >= MOST_FILES:
            yield f"it has more than {MOST_FILES:,} files"
            return
        if path.is_symlink():
            yield f"{where} leads elsewhere"
        elif path.suffix == ".py":
            yield f"{where} is code"
        elif path.is_file():
            with path.open("rb") as file:
                if begins_as_pickle(file.read(HEAD)):
                    yield f"{where} is a pickle, which could run any code when opened"
