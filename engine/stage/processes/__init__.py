"""Other processes of the program: how they report, and how what belongs to a run reaches them."""
