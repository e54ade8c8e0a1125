"""What runs beside the program being shown: standard library only, Python 3.9 and later."""
