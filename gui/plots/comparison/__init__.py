"""The parts of a run against one another."""
