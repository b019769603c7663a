"""What a model file is and what it could do, said without opening it.

May import `errors` and `sources.models`; nothing in this room makes an object that a file asks for.
To add a format: a line in `sources/models/kinds.py`, a function in a module of its own, and a line
in `look.py`.
"""

from isg_audit.sources.looking.look import look_at
from isg_audit.sources.looking.seen import Seen

__all__ = ["Seen", "look_at"]
