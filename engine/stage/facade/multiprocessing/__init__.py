"""The facades of `multiprocessing` and of `os.fork`."""
