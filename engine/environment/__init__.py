"""The machine: what is installed, what has to be, which Pythons there are."""
