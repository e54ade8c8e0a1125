"""What a program still holds at its end goes then, and may say so."""

import sys
import threading
import weakref


class Guard:
    def __init__(self, name):
        self.name = name
        self.lock = threading.Lock()

    def __del__(self):
        with self.lock:
            print("gone:", self.name, "in", threading.current_thread().name)


class Ring:
    def __init__(self):
        self.me = self

    def __del__(self):
        print("the ring is gone", file=sys.stderr)


class Careless:
    def __del__(self):
        raise ValueError("in a destructor")


def steps():
    try:
        yield 1
    finally:
        print("the generator is closed")


guard = Guard("a global")
weakref.finalize(guard, print, "finalized")
ring = Ring()
careless = Careless()
going = steps()
next(going)
out = sys.stdout


class Late:
    def __del__(self, write=out.write):
        write("no end of line")


late = Late()
print("the last line")
sys.exit(3)
