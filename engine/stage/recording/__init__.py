"""How what threads do becomes records on their way to the window."""
