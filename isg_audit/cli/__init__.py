"""The room of the commands: one file a command, each with one function `command`.

May import every room, but inside the commands only, so that `isg-audit --help` answers at once. A
new command is a file here and its name in `main.COMMANDS`. Commands compute nothing.
"""

from isg_audit.cli.main import main

__all__ = ["main"]
