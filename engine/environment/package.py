"""Thread Theatre. In a wheel this is thread_theatre/__init__.py, and main.py is its __main__.py: see pyproject.toml."""
