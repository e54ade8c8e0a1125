"""Programs of one's own: their files, what is typed and not saved yet, and what is rescued of it after a crash."""
