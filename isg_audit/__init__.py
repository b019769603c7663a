"""Audit the impact of algorithmic decisions on people: measure, judge on evidence, report.

    import isg_audit

    audit = isg_audit.run("audit.toml")
    isg_audit.publish(audit, "audit-2026")

What stands here is the whole of the Python interface; everything is imported where it is used,
so that `import isg_audit` costs nothing.
"""

from isg_audit.run import run

__version__ = "0.1.0"
__all__ = ["Spec", "__version__", "publish", "run", "verify"]

_ELSEWHERE = {
    "Spec": "isg_audit.spec",
    "publish": "isg_audit.report",
    "verify": "isg_audit.evidence",
}


def __getattr__(name: str) -> object:
    """Import the public names when they are first asked for."""
    if name in _ELSEWHERE:
        from importlib import import_module

        return getattr(import_module(_ELSEWHERE[name]), name)
    raise AttributeError(f"module 'isg_audit' has no attribute '{name}'")
