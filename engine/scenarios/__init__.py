"""What a scenario is, how it is read, and which there are."""
