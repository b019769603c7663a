"""Models behind an address: services that are asked, one file a protocol.

May import `spec`, `errors` and `sources/models`. What all protocols share: `place.py` (which
addresses may be asked), `client.py` (bounded requests), `kept.py` (answers and the log of
requests), `service.py` (the `Model`). To add a protocol: a module with a class like `MlflowServer`,
a line in `open_service.py`, a word in the audit file, and a test with a real server.
"""
