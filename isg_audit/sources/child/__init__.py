"""The locked child process in which every model file is opened and asked.

`start.py` runs in the child first and may import nothing of ours but `lock.py`, `filter.py` and
`syscalls.py`, by path, before any library starts a thread; then `serve.py` answers. The parent's
side is `process.py`, `conversation.py`, `child_model.py` and `opening.py`. Both sides share
`wire.py`, `plain_labels.py` and `taken_over.py`. May import `errors` and `sources.models`.
"""
