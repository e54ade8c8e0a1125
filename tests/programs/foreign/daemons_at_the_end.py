"""Daemons are stopped before the objects of a program go."""

import threading


class Guard:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone:", self.name, flush=True)


ready = threading.Event()


def spin():
    ready.set()
    while True:
        pass


def wait():
    threading.Event().wait()


guard = Guard("beside daemons")
for target in (spin, wait):
    threading.Thread(target=target, daemon=True).start()
ready.wait()
print("the last line")
