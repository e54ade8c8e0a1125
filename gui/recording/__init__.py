"""Pictures of the window as a film: what takes them, what writes them, and what shows pointer, clicks and keys."""
