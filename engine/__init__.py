"""What runs, watches and measures a program's threads. No Qt; runs with no display."""
