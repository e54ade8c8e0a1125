"""What both sides of the pipe say: records, and the program's text. Imports nothing of ours."""
