"""The bundle: what outlives an audit. Written whole, read back with every fault at once.

Imports this room and `errors`; `run` for its types only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from isg_audit.errors import BundleError, Fault
from isg_audit.evidence.canonical import sha256_of, to_json, without_credentials
from isg_audit.evidence.manifest import NAME, FileEntry, Manifest, faults_of, read_manifest
from isg_audit.evidence.results import Results

if TYPE_CHECKING:
    from isg_audit.evidence.disclosure import Published
    from isg_audit.evidence.recount import Measure
    from isg_audit.run import Audit

RESULTS, ROWS, TALLY = "results.json", "measurements.parquet", "tally.parquet"


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk, read and found whole.

    Attributes:
        folder: where it is.
        results: what the audit found, as published.
        manifest: its files and their SHA-256.
    """

    folder: Path
    results: Results
    manifest: Manifest


def keep(audit: Audit, folder: Path, measure: Measure | None = None) -> Bundle:
    """Write the bundle of an audit. Small counts are withheld here, before anything is written.

    The same audit gives the same bytes: the only time in it is that of the audit.

    Args:
        audit: what was found.
        folder: a folder to make, or an empty one.
        measure: what measures a tally; only tests give another.
    """
    from isg_audit.evidence.assemble import assemble
    from isg_audit.evidence.recount import measure_counts

    results, tallies = assemble(audit, measure or measure_counts)
    folder.mkdir(parents=True, exist_ok=True)
    texts = {f"checklists/{one.id}.toml": one.text for one in audit.checklists}
    texts["audit.toml"] = without_credentials(audit.audit_file.text)
    if audit.answers is not None:
        texts["answers.toml"] = audit.answers.text
    if audit.requests:
        texts["requests.jsonl"] = audit.requests
    return write(results, tallies, texts, folder)


def write(
    results: Results, tallies: Mapping[str, Published], texts: Mapping[str, str], folder: Path
) -> Bundle:
    """Write the files of a bundle and their manifest.

    Args:
        results: what was found, as published.
        tallies: what is published of the tallies, by who decided.
        texts: the other files: path in the bundle to text.
        folder: an empty folder.
    """
    from isg_audit.evidence.measurements_file import write_measurements
    from isg_audit.evidence.tally_file import write_tallies

    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    (folder / RESULTS).write_text(to_json(results.model_dump(mode="json")), "utf-8")
    write_measurements(results.measurements, folder / ROWS)
    write_tallies(tallies, folder / TALLY)
    manifest = manifest_of(results, folder, sorted([*texts, RESULTS, ROWS, TALLY]))
    (folder / NAME).write_text(to_json(manifest.model_dump()), "utf-8")
    return Bundle(folder, results, manifest)


def manifest_of(results: Results, folder: Path, names: list[str]) -> Manifest:
    """The manifest of files as they are on disk."""
    made = results.provenance
    return Manifest(
        isg_audit_bundle=1,
        isg_audit=made.isg_audit,
        made=made.made,
        seed=made.seed,
        data_fingerprint=made.data_fingerprint,
        files={
            name: FileEntry(sha256=sha256_of(folder / name), size=(folder / name).stat().st_size)
            for name in names
        },
    )


def read(folder: Path) -> Bundle:
    """Read a bundle; nothing in it is believed before its SHA-256 was found in order.

    Raises:
        BundleError: every fault at once: files missing, changed, too large, in excess, links,
            paths that lead out, another version, not JSON, values of the wrong type.
    """
    folder = Path(folder)
    manifest, faults = read_manifest(folder)
    if manifest is None or any(one.where == RESULTS for one in faults):
        raise BundleError(faults)
    try:
        results = read_results(folder / RESULTS)
    except BundleError as error:
        raise BundleError([*faults, *error.faults]) from error
    if faults:
        raise BundleError(faults)
    return Bundle(folder, results, manifest)


def read_results(path: Path) -> Results:
    """Read `results.json`.

    Raises:
        BundleError: not JSON, of another version, or with values of the wrong type.
    """
    import json

    try:
        content = json.loads(path.read_text("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise BundleError(Fault(path.name, f"is not JSON: {error}.")) from error
    if isinstance(content, dict) and content.get("isg_audit_results", 1) != 1:
        version = content["isg_audit_results"]
        raise BundleError(Fault(path.name, f"is of version {version}; this release reads 1."))
    try:
        return Results.model_validate(content)
    except ValidationError as error:
        raise BundleError(faults_of(path.name, error)) from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number in JSON")
