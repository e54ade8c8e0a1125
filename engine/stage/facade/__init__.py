"""The modules that a program is handed in place of the real ones: the same, and they report."""
