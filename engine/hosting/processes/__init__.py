"""The processes of a run: which they are, however they were started, and how all of them are ended."""
