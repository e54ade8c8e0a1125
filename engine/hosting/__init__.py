"""Where a stage runs, and what comes out of it."""
