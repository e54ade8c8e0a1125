"""Numbers over the whole run."""
