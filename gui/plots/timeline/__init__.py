"""The timeline: lanes, locks, and what happened between them."""
