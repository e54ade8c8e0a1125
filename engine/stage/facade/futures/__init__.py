"""The facade of `concurrent.futures`, and the tasks of all pools."""
