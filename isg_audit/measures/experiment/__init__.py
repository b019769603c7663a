"""Experiment: effects of social experiments on people. No measure lives here yet.

May import `measures` (this level), `tally`, `stats`. Rows will carry the same shape as every other
measurement, under ids `experiment.*`.
"""
