"""Threads each of which waits for the next, the last for the first: found from the records, now and in the past."""
