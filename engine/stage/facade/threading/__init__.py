"""The facade of `threading`."""
