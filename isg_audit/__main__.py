"""`python -m isg_audit` is the command `isg-audit`. Imports `cli`."""

from isg_audit.cli import main

main()
