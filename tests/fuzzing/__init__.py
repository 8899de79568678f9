"""Generated mutants of hostile input against everything that reads text of others.

`mutants` makes them, `targets` says what must hold of each, `__main__` is `make fuzz`.
"""
