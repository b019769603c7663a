"""The child's first file with one opener more: models that do harm, for the tests alone.

It stands in for `isg_audit/sources/child/start.py`; nothing of it ships. The harm is chosen by the
content of the file: `what` or `what: argument`.
"""

import os
import sys
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HERE = Path(__file__).resolve().parent
START = HERE.parents[2] / "isg_audit" / "sources" / "child" / "start.py"


def known(name: str, path: Path):
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Finder:
    """Hands out the hostile models, read before the lock, when the opener is asked for."""

    source = (HERE / "hostile_models.py").read_text(encoding="utf-8")

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "hostile_models":
            return None
        return ModuleSpec(name, Finder)

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        exec(compile(Finder.source, "hostile_models.py", "exec"), module.__dict__)


class Openers:
    """Adds the opener as soon as `serve` is imported."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "isg_audit.sources.child.serve":
            return None
        spec = PathFinder.find_spec(name, path)
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            module.OPENERS["hostile"] = ("hostile_models", "open_hostile")

        spec.loader.exec_module = exec_module
        return spec


if __name__ == "__main__":
    sys.meta_path[:0] = [Finder, Openers]
    os.environ["HOME_OF_THE_TESTS"] = str(HERE)
    known("start", START).main()
