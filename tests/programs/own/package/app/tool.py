"""Run as a module of its package."""
from . import early
from .inner import deep

if __name__ == "__main__":
    print("tool", __name__, __package__, deep.work(3), __file__.rpartition("/")[2])
else:
    print("tool is imported as", __name__)
