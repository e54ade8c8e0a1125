"""The facades of `open`, `io`, `os` and `pathlib`."""
