"""Ends the process of a model when an audit is through with it. Imports this folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from isg_audit.sources.child.child_model import ChildModel


@contextmanager
def ended_afterwards(model: object) -> Iterator[None]:
    """While an audit asks the model: afterwards its process is ended, where it has one."""
    try:
        yield
    finally:
        if isinstance(model, ChildModel):
            model.close()
