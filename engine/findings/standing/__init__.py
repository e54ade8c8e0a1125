"""Runs in which nothing moves any more."""
