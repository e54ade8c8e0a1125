"""The window: everything that draws, and nothing that runs a program."""
