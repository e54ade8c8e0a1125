"""A library of one's own."""
__all__ = ["first", "third"]
from . import first

third = 3
