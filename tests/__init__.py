"""The tests; a package, so that nobody else's `tests` in an environment is taken for it."""
