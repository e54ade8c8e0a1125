"""Who had a lock, for how long, and what became of it."""
