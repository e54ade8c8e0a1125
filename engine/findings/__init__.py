"""What is worth saying about a run. Pure functions of what is known."""
