"""What both sides of the pipe say: records, places, messages, and the program's text. Imports nothing of ours."""
