"""Python 3.12 warns of a fork beside another thread, and of no other; both processes end as they would alone."""

import os
import threading


class Guard:
    def __del__(self):
        print("the guard goes", flush=True)


guard = Guard()
child = os.fork()
if child == 0:
    print("child", flush=True)
else:
    os.waitpid(child, 0)
    ready, over = threading.Event(), threading.Event()

    def wait():
        ready.set()
        over.wait()

    thread = threading.Thread(target=wait)
    thread.start()
    ready.wait()
    second = os.fork()
    if second == 0:
        os._exit(0)
    os.waitpid(second, 0)
    over.set()
    thread.join()
    print("parent")
