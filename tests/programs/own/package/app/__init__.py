"""A package with side effects."""
import threading

print("app begins", __name__, __package__, __path__[0].rpartition("/")[2])
LOCK = threading.Lock()
from . import early
print("app is ready", early.WHEN)
