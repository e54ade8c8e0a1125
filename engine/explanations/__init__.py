"""Exceptions that people know from threads, in plain words: one small file each, in resources/explanations."""
