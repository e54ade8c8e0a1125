"""What Python says of a text that does not run yet: read by the chosen Python, in a process of its own."""
