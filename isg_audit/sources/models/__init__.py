"""The shelf of model formats: one file each, opened from bytes, told apart by content.

May import `errors` and this folder; what a model needs is imported inside the functions. To add a
format: a module with `is_...(content)` and `open_...(content, name, features)`, a line in `FORMATS`
of `open_model.py`, and a test with a real file.
"""
