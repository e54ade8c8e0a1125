"""Nanoseconds, and how fast program time may run: the same on both sides of the pipe."""

SECOND = 1_000_000_000  # nanoseconds
SLOWEST, FASTEST = 0.05, 20.0  # program time to real time
