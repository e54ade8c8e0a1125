"""What Python warns of is said with the line of the program."""

import threading
import warnings

thread = threading.Thread(target=print, args=("works",))
thread.setDaemon(False)
print(thread.getName())
thread.start()
thread.join()
threading.currentThread()
threading.activeCount()
threading.Event().isSet()
condition = threading.Condition()
with condition:
    condition.notifyAll()


def deprecated():
    warnings.warn("my own", DeprecationWarning, stacklevel=2)


class Old:
    def __init__(self):
        warnings.warn("made in a thread", stacklevel=2)


deprecated()
warnings.warn("from here")
thread = threading.Thread(target=Old)
thread.start()
thread.join()
warnings.simplefilter("always")
for _ in range(2):
    threading.currentThread()


def read():
    file = open(__file__, encoding="utf-8")
    file.readline()


read()
left_open = open(__file__, "rb")
