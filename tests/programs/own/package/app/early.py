from . import LOCK

WHEN = LOCK.locked()
print("early", __name__)
