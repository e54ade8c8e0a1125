"""Locks that no facade made, such as those of libraries: who waits for one, and who has it."""
