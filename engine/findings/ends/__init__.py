"""What ended, what did not, and what was waited for at the end."""
