"""What the child process runs first: takes its pipes aside, locks itself, then answers.

Run by path with `python -I`, so that nothing of ours or of numpy's is imported before the lock:
`isg_audit` itself is made known afterwards, from its own folder alone.
"""

import json
import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from types import ModuleType


def main() -> None:
    """Lock this process and answer requests until the parent hangs up."""
    given = json.loads(sys.argv[1])
    sys.argv = [""]
    requests, answers = _pipes()
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    _known_as("isg_audit_child", here, given["child_door"])
    from isg_audit_child.lock import Limits, locked  # type: ignore[import-not-found]

    layers = locked(
        Limits(given["memory"], given["processor"]),
        given["readable"],
        given["parent"],
        given["dies_with_parent"],
    )
    sys.path.extend(path for path in given["packages"] if path not in sys.path)
    _known_as("isg_audit", given["house"], given["house_door"])
    # The room's own door leads to engines that nobody needs in here, and that take long to import.
    _known_as("isg_audit.sources", os.path.join(given["house"], "sources"), "")  # noqa: PTH118
    from isg_audit.sources.child.serve import serve

    serve(requests, answers, [list(layer) for layer in layers], given["needed"])


def _pipes() -> tuple[int, int]:
    """The conversation, out of reach of what a model prints or reads."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.close(nothing)
    return requests, answers


def _known_as(name: str, folder: str, door: str) -> None:
    """A package in `folder`; its door is not opened where none is given."""
    if not door:
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [folder]
        return
    spec = spec_from_file_location(name, door, submodule_search_locations=[folder])
    if spec is None or spec.loader is None:
        raise SystemExit(f"{door} is no module")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


if __name__ == "__main__":
    main()
