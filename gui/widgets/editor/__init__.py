"""What makes the view of a program an editor: the lexer, edits, keys, brackets, the bar to find in."""
