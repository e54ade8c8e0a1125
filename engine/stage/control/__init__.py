"""What steers a program while it runs: its clock, its switches, and who goes first."""
