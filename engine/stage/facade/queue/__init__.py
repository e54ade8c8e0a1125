"""The facade of `queue`."""
